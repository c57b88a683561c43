"""Reservoirs out of equilibrium, each state of which answers for its rates, and the operators that meet them.

Spectral densities and the base class of states may be imported here, but neither baths nor systems.
"""
