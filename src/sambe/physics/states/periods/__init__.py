"""States of the complete equation along the period of a drive, and what they answer to small changes.

Generators, iterations and stationary states may be imported here; whether a point needs it is a judgement.
"""
