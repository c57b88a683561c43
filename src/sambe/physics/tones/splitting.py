r"""Which tone the quanta came from, where commensurate tones have folded into one.

The coupling as the states see it, :math:`S(t) = \sum_q S^{(q)} e^{-iq\Omega t}`, changes with the phase
:math:`\varphi_t` of a tone, and the tone gives

.. math:: P_t = w_t \sum_q 2\,\mathrm{Re\,Tr}\big[T_t^{(q)\dagger} L^{(q)}\rho\big],\qquad
          T_t = i\,\frac{\partial S}{\partial\varphi_t} = \sum_k k_t S^{(k)} e^{-ik\cdot wt},

the sum over the vectors k of quanta where these can be told apart, as in a static frame. Without one the
modes and their quasienergies depend on the relative phase of the tones, and one tone gives another energy
without a bath, :math:`w_t\,\partial\epsilon/\partial\varphi_t` in each mode (Martin, Refael and Halperin
2017); the derivatives follow from perturbation theory in the phase.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.observables import Observable
from ...description.system import System
from ...description.tones.quanta import code_of
from ...numerics.arrays import Array
from ..dressing.dressing import Dressing
from ..generators.jumps import Jumps, jumps_at
from ..generators.periodic_generator import Harmonics, make_harmonics, over_period
from ..states.complete_state import sample_count
from ..states.solution import Solution
from ..states.tones.balance import Work, balanced_state
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


Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


def signed_lines(couplings: Array, held: tuple[int, ...], quanta: npt.NDArray[Any]) -> Complex:
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
    place = {q: k for k, q in enumerate(held)}
    for k, q in enumerate(quanta.tolist()):
        if q in place:
            out[:, :, k] = couplings[:, :, place[q]]
        elif -q in place:
            out[:, :, k] = couplings[:, :, place[-q]].conj().swapaxes(-1, -2)
    return out


def with_pumps(part: Folded, system: System) -> Solution:
    """The solution with a current from each tone in the place of that from the drive, ``(P, U + T)``.

    Parameters
    ----------
    part : Folded
        A batch with one axis.
    system : System
        Of the tones that have folded.
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
        some = jumps_at(jumps, at)
        h = make_harmonics(some, some.dressing.quanta[-1])
        lines, work = lines_of_tones(h, some, part, system, at)
        given = _quanta(h, lines, state[at])
        if work is not None:
            given = given + np.einsum("ptij,pji->pt", work.standing, state[at]).real
        currents[at, baths:] = w[at] * given
        late = np.flatnonzero(moving[at])
        if late.size:
            scale = w[at[late], :, None, None, None]
            whole = balanced_state(
                jumps_at(some, late), scale[..., None] * lines[late],
                None if work is None else Work(work.quanta, scale * work.lines[late]),
            )  # fmt: skip
            currents[at[late], baths:] = whole.currents[:, baths:]
            converged[at[late]] &= whole.converged & whole.unique
    return replace(solution, currents=currents, judged=shift, converged=converged)


def lines_of_tones(
    h: Harmonics, jumps: Jumps, part: Folded, system: System, at: npt.NDArray[np.intp]
) -> tuple[Complex, Work | None]:
    """T_t of each tone and operator at some points, ``(P, T, C, K, N, N)``, and what work is done without a
    bath."""
    if part.framed:
        return _counted_lines(h, jumps, system.tones, part.first), None
    return lines_by_phase(h, jumps, picked_terms(system, part.fold, at), system.tones, part.first)


def _counted_lines(h: Harmonics, jumps: Jumps, tones: int, first: int) -> Complex:
    """T_t of each tone and operator, ``(P, T, C, K, N, N)``, where vectors of quanta can be told apart."""
    seen, (points, operators, *rest) = jumps.dressing.observed, h.coupling.shape
    if seen is None:  # with the phase dropped no quanta are
        return np.zeros((points, tones, operators, *rest), dtype=complex)
    lines = signed_lines(seen.couplings[:, first:], seen.quanta, h.quanta)
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
    seen = jumps.dressing.observed
    if seen is None:
        raise ValueError("the terms of the drive have to be observed")
    most = max(seen.quanta) + max(abs(term.quanta) for term in terms)
    quanta = np.arange(-most, most + 1)
    e, rate = jumps.dressing.energies, jumps.leaving.max(axis=-1)[:, None, None, None]
    omega = np.broadcast_to(np.asarray(jumps.dressing.omega, float), len(e))
    apart = (e[:, :, None] - e[:, None, :])[:, None] - (quanta * omega[:, None])[:, :, None, None]
    slope = _slopes(seen, terms, quanta, tones, first)
    near = (np.abs(apart) <= rate)[:, None]
    turn = np.where(near, 0.0, -slope / np.where(near, 1.0, apart[:, None]))
    samples = int(sample_count(np.array([int(np.abs(h.quanta).max(initial=0)) + most]))[0])
    s = over_period(h.coupling, h.quanta, samples)  # (P, M, C, N, N)
    x = over_period(turn, quanta, samples)[:, :, :, None]  # (P, M, T, 1, N, N)
    change = 1j * (np.matmul(s[:, :, None], x) - np.matmul(x, s[:, :, None]))
    lines = np.moveaxis(np.fft.ifft(change, axis=1), 1, 3)[:, :, :, h.quanta % samples]
    return lines, Work(quanta, np.where(near, slope, 0.0))


def _slopes(
    seen: Dressing, terms: list[DriveTerm], quanta: npt.NDArray[np.intp], tones: int, first: int
) -> Complex:
    """dH/dphi_t between the modes, ``(P, T, K, N, N)``."""
    points, n = seen.couplings.shape[0], seen.couplings.shape[-1]
    half = np.zeros((points, tones, len(quanta), n, n), dtype=complex)
    place = first
    for term in terms:
        own = signed_lines(seen.couplings[:, place : place + term.parts], seen.quanta, quanta - term.quanta)
        line = own[:, 0] + (1j * own[:, 1] if term.parts == 2 else 0.0)
        place += term.parts
        for t, k in enumerate(term.vector):
            half[:, t] += -1j * k * term.coefficient[:, None, None, None] * line
    return half + half[:, :, ::-1].conj().swapaxes(-1, -2)


def _quanta(h: Harmonics, lines: Complex, state: Complex) -> Reals:
    """Quanta of each tone per unit time in a state that stands still, ``(P, T)``."""
    acted = np.matmul(h.forward, state[:, None, None])
    return np.asarray(2.0 * np.sum(lines.conj() * acted[:, None], axis=(2, 3, 4, 5)).real)
