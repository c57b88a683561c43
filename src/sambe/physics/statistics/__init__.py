"""What the energies through the terminals do beyond their means: noise, cumulants, generating functions.

Every stage may be imported, and the method and the treatments; no labels and no verbs.
"""
