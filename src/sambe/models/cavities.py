"""Driven cavities that hold something: an atom, or a mirror that moves."""

from __future__ import annotations

from collections.abc import Sequence

from ..description.operators import destroy, lift
from ..description.spin_operators import sigmam, sigmax, sigmaz
from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Number
from .arguments import COOL, Baths, each, ladder, number

__all__ = ["jaynes_cummings", "optomechanics"]


def jaynes_cummings(
    cavity: Number = 1.0,
    splitting: Number = 1.0,
    coupling: Number = 0.05,
    drive: Number = 0.01,
    omega: Number = 1.0,
    levels: int = 5,
    baths: Baths = None,
) -> System:
    r"""Driven cavity that exchanges photons with a qubit, a bath on each.

    .. math:: H = \omega_c a^\dagger a + \tfrac12\omega_q\sigma_z + g\,(a^\dagger\sigma_- + \text{h.c.})
              + F\,(a^\dagger e^{-i\omega t} + \text{h.c.})

    Parameters
    ----------
    cavity, splitting, coupling, drive, omega : float or DataArray
        :math:`\omega_c, \omega_q`, g, F and the drive frequency.
    levels : int
        Fock states kept, at least two.
    baths : two of Bath, optional
        The first on the cavity's :math:`a + a^\dagger`, the second on the qubit's :math:`\sigma_x`; more only
        if they bring their own coupling. At T = 0.25 and 0.1 by default.

    Returns
    -------
    System
        Levels in the order of the tensor product of the cavity and the qubit, the excited state first.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    References
    ----------
    E. T. Jaynes and F. W. Cummings, Proc. IEEE 51, 89 (1963).

    Examples
    --------
    >>> jaynes_cummings(levels=4).levels
    8
    """
    n = ladder(levels)
    shape = [n, 2]
    a, lower = lift(destroy(n), 0, shape), lift(sigmam(), 1, shape)
    exchange = a.T @ lower
    return System(
        hamiltonian=[
            (number("cavity", cavity), a.T @ a),
            (0.5 * number("splitting", splitting), lift(sigmaz(), 1, shape)),
            (number("coupling", coupling), exchange + exchange.T),
        ],
        drive={1: [(number("drive", drive), a.T)]},
        omega=omega,
        baths=each(baths, [a + a.T, lift(sigmax(), 1, shape)], temperatures=COOL),
        name="Jaynes-Cummings",
        edge=(2 * n - 2, 2 * n - 1),
    )


def optomechanics(
    cavity: Number = 1.0,
    mirror: Number = 0.1,
    coupling: Number = 0.01,
    drive: Number = 0.01,
    omega: Number = 0.9,
    levels: Sequence[int] = (4, 6),
    baths: Baths = None,
) -> System:
    r"""Driven cavity whose photons push a mirror, a bath on each.

    .. math:: H = \omega_c a^\dagger a + \omega_m b^\dagger b - g\,a^\dagger a\,(b + b^\dagger)
              + F\,(a^\dagger e^{-i\omega t} + \text{h.c.})

    A drive below the cavity by :math:`\omega_m` takes phonons out of the mirror, one above it adds them.

    Parameters
    ----------
    cavity, mirror, coupling, drive, omega : float or DataArray
        :math:`\omega_c, \omega_m`, g, F and the drive frequency.
    levels : pair of int
        Fock states kept of photons and of phonons, at least two of each.
    baths : two of Bath, optional
        The first on :math:`a + a^\dagger`, the second on :math:`b + b^\dagger`; more only if they bring their
        own coupling. At T = 0.25 and 0.1 by default.

    Returns
    -------
    System
        Levels in the order of the tensor product of photons and phonons.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    References
    ----------
    M. Aspelmeyer, T. J. Kippenberg and F. Marquardt, Rev. Mod. Phys. 86, 1391 (2014).

    Examples
    --------
    >>> optomechanics().levels
    24
    """
    if not isinstance(levels, Sequence) or isinstance(levels, str) or len(levels) != 2:
        raise InputError("levels", levels, "give two numbers of levels, of photons and of phonons")
    shape = [ladder(n) for n in levels]
    a, b = (lift(destroy(n), k, shape) for k, n in enumerate(shape))
    photons = a.T @ a
    count = shape[0] * shape[1]
    top = {k for k in range(count) if k // shape[1] == shape[0] - 1 or k % shape[1] == shape[1] - 1}
    return System(
        hamiltonian=[
            (number("cavity", cavity), photons),
            (number("mirror", mirror), b.T @ b),
            (-number("coupling", coupling), photons @ (b + b.T)),
        ],
        drive={1: [(number("drive", drive), a.T)]},
        omega=omega,
        baths=each(baths, [a + a.T, b + b.T], temperatures=COOL),
        name="optomechanics",
        edge=tuple(sorted(top)),
    )
