"""
Noise of every terminal
=======================

Variances of the energies per time, near the resonance of a driven qubit; rows of the noise matrix
sum to zero, as energy is kept.
"""

import numpy as np
from matplotlib.figure import Figure

import sambe

omega = sambe.axis("omega", np.linspace(0.7, 1.3, 121))
noise = sambe.counting_statistics(sambe.models.spin_boson(drive=0.1, omega=omega))
figure = Figure(figsize=(5, 3.4), layout="constrained")
axes = figure.subplots()
for name in noise.terminal.values:
    axes.plot(omega.values, noise.energy_noise.sel(terminal=name, other=name).values, label=name)
axes.set(xlabel=r"drive frequency $\omega$", ylabel="variance per time (energy$^3/\\hbar$)")
axes.legend()
