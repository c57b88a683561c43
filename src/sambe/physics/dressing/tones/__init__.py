"""Dressings under several tones: modes in the extended space of all of them. A dressing as of one tone.

Only `description`, `numerics` and the dressings of one tone are imported here.
"""
