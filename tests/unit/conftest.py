"""Hypothesis without a clock: these tests share their machine with whatever else runs on it."""

from hypothesis import settings

settings.register_profile("unit", deadline=None, max_examples=40)
settings.load_profile("unit")
