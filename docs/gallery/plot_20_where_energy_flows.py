"""
Where the energy goes inside
============================

Energy per time that leaves the driven one of two qubits for the other, against the frequency of the
drive, and what the bath of the other one gets.
"""

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import sambe
from sambe.plot.style import RC

omega = sambe.axis("omega", np.linspace(0.9, 1.1, 81))
pair = sambe.models.two_qubits(splittings=(1.0, 1.0), coupling=0.02, drive=0.02, omega=omega)
inside = sambe.flows(pair)
mpl.rcParams.update(RC)  # fonts, ticks and colours of the package's own figures
figure = Figure(figsize=(5, 3.4), layout="constrained")
axes = figure.subplots()
axes.plot(omega.values, inside.bond_current[..., 0, 1].values, label="through the bond")
gained = -inside.energy_current.sel(terminal="right")
axes.plot(omega.values, gained.values, "k:", label="into the right bath")
axes.set(xlabel=r"drive frequency $\omega$", ylabel="energy current (energy$^2/\\hbar$)")
axes.legend()
