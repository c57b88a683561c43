r"""Answers of a periodic state to what drives it.

.. math:: (\mathcal L(t) - \partial_t)\,x = -b(t),\qquad \overline{\mathrm{Tr}\,x} = 0,

with the period's mean of b without a trace: by the iteration that finds the state itself, or by the map of a
period, on which a step is :math:`x(t + h) = U x(t) + f`, read off the exponential of A and b side by side.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ....numerics.exponential import expm, rectangles
from ...generators.jumps import Jumps
from ...generators.periodic_generator import PeriodicGenerator, make_harmonics, superoperators
from ..iterations.conjugate_residuals import Scratch, descend, inverse, with_trace
from .period_iteration import PeriodApplied, PeriodCorrector
from .period_map import GAUSS, exponent

__all__ = ["IteratedPeriod", "MappedPeriod"]

STEPS, RESTARTS = 48, 6  # of the iteration: twice as many as for the state, as nothing else answers for it
BASIS = 2**23  # numbers in its directions: 64 MB
TOLERANCE = 1e-9  # residual of the answer, relative to the scale of what drives it
CACHED = 2**15  # numbers of one matrix stack of the steps that are made together: they stay in the cache

Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Points = npt.NDArray[np.intp]


class IteratedPeriod:
    """By the iteration of `complete_state`.

    Parameters
    ----------
    jumps : Jumps
        A batch with one axis of points.
    reach : int array (P,)
    state : array (P, M, N, N)
        Packed, at samples of a period.
    slow : bool
        See `PeriodCorrector`.

    Attributes
    ----------
    converged : bool array (P,)
    """

    def __init__(self, jumps: Jumps, reach: Points, state: Reals, slow: bool) -> None:
        samples = state.shape[1]
        g = PeriodicGenerator.of(make_harmonics(jumps, reach), samples)
        self.state = state
        self.applied = PeriodApplied(g)
        self.correct = PeriodCorrector(g, self.applied, slow)
        self.samples, self.levels, self.scratch = samples, g.levels, Scratch()
        self.converged: Flags = self.correct.unique.copy()

    def __call__(self, driven: Reals, scale: Reals) -> Reals:
        """x for each b, ``(P, T, M N^2)``."""
        from scipy.fft import rfft

        n, out = self.levels, np.zeros_like(driven)
        steps = int(np.clip(BASIS // (2 * driven.shape[-1]), 8, STEPS))
        for t in range(driven.shape[1]):
            b = driven[:, t].reshape(len(driven), self.samples, n, n)
            lines = rfft(b, axis=1)
            x = np.zeros_like(b)
            left = np.flatnonzero(self.converged & b.any(axis=(-3, -2, -1)))
            for _ in range(RESTARTS):
                if not left.size:
                    break
                x[left], done = descend(
                    self.applied.take(left), self.correct.take(left), x[left], TOLERANCE, steps, self.scratch,
                    lines[left], scale[left, t],
                )  # fmt: skip
                left = left[~done]
            self.converged[left] = False
            # the equation of motion maps the periodic state to zero: take out whatever came in
            # of it
            x -= np.trace(x.mean(axis=1), axis1=-2, axis2=-1)[:, None, None, None] * self.state
            out[:, t] = x.reshape(len(x), -1)
        return out


class MappedPeriod:
    """By the map of a period, for small systems.

    Parameters
    ----------
    jumps : Jumps
        A batch with one axis of points.
    reach : int array (P,)
    state : array (P, M, N, N)
        Packed, at the begin of every step; M is a power of two.

    Attributes
    ----------
    converged : bool array (P,)
    """

    def __init__(self, jumps: Jumps, reach: Points, state: Reals) -> None:
        self.harmonics = make_harmonics(jumps, reach)
        self.count, self.levels = state.shape[1], state.shape[-1]
        self.state = state.reshape(*state.shape[:2], -1)
        self.converged: Flags = np.ones(len(state), dtype=bool)
        h = self.harmonics
        self.step = (2.0 * np.pi / self.count / h.omega)[:, None, None, None]
        self.times = [h.sampled(self.count, offset) for offset in GAUSS]

    def __call__(self, driven: Reals, _scale: Reals) -> Reals:
        """x for each b, ``(P, T, M N^2)``."""
        size = self.levels**2
        points, terminals = driven.shape[:2]
        b = driven.reshape(points, terminals, self.count, size).transpose(0, 2, 3, 1)
        x = self._courses(self._steps(b), size, terminals)
        place = np.arange(self.levels) * (self.levels + 1)
        trace = x[:, :, place].sum(axis=2).mean(axis=1)
        x -= self.state[..., None] * trace[:, None, None, :]
        self.converged &= np.isfinite(x).all(axis=(-3, -2, -1))
        return np.asarray(x.transpose(0, 3, 1, 2).reshape(points, terminals, -1))

    def _steps(self, b: Reals) -> Reals:
        """Maps of x and b's share side by side over every step, ``(P, M, N^2 + T, N^2 + T)``."""
        points, _, size, terminals = b.shape
        late = [_later(b, offset) for offset in GAUSS]
        whole = size + terminals
        out = np.empty((points, self.count, whole, whole))
        for who, at in rectangles(points, self.count, whole * whole, CACHED):
            a = []
            for (s, l), drive in zip(self.times, late, strict=True):
                side = np.zeros((*drive[who, at].shape[:2], whole, whole))
                side[..., :size, :size] = superoperators(self.harmonics.gaps[who], s[who, at], l[who, at])
                side[..., :size, size:] = drive[who, at]
                a.append(self.step[who] * side)
            out[who, at] = expm(exponent(*a))
        return out

    def _courses(self, steps: Reals, size: int, terminals: int) -> Reals:
        """Periodic x at the begin of every step, ``(P, M, N^2, T)``."""
        tree = [steps]
        while tree[-1].shape[1] > 1:
            pairs = tree[-1]
            tree.append(np.matmul(pairs[:, 1::2], pairs[:, ::2]))
        whole = tree.pop()[:, 0]
        order = np.argsort(np.arange(size) % (self.levels + 1) != 0, kind="stable")
        a, scale = with_trace((whole[:, :size, :size] - np.eye(size))[:, order][:, :, order], self.levels)
        right = -whole[:, order, size:] / scale
        right[:, 0] = 0.0
        y = np.zeros((len(whole), 1, size + terminals, terminals))
        y[:, 0, order] = np.matmul(inverse(a), right)
        y[:, 0, size:] = np.eye(terminals)
        for pairs in reversed(tree):
            wide = np.empty((len(y), pairs.shape[1], *y.shape[2:]))
            wide[:, ::2] = y
            wide[:, 1::2] = np.matmul(pairs[:, ::2], y)
            y = wide
        return y[:, :, :size].copy()


def _later(b: Reals, offset: float) -> Reals:
    """Periodic samples so many steps later."""
    from scipy.fft import irfft, rfft

    count = b.shape[1]
    lines = rfft(b, axis=1)
    turn = np.exp(2j * np.pi * offset / count * np.arange(lines.shape[1]))
    if count % 2 == 0:
        turn[-1] = np.cos(np.pi * offset)  # the highest harmonic stands for both signs
    return np.asarray(irfft(lines * turn[:, None, None], n=count, axis=1))
