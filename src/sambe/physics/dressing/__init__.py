"""Dress: energies of the driven system, and its coupling split by the drive quanta that a jump absorbs.

Each equation is a dressing of its own, and nothing here may import the generators, states or currents that
share it.
"""
