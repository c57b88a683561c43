"""States of reservoirs that are out of equilibrium, each of which answers for its rates.

Reservoirs and spectral densities may be imported here, but neither baths nor systems.
"""
