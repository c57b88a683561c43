r"""The generating function of the energies: the eigenvalue of the generator with counting fields that grows
out of the stationary state's zero.

.. math:: \lambda(\xi) = \lim_{t\to\infty} \tfrac1t\ln\langle e^{\sum_u\xi_u E_u}\rangle

In real fields it is the one of largest real part, which for rates is real and single (Perron and Frobenius);
into complex fields it is followed from there along the imaginary parts. Of the complete equation it is the
logarithm of an eigenvalue of the map of a period, over the period; of several tones it is one of their
harmonics.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ...numerics.eigenvalue_branch import FIRST, SMALLEST, followed, refined, rightmost
from ...numerics.exponential import expm
from ..generators.counting.counting_harmonics import CountedPeriod
from ..generators.jumps import jumps_at
from ..generators.near_states.coherences import relaxation_rates
from ..generators.periodic_generator import HARMONIC_FLOOR, reach_of
from ..method import Method
from ..states.periods.complete_state import MAP_LEVELS
from ..states.periods.period_map import GAUSS, LARGEST, MOST_STEPS, exponent, first_steps
from ..states.solution import Solution
from ..treatments import TREATMENTS
from .tilted_balance import tilted_balance

__all__ = ["MOST_LEVELS", "generating_function"]

# Levels up to which the eigenvalue with coherences is followed: matrices of N^2 x N^2. A choice: a step takes
# a second.
MOST_LEVELS = 28
TOGETHER = 2**19  # numbers in the matrices of points that are followed together: they stay in the cache
AGREEING = (
    1e-9  # of the eigenvalue, between a number of steps of a period and its double, relative to the activity
)

Numbers = npt.NDArray[np.complex128]
Points = npt.NDArray[np.intp]


def generating_function(solution: Solution, fields: Numbers, method: Method) -> Numbers:
    """Lambda at a batch of points, ``(P,)``; not a number where there is no answer.

    Parameters
    ----------
    solution : Solution
        With one axis of points.
    fields : array (P, U + T) or (P, 2U + T)
        Conjugate to the energies into the system from the baths and from the pump of each tone, one over
        energy; then to the particles from the baths.
    method : Method
    """
    points, n = solution.unique.size, solution.plain.dressing.levels
    out = np.full(points, np.nan, dtype=complex)
    places = np.flatnonzero(
        solution.unique & solution.converged & np.isfinite(solution.currents).all(axis=-1)
    )
    if solution.complete is not None:
        whole = solution.complete[places]
        if n <= MAP_LEVELS:
            at = _by_harmonics if solution.plain.dressing.several_tones else _over_period
            for point in places[whole]:
                out[point] = at(solution, int(point), fields)
        places = places[~whole]
    unknowns = n if TREATMENTS[method.secular].populations_only else n * n
    if unknowns > n and n > MOST_LEVELS:
        return out
    size = max(1, TOGETHER // unknowns**2)
    for batch in (places[k : k + size] for k in range(0, places.size, size)):
        out[batch] = _at(solution, batch, fields[batch], method)
    return out


def _at(solution: Solution, places: Points, fields: Numbers, method: Method) -> Numbers:
    """At some points."""
    make, inside = TREATMENTS[method.secular].counted, solution.inside
    counted = make(jumps_at(solution.jumps, places), None if inside is None else inside[places])

    def matrix(points: Points, place: npt.NDArray[np.float64]) -> Numbers:
        turned = fields[points].real + 1j * place[:, None] * fields[points].imag
        return counted.take(points).tilted(turned)

    start = rightmost(counted.tilted(_complex(fields.real)))
    start = replace(start, value=_complex(start.value.real))
    return followed(matrix, start).value if fields.imag.any() else start.value


def _complex(x: npt.NDArray[np.float64]) -> Numbers:
    return np.asarray(x, dtype=complex)


def _by_harmonics(solution: Solution, point: int, fields: Numbers) -> complex:
    """The same under several tones, which have no period."""
    return tilted_balance(jumps_at(solution.jumps, np.array([point])), fields[point])


def _over_period(solution: Solution, point: int, fields: Numbers) -> complex:
    """At a point of the complete equation, by the map of a period."""
    jumps = jumps_at(solution.jumps, np.array([point]))
    n, reach = jumps.dressing.levels, reach_of(jumps, HARMONIC_FLOOR)
    least = AGREEING * float(relaxation_rates(jumps).max())
    steps, known = int(first_steps(jumps)[0]), complex(np.nan)
    while steps * n**4 <= LARGEST and steps <= MOST_STEPS:
        period = _Period(CountedPeriod(jumps, reach, steps), fields[point])
        value = period.followed() if np.isnan(known) else period.near(known)
        if abs(value - known) <= least:
            return value
        known, steps = value, 2 * steps
    return complex(np.nan)


class _Period:
    """The map of a period in fields, of a single point."""

    def __init__(self, counted: CountedPeriod, fields: Numbers) -> None:
        self.counted, self.fields = counted, fields
        self.period = float(2.0 * np.pi / counted.harmonics.omega[0])

    def map(self, place: float, shift: complex) -> tuple[Numbers, float]:
        """Over the period, times exp(-shift period), with a share of the imaginary part of the fields,
        ``(1, N^2, N^2)``; and the logarithm of a factor that is taken out of it."""
        c, h = self.counted, self.period / self.counted.samples
        fields = (self.fields.real + 1j * place * self.fields.imag)[None]
        eye = np.eye(c.levels**2)
        a = [h * (c.tilted(fields, offset)[0] - shift * eye) for offset in GAUSS]
        steps, factor = expm(exponent(*a)[None])[0], 0.0
        while len(steps) > 1:
            steps = np.matmul(steps[1::2], steps[::2])
            largest = np.abs(steps).max(axis=(-2, -1), keepdims=True)
            steps, factor = steps / largest, factor + float(np.log(largest).sum())
        return np.asarray(steps), factor

    def followed(self) -> complex:
        """The eigenvalue in the fields, from that in their real parts."""
        a, factor = self.map(0.0, 0.0)
        largest = rightmost(a)
        if not largest.known[0]:
            return complex(np.nan)
        value = complex((np.log(largest.value[0].real) + factor) / self.period)
        vector, place, step = largest.vector, 0.0 if self.fields.imag.any() else 1.0, FIRST
        while place < 1.0 and step >= SMALLEST:
            ahead = min(place + step, 1.0)
            a, factor = self.map(ahead, value)
            trial = refined(a, np.exp(-factor) * np.ones(1, dtype=complex), vector)
            turn = complex(np.log(trial.value[0])) + factor
            if trial.known[0] and abs(turn) < 1.0:  # a larger one may be another branch of the logarithm
                value, vector = value + turn / self.period, trial.vector
                place, step = ahead, 2.0 * step
            else:
                step *= 0.25
        return value if place >= 1.0 else complex(np.nan)

    def near(self, value: complex) -> complex:
        """The eigenvalue in the fields next to one that is known."""
        a, factor = self.map(1.0, value)
        if not np.isfinite(a).all():
            return complex(np.nan)
        values = np.linalg.eigvals(a[0])
        nearest = values[np.argmin(np.abs(values - np.exp(-factor)))]
        return complex(value + (np.log(nearest) + factor) / self.period)
