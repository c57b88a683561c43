"""Superconducting circuits: a transmon, and a qubit that opens and closes a way for heat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..description.operators import Operator, destroy, lift
from ..description.spin_operators import sigmax, sigmaz
from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Number, real_number
from .arguments import COOL, Baths, each, everywhere, ladder, number, several

__all__ = ["heat_valve", "transmon"]

# Charge states on either side beyond the levels that are kept. A choice: with E_J up to 300 E_C the lowest
# twenty levels then stand still to 1e-12 of their splitting.
CHARGES = 25
# Amplitude of a kept level on the last charge states, above which these are too few. A choice: what is cut
# off is its square, 1e-12, and the levels stand still as far.
CUT = 1e-6


def transmon(
    josephson: float = 2.77,
    charging: float = 0.05,
    offset_charge: float = 0.0,
    drive: Number = 0.02,
    omega: Number = 1.0,
    levels: int = 4,
    baths: Baths = None,
    polarization: str = "circular",
) -> System:
    r"""Transmon driven through its charge, in its lowest levels.

    .. math:: H = 4E_C(\hat n - n_g)^2 - E_J\cos\hat\varphi + A\cos(\omega t)\,\hat n/|n_{01}|

    for the linear drive; the circular one keeps what raises a level to the next one with
    :math:`e^{-i\omega t}`, and the conjugate. Drive and baths act through the charge in units of its element
    between the two lowest levels, so that A is the Rabi frequency of their resonance and J the rate of their
    decay at T = 0. With :math:`E_J \gg E_C` their splitting is about :math:`\sqrt{8E_JE_C} - E_C`, and the
    next one is smaller by about :math:`E_C`.

    Parameters
    ----------
    josephson, charging, offset_charge : float
        :math:`E_J, E_C > 0` and :math:`n_g`; the levels that are kept follow from them, so that they are no
        axes of a sweep.
    drive, omega : float or DataArray
        A and the drive frequency.
    levels : int
        Levels kept, at least two.
    baths : sequence of Bath, optional
        Any number of them; two Ohmic baths at T = 0.25 and 0.1 by default.
    polarization : {"circular", "linear"}
        Of the drive.

    Returns
    -------
    System
        Levels by their energies, the lowest at zero.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    References
    ----------
    J. Koch et al., Phys. Rev. A 76, 042319 (2007).

    Examples
    --------
    >>> transmon(levels=3).levels
    3
    """
    if not isinstance(polarization, str) or polarization not in ("circular", "linear"):
        raise InputError("polarization", polarization, "choose 'circular' or 'linear'")
    for field, value in (("josephson", josephson), ("charging", charging)):
        if not real_number(value) or not value > 0.0:
            raise InputError(field, value, "give a positive number; for several, make a system of each")
    if not real_number(offset_charge):
        raise InputError("offset_charge", offset_charge, "give a real number")
    n = ladder(levels)
    energies, charge = _transmon_levels(josephson, charging, offset_charge, n)
    acting = charge if polarization == "linear" else np.diag(np.diagonal(charge, -1), -1)
    return System(
        hamiltonian=np.diag(energies),
        drive={1: [(0.5 * number("drive", drive), acting)]},
        omega=omega,
        baths=everywhere(baths, charge, COOL),
        name=f"transmon, {polarization} drive",
        edge=(n - 1,),
    )


def _transmon_levels(
    josephson: float, charging: float, offset: float, levels: int
) -> tuple[np.ndarray, Operator]:
    """Energies above the lowest, and the charge between the levels over its first element."""
    from scipy.linalg import eigh_tridiagonal

    most = levels + CHARGES
    charges = np.arange(-most, most + 1.0)
    diagonal = 4.0 * charging * (charges + np.round(offset) - offset) ** 2
    hops = np.full(len(charges) - 1, -0.5 * josephson)
    try:
        energies, states = eigh_tridiagonal(diagonal, hops, select="i", select_range=(0, levels - 1))
        reaches = not np.abs(states[[0, -1]]).max() < CUT
    except np.linalg.LinAlgError:  # numbers so far apart that LAPACK finds no level
        reaches = True
    if reaches:
        raise InputError(
            "josephson", josephson, "its levels reach beyond the charge states: give less over charging, "
            "or kerr_resonator, which it is at such a ratio",
        )  # fmt: skip
    charge = states.T @ (charges[:, None] * states)
    charge = 0.5 * (charge + charge.T)
    # the sign of each state is free: neighbours are joined by positive elements
    signs = np.cumprod(np.r_[1.0, np.where(np.diagonal(charge, 1) < 0.0, -1.0, 1.0)])
    charge = signs[:, None] * charge * signs / np.abs(charge[0, 1])
    charge[np.abs(charge) < 1e-10] = 0.0  # of equal parity at n_g = 0
    return energies - energies[0], charge.astype(complex)


def heat_valve(
    splitting: Number = 1.0,
    resonators: Sequence[Number] = (1.0, 1.0),
    coupling: Number = 0.02,
    modulation: Number = 0.0,
    omega: Number | None = None,
    levels: int = 3,
    baths: Baths = None,
) -> System:
    r"""Qubit between two resonators, each with a bath: heat passes where all three are in tune.

    .. math:: H = \tfrac12(\omega_q + \lambda\cos\omega t)\,\sigma_z + \sum_{i=1,2} \omega_i a_i^\dagger a_i
              + g\,\sigma_x\,(a_i + a_i^\dagger)

    Parameters
    ----------
    splitting : float or DataArray
        :math:`\omega_q`, which a flux tunes.
    resonators : pair of float or DataArray
        :math:`\omega_1, \omega_2`.
    coupling : float or DataArray
        g.
    modulation, omega : float or DataArray
        :math:`\lambda` and the frequency of the flux; without it the valve stands still.
    levels : int
        Fock states kept of each resonator, at least two.
    baths : two of Bath, optional
        The first on the first resonator's :math:`a + a^\dagger`, the second on the other's; more only if they
        bring their own coupling. At T = 0.25 and 0.1 by default.

    Returns
    -------
    System
        Levels in the order of the tensor product of the first resonator, the qubit (excited state first) and
        the second resonator.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    References
    ----------
    A. Ronzani et al., Nature Physics 14, 991 (2018), arXiv:1801.09312.

    Examples
    --------
    >>> heat_valve(splitting=0.7).terminals
    ('left', 'right', 'pump')
    """
    n = ladder(levels)
    first, second = several("resonators", resonators, 2)
    shape = [n, 2, n]
    a, b = lift(destroy(n), 0, shape), lift(destroy(n), 2, shape)
    z, x = lift(sigmaz(), 1, shape), lift(sigmax(), 1, shape)
    fields = [a + a.T, b + b.T]
    modulated = {} if omega is None else {1: [(0.25 * number("modulation", modulation), z)]}
    count = 2 * n * n
    return System(
        hamiltonian=[
            (0.5 * number("splitting", splitting), z),
            (first, a.T @ a),
            (second, b.T @ b),
            *((number("coupling", coupling), x @ field) for field in fields),
        ],
        drive=modulated,
        omega=omega,
        baths=each(baths, fields, temperatures=COOL),
        name="heat valve",
        edge=tuple(k for k in range(count) if k // (2 * n) == n - 1 or k % n == n - 1),
    )
