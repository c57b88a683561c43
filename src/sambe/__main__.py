"""``python -m sambe`` is the command line, where the script is not on the path."""

from .faces.commands.main import main

if __name__ == "__main__":
    main()
