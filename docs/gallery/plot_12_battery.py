"""
Charging a quantum battery
==========================

Energy that a drive stores in an atom, and the part of it that can be drawn as work again.
"""

import numpy as np

import sambe

vacuum = sambe.Bath("vacuum", sambe.sigmax(), sambe.Flat(0.02), temperature=0.0)
atom = sambe.models.spin_boson(drive=0.1, omega=1.0, baths=[vacuum])
battery = sambe.evolve(atom, 1, np.linspace(0.0, 150.0, 301), states=False)
axes = sambe.plot.transient(battery, show="energies")
