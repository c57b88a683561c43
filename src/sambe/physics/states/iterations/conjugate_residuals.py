r"""Conjugate residuals for the stationary Redfield equation, many points at once.

The unknown is the packed state, the operator the Redfield generator, the preconditioner the generator on
a band of coherences with the diagonal of the rest. NumPy alone: everything is written into arrays that
stay in the cache.
"""

from __future__ import annotations

from typing import Any, Protocol, Self

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import Array, is_numpy, namespace
from ....numerics.iterations import ended
from ...generators.redfield import Redfield, pack, unpack

__all__ = ["Applied", "Corrector", "Scratch", "descend", "inverse", "with_trace"]

AHEAD = 0.3  # of the tolerance that the step which is left may move a current
# Levels above which operators are applied one by one: products of that size lose nothing by it, and copies
# side by side would take as much memory as all else. A choice.
SPREAD_LEVELS = 256
SINGULAR = 1e13  # condition of a stationary equation that has more than one solution

Points = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]


class Operator(Protocol):
    """What `descend` solves: an equation of motion of packed states, and the currents that have to settle."""

    @property
    def functional(self) -> Array:
        """The currents as linear functions of the state, ``(points, U + 1, ...)``."""

    def apply(self, packed: Array) -> Array:
        """Time derivative of packed states, in the form that the preconditioner takes."""

    def currents(self, packed: Array) -> Array:
        """Currents into the system, ``(points, U + 1)``."""

    def scale(self, packed: Array) -> Array:
        """Current that the tolerance is relative to, ``(points,)``."""

    def take(self, points: Points) -> Self:
        """Some points of the batch."""


class Preconditioner(Protocol):
    """Approximate inverse of minus an `Operator`."""

    def __call__(self, residual: Any) -> Array:
        """Change of the packed states that a time derivative calls for."""

    def take(self, points: Points) -> Self:
        """Some points of the batch."""


class _Batch:
    """Arrays with one leading axis of points."""

    arrays: tuple[str, ...] = ()

    def take(self, points: Points) -> Self:
        """Some points of the batch."""
        if len(points) == len(getattr(self, self.arrays[0])):
            return self
        out = object.__new__(type(self))
        out.__dict__.update(self.__dict__)
        out.__dict__.update({name: getattr(self, name)[points] for name in self.arrays})
        return out


class Applied(_Batch):
    """A Redfield operator laid out so that few large products apply it."""

    arrays = ("side", "right", "drift", "gaps", "functional", "inside")

    def __init__(self, g: Redfield) -> None:
        s, l = g.coupling, g.forward
        points, n = len(g.gaps), g.levels
        self.n, self.real = n, g.real
        # for real S and L the packed state obeys x' = L x S^T + S x L^T - G x - x G^T - (E_i - E_j) x^T;
        # otherwise half of it is enough, as the other half is its adjoint
        if n > SPREAD_LEVELS:
            self.arrays, self.coupling, self.forward = (*self.arrays[2:], "coupling", "forward"), s, l
        else:
            turned = [s, l, g.drift[:, None]] if g.real else [s.conj()]
            self.count = s.shape[1] * (2 if g.real else 1)
            self.side = (
                np.concatenate([l, s] if g.real else [l], axis=1).swapaxes(1, 2).reshape(points, n, -1)
            )
            self.right = np.ascontiguousarray(np.concatenate(turned, axis=1).swapaxes(-1, -2))
        self.drift, self.gaps = g.drift, g.gaps
        self.functional = g.functional
        inside = getattr(g, "inside", None)
        self.inside = np.ones((points, 1, 1)) if inside is None else inside

    def apply(self, packed: Array) -> Array:
        """Time derivative of a packed state, ``(points, N, N)``."""
        whole = self.inside.shape[-1] == 1
        if not whole:
            packed = packed * self.inside
        x = packed if self.real else unpack(packed)
        if self.n > SPREAD_LEVELS:
            out = self._one_by_one(x)
        else:
            top = np.matmul(x[:, None], self.right)
            out = np.matmul(self.side, top[:, : self.count].reshape(len(x), -1, self.n))
            if self.real:
                out -= top[:, -1]
        out -= np.matmul(self.drift, x)
        if self.real:
            out -= self.gaps * x.swapaxes(-1, -2)
        else:
            out = pack(out + out.conj().swapaxes(-1, -2) - 1j * self.gaps * x)
        return out if whole else out * self.inside

    def _one_by_one(self, x: Array) -> Array:
        """Jumps, and for real operators half of the drift, without a copy of the operators."""
        out = -np.matmul(x, self.drift.swapaxes(-1, -2)) if self.real else np.zeros_like(x)
        for k in range(self.coupling.shape[1]):
            s, l = self.coupling[:, k], self.forward[:, k]
            out += np.matmul(l, np.matmul(x, s.conj().swapaxes(-1, -2)))
            if self.real:
                out += np.matmul(s, np.matmul(x, l.swapaxes(-1, -2)))
        return out

    def currents(self, packed: Array) -> Array:
        """Currents into the system, ``(points, U + 1)``."""
        column = packed.reshape(len(packed), -1, 1)
        return np.matmul(self.functional, column)[..., 0]

    def scale(self, packed: Array) -> Array:
        """See `current_scale`."""
        return current_scale(self.functional, packed)


