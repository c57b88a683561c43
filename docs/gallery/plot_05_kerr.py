"""
A Kerr resonator past its resonance
===================================

The levels of an anharmonic ladder come into resonance one after the other, and with several quanta
at once.
"""

import numpy as np

import sambe

omega = sambe.axis("omega", np.linspace(0.9, 1.2, 151))
resonator = sambe.models.kerr_resonator(kerr=0.02, drive=0.02, omega=omega, levels=12)
axes = sambe.plot.currents(sambe.steady_state(resonator, secular="partial"), panels=True)
