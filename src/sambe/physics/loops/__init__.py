"""Slow motion of a system's numbers: the state that lags behind, and what it carries through the terminals.
Arrays in, arrays out; of the package only what stands above, and neither labels nor verbs are imported here.
"""
