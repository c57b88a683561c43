"""
Where coherences matter
=======================

A drive weaker than the relaxation mixes the two states of a resonant qubit only a little. The full
secular approximation mixes them completely and reports a pump power that is far too large; with
coherences the power follows the drive's square.
"""

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import sambe
from sambe.plot.style import RC

drive = sambe.axis("drive", np.geomspace(1e-4, 0.1, 60))
qubit = sambe.models.spin_boson(drive=drive, omega=1.0)
mpl.rcParams.update(RC)  # fonts, ticks and colours of the package's own figures
figure = Figure(figsize=(5, 3.4), layout="constrained")
axes = figure.subplots()
for secular, line in (("full", "--"), ("partial", "-")):
    power = sambe.steady_state(qubit, secular=secular).energy_current.sel(terminal="pump")
    axes.loglog(drive.values, power.values, line, label=secular)
axes.set(xlabel="drive amplitude $A$", ylabel="pump power (energy$^2/\\hbar$)")
axes.legend(title="coherences")
