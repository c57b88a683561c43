r"""Lamb shift: the principal-value part of a bath's one-sided correlation transform.

With :math:`C(t) = \langle B(t)B\rangle = \frac{1}{2\pi}\int dW\,a(W)\,e^{iWt}`,

.. math:: \int_0^\infty\! C(t)\,e^{-iWt}\,dt = \tfrac12 a(W) + i\,s(W),\qquad
          s(W) = \frac{1}{2\pi}\,\mathrm P\!\!\int_{-\infty}^{\infty}\! dW'\,\frac{a(W')}{W' - W},

and the bath moves the levels by :math:`H_\mathrm{LS} = \sum S^\dagger (s\circ S)`; at T = 0 that is the
second-order shift :math:`-\sum_k g_k^2|S_{ij}|^2/(E_i - E_j + \omega_k)` of a level j. At zero energy
:math:`s(0) = -\lambda_R`, with :math:`\lambda_R = \int_0^\infty d\omega\,J/(2\pi\omega)` the reorganisation
energy: adding the counter-term :math:`\lambda_R S^2` to the Hamiltonian takes s(W) to s(W) - s(0).
"""

from __future__ import annotations

import math
from functools import cache, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.reservoir import Keyed, Reservoir, ThermalState, thermal
from ...description.spectral_density import DrudeLorentz, Flat, SpectralDensity, Underdamped
from ...errors import ConvergenceError, InputError
from ...numerics.arrays import Array, Number, expand, is_concrete, is_numpy, namespace, to_numpy
from ...numerics.principal_value import Piecewise, fit, principal_integral
from .shift_divergences import INTEGRABLE, OCTAVES, divergence_of, diverging_shift, tail_beyond

__all__ = [
    "LAMB_SHIFTS", "TABLE_FROM", "lamb_shift", "lamb_shift_pair",
    "reorganisation_energy", "static_pull", "unchecked_pair",
]  # fmt: skip

NO_SHIFT, WHERE_FINITE = "none", "auto"
LAMB_SHIFTS = (WHERE_FINITE, NO_SHIFT, "shift", "counter")
# Energies of one bath from which a table is made of s(W), of a whole sweep where they belong to one, so that
# no portion of it changes a digit. Measured on an Ohmic bath: the integrals take 14 ms
# for 3000 energies and 46 ms for 10 000, a table 28 ms for any number, and tiles that follow find it made.
TABLE_FROM = 3000
# Error of the table, relative to its largest value. A choice: ten times less than what `lamb_shift` promises.
TABLE_ERROR = 1e-10
FINEST = 1e-14  # least width of a panel of the table, in units of its range: some tens of roundings
# Errors to which the rates are fitted, relative to the largest, tried in turn. A choice: measured spectra are
# not smooth to the last digit, and what is rough at 1e-6 is refused.
RATE_ERRORS = (1e-12, 1e-10, 1e-8, 1e-6)
# Least |W|, in the user's unit of energy, in which the rule that JAX traces counts its octaves. A choice.
SMALLEST = 1e-8
ENDED = 1e-2  # of the largest rate: what that rule takes for none in its last octave. A choice
# Energy, over the largest, of a jump that takes none: rounding of differences of energies, with room.
STANDING = 1e-12
# Least distance of an underdamped mode from critical damping, relative to its frequency squared: there its
# two poles merge. Moved apart by 1e-5 of the frequency they change J by 1e-10.
LEAST_SPLITTING = 1e-10

Real = npt.NDArray[np.float64]


def lamb_shift(
    spectrum: SpectralDensity, temperature: Number, energy: Array, *, counter: bool = False
) -> Array:
    r"""Principal-value part :math:`s(W) = \frac{1}{2\pi}\mathrm P\!\int dW' a(W')/(W' - W)`, thermal bath.

    Parameters
    ----------
    spectrum : SpectralDensity
        J, rate convention. `DrudeLorentz` and `Underdamped` have a closed form; any other goes by
        quadrature, good to 1e-9 of its largest value.
    temperature : float or array
        T >= 0; broadcasts against ``energy``.
    energy : array
        W, positive when the system absorbs.
    counter : bool
        Include the counter-term :math:`\lambda_R S^2`: s(W) - s(0).

    Returns
    -------
    array
        s(W), shape of ``energy``: the shift of the level that absorbs W, per unit :math:`|S|^2`.

    Raises
    ------
    InputError
        If the integral diverges (white noise), or the spectrum is too rough for it.

    Examples
    --------
    >>> import numpy as np
    >>> s = lamb_shift(DrudeLorentz(0.01, cutoff=2.0), 0.5, np.array([0.0, 1.0]))
    >>> bool(np.isclose(s[0], -0.01))
    True
    """
    return lamb_shift_pair(thermal(spectrum, temperature), energy, counter=counter)[0]


