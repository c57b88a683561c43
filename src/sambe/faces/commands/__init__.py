"""Commands of the command line, a module each.

What takes long to import may be imported inside the functions only, so that ``--help`` answers at once.
"""
