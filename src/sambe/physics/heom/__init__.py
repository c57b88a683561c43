"""Numerically exact currents by the hierarchical equations of motion (HEOM), for small systems.

QuTiP writes the hierarchy; here are the expansions of the baths, checked at the energies that the
system uses, the periodic state by harmonic balance, and currents taken on the side of the baths.
QuTiP is imported at the first call.
"""

from .exact_currents import HeomResult, heom_currents

__all__ = ["HeomResult", "heom_currents"]
