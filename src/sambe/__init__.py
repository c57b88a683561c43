"""Where the energy goes in driven open quantum systems."""
