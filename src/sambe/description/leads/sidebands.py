r"""Sidebands of an ac voltage on one lead.

The levels of the lead move by :math:`V\cos\omega t`, so that its annihilation operators turn, and the
coupling :math:`d^\dagger c + \mathrm{h.c.}` with them,

.. math:: d^\dagger\,e^{-i(V/\omega)\sin\omega t} = \sum_q J_q(V/\omega)\,e^{-iq\omega t}\,d^\dagger

(Tien and Gordon, Phys. Rev. 129, 647, 1963). Of :math:`X = (d + d^\dagger)/\sqrt2` and
:math:`Y = i(d - d^\dagger)/\sqrt2` the even harmonics are :math:`J_q X` and :math:`J_q Y`, the odd ones
:math:`iJ_q Y` and :math:`-iJ_q X`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.arrays import Array, Number, is_array, is_concrete, namespace, to_numpy
from ..gate import is_labelled
from ..operators import Operator
from ..sums.modulation import Modulation

__all__ = ["bessel", "sideband_count", "turning"]

# Amplitude of a sideband, over the largest, that is left out: its rate is the square, 1e-20.
FAINT = 1e-10
# Sidebands at most. A choice: each costs as much as a harmonic of the coupling, and fifty are an ac voltage
# of thirty quanta.
MOST = 64


def bessel(order: int, x: Array) -> Array:
    r"""Bessel function :math:`J_q(x)`, of arrays of any library.

    By SciPy for NumPy, else as the mean of :math:`\cos(q\theta - x\sin\theta)` over equally spaced angles,
    which is exact to rounding for more of them than q + x.

    Examples
    --------
    >>> bool(np.isclose(bessel(1, np.array(0.5)), 0.242268457674874))
    True
    """
    if isinstance(x, np.ndarray | float | int | np.number):
        from scipy.special import jv

        return jv(order, np.asarray(x, dtype=float))
    xp = namespace(x)
    theta = xp.asarray(2.0 * np.pi * np.arange(4 * MOST) / (4 * MOST))
    return xp.mean(xp.cos(order * theta - x[..., None] * xp.sin(theta)), axis=-1)


def sideband_count(x: float) -> int:
    """Largest q whose amplitude J_q(x) counts.

    >>> sideband_count(0.0), sideband_count(1.0)
    (0, 10)
    """
    orders = np.arange(1, 2 * MOST)
    felt = np.flatnonzero(np.abs(bessel(orders, abs(x))) > FAINT)  # type: ignore[arg-type]
    return int(orders[felt[-1]]) if felt.size else 0


def turning(quadratures: tuple[Operator, Operator], voltage: Number, omega: Number, field: str) -> Any:
    """The couplings X(t) and Y(t) of an operator under an ac voltage, or X and Y where it is zero.

    Parameters
    ----------
    quadratures : tuple of array (N, N)
        X and Y.
    voltage, omega : number or array, labelled or not
    field : str
        Of the voltage, for errors.

    Raises
    ------
    InputError
        If there are too many sidebands, or their number cannot be known.
    """
    x, y = quadratures
    ratio = voltage / omega
    count = _count(ratio, field)
    if count == 0:
        return x, y
    swept = is_labelled(ratio) or is_array(ratio)
    rows: list[tuple[int, Number, Operator, Operator]] = []
    for q in range(count + 1):
        odd = q % 2
        rows.append((q, _sideband(q, ratio), 1j * y if odd else x, -1j * x if odd else y))
    if swept:
        return tuple(Modulation({}, tuple((q, j, ops[k]) for q, j, *ops in rows)) for k in (0, 1))
    return tuple(Modulation({q: j * ops[k] for q, j, *ops in rows if j}) for k in (0, 1))


def _count(ratio: Number, field: str) -> int:
    """Sidebands that count at the largest ratio of voltage and frequency."""
    data = getattr(ratio, "values", ratio) if is_labelled(ratio) else ratio
    if not is_concrete(data):
        raise InputError(
            field, "a traced number", "how many sidebands count has to be known before; differentiate by "
            "another number, or leave the ac voltage out",
        )  # fmt: skip
    size = np.abs(to_numpy(data) if is_array(data) else np.asarray(data))
    finite = size[np.isfinite(size)]
    count = sideband_count(float(finite.max())) if finite.size else 0
    if count > MOST:
        raise InputError(
            field, float(finite.max()), f"V/omega is so large that more than {MOST} sidebands count; such a "
            "slow voltage is a bias that follows it in time",
        )  # fmt: skip
    return count


def _sideband(q: int, ratio: Number) -> Number:
    if not is_labelled(ratio):
        return bessel(q, ratio) if is_array(ratio) else float(bessel(q, float(ratio)))
    data = ratio.data
    if hasattr(data, "map_blocks"):  # Dask
        return ratio.copy(data=data.map_blocks(lambda block: bessel(q, block)))
    return ratio.copy(data=bessel(q, data))
