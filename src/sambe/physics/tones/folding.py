r"""Commensurate tones fold into one: exactly, as their quanta cannot be told apart by energy.

Where :math:`w_t = n_t\Omega` with small integers, a vector k of quanta takes the energy of
:math:`q = n\cdot k` quanta of :math:`\Omega`. What absorbs k and what absorbs k' of one energy interfere, so
that jumps are those of one drive at :math:`\Omega`; which tone a quantum came from is counted beside them
(see `sambe.physics.tones.splitting`). Of more than two tones those that are commensurate fold, and others
stay.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import gcd, lcm
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.gate import unchecked
from ...description.observables import Observable
from ...description.sums.terms import Terms
from ...description.system import System
from ...description.tones.drives import refuse_several
from ...description.tones.quanta import code_of, codes_of, vectors_of
from ...numerics.arrays import is_array
from ..dressing.frame import frame_of
from ..equations import EQUATIONS
from ..method import Method
from ..treatments import TREATMENTS

__all__ = ["Fold", "counted_operators", "folded", "folds", "refuse_folding"]

# Largest integer in the ratio of two frequencies that fold. A choice: from there on what interferes takes a
# dozen quanta of each tone, or the coupling to both is so strong that the extended space does not converge.
MOST = 24
# Quanta of couplings that add up in a state whose terms between different quanta are kept: two couplings in
# each of two of them. A choice; where more add up to nothing no state is the only one, and that is told.
MET = 4
MOST_VECTORS = 1e6  # that are tried; beyond, tones fold
SAME = 1e-13  # relative error of a ratio that rounding explains, with a wide margin

Points = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Fold:
    """How tones fold: a matrix from their quanta to those of fewer tones.

    Attributes
    ----------
    quanta : int array (T', T)
        Integers n; a row for each tone that is left, with zeros for those it is not made of.
    """

    quanta: npt.NDArray[np.int64]

    @property
    def tones(self) -> int:
        """Number of tones that are left."""
        return len(self.quanta)

    def frequencies(self, omega: tuple[Any, ...]) -> Any:
        """Frequency that is left, or those, as a System has them."""
        firsts = [int(np.flatnonzero(row)[0]) for row in self.quanta]
        left = tuple(omega[t] / int(row[t]) for t, row in zip(firsts, self.quanta, strict=True))
        return left[0] if len(left) == 1 else left

    def key(self, vector: tuple[int, ...]) -> Any:
        """Quanta of a harmonic in the tones that are left: an integer, or a tuple."""
        out = self.quanta @ np.asarray(vector)
        return int(out[0]) if len(out) == 1 else tuple(int(k) for k in out)

    def codes(self, codes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """The same for integers of vectors."""
        return codes_of(vectors_of(codes, self.quanta.shape[1]) @ self.quanta.T)


def _ratios(first: Any, second: Any) -> tuple[Points, Points]:
    """Smallest integers p, q with first/second = p/q, ``(P,)``; zero where there are none."""
    ratio = np.atleast_1d(np.asarray(first, float) / np.asarray(second, float))
    p, q = np.zeros(ratio.shape, dtype=np.intp), np.zeros(ratio.shape, dtype=np.intp)
    for k in range(MOST, 0, -1):
        whole = np.rint(ratio * k)
        fits = (np.abs(ratio * k - whole) <= SAME * whole) & (whole >= 1) & (whole <= MOST)
        p, q = np.where(fits, whole, p).astype(np.intp), np.where(fits, k, q)
    return p, q


def folds(system: System, method: Method, points: int) -> Iterator[tuple[Points, Fold | None]]:
    """Points that fold alike, and how; None for those that do not, because of their frequencies or because
    nothing interferes.

    Parameters
    ----------
    system : System
        Of several tones, its numbers plain or of shape ``(P,)``.
    method : Method
    points : int
        P.
    """
    omega = [np.broadcast_to(np.asarray(w, float), points) for w in system.omega]
    tones = len(omega)
    pairs = [(a, b) for a in range(tones) for b in range(a + 1, tones)]
    columns = [x for a, b in pairs for x in _ratios(omega[a], omega[b])]
    kinds, which = np.unique(np.stack(columns, axis=-1), axis=0, return_inverse=True)
    for k, kind in enumerate(kinds):
        ratios = {pair: (int(kind[2 * j]), int(kind[2 * j + 1])) for j, pair in enumerate(pairs)}
        fold = _fold(ratios, tones)
        if fold is not None and _never_meet(method, fold):
            fold = None
        yield np.flatnonzero(which.reshape(-1) == k), fold


def refuse_folding(system: System, method: Method, why: str) -> None:
    """Refuse a batch at whose points commensurate tones interfere; ``why`` ends the sentence."""
    if system.tones == 1:
        return
    for _, fold in folds(system, method, len(system.numbers()["hamiltonian[0]"])):
        if fold is not None:
            refuse_several(
                system.omega, f"they are commensurate, so that jumps of other quanta interfere; {why}"
            )


def _never_meet(method: Method, fold: Fold) -> bool:
    """Whether in a static frame no two jumps of one energy take different quanta, so that tones can be told
    apart though they are commensurate."""
    equation = EQUATIONS[method.equation]
    if not (equation.framed and equation.keeps_phase and method.static):
        return False
    tones = fold.quanta.shape[1]
    vectors = vectors_of(np.asarray(method.frame), tones)
    there = np.zeros((len(vectors),) * 2, dtype=bool)
    for op in method.operators:
        there |= np.asarray(op) != 0
    most = np.abs(vectors[:, None] - vectors)[there].max(axis=0, initial=0)
    reach = most * (2 if TREATMENTS[method.secular].populations_only else MET)
    if np.prod(2.0 * reach + 1.0) > MOST_VECTORS:
        return False
    every = np.stack(np.meshgrid(*(np.arange(-r, r + 1) for r in reach)), axis=-1).reshape(-1, tones)
    return not (~(every @ fold.quanta.T).any(axis=-1) & every.any(axis=-1)).any()


def _fold(ratios: dict[tuple[int, int], tuple[int, int]], tones: int) -> Fold | None:
    """What the ratios of pairs say of all tones."""
    rows, left = [], set(range(tones))
    while left:
        first = min(left)
        alike = {t: ratios[first, t] for t in left - {first} if ratios[first, t][0]}
        whole = lcm(*(p for p, _ in alike.values())) if alike else 1  # w_t = w_first q/p
        numbers = {first: whole, **{t: q * whole // p for t, (p, q) in alike.items()}}
        shared = gcd(*numbers.values())
        rows.append([numbers.get(t, 0) // shared for t in range(tones)])
        left -= set(numbers)
    return None if len(rows) == tones else Fold(np.asarray(rows, dtype=np.int64))


def folded(system: System, method: Method, fold: Fold) -> tuple[System, Method]:
    """The system at points that fold, driven by the tones that are left, and the method for it.

    Behind its observables stand the operators of `counted_operators` where the method has a static frame,
    else those of the drive, term by term.
    """
    drive: dict[Any, Terms] = {}
    static: Terms = system.hamiltonian
    for vector, terms in system.drive.items():
        key = fold.key(vector)
        code = code_of(key) if isinstance(key, tuple) else key
        adjoint = tuple((_conjugate(c), op.conj().T) for c, op in terms)
        if code == 0:
            static = (*static, *terms, *adjoint)
        elif code > 0:
            drive[key] = (*drive.get(key, ()), *terms)
        else:
            reverse = tuple(-k for k in key) if isinstance(key, tuple) else -key
            drive[reverse] = (*drive.get(reverse, ()), *adjoint)
    omega = fold.frequencies(system.omega)
    out = unchecked(type(system), system, hamiltonian=static, drive=drive, omega=omega, frame=None)
    if not method.static:
        told = tuple(Observable("", op) for terms in system.drive.values() for _, op in terms)
        return out, replace(method, frame=frame_of(out)[0], observables=(*method.observables, *told))
    frame = tuple(int(n) for n in fold.codes(np.asarray(method.frame)))
    counted = tuple(Observable("", op) for op in counted_operators(method, system.tones))
    # with the phase dropped nothing is counted
    keeps = EQUATIONS[method.equation].keeps_phase
    observables = (*method.observables, *counted) if keeps else method.observables
    return out, replace(method, frame=frame, observables=observables)


def counted_operators(method: Method, tones: int) -> list[npt.NDArray[np.complex128]]:
    """i S n_t of each coupling operator and, within it, tone; n_t are the quanta that an element takes."""
    vectors = vectors_of(np.asarray(method.frame), tones)
    taken = vectors[None, :, :] - vectors[:, None, :]
    return [1j * op * taken[..., t] for op in method.operators for t in range(tones)]


def _conjugate(c: Any) -> Any:
    return np.conj(c) if is_array(c) or isinstance(c, complex) else c
