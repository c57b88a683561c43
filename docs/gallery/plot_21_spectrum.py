"""
Current by the energy of the quanta
===================================

What each terminal exchanges near a driven qubit, sorted by the energy of the quanta: the lines of a
dressed qubit stand one Rabi frequency apart.
"""

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import sambe
from sambe.plot.style import RC

edges = np.linspace(0.5, 1.5, 101)
lines = sambe.energy_spectrum(sambe.models.spin_boson(drive=0.2, omega=1.0), edges)
mpl.rcParams.update(RC)  # fonts, ticks and colours of the package's own figures
figure = Figure(figsize=(5, 3.4), layout="constrained")
axes = figure.subplots()
for name, line in (("left", "-"), ("right", "--")):
    current = lines.spectral_current.sel(terminal=name)
    axes.step(lines.energy.values, current.values, line, where="mid", label=name)
axes.set(xlabel="energy of the quanta", ylabel="energy current\ninto the system (energy$^2/\\hbar$)")
axes.legend()
