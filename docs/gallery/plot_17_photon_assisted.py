"""
Photon-assisted tunnelling
==========================

A gate shakes the detuning of two dots. Where quanta of the drive bridge it, particles are pumped
uphill without a bias.
"""

import numpy as np
from matplotlib.figure import Figure

import sambe

omega = sambe.axis("omega", np.linspace(0.2, 1.0, 161))
leads = [sambe.Lead(name, None, tunnelling=0.02, temperature=0.05) for name in ("left", "right")]
dots = sambe.models.double_dot(
    energies=(-0.3, 0.3), hopping=0.05, interaction=3.0, drive=0.4, omega=omega, baths=leads
)
flow = sambe.steady_state(dots)
figure = Figure(figsize=(5, 3.4), layout="constrained")
axes = figure.subplots()
axes.plot(omega.values, flow.particle_current.sel(terminal="left").values)
axes.set(xlabel=r"drive frequency $\omega$", ylabel="particle current into the dots (energy/$\\hbar$)")
