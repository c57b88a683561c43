"""Driven few-level heat machines between baths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..description.gate import size
from ..description.operators import projector, transition
from ..description.spin_operators import sigmam, sigmap, sigmaz
from ..description.system import System
from ..numerics.arrays import Number
from .arguments import Baths, each, everywhere, number, several

__all__ = ["lambda_system", "stochastic_pump", "three_level"]


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


def lambda_system(
    energies: Sequence[Number] = (0.0, 0.3, 1.0),
    drive: Number = 0.02,
    omega: Number = 1.0,
    baths: Baths = None,
) -> System:
    r"""Two lower levels below a common upper one, driven on one leg: optical pumping.

    .. math:: H = \sum_{j=1,2,e} E_j |j\rangle\langle j|
              + \tfrac12 A\,(|e\rangle\langle 1| e^{-i\omega t} + \text{h.c.})

    The first bath couples 1 and e, the second one 2 and e. The drive empties level 1 into level 2, from which
    only heat of the second bath leads back.

    Parameters
    ----------
    energies : three of float or DataArray
        :math:`E_1, E_2, E_e`.
    drive, omega : float or DataArray
        A and the drive frequency, of the order of :math:`E_e - E_1`.
    baths : two of Bath, optional
        On the driven leg, then on the other; more only if they bring their own coupling.

    Returns
    -------
    System
        Three levels in the order 1, 2, e.

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> lambda_system().terminals
    ('left', 'right', 'pump')
    """
    levels = several("energies", energies, 3)
    driven, other = transition(3, 2, 0), transition(3, 2, 1)
    return System(
        hamiltonian=[(e, projector(3, j)) for j, e in enumerate(levels)],
        drive={1: [(0.5 * number("drive", drive), driven)]},
        omega=omega,
        baths=each(baths, [driven + driven.T, other + other.T]),
        name="lambda system",
    )


def stochastic_pump(
    splitting: Number = 1.0, width: Number = 0.2, omega: Number = 0.05, lines: int = 20, baths: Baths = None
) -> System:
    r"""Qubit whose splitting fluctuates, so that noise pumps heat (Segal, PRL 101, 260601, 2008).

    .. math:: H = \tfrac12\omega_0\sigma_z,\qquad
              S(t) = \sum_q c_q\,(\sigma_+ e^{-iq\omega t} + \text{h.c.})

    Noise widens the transition to a line, Kubo's :math:`L(W) = (g/\pi)/[(W-\omega_0)^2 + g^2]` for fast
    noise of the width g. Here it is drawn by 2 n + 1 lines at :math:`W = \omega_0 - q\omega > 0`, each with
    modes of its own and the weight :math:`c_q^2 = \omega L(W)`: rates are sums of a(W) over the line, and a
    bath gives W where the qubit takes :math:`\omega_0`. The rest is the pump's, the work of the noise; its
    quanta have no meaning.

    Parameters
    ----------
    splitting, width : float or DataArray
        :math:`\omega_0` and g.
    omega : float or DataArray
        Distance of neighbouring lines; a third of whatever is narrowest, the line and peaks of baths.
    lines : int
        n, on either side; n omega is how far the line reaches.
    baths : sequence of Bath, optional
        Each with :math:`\sigma_+ + \sigma_-` unless it brings a coupling.

    Returns
    -------
    System

    Raises
    ------
    InputError
        Names the field, the value and the way out.

    Examples
    --------
    >>> stochastic_pump(lines=3).omega
    0.05
    """
    w, g, apart = number("splitting", splitting), number("width", width), number("omega", omega)
    count = size("lines", lines)
    modes = [_line(w, g, apart, q, count) for q in range(-count, count + 1)]
    return System(
        hamiltonian=[(0.5 * w, sigmaz())],
        omega=apart,
        baths=everywhere(baths, modes),
        name="stochastic pump",
    )


def _line(splitting: Any, width: Any, spacing: Any, q: int, count: int) -> Any:
    """Coupling of the modes of one line, at energies above zero; the outermost has half of its weight."""
    weight = spacing * width / np.pi / ((q * spacing) ** 2 + width**2)
    weight = weight * np.heaviside(splitting - q * spacing, 0.5) * (0.5 if abs(q) == count else 1.0)
    operator = sigmap() if q > 0 else sigmam() if q < 0 else sigmap() + sigmam()
    return {abs(q): [(weight**0.5, operator)]}
