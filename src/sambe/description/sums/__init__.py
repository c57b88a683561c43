"""Sums of terms: (coefficient, operator) pairs, whether they are Hermitian, and how they turn in a coupling.

Baths and systems are made of them: neither may be imported here.
"""
