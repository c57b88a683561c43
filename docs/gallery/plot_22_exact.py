"""
Against the exact answer
========================

The default equation beside the hierarchical equations of motion, which need no weak coupling.
"""

import numpy as np

import sambe

omega = sambe.axis("omega", np.linspace(0.7, 1.3, 13))
bath = sambe.DrudeLorentz(0.001, cutoff=5.0)
baths = [sambe.Bath("left", None, bath, 1.2), sambe.Bath("right", None, bath, 0.8)]
flow = sambe.compare(sambe.models.spin_boson(drive=0.2, omega=omega, baths=baths), equations=["auto", "heom"])
axes = sambe.plot.currents(flow, panels=True)