def lamb_shift_pair(reservoir: Reservoir, energy: Array, *, counter: bool = False) -> tuple[Array, Array]:
    """s(W) and s(-W) of a reservoir in any state; see `lamb_shift`."""
    up, down = unchecked_pair(reservoir, energy, counter)
    if is_concrete(up) and not bool(namespace(up).all(namespace(up).isfinite(up + down))):
        raise diverging_shift(reservoir, "vanishing")
    return up, down


def unchecked_pair(
    reservoir: Reservoir, energy: Array, counter: bool, tabled: bool | None = None, level: bool = False
) -> tuple[Array, Array]:
    """s(W) and s(-W), infinite at W = 0 where J/w is not integrable at zero.

    Parameters
    ----------
    energy : array
        Of jumps ``(..., Q, N, N)``, each point by itself, or any other shape.
    tabled : bool, optional
        Whether integrals are looked up in a table; by default where the energies are many.
    level : bool
        Whether what diverges at high frequencies, one number for all energies, counts for nothing, as it does
        against a counter-term.
    """
    numbers = reservoir.numbers().values()
    xp = namespace(energy, *numbers)
    energy = xp.asarray(energy) * 1.0
    if isinstance(reservoir.spectrum, Flat):
        raise diverging_shift(reservoir, "high")
    poles = _poles(reservoir, xp)
    if poles:
        up, down = _closed(reservoir, energy, poles)
        base = static_pull(reservoir) if counter else 0.0
        return up + base, down + base
    if is_numpy(xp):
        return _by_quadrature(reservoir, energy, counter, tabled, level)
    if not all(map(is_concrete, (energy, *numbers))):
        up, down = (_by_fixed_rule(reservoir, w) for w in (energy, -energy))
        base = -_by_fixed_rule(reservoir.at_rest(), energy * 0.0) if counter else 0.0
        return up + base, down + base
    hosted = reservoir.map_numbers(lambda _, x: to_numpy(x))
    up, down = _by_quadrature(hosted, to_numpy(energy), counter, tabled, level)
    return xp.asarray(up), xp.asarray(down)


def reorganisation_energy(spectrum: SpectralDensity) -> Number:
    r"""Reorganisation energy :math:`\lambda_R = \int_0^\infty d\omega\,J(\omega)/(2\pi\omega)`.

    Examples
    --------
    >>> round(float(reorganisation_energy(Underdamped(0.1, width=0.2, frequency=2.0))), 9)
    0.00125
    """
    if isinstance(spectrum, DrudeLorentz):
        return spectrum.strength
    if isinstance(spectrum, Underdamped):
        return spectrum.strength * spectrum.strength / (2.0 * spectrum.frequency * spectrum.frequency)
    return -lamb_shift(spectrum, 0.0, np.asarray(0.0))


def static_pull(reservoir: Reservoir) -> Number:
    r"""-s(0), what a counter-term undoes: :math:`\lambda_R`, with a(-W) - a(W) in the place of J."""
    if reservoir.spectrum is not None and isinstance(reservoir.state, ThermalState):
        return reorganisation_energy(reservoir.spectrum)
    return -lamb_shift_pair(reservoir.at_rest(), np.asarray(0.0))[0]


# --- closed forms: J is a rational function -------------------------------------------------------------


def _poles(reservoir: Reservoir, xp: Any) -> list[tuple[Array, Array]]:
    """Poles of J in the upper half plane with their residues, for a thermal reservoir whose J is rational.

    Those below are the conjugates; none where there is no closed form.
    """
    spectrum = reservoir.spectrum
    if not isinstance(reservoir.state, ThermalState):
        return []
    if isinstance(spectrum, DrudeLorentz):
        return [(1j * spectrum.cutoff, 2.0 * spectrum.strength * spectrum.cutoff)]
    if isinstance(spectrum, Underdamped):
        frequency, width = xp.asarray(spectrum.frequency) * 1.0, xp.asarray(spectrum.width)
        squared = frequency * frequency - 0.25 * width * width
        least = LEAST_SPLITTING * frequency * frequency
        squared = xp.where(xp.abs(squared) < least, least, squared)
        damped = xp.sqrt(squared + 0j)  # the frequency of the damped mode; imaginary where it is overdamped
        residue = spectrum.strength * spectrum.strength / (2j * damped)
        return [(damped + 0.5j * width, residue), (-damped + 0.5j * width, -residue)]
    return []


