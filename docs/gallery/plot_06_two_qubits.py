"""
Two coupled qubits
==================

The left qubit is driven; exchange carries the energy on to the right one and its bath.
"""

import numpy as np

import sambe

omega = sambe.axis("omega", np.linspace(0.7, 1.3, 201))
pair = sambe.models.two_qubits(splittings=(1.0, 1.0), coupling=0.1, drive=0.05, omega=omega)
axes = sambe.plot.currents(sambe.steady_state(pair), panels=True)
