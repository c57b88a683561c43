"""
What a slow loop of temperatures pumps
======================================

The curvature over the plane of two temperatures: a loop pumps the integral of it, whatever its
speed, without a bias on average.
"""

import numpy as np

import sambe

left = sambe.axis("left", np.linspace(0.2, 1.6, 40), long_name="temperature $T_a$")
right = sambe.axis("right", np.linspace(0.2, 1.6, 40), long_name="temperature $T_b$")
baths = [
    sambe.Bath("a", sambe.sigmax(), sambe.Flat(0.001), temperature=left),
    sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.003), temperature=right),
]
plane = sambe.System([(0.5, sambe.sigmaz())], baths=baths)
axes = sambe.plot.curvature(sambe.pump_curvature(plane, "left", "right"), terminal="a")