def _closed(reservoir: Reservoir, energy: Array, poles: list[tuple[Array, Array]]) -> tuple[Array, Array]:
    r"""s(W) and s(-W) for a rational J, from the residues of a(W) in the upper half plane.

    The Matsubara poles of n(W) sum to digamma functions, those of J add the rest:

    .. math:: s(W) = -\frac{J(W)}{2\pi}\mathrm{Re}\,\psi\Big(1 + \frac{iW}{2\pi T}\Big)
              + \sum_p \mathrm{Im}\frac{g_p}{2} - \mathrm{Re}\frac{g_p}{2\pi}[\psi(x_p) + \psi(1 + x_p)],

    with :math:`g_p = r_p/(p - W)` and :math:`x_p = -ip/2\pi T`.
    """
    xp = namespace(energy, reservoir.temperature)
    tau = 2.0 * math.pi * reservoir.temperature
    stimulated = xp.real(shifted_digamma(1j * (xp.abs(energy) + 1e-100), tau))
    matsubara = reservoir.dissipation(energy) * stimulated / (2.0 * math.pi)
    up, down = -matsubara, matsubara
    for p, r in poles:
        around = 2.0 * shifted_digamma(-1j * p, tau) - tau / (-1j * p)
        for sign in (1.0, -1.0):
            g = r / (p - sign * energy)
            part = 0.5 * xp.imag(g) - xp.real(g * around) / (2.0 * math.pi)
            up, down = (up + part, down) if sign > 0 else (up, down + part)
    return up, down


def shifted_digamma(y: Array, tau: Number) -> Array:
    r""":math:`\psi(1 + y/\tau) + \ln\tau`, which tends to :math:`\ln y` as tau -> 0; Re y >= 0.

    Recurrence, then the asymptotic series (NIST Handbook 5.11.2): array libraries have no digamma of
    complex arguments, and none has this limit.
    """
    xp = namespace(y, tau)
    total: Array = 0.0
    for k in range(1, 9):
        total = total - tau / (k * tau + y)
    u = xp.asarray(9.0 * tau + y)
    q = tau / u
    square = q * q
    tail = 691.0 / 32760.0
    for c in (-1.0 / 132.0, 1.0 / 240.0, -1.0 / 252.0, 1.0 / 120.0, -1.0 / 12.0):
        tail = c + square * tail
    return total + xp.log(u) - 0.5 * q + square * tail


# --- under JAX's tracing: a rule that does not look at the values ----------------------------------------


@cache
def _ray() -> tuple[Real, Real]:
    """Gauss nodes u > 0 and weights over u, dense about u = 1 and in octaves up to 1e24."""
    x, w = np.polynomial.legendre.leggauss(8)
    close = 2.0 ** -np.arange(1.0, 22.0)
    edges = np.concatenate([[0.0], 1.0 - close, [1.0], 1.0 + close[::-1], 2.0 ** np.arange(1.0, 81.0)])
    half = 0.5 * np.diff(edges)[:, None]
    u = edges[:-1, None] + half * (1.0 + x)
    return u.ravel(), (half * w / u).ravel()


def _by_fixed_rule(reservoir: Reservoir, energy: Array) -> Array:
    r"""The principal value as :math:`\int_0^\infty [a(W + v) - a(W - v)]\,dv/(2\pi v)`, to about 1e-7.

    v counts in units of |W|, so that the kink of the rate at zero lies at v = 1 whatever W is. Hard edges
    of a spectrum are not resolved; where a rate has not ended there is no number.
    """
    xp = namespace(energy, *reservoir.numbers().values())
    u, weight = (xp.asarray(part) for part in _ray())
    w = energy[..., None]
    v = u * xp.clip(xp.abs(w), SMALLEST, None)
    wide = reservoir.map_numbers(lambda _, x: expand(x, 1))
    rise = wide.rates(w + v)[0] - wide.rates(w - v)[0]
    size = xp.abs(rise)
    ended = xp.max(size[..., -8:], axis=-1) <= ENDED * xp.max(size, axis=-1)  # the last octave
    return xp.where(ended, xp.sum(rise * weight, axis=-1), xp.nan) / (2.0 * math.pi)


# --- any other spectral density: quadrature -------------------------------------------------------------


def _by_quadrature(
    reservoir: Reservoir, energy: Real, counter: bool, tabled: bool | None, level: bool
) -> tuple[Real, Real]:
    """Group the energies by their reach and the parameters of their bath, and integrate group by group."""
    numbers = reservoir.numbers()
    columns = np.broadcast_arrays(_reach(energy), *numbers.values())
    table = np.stack([np.asarray(c, dtype=float).ravel() for c in columns], axis=-1)
    rows, which = np.unique(table, axis=0, return_inverse=True)
    which = np.broadcast_to(which.reshape(columns[0].shape), energy.shape).ravel()
    order = np.argsort(which, kind="stable")
    groups = np.split(order, np.cumsum(np.bincount(which, minlength=len(rows)))[:-1])
    flat = energy.ravel()
    up, down = np.empty(flat.size), np.empty(flat.size)
    for row, members in zip(rows, groups, strict=True):
        fixed = reservoir.with_numbers(dict(zip(numbers, row[1:].tolist(), strict=True)))
        both = np.concatenate([flat[members], -flat[members]])
        looked_up = both.size >= TABLE_FROM if tabled is None else tabled
        values = _one_bath(fixed, both, float(row[0]), looked_up, level or counter)
        if counter:
            values = values + _pull(fixed, float(row[0]))
        up[members], down[members] = values[: members.size], values[members.size :]
    return up.reshape(energy.shape), down.reshape(energy.shape)


