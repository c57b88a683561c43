"""
From maser to refrigerator
==========================

A three-level amplifier between two temperatures: power that it gives, and efficiency over Carnot's,
against the cold temperature. It gives power while the cold bath is cold enough, and needs power
beyond.
"""

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import sambe
from sambe.plot.style import RC

cold = sambe.axis("cold", np.linspace(0.4, 2.0, 81))
ohmic = sambe.Ohmic(0.002, cutoff=50.0)
baths = [sambe.Bath("hot", None, ohmic, 2.5), sambe.Bath("cold", None, ohmic, cold)]
maser = sambe.models.three_level(energies=(0.0, 1.5, 2.5), drive=0.2, omega=1.0, baths=baths)
machine = sambe.performance(maser)
mpl.rcParams.update(RC)  # fonts, ticks and colours of the package's own figures
figure = Figure(figsize=(5, 4.6), layout="constrained")
axes, below = figure.subplots(2, 1, sharex=True)
axes.axhline(0, color="0.6", lw=0.7)
axes.plot(cold.values, machine.power.values)
axes.set_ylabel("power given\n(energy$^2/\\hbar$)")
below.plot(cold.values, machine.fraction_of_carnot.values)
below.set(xlabel="cold temperature", ylabel="figure of merit\nover Carnot's", ylim=(0, 1))
