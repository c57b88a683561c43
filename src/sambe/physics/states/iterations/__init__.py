"""Iterations that find the coherences of a stationary state where one matrix of them all would be too large.

Generators may be imported here, and nothing that decides which equation holds.
"""
