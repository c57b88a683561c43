"""
A squeezed reservoir is not free
================================

A qubit between a squeezed bath and a thermal one of the same temperature. Heat flows out of the
squeezed bath; what keeps it squeezed is a terminal of its own, whose work is always larger.
"""

import warnings

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import sambe
from sambe.plot.style import RC, terminal_lines

warnings.simplefilter("ignore")  # nothing stands still in the squeezing's frame: only its noise counts
sizes = np.linspace(0.0, 1.2, 13)
flows = []
for r in sizes:
    squeezed = sambe.Squeezed(0.4, r=float(r), phase=0.0, centre=1.0)
    baths = [
        sambe.Bath("squeezed", sambe.sigmax(), sambe.Flat(0.004), state=squeezed),
        sambe.Bath("thermal", sambe.sigmax(), sambe.Flat(0.002), temperature=0.4),
    ]
    system = sambe.System([(0.5, sambe.sigmaz())], baths=baths)
    flows.append(sambe.steady_state(system, secular="partial").energy_current)
mpl.rcParams.update(RC)  # fonts, ticks and colours of the package's own figures
figure = Figure(figsize=(5, 3.4), layout="constrained")
axes = figure.subplots()
names = [name for name in flows[0].terminal.values if name != "pump"]
for name, line in terminal_lines(names).items():
    axes.plot(sizes, [float(flow.sel(terminal=name)) for flow in flows], label=name, **line)
axes.set(xlabel="squeezing $r$", ylabel="energy current\ninto the system (energy$^2/\\hbar$)")
axes.legend()
