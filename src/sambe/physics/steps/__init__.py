"""Periods in steps, with kicks and baths that are switched: propagated exactly, piece by piece.

Everything that dresses, rates and solves may be imported; labels and verbs may not.
"""
