"""Fermionic leads: what they are, the operators they couple by, and the particles that they count.

Nothing but descriptions may be imported here: rates and currents of particles are `sambe.physics`'s.
"""
