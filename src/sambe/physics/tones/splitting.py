r"""Which tone the quanta came from, where commensurate tones have folded into one.

The coupling as the states see it, :math:`S(t) = \sum_q S^{(q)} e^{-iq\Omega t}`, changes with the phase
:math:`\varphi_t` of a tone, and the tone gives

.. math:: P_t = w_t \sum_q 2\,\mathrm{Re\,Tr}\big[T_t^{(q)\dagger} L^{(q)}\rho\big],\qquad
          T_t = i\,\frac{\partial S}{\partial\varphi_t} = \sum_k k_t S^{(k)} e^{-ik\cdot wt},

the sum over the vectors k of quanta where these can be told apart, as in a static frame. Without one the
modes and their quasienergies depend on the relative phase of the tones, and one tone gives another energy
without a bath, :math:`w_t\,\partial\epsilon/\partial\varphi_t` in each mode (Martin, Refael and Halperin
2017); the derivatives follow from perturbation theory in the phase. A shift of time turns all phases at
once, :math:`\varphi_t` by :math:`n_t`, so that :math:`\sum_t n_tT_t^{(q)} = qS^{(q)}`: together the tones
give what the one drive gives, whatever the state.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.observables import Observable
from ...description.system import System
from ...description.tones.quanta import code_of, vectors_of
from ...numerics.arrays import Array
from ..dressing.dressing import Dressing
from ..dressing.frequencies import frequency_by_point
from ..generators.jumps import Jumps, jumps_at
from ..generators.one_sided import signed_quanta
from ..generators.periodic_generator import Harmonics, make_harmonics, over_period
from ..generators.redfield import unpack
from ..method import Method
from ..routes import solve_universal
from ..states.periods.complete_state import courses_of, sample_count
from ..states.solution import Solution
from ..states.tones.balance import Work, balanced_state
from ..treatments import TREATMENTS
from .folding import Fold

__all__ = ["Folded", "lines_by_phase", "lines_of_tones", "signed_lines", "with_pumps"]

TOGETHER = 2**22  # complex numbers in the harmonics of points that are counted together: 64 MB


@dataclass(frozen=True, eq=False)
class DriveTerm:
    """A term of the drive: its vector of quanta, those of the tones that are left, its coefficient at each
    point, and the number of Hermitian operators that it is made of."""

    vector: tuple[int, ...]
    quanta: int
    coefficient: npt.NDArray[Any]
    parts: int


@dataclass(frozen=True, eq=False)
class Folded:
    """What was solved in the place of tones that have folded.

    Attributes
    ----------
    inner : Solution
        Of the tones that are left.
    fold : Fold
    first : int
        The observable from which on `sambe.physics.tones.folding.folded` has added its own.
    framed : bool
        Whether the drive stands still in a frame of its own.
    """

    inner: Solution
    fold: Fold
    first: int
    framed: bool


Points = npt.NDArray[np.intp]
Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


def signed_lines(couplings: Array, absorbed: tuple[int, ...], quanta: npt.NDArray[Any]) -> Complex:
    """Harmonics q of Hermitian operators for quanta of both signs, ``(P, B, K, N, N)``, zero where none is.

    Parameters
    ----------
    couplings : array (P, B, Q, N, N)
    held : tuple of int
        The q >= 0 of its third axis.
    quanta : int array (K,)
    """
    shape = couplings.shape
    out = np.zeros((*shape[:2], len(quanta), *shape[3:]), dtype=complex)
    place = {q: k for k, q in enumerate(absorbed)}
    for k, q in enumerate(quanta.tolist()):
        if q in place:
            out[:, :, k] = couplings[:, :, place[q]]
        elif -q in place:
            out[:, :, k] = couplings[:, :, place[-q]].conj().swapaxes(-1, -2)
    return out


def with_pumps(part: Folded, system: System, method: Method) -> Solution:
    """The solution with a current from each tone in the place of that from the drive, ``(P, U + T)``.

    Parameters
    ----------
    part : Folded
        A batch with one axis.
    system : System
        Of the tones that have folded.
    method : Method
    """
    solution = part.inner
    jumps = solution.jumps
    points, n = jumps.dressing.energies.shape
    baths, tones = len(jumps.wiring), system.tones
    state = np.asarray(solution.state)
    state = state if state.ndim == 3 else state[:, :, None] * np.eye(n)
    currents = np.concatenate([solution.currents[:, :baths], np.zeros((points, tones))], axis=-1)
    shift, converged = solution.cross_term_shift, np.array(solution.converged)
    moving = np.zeros(points, dtype=bool) if solution.complete is None else np.asarray(solution.complete)
    w = np.stack([np.broadcast_to(np.asarray(x, float), points) for x in system.omega], axis=-1)
    size = max(1, TOGETHER // (4 * (jumps.dressing.couplings[0].size * (1 + tones))))
    for k in range(0, points, size):
        at = np.arange(k, min(k + size, points))
        group = jumps_at(jumps, at)
        h = make_harmonics(group, group.dressing.quanta[-1])
        lines, work = lines_of_tones(h, group, part, system, at)
        given = _quanta(h, lines, state[at])
        if work is not None:
            given = given + np.einsum("ptij,pji->pt", work.standing, state[at]).real
        currents[at, baths:] = w[at] * given
        late = np.flatnonzero(moving[at])
        if late.size:
            scaled = w[at[late], :, None, None, None]
            done = None if work is None else Work(work.quanta, scaled * work.lines[late])
            turning = _along_balance if jumps.dressing.several_tones else _along_course
            pumps, fine = turning(jumps_at(group, late), scaled[..., None] * lines[late], done)
            currents[at[late], baths:] = pumps
            converged[at[late]] &= fine
    if TREATMENTS[method.secular].solve is solve_universal:
        currents[:, baths:] = _shared(currents[:, baths:], solution.currents[:, baths:], part.fold)
    return replace(solution, currents=currents, judged=shift, converged=converged)


def _along_balance(jumps: Jumps, lines: Complex, work: Work | None) -> tuple[Reals, npt.NDArray[np.bool_]]:
    """Currents from each tone in the complete state of several tones that are left, ``(P, T)``, and where it
    is found."""
    whole = balanced_state(jumps, lines, work)
    return whole.currents[:, len(jumps.wiring) :], whole.converged & whole.unique


def _along_course(jumps: Jumps, lines: Complex, work: Work | None) -> tuple[Reals, npt.NDArray[np.bool_]]:
    """The same of one drive that is left, along the period: its harmonics may be thousands."""
    h = make_harmonics(jumps, jumps.dressing.quanta[-1])
    out = np.full((len(lines), lines.shape[1]), np.nan)
    for group, packed, _ in courses_of(jumps):
        rho, samples = unpack(packed), packed.shape[1]
        acted = np.matmul(over_period(h.forward[group], h.quanta, samples), rho[:, :, None])
        for t in range(lines.shape[1]):
            taken = over_period(lines[group, t], h.quanta, samples)
            out[group, t] = 2.0 * np.einsum("pmcij,pmcij->p", taken.conj(), acted).real / samples
            if work is not None:
                done = over_period(work.lines[group, t, None], work.quanta, samples)[:, :, 0]
                out[group, t] += np.einsum("pmij,pmji->p", done, rho).real / samples
    return out, np.isfinite(out).all(axis=-1)


def _shared(pumps: Reals, drives: Reals, fold: Fold) -> Reals:
    """Currents of the tones that add up to those of the drives that are left.

    The universal equation counts with the square roots of its rates, which differs by its order; what is
    missing goes to each by its size.
    """
    made = (fold.quanta != 0).astype(float)
    size = np.abs(pumps)
    missing, shared = drives - pumps @ made.T, size @ made.T
    return np.asarray(pumps + size * ((missing / np.where(shared > 0.0, shared, 1.0)) @ made))


def lines_of_tones(
    h: Harmonics, jumps: Jumps, part: Folded, system: System, at: npt.NDArray[np.intp]
) -> tuple[Complex, Work | None]:
    """T_t of each tone and operator at some points, ``(P, T, C, K, N, N)``, and what work is done without a
    bath."""
    if part.framed:
        return _counted_lines(h, jumps, system.tones, part.first), None
    lines, work = lines_by_phase(h, jumps, picked_terms(system, part.fold, at), system.tones, part.first)
    for left, n in enumerate(part.fold.quanta):
        taken = vectors_of(h.quanta, part.fold.tones)[:, left] if part.fold.tones > 1 else h.quanta
        lines, work = _completed(h.coupling * taken[:, None, None], lines, work, n)
    return lines, work


def _completed(whole: Complex, lines: Complex, work: Work, n: npt.NDArray[np.int64]) -> tuple[Complex, Work]:
    """T_t and slopes whose sums over the tones, each with n_t, are q S ``(P, C, K, N, N)`` and zero.

    What turns states within a relaxation rate of each other is left out of T_t, and is work. Its sum over the
    tones is a turn all the same, of which each tone gets a share by the squares of its slopes. With the
    coherences of such states kept that is a matter of bookkeeping; without them work would be lost.
    """
    apart = ~np.eye(whole.shape[-1], dtype=bool)
    slopes = np.sum(np.abs(work.lines * apart) ** 2, axis=(2, 3, 4)) * n**2
    total = slopes.sum(axis=-1, keepdims=True)
    share = np.where(total > 0.0, slopes, 0.0) / np.where(total > 0.0, total, 1.0)
    share = (share / np.where(n, n, 1))[:, :, None, None, None]
    missing = whole - np.einsum("t,ptckij->pckij", n, lines)
    given = np.einsum("t,ptkij->pkij", n, work.lines)
    return lines + share[..., None] * missing[:, None], Work(work.quanta, work.lines - share * given[:, None])


def _counted_lines(h: Harmonics, jumps: Jumps, tones: int, first: int) -> Complex:
    """T_t of each tone and operator, ``(P, T, C, K, N, N)``, where vectors of quanta can be told apart."""
    observed, (points, operators, *rest) = jumps.dressing.observed, h.coupling.shape
    if observed is None:  # with the phase dropped no quanta are
        return np.zeros((points, tones, operators, *rest), dtype=complex)
    lines = signed_lines(observed.couplings[:, first:], observed.quanta, h.quanta)
    return -1j * lines.reshape(points, operators, tones, *rest).swapaxes(1, 2)


def picked_terms(system: System, fold: Fold, at: npt.NDArray[np.intp]) -> list[DriveTerm]:
    """Terms of the drive with their quanta, at some points."""
    out = []
    for vector, terms in system.drive.items():
        key = fold.key(vector)
        for c, op in terms:
            value = np.asarray(c)
            value = value[at] if value.ndim else np.full(len(at), value)
            parts = len(Observable("", op).parts)
            out.append(DriveTerm(vector, key if isinstance(key, int) else code_of(key), value, parts))
    return out


def lines_by_phase(
    h: Harmonics, jumps: Jumps, terms: list[DriveTerm], tones: int, first: int
) -> tuple[Complex, Work]:
    r"""T_t of each tone and operator, ``(P, T, C, K, N, N)``, and the slopes of H between degenerate states.

    To first order in the phase the modes turn into each other by
    :math:`X^{(m)}_{ij} = -(\partial H/\partial\varphi_t)^{(m)}_{ij} / (E_i - E_j - m\Omega)`, so that
    :math:`\partial S/\partial\varphi_t = [S, X]`. What would turn states within a relaxation rate of each
    other stays work: for i = j, m = 0 it is the change of the quasienergy.
    """
    observed = jumps.dressing.observed
    if observed is None:
        raise ValueError("the terms of the drive have to be observed")
    signed = signed_quanta(observed.quanta)
    most = max(observed.quanta) + max(abs(term.quanta) for term in terms)
    several = jumps.dressing.several_tones
    shifts = {s * term.quanta for term in terms for s in (1, -1)}
    quanta = np.unique(np.add.outer(signed, [*shifts, 0])) if several else np.arange(-most, most + 1)
    e, rate = jumps.dressing.energies, jumps.leaving.max(axis=-1)[:, None, None, None]
    turning = quanta.astype(float) * frequency_by_point(jumps.dressing.omega, len(e))
    apart = (e[:, :, None] - e[:, None, :])[:, None] - turning[:, :, None, None]
    slope = _slopes(observed, terms, quanta, tones, first)
    near = (np.abs(apart) <= rate)[:, None]
    turn = np.where(near, 0.0, -slope / np.where(near, 1.0, apart[:, None]))
    change = _turned if several else _turned_over_period
    return 1j * change(h, turn, quanta), Work(quanta, np.where(near, slope, 0.0))


def _turned_over_period(h: Harmonics, turn: Complex, quanta: Points) -> Complex:
    """[S, X] of each tone by way of its course over a period, ``(P, T, C, K, N, N)``."""
    most = int(np.abs(h.quanta).max(initial=0)) + int(quanta.max())
    samples = int(sample_count(np.array([most]))[0])
    s = over_period(h.coupling, h.quanta, samples)  # (P, M, C, N, N)
    x = over_period(turn, quanta, samples)[:, :, :, None]  # (P, M, T, 1, N, N)
    change = np.matmul(s[:, :, None], x) - np.matmul(x, s[:, :, None])
    return np.asarray(np.moveaxis(np.fft.ifft(change, axis=1), 1, 3)[:, :, :, h.quanta % samples])


def _turned(h: Harmonics, turn: Complex, quanta: Points) -> Complex:
    """The same where several tones are left, harmonic by harmonic."""
    points, operators, *rest = h.coupling.shape
    out = np.zeros((points, turn.shape[1], operators, *rest), dtype=complex)
    for k, q in enumerate(h.quanta):
        place = np.minimum(np.searchsorted(quanta, q - h.quanta), len(quanta) - 1)
        met = np.flatnonzero(quanta[place] == q - h.quanta)
        s, x = h.coupling[:, None, :, met], turn[:, :, None, place[met]]
        out[:, :, :, k] = (np.matmul(s, x) - np.matmul(x, s)).sum(axis=3)
    return out


def _slopes(
    observed: Dressing, terms: list[DriveTerm], quanta: npt.NDArray[np.intp], tones: int, first: int
) -> Complex:
    """dH/dphi_t between the modes, ``(P, T, K, N, N)``."""
    points, n = observed.couplings.shape[0], observed.couplings.shape[-1]
    half = np.zeros((points, tones, len(quanta), n, n), dtype=complex)
    place = first
    for term in terms:
        pair = signed_lines(
            observed.couplings[:, place : place + term.parts], observed.quanta, quanta - term.quanta
        )
        line = pair[:, 0] + (1j * pair[:, 1] if term.parts == 2 else 0.0)
        place += term.parts
        for t, k in enumerate(term.vector):
            half[:, t] += -1j * k * term.coefficient[:, None, None, None] * line
    return half + half[:, :, ::-1].conj().swapaxes(-1, -2)


def _quanta(h: Harmonics, lines: Complex, state: Complex) -> Reals:
    """Quanta of each tone per unit time in a state that stands still, ``(P, T)``."""
    acted = np.matmul(h.forward, state[:, None, None])
    return np.asarray(2.0 * np.sum(lines.conj() * acted[:, None], axis=(2, 3, 4, 5)).real)
