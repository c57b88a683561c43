"""Driven qubits and spins between baths."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..description.operators import lift
from ..description.spin_operators import sigmam, sigmap, sigmax, sigmaz, spin_jm, spin_jp, spin_jz
from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Number
from .arguments import Baths, each, everywhere, number, several

__all__ = ["modulated_qubit", "spin", "spin_boson", "two_qubits"]


def spin_boson(
    splitting: Number = 1.0,
    drive: Number = 0.1,
    omega: Number = 1.0,
    baths: Baths = None,
    polarization: str = "circular",
) -> System:
    r"""Driven two-level system between baths on :math:`\sigma_x`.

    .. math:: H = \tfrac12\omega_0\sigma_z + \tfrac12 A\,(\sigma_+ e^{-i\omega t} + \text{h.c.})

    for the circular drive; the linear one is :math:`A\cos(\omega t)\,\sigma_x`, whose rotating-wave
    part is the circular drive.

    Parameters
    ----------
    splitting, drive, omega : float or DataArray
        :math:`\omega_0`, A and the drive frequency, in one unit of energy.
    baths : sequence of Bath, optional
        Any number of them; two Ohmic baths at T = 1.2 and 0.4 by default.
    polarization : {"circular", "linear"}
        Of the drive.

    Returns
    -------
    System
        Two levels, the excited one first.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> spin_boson(omega=0.8).terminals
    ('left', 'right', 'pump')
    """
    directions = {"circular": sigmap, "linear": sigmax}
    if not isinstance(polarization, str) or polarization not in directions:
        raise InputError("polarization", polarization, "choose 'circular' or 'linear'")
    splitting, drive = number("splitting", splitting), number("drive", drive)
    return System(
        hamiltonian=[(0.5 * splitting, sigmaz())],
        drive={1: [(0.5 * drive, directions[polarization]())]},
        omega=omega,
        baths=everywhere(baths, sigmax()),
        name=f"spin-boson, {polarization} drive",
    )


def two_qubits(
    splittings: Sequence[Number] = (1.0, 1.0),
    coupling: Number = 0.1,
    drive: Number = 0.1,
    omega: Number = 1.0,
    baths: Baths = None,
) -> System:
    r"""Two exchange-coupled qubits, the left one driven, a bath on each.

    .. math:: H = \sum_{i=1,2} \tfrac12\omega_i\sigma_z^i + g\,(\sigma_+^1\sigma_-^2 + \text{h.c.})
              + \tfrac12 A\,(\sigma_+^1 e^{-i\omega t} + \text{h.c.})

    Parameters
    ----------
    splittings : pair of float or DataArray
        :math:`\omega_1, \omega_2`.
    coupling, drive, omega : float or DataArray
        g, A and the drive frequency.
    baths : two of Bath, optional
        The first on the left qubit's :math:`\sigma_x`, the second on the right qubit's; more
        only if they bring their own coupling.

    Returns
    -------
    System
        Four levels, in the order of the tensor product (ee, eg, ge, gg).

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> two_qubits(splittings=(1.0, 1.2), coupling=0.05).levels
    4
    """
    first, second = several("splittings", splittings, 2)
    coupling, drive = number("coupling", coupling), number("drive", drive)
    pair = [2, 2]
    exchange = np.kron(sigmap(), sigmam())
    return System(
        hamiltonian=[
            (0.5 * first, lift(sigmaz(), 0, pair)),
            (0.5 * second, lift(sigmaz(), 1, pair)),
            (coupling, exchange + exchange.T),
        ],
        drive={1: [(0.5 * drive, lift(sigmap(), 0, pair))]},
        omega=omega,
        baths=each(baths, [lift(sigmax(), 0, pair), lift(sigmax(), 1, pair)]),
        name="two coupled qubits",
    )


def spin(
    s: float = 1.0,
    splitting: Number = 1.0,
    drive: Number = 0.1,
    omega: Number = 1.0,
    baths: Baths = None,
) -> System:
    r"""Spin of any size in a circular field, baths on :math:`S_+ + S_-`.

    .. math:: H = \omega_0 S_z + \tfrac12 A\,(S_+ e^{-i\omega t} + \text{h.c.})

    At s = 1/2 it is the circular `spin_boson`.

    Parameters
    ----------
    s : float
        A positive multiple of 1/2.
    splitting, drive, omega : float or DataArray
        :math:`\omega_0`, A and the drive frequency.
    baths : sequence of Bath, optional
        Any number of them; two Ohmic baths at T = 1.2 and 0.4 by default.

    Returns
    -------
    System
        2s + 1 levels, the highest :math:`S_z` first.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> spin(s=1.5).levels
    4
    """
    raising, lowering = spin_jp(s), spin_jm(s)
    return System(
        hamiltonian=[(number("splitting", splitting), spin_jz(s))],
        drive={1: [(0.5 * number("drive", drive), raising)]},
        omega=omega,
        baths=everywhere(baths, raising + lowering),
        name=f"spin {s:g}",
    )


def modulated_qubit(
    splitting: Number = 1.0,
    modulation: Number = 0.2,
    omega: Number = 0.3,
    baths: Baths = None,
) -> System:
    r"""Two-level system with a periodic splitting (longitudinal drive), baths on :math:`\sigma_x`.

    .. math:: H = \tfrac12(\omega_0 + \lambda\cos\omega t)\,\sigma_z

    The sidebands of the coupling are Bessel functions,
    :math:`S^{(q)} \propto J_q(\lambda/\omega)`. With a bath each above and below the resonance it
    is the minimal heat machine (Gelbwaser-Klimovsky, Alicki & Kurizki, PRE 87, 012140, 2013).

    Parameters
    ----------
    splitting, modulation, omega : float or DataArray
        :math:`\omega_0`, :math:`\lambda` and the modulation frequency.
    baths : sequence of Bath, optional
        Any number of them; two Ohmic baths at T = 1.2 and 0.4 by default.

    Returns
    -------
    System
        Two levels, the excited one first.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> sorted(modulated_qubit().harmonics())
    [-1, 0, 1]
    """
    splitting, modulation = number("splitting", splitting), number("modulation", modulation)
    return System(
        hamiltonian=[(0.5 * splitting, sigmaz())],
        drive={1: [(0.25 * modulation, sigmaz())]},
        omega=omega,
        baths=everywhere(baths, sigmax()),
        name="modulated qubit",
    )
