"""
Photon-assisted tunnelling
==========================

A gate shakes the detuning of two dots. Where quanta of the drive bridge it, particles are pumped
uphill without a bias.
"""

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import sambe
from sambe.plot.style import RC

omega = sambe.axis("omega", np.geomspace(0.18, 1.0, 241))
leads = [sambe.Lead(name, None, tunnelling=0.02, temperature=0.05) for name in ("left", "right")]
dots = sambe.models.double_dot(
    energies=(-0.3, 0.3), hopping=0.05, interaction=3.0, drive=0.4, omega=omega, baths=leads
)
flow = sambe.steady_state(dots)
mpl.rcParams.update(RC)  # fonts, ticks and colours of the package's own figures
figure = Figure(figsize=(5, 3.4), layout="constrained")
axes = figure.subplots()
axes.plot(omega.values, flow.particle_current.sel(terminal="left").values)
axes.set(xlabel=r"drive frequency $\omega$", ylabel="particle current into the dots (energy/$\\hbar$)")
