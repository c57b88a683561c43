"""Drives of several tones: harmonics that count quanta of each, as one integer, and what folds them into one.

Belongs here what a user says of a drive; physics is not imported.
"""