def current_scale(functional: Array, packed: Array) -> Array:
    """Largest current, or 1e-6 of the traffic where all currents cancel (equilibrium), ``(points,)``."""
    points, n = packed.shape[:2]
    p = packed.reshape(points, -1)[:, :: n + 1]
    traffic = 0.5 * np.abs(functional[..., :: n + 1] * p[:, None]).sum(axis=-1).max(axis=-1)
    largest = np.abs(np.matmul(functional, packed.reshape(points, -1, 1))).max(axis=(-2, -1))
    return np.asarray(np.maximum(largest, 1e-6 * traffic) + np.finfo(float).tiny)


class Corrector(_Batch):
    """Approximate inverse of minus the Redfield operator: the band exactly, the rest by its diagonal."""

    arrays = ("scale", "inverse", "unique", "even", "odd")

    def __init__(self, g: Redfield, band: int) -> None:
        n = g.levels
        self.n, self.band = n, band
        matrix = g.matrix(band)
        a, scale = with_trace(matrix, n)
        self.scale = -1.0 / scale[..., 0]
        self.inverse = inverse(a)
        size = np.abs(self.inverse).max(axis=(-2, -1))
        self.unique = np.isfinite(size) & (size < SINGULAR)
        slow = np.flatnonzero(np.isfinite(size) & ~self.unique)
        if slow.size:
            equation = beside_rates(matrix[slow], n, g.damping()[slow])
            size = np.abs(self.inverse[slow] * equation[:, None, :]).max(axis=(-2, -1))
            self.unique[slow] = size < SINGULAR
        damped, turned = g.damped.real, -g.gaps if g.real else g.own.imag
        far = np.abs(np.subtract.outer(np.arange(n), np.arange(n))) > band
        size = damped * damped + turned * turned
        # zero diagonal, neither turning nor damped: the preconditioner leaves the element alone
        weight = -1.0 / np.where(far & (size > 0), size, -np.inf)
        self.even, self.odd = damped * weight, turned * -weight

    def start(self) -> Array:
        """Stationary state on the band alone, packed."""
        out = np.zeros(self.even.shape)
        self._place(out, np.where(self.unique[:, None], self.inverse[..., 0], 0.0))
        return out

    def __call__(self, residual: Array) -> Array:
        """Change of the packed state that a non-zero time derivative calls for."""
        r = self._unknowns(residual) * self.scale
        r[..., 0] = 0.0
        out: Array = self.even * residual
        out += self.odd * residual.swapaxes(-1, -2)
        self._place(out, np.matmul(self.inverse, r[..., None])[..., 0])
        return out

    def _place(self, packed: Array, x: Array) -> None:
        """Write the real unknowns of `Redfield.matrix` into a packed state."""
        n, flat = self.n, packed.reshape(len(packed), -1)
        flat[:, :: n + 1] = x[:, :n]
        place, half = n, (x.shape[-1] - n) // 2
        for a in range(1, self.band + 1):
            re, im = x[:, place : place + n - a], x[:, place + half : place + half + n - a]
            flat[:, a : n * (n - a) : n + 1], flat[:, a * n :: n + 1] = re + im, re - im
            place += n - a

    def _unknowns(self, packed: Array) -> Array:
        """Real unknowns of `Redfield.matrix` in a packed state."""
        n, flat = self.n, packed.reshape(len(packed), -1)
        re, im = [flat[:, :: n + 1]], []
        for a in range(1, self.band + 1):
            upper, lower = flat[:, a : n * (n - a) : n + 1], flat[:, a * n :: n + 1]
            re.append(0.5 * (upper + lower))
            im.append(0.5 * (upper - lower))
        return np.concatenate([*re, *im], axis=-1)


