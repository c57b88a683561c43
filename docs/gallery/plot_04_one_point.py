"""
The energy circuit at one point
===============================

Arrows go where the energy goes, as wide as the currents: what the pump gives, both baths take. The
channels say how: jumps between the dressed levels, each with the quanta of the drive that it absorbs.
"""

from matplotlib.figure import Figure

import sambe

qubit = sambe.models.spin_boson(drive=0.3, omega=0.9)
figure = Figure(figsize=(8.6, 4.0), layout="constrained")
left, right = figure.subplots(1, 2, width_ratios=[1.1, 1])
sambe.plot.junction(sambe.steady_state(qubit), ax=left)
sambe.plot.channels(sambe.channels(qubit), ax=right)
