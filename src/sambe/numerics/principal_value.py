r"""Principal-value integrals :math:`\mathrm P\!\int dx\,f(x)/(x - y)` of any function, to a checked error.

The function is cut into panels on each of which a Legendre series reproduces it. A panel around y is
integrated term by term by Neumann's formula,

.. math:: \mathrm P\!\int_{-1}^{1}\frac{P_n(x)}{x - z}\,dx = -2 Q_n(z),

(NIST Handbook 14.12.13), a distant one by Gauss's rule; so neither kinks nor jumps at the edges of the
panels, nor a y that sits on one, cost accuracy.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from ..errors import ConvergenceError

__all__ = ["Piecewise", "fit", "principal_integral"]

Real = npt.NDArray[np.float64]
# Nodes of a panel, and terms of its series. A choice: fewer mean more panels, more a costlier recurrence.
ORDER = 16
# Halvings of a panel. A choice that lets a width of one shrink to 1e-60; a panel at a singularity ends
# earlier, where its middle can no longer be told from an edge.
DEPTH = 200
# Panels in one halving beyond which a function counts as noise. A choice: 4096 panels are 65 536 samples, far
# more than a kink or a jump at each edge would need.
MOST = 4096
# Panels in all beyond which a function is refused. A choice: sixteen times the samples that are taken of a
# spectrum of QuTiP's, and at most some seconds for the integrals at the energies of a point.
MOST_PANELS = 2**16
# Distance from the centre of a panel, in half widths, up to which Neumann's formula is used and beyond which
# Gauss's rule is. There the rule errs by 1e-13 for the constant term of the series and by 3e-8 for the
# highest, whose coefficient is below the tolerance; the forward recurrence of Neumann's functions, which
# loses digits with the distance, by 5e-11 at most (measured at 16 nodes).
NEAR = 1.5
# Relative rounding of a number, about four times the unit of a double.
ROUNDING = 1e-15
# Numbers held at once, 2 MB for the distances and 128 kB for the series: choices that keep them in the cache.
CHUNK = 1 << 18
BLOCK = 1 << 14


@dataclass(frozen=True)
class Piecewise:
    """Legendre series on panels that lie side by side.

    Attributes
    ----------
    left, right : array (P,)
        Increasing edges.
    series : array (P, ORDER)
        Legendre coefficients on each panel.
    """

    left: Real
    right: Real
    series: Real

    def __call__(self, x: Real) -> Real:
        """Value at x, any shape, inside the panels."""
        flat, out = np.ravel(x), np.empty(np.size(x))
        series = np.ascontiguousarray(self.series.T)
        for start in range(0, flat.size, BLOCK):
            part = slice(start, start + BLOCK)
            out[part] = self._clenshaw(flat[part], series)
        return out.reshape(np.shape(x))

    def _clenshaw(self, x: Real, series: Real) -> Real:
        """Clenshaw's recurrence from the highest Legendre polynomial down, each x on its own panel."""
        k = np.searchsorted(self.right[:-1], x)
        left, right = self.left.take(k), self.right.take(k)
        z = (2.0 * x - left - right) / (right - left)
        one = two = np.zeros_like(z)
        for n in range(ORDER - 1, 0, -1):
            up, down = (2 * n + 1) / (n + 1), (n + 1) / (n + 2)
            one, two = series[n].take(k) + up * z * one - down * two, one
        out: Real = series[0].take(k) + z * one - 0.5 * two
        return out


@cache
def _rule() -> tuple[Real, Real, Real, Real]:
    """Gauss nodes and weights, values to coefficients, coefficients to values on both halves."""
    x, w = np.polynomial.legendre.leggauss(ORDER)
    legendre = np.polynomial.legendre.legvander(x, ORDER - 1)
    analyse = (legendre * w[:, None] * (np.arange(ORDER) + 0.5)).T
    halves = np.concatenate([0.5 * x - 0.5, 0.5 * x + 0.5])
    return x, w, analyse, np.polynomial.legendre.legvander(halves, ORDER - 1)


def _nodes(left: Real, right: Real) -> Real:
    half = 0.5 * (right - left)
    return (0.5 * (right + left))[:, None] + half[:, None] * _rule()[0]


