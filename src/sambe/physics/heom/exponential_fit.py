r"""Few exponentials for a bath of any spectral density, by a nonlinear fit of its power spectrum.

The even and the odd part of the power spectrum :math:`S(\omega) = a(-\omega)` of a bath with
:math:`C(t) = \sum_k (a_k + ib_k) e^{-v_k t}` are rational in :math:`x = \omega^2` with common poles,

.. math:: S_+ = \sum_k \frac{2 a_k v_k}{x + v_k^2},\qquad S_- = -\omega\sum_k \frac{2 b_k}{x + v_k^2},

with real :math:`v_k` or pairs :math:`v, v^*`. Poles come from variable projection (Golub and Pereyra,
Inverse Problems 19, R1 (2003)): least squares over them, the residues solved for inside. For an Ohmic
bath of cutoff 10 and T = 0.4, rates to 2e-3 take 12 exponentials or more with QuTiP's own fits (AAA,
ESPRIT, ESPIRA; their pairs v, v* share a residue) and 4 with this one.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.reservoir import Keyed, Reservoir
from .jump_lines import Lines

__all__ = ["fitted_residues", "obstacle", "poles"]

Floats = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]
# Most of the constants were varied for the default baths (Ohmic, cutoff 10, T = 1.2 and 0.4) and three to six
# exponentials; "indifferent" means that the error of the rates moved by half of itself at most.
# Frequencies of the fit: indifferent from 100 to 1600.
GRID = 400
# Weight of the band of the lines against the rest of the spectrum. With 1 the rates are up to three times
# worse, with 100 up to four times better, at the cost of the spectrum outside the band.
IN_BAND = 10.0
# Weight of the strongest line against the grid: the rates count most. With 1e2 they are two to eight times
# worse, with 1e6 not reliably better.
ON_LINE = 1e4
# Share of its maximum below which J counts as gone: indifferent from 1e-3 to 1e-6.
NEGLIGIBLE = 1e-4
# Frequency in bands of the lines at which J has to be gone. A choice: a cutoff so far above the lines leaves
# the rates no digit that depends on it.
FAR = 1e12
# Where the peak and the end of J are looked for: 500 frequencies a decade over twelve decades around the
# band.
SCAN = np.geomspace(1e-6, 1e6, 6001)
# Damped oscillations v, v* of a fit, at most: indifferent from 1 to 4 for an Ohmic bath; a structured one has
# more maxima. A choice, as each takes a fit of its own.
MOST_PAIRS = 3
# Damping of the residues, relative to the sum of squares of the columns: it keeps them from growing against
# each other, with which the hierarchy would converge slowly. Indifferent from 1e-12 to 1e-8.
RIDGE = 1e-10
# Evaluations of one fit at most. A choice; what has not converged by then is judged as it is.
MOST_EVALUATIONS = 60


def spectrum_parts(reservoir: Reservoir, w: Floats) -> tuple[Floats, Floats]:
    """Even and odd part of the power spectrum a(-w) at w > 0."""
    up, down = (np.asarray(x, dtype=float) for x in reservoir.rates(w))
    return (down + up) / 2.0, (down - up) / 2.0


@lru_cache(maxsize=256)
def frequency_grid(key: Keyed, band: float) -> tuple[Floats, float]:
    """Grid from far below the lines to where J is gone, and the frequency at which J peaks."""
    scan = band * SCAN
    j = np.asarray(key.reservoir.density(scan), dtype=float) * np.ones_like(scan)
    peak = float(scan[j.argmax()])
    top = float(scan[j > NEGLIGIBLE * j.max()][-1])
    low = min(band, peak, key.reservoir.state.scale() or band) * 1e-2
    return np.concatenate([[low * 1e-3], np.geomspace(low, max(top, 4.0 * band), GRID)]), peak


def obstacle(reservoir: Reservoir, band: float) -> str | None:
    """Why no sum of exponentials can stand for this bath, or None."""
    scan = band * SCAN
    j = np.asarray(reservoir.density(scan), dtype=float) * np.ones_like(scan)
    if not np.isfinite(j).all():
        return "is not finite at every frequency"
    if not j.max() > 0:
        return "vanishes at every frequency near those of the system"
    far = np.asarray(reservoir.density(np.array([FAR * band])), dtype=float)
    if far.max() > NEGLIGIBLE * j.max():  # however far the cutoff lies above the lines
        return "does not fall off at high frequency; give it a cutoff"
    low, _ = spectrum_parts(reservoir, band * np.array([1e-12, 1e-8]))
    if low[0] > 2.0 * low[1]:
        return (
            "has a thermal rate that diverges at zero energy (sub-Ohmic or white at T > 0); "
            "use an exponent of at least 1, or equation='floquet'"
        )
    return None


def _basis(w: Floats, real: Floats, pairs: Complex) -> Floats:
    """Columns v^2/(x + v^2) of real v, then real and imaginary part of |v|^2/(x + v^2)."""
    x = (w * w)[:, None]
    columns = [real * real / (x + real * real)]
    if pairs.size:
        f = np.abs(pairs) ** 2 / (x + pairs * pairs)
        columns += [f.real, f.imag]
    return np.concatenate(columns, axis=1)


def _basis_slopes(w: Floats, real: Floats, pairs: Complex) -> Floats:
    """Derivatives of the columns of `_basis` by the logarithms of `_unpack`, ``(G, K, K)``."""
    x, n, m = (w * w)[:, None], len(real), len(pairs)
    out = np.zeros((len(w), n + 2 * m, n + 2 * m))
    column = real * real / (x + real * real)
    k, first, second = np.arange(n), np.arange(n, n + m), np.arange(n + m, n + 2 * m)
    out[:, k, k] = 2.0 * column * (1.0 - column)
    over = 1.0 / (x + pairs * pairs)
    f = np.abs(pairs) ** 2 * over
    for part, along, turn in ((first, pairs.real, 1.0), (second, pairs.imag, 1j)):
        slope = 2.0 * along * over * (along - turn * f * pairs)
        out[:, first, part], out[:, second, part] = slope.real, slope.imag
    return out


def _unpack(p: Floats, reals: int) -> tuple[Floats, Complex]:
    """Exponents from their logarithms: real ones, then Re and Im of the pairs."""
    re, im = np.split(np.exp(p[reals:]), 2)
    return np.exp(p[:reals]), re + 1j * im


def _project(a: Floats, y: Floats, grid: int) -> tuple[Floats, Floats]:
    """Least-squares coefficients of y on the columns of a, a little damped on the scale of the
    first ``grid`` rows, and what is left of y."""
    damping = RIDGE * float(np.sum(a[:grid] ** 2))
    c = np.asarray(np.linalg.solve(a.T @ a + damping * np.eye(a.shape[1]), a.T @ y), dtype=float)
    return c, a @ c - y


def _projected_slopes(a: Floats, slopes: Floats, y: Floats, grid: int) -> Floats:
    """Derivatives of what `_project` leaves, ``(G, K)``, from those of the columns ``(G, K, K)``.

    With M = a^T a + d: dr = (da) c + a dc, M dc = -(da)^T r - a^T (da) c - (dd) c.
    """
    c, left = _project(a, y, grid)
    damping, count = RIDGE * float(np.sum(a[:grid] ** 2)), a.shape[1]
    moved = np.einsum("gkm,k->gm", slopes, c)
    damped = 2.0 * RIDGE * np.einsum("gk,gkm->m", a[:grid], slopes[:grid])
    drive = np.einsum("gkm,g->km", slopes, left) + a.T @ moved + c[:, None] * damped
    out: Floats = moved - a @ np.linalg.solve(a.T @ a + damping * np.eye(count), drive)
    return out


@lru_cache(maxsize=512)
def poles(key: Keyed, count: int, band: float) -> tuple[Floats, Complex]:
    """Exponents v_k of the best fit with ``count`` exponentials.

    Parameters
    ----------
    key : Keyed
        The reservoir; no pole depends on its strength.
    count : int
        Number of exponentials; a pair v, v* counts as two.
    band : float
        Frequencies below it are weighted up.

    Returns
    -------
    real : array (R,)
        Purely decaying exponents.
    pairs : array (P,)
        One of each conjugate pair, R + 2 P = count.
    """
    from scipy.optimize import least_squares

    w, peak = frequency_grid(key, band)
    even, odd = spectrum_parts(key.reservoir, w)
    weight = (1.0 + IN_BAND * (w <= band)) / even.max()
    lowest, highest = np.log(w[1]), np.log(w[-1])

    def remainder(p: Floats, reals: int) -> Floats:
        a = _basis(w, *_unpack(p, reals)) * weight[:, None]
        _, first = _project(a, weight * even, len(w))
        _, second = _project(a * w[:, None], weight * odd, len(w))
        return np.concatenate([first, second])

    def slopes(p: Floats, reals: int) -> Floats:
        exponents = _unpack(p, reals)
        a, da = _basis(w, *exponents), _basis_slopes(w, *exponents)
        return np.concatenate([
            _projected_slopes(a * by[:, None], da * by[:, None, None], weight * y, len(w))
            for by, y in ((weight, even), (weight * w, odd))
        ])  # fmt: skip

    best: Any = None
    for pairs in range(min(count // 2, MOST_PAIRS) + 1):
        reals = count - 2 * pairs
        start = np.clip(_start(key.reservoir.state.scale(), peak, reals, pairs), lowest + 0.1, highest - 0.1)
        solution = least_squares(
            remainder, start, slopes, args=(reals,), bounds=(lowest, highest), x_scale="jac",
            max_nfev=MOST_EVALUATIONS,
        )  # fmt: skip
        if best is None or solution.cost < best[0]:
            best = solution.cost, _unpack(solution.x, reals)
    chosen: tuple[Floats, Complex] = best[1]
    return chosen


def _start(scale: float, peak: float, reals: int, pairs: int) -> Floats:
    """Logarithms of a first guess: decays around that of the state, oscillations at the peak of J."""
    low = 0.3 * min(scale or 0.1 * peak, peak)
    decays = np.geomspace(low, 3.0 * peak, reals + 2)[1:-1]
    beats = peak * 2.0 ** np.arange(pairs)
    guess: Floats = np.log(np.concatenate([decays, 0.2 * beats, beats]))
    return guess


def fitted_residues(
    reservoir: Reservoir, real: Floats, pairs: Complex, lines: Lines
) -> tuple[list[tuple[complex, complex, complex]], float]:
    r"""Residues by linear least squares, the lines of the system weighted up.

    Returns
    -------
    exponents : list of (a, v, b)
        :math:`C(t) = \sum (a + ib)e^{-vt}`, conjugate pairs included.
    band_error : float
        Largest error of the power spectrum inside the band, relative to its maximum there.
    """
    grid, _ = frequency_grid(Keyed.of(reservoir), lines.band)
    inside = grid <= lines.band
    w = np.concatenate([grid, np.maximum(np.abs(lines.energy), grid[0])])
    even, odd = spectrum_parts(reservoir, w)
    share = lines.strength / max(float(lines.strength.max(initial=0.0)), 1e-300)
    weight = np.concatenate([1.0 + IN_BAND * inside, ON_LINE * share])
    a = _basis(w, real, pairs)
    first, left = _project(a * weight[:, None], weight * even, len(grid))
    second, right = _project(a * (weight * w)[:, None], weight * odd, len(grid))
    missed = (np.abs(left) + np.abs(right)) / weight
    error = float(missed[: grid.size][inside].max() / even[: grid.size][inside].max())
    return _exponents(real, pairs, first, second), error


def _exponents(
    real: Floats, pairs: Complex, even: Floats, odd: Floats
) -> list[tuple[complex, complex, complex]]:
    n, m = len(real), len(pairs)
    out = [
        (complex(e * v / 2.0), complex(v), complex(-o * v * v / 2.0))
        for v, e, o in zip(real, even[:n], odd[:n], strict=True)
    ]
    even_pair, odd_pair = (c[n : n + m] - 1j * c[n + m :] for c in (even, odd))
    for v, e, o in zip(pairs, even_pair, odd_pair, strict=True):
        square = abs(v) ** 2
        one = complex(e * square / (4.0 * v)), complex(v), complex(-o * square / 4.0)
        out += [one, tuple(z.conjugate() for z in one)]  # type: ignore[list-item]
    return out