def with_trace(matrix: Array, populations: int | npt.NDArray[np.intp]) -> tuple[Array, Array]:
    """Generator over its largest element, the first row replaced by the trace; and the scale.

    The populations are the first so many unknowns, or those with these indices.
    """
    xp = namespace(matrix)
    n = matrix.shape[-1]
    scale = xp.max(xp.abs(matrix), axis=(-2, -1), keepdims=True)
    scale = xp.where(scale > 0, scale, xp.ones_like(scale))
    of = np.arange(populations) if isinstance(populations, int) else populations
    trace = xp.asarray(np.isin(np.arange(n), of) * 1.0, dtype=matrix.dtype)
    if is_numpy(xp):
        matrix = matrix / scale
        matrix[..., 0, :] = trace
        return matrix, scale
    row = xp.broadcast_to(trace, (*matrix.shape[:-2], 1, n))
    return xp.concat([row, (matrix / scale)[..., 1:, :]], axis=-2), scale


def inverse(a: Array) -> Array:
    """Inverse of each matrix of a stack; infinite where one is singular."""
    xp = namespace(a)
    if not is_numpy(xp):
        return xp.linalg.inv(a)
    try:
        return np.linalg.inv(a)
    except np.linalg.LinAlgError:  # one singular point must not take the others with it
        if a.ndim == 2:
            return np.full_like(a, np.inf)
        return np.stack([inverse(x) for x in a])


def beside_rates(matrix: Array, populations: int | npt.NDArray[np.intp], damping: Array) -> Array:
    """Size of each equation, or of the fastest rate where that is larger, of the largest, ``(P, n)``.

    Gaps that are large beside all rates, as in the limit of weak coupling, leave a state unique: over these
    sizes it is rates that have to stand above the rounding of rates. The trace in the first place has one.

    Parameters
    ----------
    matrix : array (P, n, n)
        Generator.
    populations : int or int array
        The first so many unknowns, or those with these indices.
    damping : array (P, N, N)
        Rates at which coherences relax.
    """
    rows = np.abs(matrix).max(axis=-1)
    of = np.arange(populations) if isinstance(populations, int) else populations
    fastest = np.maximum(rows[:, of].max(axis=-1), np.abs(damping).max(axis=(-2, -1)))
    largest = np.maximum(rows.max(axis=-1), fastest)
    size = np.maximum(rows, fastest[:, None]) / np.where(largest > 0, largest, 1.0)[:, None]
    size[:, 0] = 1.0
    return size


