"""Labelled numbers in, labelled results out: points of a sweep, blocks within a budget, threads, stores.

Here labels begin; what is solved at a point is the affair of `physics`, and no verb, audit or face may be
imported.
"""
