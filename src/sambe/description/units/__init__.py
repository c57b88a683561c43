"""Units of the laboratory at the boundary: quantities with a unit to numbers of the model, and back.

Behind this folder everything is a number with hbar = k_B = 1. pint may be imported here, inside functions,
and nowhere else; no reservoir and no system may be imported.
"""
