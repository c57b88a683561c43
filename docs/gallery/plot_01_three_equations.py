"""
A driven qubit by three equations
=================================

The energy currents of a qubit between a hot and a cold bath, against the frequency of a circular
drive. The driven dressed equation keeps the drive's phase in the coupling and agrees with
Floquet's; the traditional dressed equation does not know that a bath sees the dressed gap plus or
minus a quantum of the drive.
"""

import numpy as np

import sambe

omega = sambe.axis("omega", np.linspace(0.05, 2.0, 200))
qubit = sambe.models.spin_boson(drive=0.1, omega=omega)
flow = sambe.compare(qubit, equations=["driven_dressed", "floquet", "dressed"])
axes = sambe.plot.currents(flow, panels=True)
