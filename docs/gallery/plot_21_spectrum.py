"""
Current by the energy of the quanta
===================================

What each terminal exchanges near a driven qubit, sorted by the energy of the quanta: the lines of a
dressed qubit stand one Rabi frequency apart.
"""

import numpy as np
from matplotlib.figure import Figure

import sambe

edges = np.linspace(0.5, 1.5, 101)
lines = sambe.energy_spectrum(sambe.models.spin_boson(drive=0.2, omega=1.0), edges)
figure = Figure(figsize=(5, 3.4), layout="constrained")
axes = figure.subplots()
for name in ("left", "right"):
    axes.step(lines.energy.values, lines.spectral_current.sel(terminal=name).values, where="mid", label=name)
axes.set(xlabel="energy of the quanta", ylabel="energy current into the system (energy$^2/\\hbar$)")
axes.legend()
