"""Quantum dots between fermionic leads, and a molecule that vibrates between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ..description.bath import Bath
from ..description.leads.fermions import fermion
from ..description.leads.lead import Lead
from ..description.operators import Operator, destroy, lift, num
from ..description.spectral_density import Ohmic
from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Number
from .arguments import Baths, ladder, listed_baths, number, several

__all__ = ["anderson_dot", "double_dot", "molecular_junction", "quantum_dot"]

# The two leads of a model that is given none, in units of the energy, which is 1 for the default frequencies
# and interactions. A choice: rates small against the temperature, and a clear bias.
DEFAULT_RATE, DEFAULT_TEMPERATURE, DEFAULT_BIAS = 0.01, 0.1, 0.4


def quantum_dot(
    epsilon: Number = 0.3, drive: Number = 0.0, omega: Number = 1.0, baths: Baths = None
) -> System:
    r"""One level without spin between leads, shaken by a gate.

    .. math:: H = [\epsilon + A\cos(\omega t)]\,d^\dagger d

    The gate lets particles enter with q quanta more or less, with the weights :math:`J_q(A/\omega)^2` (Tien
    and Gordon, Phys. Rev. 129, 647, 1963).

    Parameters
    ----------
    epsilon, drive, omega : float or DataArray
        :math:`\epsilon`, A and the drive frequency.
    baths : sequence of Lead or Bath, optional
        Leads, each on d unless it brings its own operator; baths of bosons bring theirs. By default two
        leads, left and right, with a bias between them.

    Returns
    -------
    System
        Two levels, empty and filled.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> quantum_dot(drive=0.5).terminals
    ('left', 'right', 'pump')
    """
    d = fermion(0, 1)
    n = num(2)
    return System(
        hamiltonian=[(number("epsilon", epsilon), n)],
        drive=_shaken(drive, n),
        omega=omega,
        baths=_placed(baths, [d, d], spare=d),
        name="quantum dot",
    )


def double_dot(
    energies: Sequence[Number] = (0.0, 0.6),
    hopping: Number = 0.05,
    interaction: Number = 2.0,
    drive: Number = 0.2,
    omega: Number = 0.6,
    baths: Baths = None,
) -> System:
    r"""Two dots in a row, whose detuning a gate shakes: photon-assisted tunnelling.

    .. math:: H = \epsilon_l n_l + \epsilon_r n_r + t\,(d_l^\dagger d_r + \text{h.c.}) + U n_l n_r
              + \tfrac12 A\cos(\omega t)\,(n_l - n_r)

    The left lead feeds the left dot, the right one the right dot. Where a quantum bridges the splitting
    :math:`\sqrt{(\epsilon_l-\epsilon_r)^2 + 4t^2}` the drive moves particles from one to the other, without a
    bias too (Stoof and Nazarov, Phys. Rev. B 53, 1050, 1996).

    Parameters
    ----------
    energies : two of float or DataArray
        :math:`\epsilon_l, \epsilon_r`.
    hopping, interaction, drive, omega : float or DataArray
        t, U, A and the drive frequency.
    baths : two of Lead, optional
        Left, then right; baths of bosons besides bring their own operators.

    Returns
    -------
    System
        Four levels: empty, right, left, both.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> double_dot().levels
    4
    """
    left, right = fermion(0, 2), fermion(1, 2)
    n_left, n_right = (d.conj().T @ d for d in (left, right))
    hop = left.conj().T @ right
    first, second = several("energies", energies, 2)
    return System(
        hamiltonian=[
            (first, n_left),
            (second, n_right),
            (number("hopping", hopping), hop + hop.conj().T),
            (number("interaction", interaction), n_left @ n_right),
        ],
        drive=_shaken(drive, 0.5 * (n_left - n_right)),
        omega=omega,
        baths=_placed(baths, [left, right]),
        name="double dot",
    )


def anderson_dot(
    epsilon: Number = -0.5,
    interaction: Number = 1.0,
    field: Number = 0.0,
    drive: Number = 0.0,
    omega: Number = 1.0,
    baths: Baths = None,
) -> System:
    r"""One level for two spins that repel each other (Anderson, Phys. Rev. 124, 41, 1961).

    .. math:: H = \epsilon\,(n_\uparrow + n_\downarrow) + \tfrac12 B\,(n_\uparrow - n_\downarrow)
              + U n_\uparrow n_\downarrow + A\cos(\omega t)\,(n_\uparrow + n_\downarrow)

    Each lead couples to either spin, with modes of its own. Current flows where :math:`\epsilon` or
    :math:`\epsilon + U` lies between the chemical potentials; between them one particle keeps the next one
    out, Coulomb blockade.

    Parameters
    ----------
    epsilon, interaction, field : float or DataArray
        :math:`\epsilon`, U and the Zeeman splitting B.
    drive, omega : float or DataArray
        A of a gate and the drive frequency.
    baths : sequence of Lead or Bath, optional
        As for `quantum_dot`.

    Returns
    -------
    System
        Four levels: empty, down, up, both.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> anderson_dot().terminals
    ('left', 'right', 'pump')
    """
    spins = [fermion(0, 2), fermion(1, 2)]
    up, down = (d.conj().T @ d for d in spins)
    return System(
        hamiltonian=[
            (number("epsilon", epsilon), up + down),
            (number("field", field), 0.5 * (up - down)),
            (number("interaction", interaction), up @ down),
        ],
        drive=_shaken(drive, up + down),
        omega=omega,
        baths=_placed(baths, [spins, spins], spare=spins),
        name="Anderson dot",
    )


def molecular_junction(
    epsilon: Number = 0.5,
    frequency: Number = 1.0,
    coupling: Number = 0.8,
    levels: int = 8,
    drive: Number = 0.0,
    omega: Number = 1.0,
    baths: Baths = None,
) -> System:
    r"""A level whose particle shifts a vibration, between two leads and a bath of phonons.

    .. math:: H = [\epsilon + A\cos(\omega t)]\,d^\dagger d + \Omega\,a^\dagger a
              + \lambda\,d^\dagger d\,(a + a^\dagger)

    A particle enters with m quanta of the vibration by the Franck-Condon factor of
    :math:`g = (\lambda/\Omega)^2`, so that the current grows in steps of :math:`2\Omega` of the bias
    (Koch and von Oppen, Phys. Rev. Lett. 94, 206804, 2005). The phonons cool what it leaves behind.

    Parameters
    ----------
    epsilon, frequency, coupling : float or DataArray
        :math:`\epsilon, \Omega, \lambda`; particles see the level :math:`\epsilon - \lambda^2/\Omega`.
    levels : int
        Fock states kept, at least two.
    drive, omega : float or DataArray
        A of a gate and the drive frequency.
    baths : sequence of Lead or Bath, optional
        Leads on d and baths of bosons on a + a†, unless they bring their own; by default two leads and
        phonons.

    Returns
    -------
    System
        The dot in front of the vibration.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> molecular_junction().terminals
    ('left', 'right', 'phonons', 'pump')
    """
    dims = (2, ladder(levels))
    d, a = lift(fermion(0, 1), 0, dims), lift(destroy(levels), 1, dims)
    n, x = d.conj().T @ d, a + a.conj().T
    return System(
        hamiltonian=[
            (number("epsilon", epsilon), n),
            (number("frequency", frequency), a.conj().T @ a),
            (number("coupling", coupling), n @ x),
        ],
        drive=_shaken(drive, n),
        omega=omega,
        baths=_placed(baths, [d, d], x, spare=d),
        name="molecular junction",
    )


def _shaken(drive: Number, op: Operator) -> Any:
    """A cos(omega t) times an operator; no drive at all where A is a plain zero, which leaves a frame."""
    amplitude = number("drive", drive)
    return None if np.ndim(amplitude) == 0 and amplitude == 0 else {1: [(0.5 * amplitude, op)]}


def _placed(
    baths: Baths, places: list[Any], bosonic: Operator | None = None, spare: Any = None
) -> tuple[Bath, ...]:
    """Leads with the operator of their place, those behind with the spare one, and baths with theirs."""
    reservoirs = _default(bosonic) if baths is None else listed_baths(baths)
    out: list[Bath] = []
    leads = 0
    for bath in reservoirs:
        op = bosonic
        if isinstance(bath, Lead):
            op = places[leads] if leads < len(places) else spare
            leads += 1
        if bath.coupling is None and op is None:
            raise InputError(
                f"{bath.label}.coupling", None, f"this model has places for {len(places)} leads; what stands "
                "besides brings an operator of its own",
            )  # fmt: skip
        out.append(bath if bath.coupling is not None else replace(bath, coupling=op))
    if leads < len(places):
        raise InputError(
            "baths", [bath.name for bath in reservoirs], f"this model has {len(places)} places for a "
            "sambe.Lead, in this order; give one for each",
        )  # fmt: skip
    return tuple(out)


def _default(bosonic: Operator | None) -> tuple[Bath, ...]:
    leads = [
        Lead(name, tunnelling=DEFAULT_RATE, temperature=DEFAULT_TEMPERATURE, chemical_potential=mu)
        for name, mu in (("left", 0.5 * DEFAULT_BIAS), ("right", -0.5 * DEFAULT_BIAS))
    ]
    if bosonic is None:
        return tuple(leads)
    phonons = Bath("phonons", spectrum=Ohmic(0.01, cutoff=10.0), temperature=DEFAULT_TEMPERATURE)
    return (*leads, phonons)
