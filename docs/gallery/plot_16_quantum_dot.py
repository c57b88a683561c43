"""
A dot as a heat engine
======================

One level between a hot and a cold lead. Where it lies high enough, heat drives particles against
the voltage: the electrical power is positive.
"""

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import sambe
from sambe.plot.style import RC

epsilon = sambe.axis("epsilon", np.linspace(-0.6, 1.4, 201))
d = sambe.fermion(0, 1)
dot = sambe.System([(epsilon, d.conj().T @ d)], baths=[
    sambe.Lead("hot", d, tunnelling=0.01, temperature=0.4, chemical_potential=0.0),
    sambe.Lead("cold", d, tunnelling=0.01, temperature=0.1, chemical_potential=0.2),
])  # fmt: skip
flow = sambe.steady_state(dot)
mpl.rcParams.update(RC)  # fonts, ticks and colours of the package's own figures
figure = Figure(figsize=(5, 3.4), layout="constrained")
axes = figure.subplots()
axes.axhline(0, color="0.6", lw=0.7)
axes.plot(epsilon.values, flow.electrical_power.values)
axes.set(xlabel=r"level $\epsilon$", ylabel="electrical power (energy$^2/\\hbar$)")
