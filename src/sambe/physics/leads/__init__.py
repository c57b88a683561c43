"""What leads do to levels beside exchanging particles with them: their shifts.

Nothing but generators and what stands above physics may be imported here. Rates are told by
`sambe.physics.generators.exchanged_particles`, currents by `sambe.physics.currents.particles`.
"""