def _reach(energy: Real) -> Real:
    """Power of two above all energies of a point, so that points share their tables, ``(..., 1, 1, 1)``; of
    less than three axes above all."""
    axes = tuple(range(energy.ndim))[-3:]
    largest = np.max(np.abs(energy), axis=axes if energy.ndim >= 3 else None, keepdims=True, initial=0.0)
    felt = largest > 1e-100
    return np.asarray(np.where(felt, 2.0 ** np.ceil(np.log2(np.where(felt, largest, 1.0) * 1.001)), 1.0))


def _pull(reservoir: Reservoir, reach: float) -> Number:
    """`static_pull`, in which what diverges at high frequencies is the same number as in s(W)."""
    if math.isfinite(tail_beyond(Keyed.of(reservoir), reach)):
        return static_pull(reservoir)
    return -_one_bath(reservoir.at_rest(), np.zeros(1), reach, False, True)[0]


def _one_bath(reservoir: Reservoir, energy: Real, reach: float, tabled: bool, level: bool) -> Real:
    """s(W) of a reservoir of plain numbers, from integrals or tables of unit strength."""
    shape = Keyed.of(reservoir)
    fault = divergence_of(shape, reach)
    if fault and not (level and fault == "high"):
        raise diverging_shift(reservoir, fault)
    scale = 1.0  # rates are proportional to J
    if reservoir.spectrum is not None and "strength" in reservoir.spectrum.numbers():
        scale = float(reservoir.numbers()["spectrum.strength"]) ** reservoir.spectrum.strength_power
    if tabled:
        return scale * _with_ends(shape, reach, energy, _table(shape, reach)(energy))
    return scale * _with_ends(shape, reach, energy, _shift(_rates(shape, reach), energy))


def _with_ends(shape: Keyed, reach: float, energy: Real, values: Real) -> Real:
    """The tail beyond the panels added, where it is finite, and infinity where s(0) = -int J/(2 pi w) has no
    value."""
    w = reach * 2.0 ** np.array([-OCTAVES, -OCTAVES // 2])
    near, far = np.abs(np.asarray(shape.reservoir.dissipation(w), dtype=float))
    tail = tail_beyond(shape, reach)
    values = values - tail / (2.0 * math.pi) if math.isfinite(tail) else values
    if near > INTEGRABLE * far:
        values = np.where(np.abs(energy) <= STANDING * reach, -np.inf, values)
    return values


@lru_cache(maxsize=512)
def _rates(shape: Keyed, reach: float) -> Piecewise:
    """a(W) in panels over the whole axis."""

    def rate(w: Real) -> Real:
        return np.asarray(shape.reservoir.rates(w)[0], dtype=float)

    edges = _edges(shape.reservoir, reach)
    with np.errstate(all="ignore"):
        for tolerance in RATE_ERRORS:
            try:
                return fit(rate, edges, tolerance)
            except ConvergenceError:
                continue
    raise InputError(
        "lamb_shift", shape.reservoir.spectrum or shape.reservoir.state,
        f"J is not smooth to {RATE_ERRORS[-1]:g}; smooth its samples or use lamb_shift='none'",
    )  # fmt: skip


def _edges(reservoir: Reservoir, reach: float) -> Real:
    """Zero, where every rate has a kink, octaves above the reach, and the scales of the reservoir."""
    kinks = np.asarray(reservoir.kinks(), dtype=float)
    kinks = kinks[(kinks > reach * 2.0**-OCTAVES) & (kinks < reach * 2.0**OCTAVES)]
    core = reach * np.arange(1, 8) / 8.0
    octaves = reach * 2.0 ** np.arange(OCTAVES + 1)
    positive = np.unique(np.concatenate([core, octaves, kinks]))
    return np.concatenate([-positive[::-1], [0.0], positive])


def _shift(rates: Piecewise, energy: Real) -> Real:
    return principal_integral(rates, energy.ravel()).reshape(energy.shape) / (2.0 * math.pi)


@lru_cache(maxsize=64)
def _table(shape: Keyed, reach: float) -> Piecewise:
    """s(W) on [-reach, reach], refined until it meets the integral between the nodes."""
    rates = _rates(shape, reach)
    edges = _edges(shape.reservoir, reach)
    inside = edges[np.abs(edges) <= reach]
    return fit(lambda w: _shift(rates, w), inside, TABLE_ERROR, least=FINEST * reach)
