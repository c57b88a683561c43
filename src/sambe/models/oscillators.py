"""Driven oscillators between baths: harmonic, or with a Kerr term."""

from __future__ import annotations

from ..description.operators import destroy, num
from ..description.system import System
from ..numerics.arrays import Number
from .arguments import Baths, everywhere, ladder, number

__all__ = ["kerr_resonator", "oscillator"]


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
    drive: Number = 0.005,
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
