"""Protocols of steps and kicks, by which a Hamiltonian and the couplings of baths change piece by piece.

Nothing is imported from here but by `sambe.description.system`.
"""
