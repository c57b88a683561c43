"""States on their way: courses in time of a batch, the modes that turn under them, rates of relaxation.

Everything of `sambe.physics` may be imported here; labels and verbs may not.
"""
