r"""Where the terms between different quanta may move a current, for arrays of any library.

What `cross_terms` judges for NumPy's arrays point by point, in groups of their own sizes, is bounded here by
operations that can be traced and compiled, for all points alike: at equal times of a period, harmonics by a
product with a fixed matrix. With the state :math:`\rho_0` of a generator :math:`\mathcal L_0` without those
terms, and :math:`\mathcal L_m` of what turns with m quanta,

.. math:: \rho_m = -(\Lambda + im\omega)^{-1}\mathcal L_m\rho_0,\qquad
          \delta J = K_0\rho_0 - J + \sum_{m\neq 0} K_{-m}\rho_m
          - K_0\mathcal L_0^{-1}\sum_{m\neq 0}\mathcal L_{-m}\rho_m,

:math:`\Lambda` the diagonal of :math:`\mathcal L_0`, where the first two terms differ by the side of a jump
on which energies are counted. A point is marked with a margin, so that what decides at a marked point may be
something else.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from itertools import islice
from typing import Any

import numpy as np

from ....numerics.arrays import Array, dagger, diagonal, expand, if_any, namespace
from ....numerics.eigen_derivative import constant
from ...generators.jumps import Jumps, fixed, quanta_of
from ...generators.near_states.coherences import relaxation_rates
from ...generators.one_sided import (
    anomalous_lines,
    both_signs,
    driven_places,
    half_transforms,
    one_sided,
    signed_couplings,
    signed_quanta,
)
from ...generators.redfield import Redfield, make_redfield, pack
from ..iterations.conjugate_residuals import with_trace
from ..stationary import DENSE_LEVELS, Stationary
from .cross_terms import (
    MISSED,
    MOVED,
    MOVED_ITSELF,
    PERTURBATIVE,
    ROUNDING,
    SMALL_CURRENT,
    slowness_in_frame,
)

__all__ = ["felt_share", "may_count"]

# Factor on what moves, before it is held to the thresholds of `cross_terms`. The two estimates differ by a
# relaxation rate over omega, a tenth at the most where either is trusted, and by samples and sidebands.
MARGIN = 2.0
NEAR = 0.99  # share of a bound on a ratio from which a point is marked, as the ratio is good to some digits


def may_count(jumps: Jumps, part: Stationary, shift: Array, tolerance: float, framed: bool) -> Array:
    """Points at which those terms may move a current by more than counts, ``(...)`` bool.

    Parameters
    ----------
    jumps : Jumps
        In the zone that the equation gives, with the Lamb shift that the state was solved with.
    part : Stationary
        State and currents without those terms.
    shift : int array (..., N) or None
        Multiples of omega that take each level to the zone of the state.
    tolerance : float
        See `cross_terms.needs_complete`.
    framed : bool
        Whether the dressing is that of a static frame.
    """
    xp = namespace(jumps.energy)
    if not any(jumps.dressing.quanta):
        return part.unique & False
    slowness = _slowness(jumps)
    points, missed = _solved(part), _missed(part)
    if framed:
        populations = constant(xp.real(diagonal(part.state)))
        slight = slowness_in_frame(fixed(jumps), populations, constant(part.currents)) < NEAR
        points = points & (~slight | missed)
    moved, traffic, harmonics = _moved(jumps, part, shift, points)
    moved, size = MARGIN * moved, xp.abs(constant(part.currents))
    trusted = (slowness <= NEAR * PERTURBATIVE) & (MARGIN * harmonics <= PERTURBATIVE)
    least = max(tolerance, MOVED) * xp.max(size, axis=-1, keepdims=True)
    counts = (moved > least) | (moved > MOVED_ITSELF * size)
    above = moved > ROUNDING * traffic[..., None]
    felt = xp.any(above & (counts | ~trusted[..., None]), axis=-1) | ~xp.all(xp.isfinite(moved), axis=-1)
    return points & (felt | (missed & xp.any(above, axis=-1)))


def felt_share(jumps: Jumps, part: Stationary, shift: Array, points: Array, inverse: Array = None) -> Array:
    """Largest move of a current, relative to itself or to a hundredth of the largest, ``(...)``.

    Parameters
    ----------
    points : bool array (...)
        Where to look; zero elsewhere.
    inverse : array (..., N, N), optional
        Of the rates between the populations with the trace in the first row (`with_trace`), where known.
    """
    xp = namespace(jumps.energy)
    if not any(jumps.dressing.quanta):
        return 0.0 * part.currents[..., 0]
    moved, traffic, _ = _moved(jumps, part, shift, points & _solved(part), inverse)
    size = xp.abs(constant(part.currents))
    against = xp.maximum(size, SMALL_CURRENT * xp.max(size, axis=-1, keepdims=True))
    above = ~(moved <= ROUNDING * traffic[..., None])
    share = xp.where(above, moved / xp.maximum(against, xp.full_like(against, 1e-300)), 0.0 * moved)
    return xp.where(points, xp.max(share, axis=-1), 0.0 * share[..., 0])


def _missed(part: Stationary) -> Array:
    """Points whose currents miss the first law by what counts, as in `cross_terms.needs_complete`."""
    xp, currents = namespace(part.currents), constant(part.currents)
    missed = MARGIN * xp.abs(xp.sum(currents, axis=-1))
    return missed > MISSED * xp.max(xp.abs(currents), axis=-1)


def _slowness(jumps: Jumps) -> Array:
    """Fastest relaxation rate over omega."""
    xp = namespace(jumps.energy)
    fastest = constant(xp.max(relaxation_rates(jumps), axis=(-2, -1)))
    return fastest / constant(jumps.dressing.omega)


def _solved(part: Stationary) -> Array:
    xp = namespace(part.currents)
    return part.unique & part.converged & xp.all(xp.isfinite(constant(part.currents)), axis=-1)


def _moved(
    jumps: Jumps, part: Stationary, shift: Array, points: Array, inverse: Array = None
) -> tuple[Array, Array, Array]:
    """Change of each current, one-way flow and the largest harmonic of the state, at some points."""
    xp, d = namespace(jumps.energy), jumps.dressing
    state, omega = constant(part.state), constant(d.omega)
    none = 0.0 * constant(part.currents)
    rest = xp.where(_solved(part)[..., None, None], state, 0.0 * xp.eye(d.levels, dtype=state.dtype))
    # made once more as for the state; a compiler merges the two
    redfield = _constants(make_redfield(jumps, shift))
    matrix = redfield.superoperator() if d.levels <= DENSE_LEVELS else redfield.matrix(0)
    moved, traffic, harmonics = if_any(
        points,
        lambda: _first_order(
            _constants(_Period.of(jumps, shift)),
            redfield,
            matrix,
            rest,
            omega,
            constant(part.currents),
            inverse,
        ),
        (none, none[..., 0], none[..., 0]),
    )
    return xp.abs(moved), traffic, harmonics


@dataclass(frozen=True)
class _Period:
    """Coupling, one-sided and current operators at equal times of a period.

    Attributes
    ----------
    coupling, forward : array (..., M, C, N, N)
        S(t) and L(t).
    current : array (..., M, U + 1, N, N)
        K(t) with J the mean of 2 Re Tr[K rho].
    """

    coupling: Array
    forward: Array
    current: Array

    @classmethod
    def of(cls, jumps: Jumps, shift: Array) -> _Period:
        """In the zone of the state."""
        xp, driven = namespace(jumps.energy), driven_places(jumps)
        every = signed_couplings(jumps)
        energy = both_signs(jumps.energy, driven, -1.0)
        quanta = both_signs(quanta_of(jumps) + 0.0 * jumps.energy[..., :1, :1], driven, -1.0)
        if shift is not None:
            quanta = quanta + (_apart(jumps, shift) * expand(jumps.dressing.omega, 2))[..., None, :, :]
        baths = []
        for u, wires in enumerate(jumps.wiring):
            up, low = half_transforms(jumps, u)
            lines = [every[c] for c in wires]
            baths.append(one_sided(jumps, u, lines, up, low, anomalous_lines(jumps, u)))
        # all at once, as a compiler takes as long for each of them as for all
        kinds = [every, [energy * s for s in every], [quanta * s for s in every], *baths]
        coupling, warm, turning, *taken = _in_time(kinds, jumps, shift)
        forward: list[Array] = [0.0] * len(every)
        current = []
        for wires, each in zip(jumps.wiring, taken, strict=True):
            current.append(-sum(xp.matmul(warm[c], l) for c, l in zip(wires, each, strict=True)))
            for c, l in zip(wires, each, strict=True):
                forward[c] = forward[c] + l
        current.append(-sum(xp.matmul(s, l) for s, l in zip(turning, forward, strict=True)))
        return cls(xp.stack(coupling, axis=-3), xp.stack(forward, axis=-3), xp.stack(current, axis=-3))

    def dissipate(self, rho: Array) -> Array:
        """The dissipative part on states at every time, ``(..., M, N, N)``."""
        xp = namespace(rho)
        jumped = xp.matmul(self.forward, rho[..., None, :, :])
        half = xp.sum(xp.matmul(jumped, self.coupling) - xp.matmul(self.coupling, jumped), axis=-3)
        return half + dagger(half)

    def currents(self, rho: Array) -> Array:
        """Mean currents of states at every time, ``(..., U + 1)``."""
        xp = namespace(rho)
        flow = xp.sum(self.current * xp.matrix_transpose(rho)[..., None, :, :], axis=(-2, -1))
        return 2.0 * xp.mean(xp.real(flow), axis=-2)


def _apart(jumps: Jumps, shift: Array) -> Array:
    """m_i - m_j of the zones of the states, ``(..., N, N)``."""
    return namespace(shift).astype(shift[..., :, None] - shift[..., None, :], jumps.energy.dtype)


def _in_time(kinds: list[list[Array]], jumps: Jumps, shift: Array) -> list[list[Array]]:
    """Operators of harmonics of both signs at the times of a period, ``(..., M, N, N)``, in the zone of the
    state."""
    xp, quanta = namespace(jumps.energy), jumps.dressing.quanta
    times = np.arange(_samples(quanta)) / _samples(quanta)
    wave = xp.asarray(np.exp(-2j * np.pi * np.outer(times, signed_quanta(quanta))))
    every = xp.astype(xp.stack([x for kind in kinds for x in kind], axis=-4), xp.complex128)
    flat = xp.matmul(wave, xp.reshape(every, (*every.shape[:-2], -1)))
    at_times = xp.reshape(flat, (*every.shape[:-3], len(times), *every.shape[-2:]))
    if shift is not None:
        angle = 2.0 * np.pi * xp.asarray(times)[:, None, None] * _apart(jumps, shift)[..., None, :, :]
        at_times = (xp.cos(angle) - 1j * xp.sin(angle))[..., None, :, :, :] * at_times
    operators = iter(xp.unstack(at_times, axis=-4))
    return [list(islice(operators, len(kind))) for kind in kinds]


def _constants(record: Any) -> Any:
    """A record of arrays without their derivatives."""
    arrays = {field.name: getattr(record, field.name) for field in fields(record)}
    return replace(record, **{name: constant(x) for name, x in arrays.items() if x is not None})


def _samples(quanta: tuple[int, ...]) -> int:
    """Times of a period that tell the products of two harmonics apart."""
    return 4 * quanta[-1] + 1


def _first_order(
    g: _Period, redfield: Redfield, matrix: Array, state: Array, omega: Array, currents: Array, inverse: Array
) -> tuple[Array, Array, Array]:
    """Change of each current, one-way flow of the largest terminal, and the largest harmonic of the state."""
    xp = namespace(state)
    count = int(g.coupling.shape[-4])
    orders = np.delete(np.arange(count) - count // 2, count // 2)
    wave = np.exp(2j * np.pi * np.outer(orders, np.arange(count)) / count)

    def product(matrix: Array, x: Array) -> Array:
        flat = xp.reshape(x, (*x.shape[:-2], -1))
        return xp.reshape(xp.matmul(xp.asarray(matrix), flat), (*x.shape[:-3], len(matrix), *x.shape[-2:]))

    lines = product(wave / count, g.dissipate(state[..., None, :, :]))
    frequency = xp.asarray(1j * orders)[:, None, None] * expand(omega, 3)
    alone = redfield.own[..., None, :, :] + frequency
    standing = xp.abs(alone) == 0.0
    lines = xp.where(standing, 0.0 * lines, -lines / xp.where(standing, xp.ones_like(alone), alone))
    turning = product(wave.conj().T, lines)
    back = xp.mean(g.dissipate(turning), axis=-3)
    moved = redfield.currents(_answer(redfield, matrix, back, inverse))
    traffic = xp.sum(
        xp.abs(xp.real(diagonal(redfield.heat))) * xp.abs(xp.real(diagonal(state)))[..., None, :], axis=-1
    )
    # those of the state differ by the side of a jump on which energies are counted
    moved = moved + g.currents(turning + state[..., None, :, :]) - currents
    return moved, xp.max(traffic, axis=-1), xp.max(xp.abs(lines), axis=(-3, -2, -1))


def _answer(redfield: Redfield, matrix: Array, driven: Array, inverse: Array) -> Array:
    """Packed change of the mean state that a constant term of the equation of motion calls for.

    Above `DENSE_LEVELS` populations follow by the rates between them and each coherence by itself.
    """
    xp, n = namespace(driven), redfield.levels
    whole = matrix.shape[-1] > n
    place = np.arange(n) * (n + 1) if whole else np.arange(n)
    right = xp.reshape(pack(driven), (*driven.shape[:-2], n * n)) if whole else xp.real(diagonal(driven))
    a, scale = with_trace(matrix, place)
    first = xp.asarray(np.arange(right.shape[-1]) == 0)
    right = xp.where(first, 0.0 * right, -right / scale[..., 0])
    known = inverse is not None and not whole
    right = right[..., None]
    x = (xp.matmul(inverse, right) if known else xp.linalg.solve(a, right))[..., 0]
    if whole:
        return xp.reshape(x, driven.shape)
    alone, eye = redfield.own, xp.eye(n, dtype=x.dtype)
    alone = xp.where(xp.abs(alone) > 0, alone, xp.ones_like(alone))
    return pack(-driven / alone * (1.0 - eye)) + x[..., None] * eye
