"""Rate: what the baths do to each pair of dressed states, and the generators made of it.

Only dressings and descriptions may be imported here; what solves a generator stands in `states`.
"""
