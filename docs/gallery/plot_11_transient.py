"""
After the drive is switched on
==============================

Damped Rabi oscillations of an atom in vacuum: the drive gives and takes back, until what it gives
is what the vacuum takes.
"""

import numpy as np

import sambe

vacuum = sambe.Bath("vacuum", sambe.sigmax(), sambe.Flat(0.02), temperature=0.0)
atom = sambe.models.spin_boson(drive=0.1, omega=1.0, baths=[vacuum])
axes = sambe.plot.transient(sambe.evolve(atom, 1, np.linspace(0.0, 300.0, 401)))
