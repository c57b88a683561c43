"""Generators with counting fields: what jumps take from each bath and from the drive, in a generator.

As of the other generators only dressings and descriptions may be imported, and what solves them not.
"""
