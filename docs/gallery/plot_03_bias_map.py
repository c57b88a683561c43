"""
Heat against the drive
======================

The current of each terminal over the drive's frequency and the bias of the temperatures. The black
line is where a current turns round.
"""

import numpy as np

import sambe

omega = sambe.axis("omega", np.linspace(0.6, 1.4, 101))
bias = sambe.axis("bias", np.linspace(-1.0, 1.0, 61))
ohmic = sambe.Ohmic(0.002, cutoff=10.0)
baths = [sambe.Bath("left", None, ohmic, 0.8 + bias / 2), sambe.Bath("right", None, ohmic, 0.8 - bias / 2)]
flow = sambe.steady_state(sambe.models.spin_boson(drive=0.1, omega=omega, baths=baths))
axes = sambe.plot.currents(flow, panels=True)
