"""
Quieter than chance
===================

Quanta that a resonantly driven atom takes from the drive: their Fano factor falls to 1/4 where the
drive's amplitude is the decay rate over the root of two (Mandel). The full secular approximation
says 1 throughout.
"""

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

import sambe
from sambe.plot.style import RC

drive = sambe.axis("drive", np.geomspace(1e-3, 0.1, 60))
vacuum = sambe.Bath("vacuum", sambe.sigmax(), sambe.Flat(0.01), temperature=0.0)
atom = sambe.models.spin_boson(drive=drive, omega=1.0, baths=[vacuum])
noise = sambe.counting_statistics(atom, secular="partial")
ratio = (drive.values / 0.01) ** 2
mpl.rcParams.update(RC)  # fonts, ticks and colours of the package's own figures
figure = Figure(figsize=(5, 3.4), layout="constrained")
axes = figure.subplots()
axes.semilogx(drive.values, noise.fano.values, label="counting statistics")
axes.semilogx(drive.values, 1 - 6 * ratio / (1 + 2 * ratio) ** 2, "k:", label="Mandel's formula")
axes.set(xlabel="drive amplitude $A$", ylabel="Fano factor of the quanta")
axes.legend()
