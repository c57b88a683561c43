"""Dressings under several tones: their frequencies, and modes in the extended space of all of them.

Only `description`, `numerics` and the dressings of one tone are imported here.
"""
