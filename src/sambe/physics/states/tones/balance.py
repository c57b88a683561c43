r"""The complete equation under several tones, by balance of the harmonics of the state.

With :math:`S(t) = \sum_k S^{(k)} e^{-ik\cdot wt}`, L(t) likewise, and
:math:`\rho(t) = \sum_m \rho_m e^{-im\cdot wt}` over vectors m of quanta,

.. math:: -i(m\cdot w)\,\rho_m = -i[E, \rho_m] + \sum_n \mathcal D_{m-n}\rho_n,\qquad
          \mathcal D_d\rho = \sum_{q+p=d}\big(L^{(q)}\rho S^{(p)} - S^{(p)}L^{(q)}\rho\big) + \mathrm{h.c.},

one linear system on as many harmonics as the state has. Terms that turn slowly, at the beat of two tones that
are nearly commensurate, are among the others. Energies and quanta are counted on the side of the coupling as
in `sambe.physics.generators.periodic_generator`, those of each tone by its own quanta.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import values_of
from ...dressing.frequencies import Tones, energies_by_tone
from ...generators.jumps import Jumps, jumps_at
from ...generators.periodic_generator import Harmonics, make_harmonics
from ..stationary import Stationary

__all__ = [
    "Balance",
    "Work",
    "balance_matrix",
    "balanced_batch",
    "balanced_harmonics",
    "balanced_state",
    "driven_harmonics",
]

# Harmonics of a coupling below this share of the largest are left out: 1e-14 in what two of them do.
FLOOR = 1e-7
# Element of a harmonic of the state, whose trace is one, below which it is left out: the currents err by what
# it does to the mean state, of the second order in it where the harmonic is of the first.
SLIGHT_HARMONIC = 1e-9
MOST_UNKNOWNS = 1600  # elements of all harmonics that are solved for together: a second or so
ROUNDS = 12  # of taking in harmonics that the others drive
SETTLED = 1e-5  # of the largest current: a move by the last harmonics for which there was room
SINGULAR = 1e13  # condition beyond which no state is the only one

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]
Points = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Work:
    """Harmonics of operators whose mean over the course is a current, one a tone.

    Attributes
    ----------
    quanta : int array (K,)
        Both signs.
    lines : array (P, T, K, N, N)
    """

    quanta: Points
    lines: Complex

    @property
    def standing(self) -> Complex:
        """The part that stands still, ``(P, T, N, N)``."""
        return np.asarray(self.lines[:, :, self.quanta == 0].sum(axis=2))


@dataclass(frozen=True)
class Balance:
    """Harmonics of one point whose couplings are felt.

    Attributes
    ----------
    pumped : array (T, C, K, N, N), optional
        w_t T_t of each tone, see `sambe.physics.tones.splitting`, in the place of k_t w_t S.
    work : dict of int to array (T, N, N)
        Harmonics of operators whose mean is added to the current from each tone.
    """

    gaps: Reals
    omega: Any
    quanta: Points
    coupling: Complex
    forward: Complex
    warm: Complex
    heat: tuple[tuple[list[int], Complex], ...]
    pumped: Complex | None = None
    work: dict[int, Complex] = field(default_factory=dict)

    @classmethod
    def of(cls, h: Harmonics, point: int, pumped: Complex | None, work: Work | None) -> Balance:
        size = np.abs(h.coupling[point]).max(axis=(0, 2, 3))
        keep = np.flatnonzero(size > FLOOR * size.max())

        def one(w: Any) -> float:
            return float(np.broadcast_to(w, len(h.gaps))[point])

        omega = h.omega.changed(one) if isinstance(h.omega, Tones) else one(h.omega)
        heat = tuple((list(wires), part[point][:, keep]) for wires, part in h.heat)
        lines = None if pumped is None else pumped[point][:, :, keep]
        return cls(h.gaps[point], omega, h.quanta[keep], h.coupling[point][:, keep],
                   h.forward[point][:, keep], h.warm[point][:, keep], heat, lines,
                   _by_quanta(work, point))  # fmt: skip

    @cached_property
    def sums(self) -> tuple[Points, Points]:
        """The different sums q + p of two harmonics, and which of them each pair has, ``(K, K)``."""
        total = self.quanta[:, None] + self.quanta
        different, which = np.unique(total, return_inverse=True)
        return different, which.reshape(total.shape)

    def added(self, pairs: Complex) -> Complex:
        """What pairs (q, p) give, ``(K, K, ...)``, added up by their sums."""
        different, which = self.sums
        out = np.zeros((len(different), *pairs.shape[2:]), dtype=complex)
        np.add.at(out, which.reshape(-1), pairs.reshape(-1, *pairs.shape[2:]))
        return out

    @cached_property
    def generators(self) -> dict[int, Complex]:
        """D_d as matrices on states row by row, ``(N^2, N^2)``, by d."""
        n = len(self.gaps)
        one = np.eye(n)
        different, which = self.sums
        half = np.zeros((len(different), n, n, n, n), dtype=complex)
        for s, l in zip(self.coupling, self.forward, strict=True):
            for p in range(len(s)):  # with one p every q lands elsewhere
                half[which[:, p]] += np.einsum("qik,lj->qijkl", l, s[p])
            drift = self.added(np.matmul(s, l[:, None]))  # of (q, p)
            half -= np.einsum("dik,jl->dijkl", drift, one)
        flat: dict[int, Any] = {int(d): x for d, x in zip(different, half, strict=True)}
        every = sorted({*flat, *(-d for d in flat)})
        out = {}
        for d in every:
            total = flat[d] if d in flat else 0.0 * half[0]
            if -d in flat:  # the adjoint of what acts on the adjoint: both sides change places
                total = total + flat[-d].conj().transpose(1, 0, 3, 2)
            out[d] = total.reshape(n * n, n * n)
        return out

    @cached_property
    def functionals(self) -> dict[int, Complex]:
        """K_d with J = 2 Re sum of Tr[K_d rho_(-d)] for each terminal, ``(U + T, N, N)``, by d."""
        rows = []
        for wires, l in self.heat:
            rows.append(self.added(sum(np.matmul(self.warm[c], part[:, None])
                                       for c, part in zip(wires, l, strict=True))))  # fmt: skip
        lines: Any = self.pumped
        if lines is None:
            lines = [taken[:, None, None] * self.coupling
                     for taken in energies_by_tone(self.quanta.astype(float), self.omega)]  # fmt: skip
        for tone in lines:
            rows.append(self.added(sum(np.matmul(s, l[:, None])
                                       for s, l in zip(tone, self.forward, strict=True))))  # fmt: skip
        out = {int(d): -np.stack([row[k] for row in rows]) for k, d in enumerate(self.sums[0])}
        for d, operators in self.work.items():
            more = np.concatenate([np.zeros((len(self.heat), *operators.shape[1:])), 0.5 * operators])
            out[d] = out[d] + more if d in out else more
        return out

    def turning(self, m: int) -> float:
        """m·w."""
        return float(np.asarray(float(m) * np.ones(1) * self.omega)[0])

    def currents(self, state: dict[int, Complex]) -> Reals:
        """Mean currents of the harmonics of a state."""
        total: Any = 0.0
        for d, k in self.functionals.items():
            if -d in state:
                total = total + 2.0 * np.einsum("tij,ji->t", k, state[-d]).real
        return np.asarray(total)

    def mean(self, operators: Complex, state: dict[int, Complex]) -> float:
        """Mean of 2 Re Tr[K rho] of an operator with these harmonics K_d, d the different `sums`."""
        there = [(k, state[-d]) for d, k in zip(self.sums[0].tolist(), operators, strict=True) if -d in state]
        return float(sum(2.0 * np.sum(k * rho.T).real for k, rho in there))


def _by_quanta(work: Work | None, point: int) -> dict[int, Complex]:
    """Harmonics of one point that are there."""
    if work is None:
        return {}
    lines = work.lines[point]
    return {int(q): lines[:, k] for k, q in enumerate(work.quanta) if lines[:, k].any()}


def balance_matrix(
    point: Balance, harmonics: list[int], generators: dict[int, Complex] | None = None
) -> Complex:
    """The generator less the time derivative on harmonics that are held, ``(H N^2, H N^2)``; other generators
    may stand in the place of the point's."""
    each = point.generators if generators is None else generators
    size = len(point.gaps) ** 2
    a = np.zeros((len(harmonics), size, len(harmonics), size), dtype=complex)
    for i, m in enumerate(harmonics):
        for j, k in enumerate(harmonics):
            block = each.get(m - k)
            if block is not None:
                a[i, :, j] = block
        a[i, np.arange(size), i, np.arange(size)] += 1j * (point.turning(m) - point.gaps.reshape(-1))
    return np.asarray(a.reshape(len(harmonics) * size, -1))