class Scratch:
    """Room for the basis of a descent, used again and again: fresh memory costs more than what is done
    with it."""

    def __init__(self) -> None:
        self._held: Array = np.empty(0)

    def room(self, *shape: int, dtype: npt.DTypeLike = np.float64) -> Array:
        """An array of this shape with anything in it; there is one at a time."""
        size = int(np.prod(shape)) * np.dtype(dtype).itemsize
        if self._held.nbytes < size:
            self._held = np.empty(-(-size // 8))
        return self._held.view(np.uint8)[:size].view(dtype).reshape(shape)


class _Descent:
    """Residuals R, and the images Q T of them under the preconditioned operator, Q orthonormal."""

    def __init__(
        self, a: Operator, correct: Preconditioner, state: Array, scale: Array, steps: int, scratch: Scratch,
        driven: Array = None,
    ) -> None:  # fmt: skip
        points = len(state)
        self.a, self.correct, self.steps, self.step = a, correct, steps, 0
        self.start, self.shape = state.reshape(points, -1), state.shape[1:]
        moved = a.apply(state)
        self.left = correct(moved if driven is None else moved + driven).reshape(points, -1)
        self.residuals, self.images = scratch.room(2, steps, *self.left.shape)
        self.turns = np.zeros((points, steps, steps))
        self.lengths = np.zeros((points, steps))
        self.flows = np.zeros((points, steps, a.functional.shape[-2]))
        self.ahead = a.currents(self.left)
        self.scale, self.count = scale, np.zeros(points, dtype=np.intp)
        self.size, self.rate = np.ones(points), np.ones(points)

    def keep(self, points: Points) -> None:
        """Go on with some points of the batch."""
        for name in ("start", "left", "turns", "lengths", "flows", "ahead", "scale", "count", "size", "rate"):
            setattr(self, name, getattr(self, name)[points])
        count = len(points)
        for x in (self.residuals, self.images):
            for row in x[: self.step]:
                row[:count] = row[points]
        self.residuals, self.images = self.residuals[:, :count], self.images[:, :count]
        self.a, self.correct = self.a.take(points), self.correct.take(points)

    def advance(self) -> None:
        """One step of generalised conjugate residuals."""
        k, left = self.step, self.left.reshape(-1, *self.shape)
        self.residuals[k] = self.left
        image = self.correct(self.a.apply(left)).reshape(self.left.shape)
        flow = self.ahead
        if k:
            old = self.images[:k].swapaxes(0, 1)
            along = np.matmul(old, image[..., None])
            back = along.swapaxes(-1, -2)
            image -= np.matmul(back, old)[:, 0]
            self.turns[:, :k, k] = along[..., 0]
            flow = flow - np.matmul(back, self.flows[:, :k])[:, 0]
        size = np.sqrt(np.vecdot(image, image))
        size[size == 0.0] = 1.0
        self.turns[:, k, k] = size
        image /= size[:, None]
        self.images[k] = image
        self.lengths[:, k] = length = np.vecdot(self.left, image)
        self.flows[:, k] = flow = flow / size[:, None]
        image *= length[:, None]
        self.left -= image
        self.ahead = self.a.currents(self.left)
        moved = np.abs(length) * np.abs(flow).max(axis=-1)
        ahead = np.abs(self.ahead).max(axis=-1)
        size = np.sqrt(np.vecdot(self.left, self.left))
        # a slowly shrinking residual has more ahead of it than the next step
        now = 1.0 - np.minimum(size / self.size, 1.0) if k else np.ones_like(size)
        rate, self.rate = np.minimum(now, self.rate), now
        self.size = np.maximum(size, np.finfo(float).tiny)
        done = (moved < rate * self.scale) & (ahead < AHEAD * rate * rate * self.scale)
        self.step = k + 1
        if k:  # the first step does not know the rate
            # a point ends with the step at which it is done, however long its neighbours take
            self.count[done & (self.count == 0)] = self.step

    @property
    def done(self) -> Flags:
        """Points whose currents stand still."""
        return self.count > 0

    def states(self, points: Points) -> Array:
        """The packed states of some points at the step at which they were done, or that they have reached."""
        out: Array = self.start[points]
        count = np.where(self.done, self.count, self.step)[points]
        for k in np.unique(count):
            some = np.flatnonzero(count == k)
            at = points[some]
            share = np.linalg.solve(self.turns[at, :k, :k], self.lengths[at, :k, None])[..., 0]
            for row, amount, point in zip(some, share, at, strict=True):
                out[row] -= amount @ self.residuals[:k, point]
        return out.reshape(-1, *self.shape)


def descend(
    a: Operator, correct: Preconditioner, state: Array, tolerance: float, steps: int, scratch: Scratch,
    driven: Array = None, scale: Array = None,
) -> tuple[Array, Flags]:  # fmt: skip
    """Packed states after so many steps at most, and where the currents stand still.

    The preconditioned residual is the step that is left, to first order: when it and the last step
    move no current by more than the tolerance, the point is done.

    Parameters
    ----------
    driven : array, optional
        What is added to the equation of motion, in the form of `Operator.apply`; it has no trace.
    scale : array (points,), optional
        What the tolerance is relative to; by default the current of the state.
    """
    out, done = np.empty_like(state), np.zeros(len(state), dtype=bool)
    least = tolerance * (a.scale(state) if scale is None else scale)
    run = _Descent(a, correct, state, least, steps, scratch, driven)
    for points, ready in ended(run, len(state), steps):
        out[points], done[points] = run.states(ready), run.done[ready]
    return out, done
