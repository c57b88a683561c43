"""Words for what a user has: how systems, baths and their numbers are shown.

Baths and systems ask for them: neither may be imported here.
"""
