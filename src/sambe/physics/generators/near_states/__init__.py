"""Which states lie near each other: modulo omega, against the rates, and joined by what the baths drive.

Dressings and jumps may be imported here; what solves a generator not.
"""
