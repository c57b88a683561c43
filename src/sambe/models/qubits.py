r"""Ready-made driven systems between baths.

Every number may be an `xarray.DataArray` (see `sambe.axis`): that is a sweep. Sizes (``levels``,
``s``) may not. Baths may leave out ``coupling``, which the model then supplies; a bath that brings
its own keeps it. All models share :math:`\hbar = k_B = 1` and count drive quanta absorbed,
:math:`H(t) = \sum_k H_k e^{-ik\omega t}`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ..description.operators import (
    destroy,
    lift,
    num,
    projector,
    sigmam,
    sigmap,
    sigmax,
    sigmaz,
    spin_jm,
    spin_jp,
    spin_jz,
    transition,
)
from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Number
from .arguments import Baths, each, everywhere, ladder, number, several

__all__ = [
    "MODELS",
    "kerr_resonator",
    "modulated_qubit",
    "oscillator",
    "spin",
    "spin_boson",
    "three_level",
    "two_qubits",
]


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
    if polarization not in directions:
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


def kerr_resonator(
    frequency: Number = 1.0,
    kerr: Number = 0.01,
    drive: Number = 0.05,
    omega: Number = 1.0,
    levels: int = 20,
    baths: Baths = None,
) -> System:
    r"""Driven anharmonic resonator between baths on :math:`a + a^\dagger`.

    .. math:: H = \omega_0 a^\dagger a + K a^\dagger a^\dagger a a
              + F\,(a^\dagger e^{-i\omega t} + \text{h.c.})

    Parameters
    ----------
    frequency, kerr, drive, omega : float or DataArray
        :math:`\omega_0`, K, F and the drive frequency.
    levels : int
        Fock states kept, at least two; check that the top ones stay empty.
    baths : sequence of Bath, optional
        Any number of them; two Ohmic baths at T = 1.2 and 0.4 by default.

    Returns
    -------
    System
        Fock states counted from zero.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> kerr_resonator(levels=12).levels
    12
    """
    n = ladder(levels)
    frequency, kerr = number("frequency", frequency), number("kerr", kerr)
    a, counts = destroy(n), num(n)
    return System(
        hamiltonian=[(frequency, counts), (kerr, counts @ counts - counts)],
        drive={1: [(number("drive", drive), a.T)]},
        omega=omega,
        baths=everywhere(baths, a + a.T),
        name="Kerr resonator",
        edge=(n - 1,),
    )


def oscillator(
    frequency: Number = 1.0,
    drive: Number = 0.05,
    omega: Number = 1.0,
    levels: int = 40,
    baths: Baths = None,
) -> System:
    r"""Driven harmonic oscillator between baths on :math:`a + a^\dagger`.

    .. math:: H = \omega_0 a^\dagger a + F\,(a^\dagger e^{-i\omega t} + \text{h.c.})

    Parameters
    ----------
    frequency, drive, omega : float or DataArray
        :math:`\omega_0`, F and the drive frequency.
    levels : int
        Fock states kept, at least two.
    baths : sequence of Bath, optional
        Any number of them; two Ohmic baths at T = 1.2 and 0.4 by default.

    Returns
    -------
    System
        Fock states counted from zero.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> oscillator(omega=0.7).levels
    40
    """
    n = ladder(levels)
    a = destroy(n)
    return System(
        hamiltonian=[(number("frequency", frequency), num(n))],
        drive={1: [(number("drive", drive), a.T)]},
        omega=omega,
        baths=everywhere(baths, a + a.T),
        name="harmonic oscillator",
        edge=(n - 1,),
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


def three_level(
    energies: Sequence[Number] = (0.0, 1.0, 2.5),
    drive: Number = 0.1,
    omega: Number = 1.5,
    baths: Baths = None,
) -> System:
    r"""Three-level amplifier (Scovil & Schulz-DuBois, PRL 2, 262, 1959).

    .. math:: H = \sum_{j=g,1,2} E_j |j\rangle\langle j|
              + \tfrac12 A\,(|2\rangle\langle 1| e^{-i\omega t} + \text{h.c.})

    The first (hot) bath couples g and 2, the second (cold) one g and 1. It amplifies the drive,
    a negative pump current, where heat inverts 1 and 2:
    :math:`(E_2 - E_g)/T_\text{hot} < (E_1 - E_g)/T_\text{cold}`.

    Parameters
    ----------
    energies : three of float or DataArray
        :math:`E_g, E_1, E_2`.
    drive, omega : float or DataArray
        A and the drive frequency, of the order of :math:`E_2 - E_1`.
    baths : two of Bath, optional
        Hot, then cold; more only if they bring their own coupling.

    Returns
    -------
    System
        Three levels in the order g, 1, 2.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> three_level().terminals
    ('hot', 'cold', 'pump')
    """
    ground, one, two = several("energies", energies, 3)
    to_two, to_one = transition(3, 2, 0), transition(3, 1, 0)
    return System(
        hamiltonian=[(e, projector(3, j)) for j, e in enumerate((ground, one, two))],
        drive={1: [(0.5 * number("drive", drive), transition(3, 2, 1))]},
        omega=omega,
        baths=each(baths, [to_two + to_two.T, to_one + to_one.T], ("hot", "cold")),
        name="three-level amplifier",
    )


MODELS: dict[str, Callable[..., Any]] = {
    "spin_boson": spin_boson,
    "two_qubits": two_qubits,
    "kerr_resonator": kerr_resonator,
    "oscillator": oscillator,
    "spin": spin,
    "modulated_qubit": modulated_qubit,
    "three_level": three_level,
}
