"""States under several tones: the complete equation by balance of harmonics, and when it is needed.

What is imported is what the states of one tone import, and those.
"""