def _solved_on(point: Balance, harmonics: list[int]) -> tuple[dict[int, Complex], bool]:
    """Harmonics of the state among those held, zero first, and whether they are the only ones."""
    n = len(point.gaps)
    size = n * n
    whole = balance_matrix(point, harmonics)
    scale = np.abs(whole).max()
    whole[0] = 0.0
    whole[0, : size : n + 1] = scale
    right = np.zeros((len(whole), 2), dtype=complex)
    right[0, 0] = scale
    right[:, 1] = scale * np.cos(1.7 * np.arange(len(whole)))  # probes the condition
    try:
        x = np.linalg.solve(whole, right)
    except np.linalg.LinAlgError:
        return {}, False
    fine = bool(np.isfinite(x).all() and np.abs(x[:, 1]).max() < SINGULAR)
    columns = np.ascontiguousarray(x[:, 0], dtype=complex).reshape(len(harmonics), n, n)
    return dict(zip(harmonics, columns, strict=True)), fine


def driven_harmonics(
    point: Balance,
    state: dict[int, Complex],
    harmonics: set[int],
    generators: dict[int, Complex] | None = None,
) -> dict[int, float]:
    """Harmonics beyond those held that the state drives, and about how large they become; of several states
    at once, along a last axis of each harmonic, the largest."""
    n, each = len(point.gaps), point.generators if generators is None else generators
    shifts, acting = np.asarray(list(each)), np.stack(list(each.values()))
    reached = shifts[:, None] + np.asarray(list(state))
    beyond = ~np.isin(reached, list(harmonics))
    different, place = np.unique(reached, return_inverse=True)
    place = place.reshape(reached.shape)
    total = np.zeros((len(different), n * n, next(iter(state.values())).size // n**2), dtype=complex)
    for k, rho in enumerate(state.values()):  # each shift leads elsewhere
        to = beyond[:, k]
        total[place[to, k]] += np.matmul(acting[to], rho.reshape(n * n, -1))
    leaving = np.diagonal(each.get(0, np.zeros((n * n, n * n))))
    turning = np.asarray(different.astype(float) * point.omega)[:, None]
    turn = np.maximum(np.abs(leaving + 1j * (turning - point.gaps.reshape(-1))), 1e-300)
    size = (np.abs(total) / turn[:, :, None]).max(axis=(1, 2))
    there = np.isin(different, reached[beyond])
    return dict(zip(different[there].tolist(), size[there].tolist(), strict=True))


def balanced_state(
    jumps: Jumps, pumped: Complex | None = None, work: Work | None = None, most: int = MOST_UNKNOWNS
) -> Stationary:
    """Mean state and currents of the complete equation, for a batch with one axis of points.

    Parameters
    ----------
    jumps : Jumps
        In the zone of the state, with the Lamb shift.
    pumped : array (P, T, C, K, N, N), optional
        w_t T_t of tones that have folded, over the harmonics of `make_harmonics`.
    work : Work, optional
        What is added to the current from each of them.
    most : int
        Unknowns that may be solved for together; a point that needs more is not converged, and has no state
        where those of one harmonic are more.
    """
    harmonics = make_harmonics(jumps, jumps.dressing.quanta[-1])
    points, n = harmonics.gaps.shape[:2]
    tones = len(energies_by_tone(np.zeros(1), jumps.dressing.omega)) if pumped is None else pumped.shape[1]
    out = Stationary(
        np.full((points, n, n), np.nan, dtype=complex), np.full((points, len(jumps.wiring) + tones), np.nan),
        np.full(points, n * (n - 1) // 2), np.zeros(points, dtype=bool), np.zeros(points, dtype=bool),
    )  # fmt: skip
    finite = np.isfinite(jumps.leaving).all(axis=-1)
    for k in np.flatnonzero(finite):
        state, currents, unique, converged = _balanced(Balance.of(harmonics, int(k), pumped, work), most)
        out.unique[k], out.converged[k] = unique, converged
        if unique and state:
            out.state[k], out.currents[k] = state[0], currents
    return out


def balanced_batch(jumps: Jumps) -> Stationary:
    """The same for a batch of any shape."""
    batch = jumps.energy.shape[:-3]
    out = balanced_state(jumps_at(jumps, np.arange(int(np.prod(batch, dtype=int)))))
    return Stationary(*(x.reshape((*batch, *x.shape[1:])) for x in values_of(out)))


def balanced_harmonics(jumps: Jumps) -> dict[int, Complex]:
    """Harmonics rho_m of the state of a batch of one point, by the integers of m; none where it has none."""
    harmonics = make_harmonics(jumps, jumps.dressing.quanta[-1])
    return _balanced(Balance.of(harmonics, 0, None, None), MOST_UNKNOWNS)[0]


def _balanced(point: Balance, most: int) -> tuple[dict[int, Complex], Reals, bool, bool]:
    """Harmonics and currents, and whether they are the only ones, and converged."""
    harmonics, size = [0], len(point.gaps) ** 2
    before: Reals | None = None
    state: dict[int, Complex] = {}
    currents = np.zeros(0)
    if size > most:
        return {}, currents, True, False
    for _ in range(ROUNDS):
        state, unique = _solved_on(point, harmonics)
        if not unique:
            return {}, currents, False, True
        currents = point.currents(state)
        wanted = {m for m, x in driven_harmonics(point, state, set(harmonics)).items() if x > SLIGHT_HARMONIC}
        wanted |= {-m for m in wanted}
        if not wanted:
            return state, currents, True, True
        if (len(harmonics) + len(wanted)) * size > most:
            moved = np.inf if before is None else np.abs(currents - before).max()
            return state, currents, True, bool(moved <= SETTLED * np.abs(currents).max())
        harmonics, before = [*harmonics, *sorted(wanted)], currents
    return state, currents, True, False
