"""
Noise of every terminal
=======================

Variances of the energies per time, near the resonance of a driven qubit, and the matrix of all
terminals on it: its rows sum to zero, as energy is kept.
"""

import numpy as np
from matplotlib.figure import Figure

import sambe

omega = sambe.axis("omega", np.linspace(0.7, 1.3, 121))
noise = sambe.counting_statistics(sambe.models.spin_boson(drive=0.1, omega=omega))
figure = Figure(figsize=(8.6, 3.6), layout="constrained")
left, right = figure.subplots(1, 2, width_ratios=[1.3, 1])
sambe.plot.noise(noise, ax=left)
sambe.plot.noise(noise.sel(omega=1.0), ax=right)
