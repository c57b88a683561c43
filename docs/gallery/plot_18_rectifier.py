"""
A thermal rectifier
===================

Heat through a qubit between an Ohmic and a cubic bath, one way and the other, against its
splitting.
"""

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import sambe
from sambe.plot.style import RC

splitting = sambe.axis("splitting", np.linspace(0.1, 4.0, 80))
qubit = sambe.models.spin_boson(splitting=splitting, drive=0.0, baths=[
    sambe.Bath("left", None, sambe.Ohmic(0.002, cutoff=10.0), 1.2),
    sambe.Bath("right", None, sambe.Ohmic(0.006, cutoff=3.0, exponent=3.0), 0.4),
])  # fmt: skip
result = sambe.rectification(qubit)
mpl.rcParams.update(RC)  # fonts, ticks and colours of the package's own figures
figure = Figure(figsize=(5, 3.4), layout="constrained")
axes = figure.subplots()
axes.plot(splitting.values, result.forward.values, label="forward")
axes.plot(splitting.values, -result.backward.values, "--", label="backward, turned round")
axes.set(xlabel=r"splitting $\omega_0$", ylabel="energy current (energy$^2/\\hbar$)")
axes.legend()
