r"""Closed-form currents, as checks and for reading the physics off a formula.

All are derived in ``docs/analytic.md``. Conventions as everywhere (:math:`\hbar = k_B = 1`, rate
convention for J): **currents are positive into the system**, the pump's included; quanta are
counted as absorbed from the drive. Arguments are numbers or bare arrays that broadcast, of any
array-API library unless a function says NumPy; so may be the numbers of the baths. The coupling is
the model's and may be left out of a bath. Only descriptions and models may be imported here, so that a
formula stays an independent check of the equations.
"""

from .blockade import DoubleDotCurrent, anderson_dot_currents, double_dot_current
from .dots import DotCurrents, dot_currents, dot_noise, photon_assisted_current, scattering_currents
from .oscillators import kerr_photons, oscillator_currents
from .spins import (
    SpinChannels,
    modulated_qubit_currents,
    optical_bloch_currents,
    spin_boson_channels,
    spin_boson_currents,
    spin_boson_populations,
    spin_channels,
    spin_currents,
)

__all__ = [
    "DotCurrents",
    "DoubleDotCurrent",
    "SpinChannels",
    "anderson_dot_currents",
    "dot_currents",
    "dot_noise",
    "double_dot_current",
    "kerr_photons",
    "modulated_qubit_currents",
    "optical_bloch_currents",
    "oscillator_currents",
    "photon_assisted_current",
    "scattering_currents",
    "spin_boson_channels",
    "spin_boson_currents",
    "spin_boson_populations",
    "spin_channels",
    "spin_currents",
]
