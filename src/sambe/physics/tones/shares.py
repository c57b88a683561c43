r"""Noise of each tone where commensurate tones have folded into one.

The total of their quanta is counted as that of one drive. The share of a tone follows from its phase: with
:math:`\varphi_t + i\xi/2` on the left of the state and :math:`\varphi_t - i\xi/2` on its right the generator
has the derivative

.. math:: \mathcal L_t\rho = w_t\Big[\sum_q\big(L^{(q)}\rho\,T_t^{(q)\dagger} + \mathrm{h.c.}\big)
          + \tfrac12\Big\{\frac{\partial\epsilon}{\partial\varphi_t}, \rho\Big\}\Big],\qquad
          T_t = i\,\frac{\partial S}{\partial\varphi_t},

whose trace is the current, and of the second derivative the trace alone is needed, that of
:math:`w_t^2\sum_q 2\,\mathrm{Re}\,T_t^{(q)\dagger}(\tfrac12 a\circ T_t^{(q)})`. Populations have exactly
this; with coherences the field stands on one side, as the current does, and what the phase does to the
energies of jumps is left out, which is of the order of the coupling. Weighted with the frequencies the shares
add up to what the one drive has. As paths interfere that take quanta from different tones, this is no
probability: of a share there are mean and variance, and third cumulants are not told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...numerics.arrays import dagger
from ..currents.cumulants import Counted
from ..generators.jumps import Jumps, jumps_at
from ..generators.one_sided import both_signs
from ..generators.periodic_generator import make_harmonics, over_period
from ..generators.redfield import pack, unpack
from ..method import Method
from ..routes import solve_universal
from ..states.periods.complete_state import courses_of
from ..statistics.counting import Statistics, period_response, response_at
from ..treatments import TREATMENTS
from .splitting import TOGETHER, Folded, lines_of_tones

__all__ = ["with_shares"]

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]
Points = npt.NDArray[np.intp]
_Told = tuple[Reals, Reals, Reals]


def with_shares(plain: Statistics, part: Folded, system: System, method: Method) -> Statistics:
    """Statistics with a pump for each tone, from those of the tones that are left.

    Not a number where shares are not told: third cumulants, the universal equation, whose jump operators are
    others.

    Parameters
    ----------
    plain : Statistics
        Of ``part.inner``.
    part : Folded
        A batch with one axis.
    system : System
        Of the tones that have folded.
    method : Method
    """
    solution, orders = part.inner, plain.cumulants.shape[1]
    baths = len(solution.plain.wiring)
    out = Statistics.blank(len(plain.activity), orders, baths, system.tones)
    out.noise[:, :baths, :baths] = plain.noise[:, :baths, :baths]
    out.cumulants[:, :, :baths] = plain.cumulants[:, :, :baths]
    out.shot[:, :baths] = plain.shot[:, :baths]
    out = replace(out, activity=plain.activity, absorbed=plain.absorbed, converged=plain.converged)
    if TREATMENTS[method.secular].solve is solve_universal:
        return out
    moving = np.zeros(len(out.activity), dtype=bool) if solution.complete is None else solution.complete
    points, late = np.flatnonzero(plain.converged & ~moving), np.flatnonzero(plain.converged & moving)
    d = solution.plain.dressing
    size = max(1, TOGETHER // (4 * d.couplings[0].size * (1 + system.tones)))
    parts = (
        (x, _standing(part, system, x, method))
        for x in (points[k : k + size] for k in range(0, len(points), size))
    )
    turning = _turning(part, system, late) if late.size and not d.several_tones else ()
    for batch, (noise, mean, shot) in chain(parts, turning):
        out.noise[batch] = noise
        out.cumulants[batch, 0, baths:] = mean
        if orders > 1:
            out.cumulants[batch, 1] = np.diagonal(noise, axis1=-2, axis2=-1)
        out.shot[batch, baths:] = shot
    return out


class _Shares:
    """What is counted of each tone at some points: operators at each of M times of a period, of which a state
    that stands still needs one, with a harmonic and its like side by side as if they were operators.

    States are ``(P, ..., M, N, N)``, traces their mean over the times.
    """

    def __init__(self, jumps: Jumps, part: Folded, system: System, at: Points, samples: int) -> None:
        bare = replace(jumps, shift_forward=None, shift_backward=None)  # a shift is no jump
        absorbed = list(jumps.dressing.quanta)
        driven = [k for k, q in enumerate(absorbed) if q]
        h = make_harmonics(bare, absorbed[-1])
        lines, work = lines_of_tones(h, bare, part, system, at)
        w = np.stack([np.broadcast_to(np.asarray(x, float), len(at)) for x in _at(system.omega, at)], axis=-1)
        lines = np.moveaxis(w[:, :, None, None, None, None] * lines, 1, 0)
        energy = both_signs(jumps.energy, driven, -1.0)[:, None]

        def timed(x: Complex) -> Complex:
            """(P, C, K, N, N) at each time."""
            if samples:
                return over_period(x, h.quanta, samples)
            return x.reshape(len(x), 1, -1, *x.shape[-2:])

        self.forward = timed(h.forward)
        self.lines = np.stack([timed(x) for x in lines], axis=1)
        n = jumps.dressing.levels
        self.work = np.zeros((len(at), system.tones, max(samples, 1), n, n), dtype=complex)
        if work is not None:
            done = w[:, :, None, None, None] * work.lines
            self.work += over_period(done, work.quanta, samples).swapaxes(1, 2) if samples else done[
                :, :, work.quanta == 0]  # fmt: skip
        # of each bath: W∘L, and T with half the rate, both with the T of its operators
        self.of_baths = []
        for (wires, l), up, down in zip(h.heat, jumps.forward, jumps.backward, strict=True):
            rate = both_signs(0.5 * up, driven, 1.0, 0.5 * down)[:, None]
            alike = [x[:, list(wires)] for x in lines]
            met = np.stack([timed(x) for x in alike], axis=1)
            self.of_baths.append((timed(energy * l), np.stack([timed(rate * x) for x in alike], axis=1), met))

    def act(self, rho: Complex) -> Complex:
        """Derivative of the generator by the field of each tone, ``(P, T, M, N, N)``."""
        half = np.matmul(np.matmul(self.forward, rho[:, :, None])[:, None], dagger(self.lines)).sum(axis=3)
        half = half + 0.5 * np.matmul(self.work, rho[:, None])
        return np.asarray(half + dagger(half))

    def rates(self, rho: Complex) -> Reals:
        """Its traces of states, ``(P, T, B)`` of ``(P, B, M, N, N)``."""
        jumped = np.matmul(dagger(self.lines), self.forward[:, None]).sum(axis=3)
        functional = 2.0 * jumped + self.work
        turned = rho.swapaxes(-1, -2)[:, None]
        return np.asarray(np.sum(functional[:, :, None] * turned, axis=(-2, -1)).real.mean(axis=-1))

    def with_baths(self, rho: Complex) -> Reals:
        """Traces of the derivatives by the fields of a bath and of a tone, ``(P, U, T)``."""
        rows = [_met(met, np.matmul(warm, rho[:, :, None])[:, None]) for warm, _, met in self.of_baths]
        return np.stack(rows, axis=1)

    def of_pairs(self, rho: Complex) -> Reals:
        """Traces of the derivatives by the fields of two tones, ``(P, T, T)``."""
        tones = range(self.lines.shape[1])
        out: Reals = sum(
            np.stack([_met(met, np.matmul(rated[:, t, None], rho[:, None, :, None])) for t in tones], axis=-1)
            for _, rated, met in self.of_baths
        )  # type: ignore[assignment]
        return 0.5 * (out + out.swapaxes(-1, -2))


def _met(lines: Complex, taken: Complex) -> Reals:
    """2 Re Tr[T† X] summed over operators, mean over the times, ``(P, T)``."""
    return np.asarray(2.0 * np.sum(lines.conj() * taken, axis=(3, 4, 5)).real.mean(axis=-1))


def _at(omega: tuple[object, ...], at: Points) -> list[object]:
    return [x[at] if isinstance(x, np.ndarray) and x.ndim else x for x in omega]


@dataclass(frozen=True)
class _Form:
    """How the unknowns x of a state stand for matrices: populations, or packed at each of M times."""

    levels: int
    times: int
    alone: bool
    inside: npt.NDArray[Any] | float = 1.0

    def matrices(self, x: Reals) -> Complex:
        """``(P, ..., M, N, N)``."""
        n = self.levels
        if self.alone:
            return np.asarray((x[..., None] * np.eye(n))[..., None, :, :], dtype=complex)
        return np.asarray(unpack(x.reshape(*x.shape[:-1], self.times, n, n)))

    def flat(self, x: Complex) -> Reals:
        """Unknowns of Hermitian matrices ``(P, T, M, N, N)``."""
        if self.alone:
            return np.diagonal(x, 0, -2, -1).real[:, :, 0]
        return np.asarray(pack(x * self.inside)).reshape(*x.shape[:2], -1)


def _standing(part: Folded, system: System, points: Points, method: Method) -> _Told:
    """Where the state stands still."""
    solution = part.inner
    counted, x, respond = response_at(solution, points, method)
    inside = 1.0 if solution.inside is None else solution.inside[points][:, None, None]
    form = _Form(solution.plain.dressing.levels, 1, solution.state.ndim == 2, inside)
    return _told(
        _Shares(jumps_at(solution.jumps, points), part, system, points, 0), counted, x, respond, form
    )


def _told(
    shares: _Shares, counted: Counted, x: Reals, respond: Callable[[Reals, Reals], Reals], form: _Form
) -> _Told:
    """Noise of all terminals ``(P, U + T, U + T)``, and means and one-way noise of the tones."""
    rho, baths = form.matrices(x), range(len(counted.baths))
    u = len(baths)
    pairs, both = shares.of_pairs(rho), shares.with_baths(rho)
    shot = np.concatenate(
        [np.stack([counted.rate(b, 2, x) for b in baths], axis=-1), np.diagonal(pairs, 0, -2, -1)], axis=-1
    )
    tones = shares.rates(rho[:, None])[..., 0]
    mean = np.concatenate([np.stack([counted.rate(b, 1, x) for b in baths], axis=-1), tones], axis=-1)
    acted = np.stack([counted.act(b, 1, x) for b in baths], axis=1)
    first = np.concatenate([acted, form.flat(shares.act(rho))], axis=1)
    moved = respond(first - mean[..., None] * x[:, None], np.abs(shot))
    rows = [np.stack([counted.rate(b, 1, moved[:, k]) for k in range(moved.shape[1])], -1) for b in baths]
    half = np.concatenate([np.stack(rows, axis=1), shares.rates(form.matrices(moved))], axis=1)
    noise = half + half.swapaxes(-1, -2)
    noise[:, u:, u:] += pairs
    noise[:, :u, u:] += both
    noise[:, u:, :u] += both.swapaxes(-1, -2)
    noise[:, baths, baths] += shot[:, :u]
    return noise, tones, shot[:, u:]


def _turning(part: Folded, system: System, points: Points) -> Iterator[tuple[Points, _Told]]:
    """Where the state is periodic: which of the points have an answer, and theirs."""
    jumps, n = jumps_at(part.inner.jumps, points), part.inner.plain.dressing.levels
    for alike, packed, slow in courses_of(jumps):
        group, times = jumps_at(jumps, alike), packed.shape[1]
        counted, respond = period_response(group, packed, slow)
        shares = _Shares(group, part, system, points[alike], times)
        told = _told(shares, counted, packed.reshape(len(packed), -1), respond, _Form(n, times, False))
        fine = np.flatnonzero(respond.converged)
        yield points[alike[fine]], tuple(x[fine] for x in told)  # type: ignore[misc]