def fit(f: Callable[[Real], Real], edges: Real, tolerance: float, least: float = 0.0) -> Piecewise:
    """Panels on which a Legendre series agrees with ``f``, halved until it does.

    A series is held against ``f`` on the nodes of the panel's two halves. A panel at a
    singularity is halved as far as numbers go, and then left.

    Parameters
    ----------
    f : callable
        Vectorised.
    edges : array
        Increasing; the known kinks and jumps among them.
    tolerance : float
        Largest error, relative to the largest |f| on the panel or on the whole of the first panels,
        whichever is more.
    least : float
        Width of a panel that is halved no more.

    Raises
    ------
    ConvergenceError
        If the number of panels explodes.
    """
    _, _, analyse, halves = _rule()
    left, right = edges[:-1], edges[1:]
    values = f(_nodes(left, right))
    floor = float(np.max(np.abs(values)))
    done: list[tuple[Real, Real, Real]] = []
    for depth in range(DEPTH + 1):
        series = values @ analyse.T
        middle = 0.5 * (left + right)
        starts, ends = np.stack([left, middle], 1).ravel(), np.stack([middle, right], 1).ravel()
        finer = f(_nodes(starts, ends)).reshape(len(left), 2 * ORDER)
        error = np.abs(finer - series @ halves.T).max(axis=1)
        # the position of a point inside a narrow panel far from zero is known to few digits
        blur = ROUNDING * np.maximum(np.abs(left), np.abs(right)) / (right - left)
        good = error <= (tolerance + blur) * np.maximum(np.abs(finer).max(axis=1), floor)
        good |= (right - left <= least) | (middle <= left) | (middle >= right) | (depth == DEPTH)
        done.append((left[good], right[good], series[good]))
        again = np.repeat(~good, 2)
        if not again.any():
            break
        if np.count_nonzero(again) > MOST or sum(len(part[0]) for part in done) > MOST_PANELS:
            raise ConvergenceError(f"a function of energy is not smooth to {tolerance:g}; smooth its samples")
        left, right = starts[again], ends[again]
        values = finer.reshape(-1, ORDER)[again]
    l, r, c = (np.concatenate([part[k] for part in done]) for k in range(3))
    order = np.argsort(l)
    return Piecewise(l[order], r[order], c[order])


def principal_integral(f: Piecewise, y: Real) -> Real:
    r"""Principal value of :math:`\int dx\,f(x)/(x - y)` over all panels.

    Parameters
    ----------
    y : array (M,)

    Returns
    -------
    array (M,)
        At a jump of f, where it diverges as a logarithm, it is cut off at 1e-15 of the panel.
    """
    x, w, _, _ = _rule()
    nonzero = np.any(f.series != 0.0, axis=1)
    f = Piecewise(f.left[nonzero], f.right[nonzero], f.series[nonzero])
    if not nonzero.any():
        return np.zeros(y.shape)
    half, centre = 0.5 * (f.right - f.left), 0.5 * (f.right + f.left)
    values = f.series @ np.polynomial.legendre.legvander(x, ORDER - 1).T
    weights, places = values * w * half[:, None], _nodes(f.left, f.right)
    least = ROUNDING * np.maximum(np.abs(y), 2.0 * half.min())
    out = np.empty(y.shape)
    step = max(1, CHUNK // places.size)
    for start in range(0, len(y), step):
        block = y[start : start + step]
        z = (block[:, None] - centre) / half
        near = np.abs(z) <= NEAR
        with np.errstate(divide="ignore", invalid="ignore"):
            far = np.sum(weights / (places - block[:, None, None]), axis=-1)
        total = np.sum(np.where(near, 0.0, far), axis=-1)
        i, p = np.nonzero(near)
        block, floor = block[i], least[start : start + step][i]
        # logarithms are taken of distances to the edges, so that those of two neighbours cancel at their edge
        to_left = np.maximum(np.abs(block - f.left[p]), floor)
        to_right = np.maximum(np.abs(block - f.right[p]), floor)
        part = _neumann(0.5 * np.log(to_left / to_right), z[i, p], f.series[p])
        out[start : start + step] = total + np.bincount(i, part, minlength=len(total))
    return out


def _neumann(logarithm: Real, z: Real, series: Real) -> Real:
    """Sum of -2 c_n Q_n(z) from Q_0, by the recurrence of the Legendre functions."""
    before, here = logarithm, z * logarithm - 1.0
    total = series[:, 0] * before + series[:, 1] * here
    for n in range(1, ORDER - 1):
        before, here = here, ((2 * n + 1) * z * here - n * before) / (n + 1)
        total += series[:, n + 1] * here
    return -2.0 * total
