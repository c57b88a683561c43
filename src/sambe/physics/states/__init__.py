"""Solve: the stationary state of a generator, by populations, with coherences, or with harmonics.

Only dressings and generators may be imported here; what is read from a state stands in `currents`.
"""
