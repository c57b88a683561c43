"""
Slow drives
===========

The power that it takes to modulate a qubit's splitting, from far below the relaxation rate to far
above it. It falls as the square of a slow frequency: the default sees that and takes the complete
equation there, where the ``partial`` treatment by itself is off by orders of magnitude.
"""

import warnings

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import sambe
from sambe.plot.style import RC

warnings.simplefilter("ignore", sambe.SecularWarning)
omega = sambe.axis("omega", np.geomspace(1e-3, 1.0, 25))
qubit = sambe.models.modulated_qubit(omega=omega)
mpl.rcParams.update(RC)  # fonts, ticks and colours of the package's own figures
figure = Figure(figsize=(5, 3.4), layout="constrained")
axes = figure.subplots()
for secular, line in (("auto", "-"), ("partial", "--")):
    power = sambe.steady_state(qubit, secular=secular).energy_current.sel(terminal="pump")
    axes.loglog(omega.values, power.values, line, label=secular)
axes.set(xlabel=r"drive frequency $\omega$", ylabel="pump power (energy$^2/\\hbar$)")
axes.legend()
