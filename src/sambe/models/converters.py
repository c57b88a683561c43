"""Converters: energy from one tone goes to another."""

from __future__ import annotations

from collections.abc import Sequence

from ..description.operators import destroy, lift
from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Number
from .arguments import COOL, Baths, each, ladder, number, several

__all__ = ["parametric_converter"]


def parametric_converter(
    frequencies: Sequence[Number] = (1.0, 0.6),
    coupling: Number = 0.001,
    drive: Number = 0.0005,
    omega: Sequence[Number] = (1.0, 0.4),
    levels: Sequence[int] = (4, 4),
    baths: Baths = None,
) -> System:
    r"""Two resonators between which a second tone converts the photons of the first.

    .. math:: H = \omega_a a^\dagger a + \omega_b b^\dagger b + F\,(a^\dagger e^{-i\omega_1 t} + \text{h.c.})
              + g\,(a^\dagger b\,e^{-i\omega_2 t} + \text{h.c.})

    The first tone feeds the resonator a, the second modulates the coupling at about
    :math:`\omega_a - \omega_b`. Each photon of :math:`\omega_1` that leaves through b has become one of
    :math:`\omega_1 - \omega_2`, and the second tone has gained :math:`\omega_2`, so that its current is
    negative. At zero temperature the numbers of photons obey Manley and Rowe's relations,
    :math:`P_2/\omega_2 = J_b/(\omega_1 - \omega_2)` and :math:`P_1/\omega_1 = -J_a/\omega_1 - P_2/\omega_2`.

    Parameters
    ----------
    frequencies : two of float or DataArray
        :math:`\omega_a, \omega_b`.
    coupling, drive : float or DataArray
        g and F.
    omega : two of float or DataArray
        :math:`\omega_1, \omega_2`.
    levels : two of int
        Fock states of a and b, at least two of each.
    baths : two of Bath, optional
        The first on :math:`a + a^\dagger`, the second on :math:`b + b^\dagger`; more only if they bring their
        own coupling. At T = 0.25 and 0.1 by default.

    Returns
    -------
    System
        Levels in the order of the tensor product of a and b.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    References
    ----------
    J. M. Manley and H. E. Rowe, Proc. IRE 44, 904 (1956).

    Examples
    --------
    >>> parametric_converter().terminals
    ('left', 'right', 'pump 1', 'pump 2')
    """
    upper, lower = several("frequencies", frequencies, 2)
    first, second = several("omega", omega, 2)
    if not isinstance(levels, list | tuple) or len(levels) != 2:
        raise InputError("levels", levels, "give two numbers of levels, of a and of b")
    shape = [ladder(n) for n in levels]
    a, b = (lift(destroy(n), k, shape) for k, n in enumerate(shape))
    return System(
        hamiltonian=[(upper, a.T @ a), (lower, b.T @ b)],
        drive={(1, 0): [(number("drive", drive), a.T)], (0, 1): [(number("coupling", coupling), a.T @ b)]},
        omega=(first, second),
        baths=each(baths, [a + a.T, b + b.T], temperatures=COOL),
        name="parametric converter",
    )
