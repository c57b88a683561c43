r"""Modes under several tones: the extended space of all of them, an eigenproblem for each point.

With :math:`u(t) = \sum_m u_m e^{-im\cdot wt}` over vectors m of quanta, the quasiperiodic modes are the
eigenvectors of

.. math:: \sum_k H_k u_{m-k} - (m\cdot w)\,u_m = \epsilon\,u_m

(Ho, Chu and Tietz 1983). Harmonics are counted from the integers that label the basis states, within
:math:`\sum_t |s_t|/K_t \le 1`, and the K_t are raised until the modes leave the border empty. Only the
smallest space is diagonalised; in larger ones its modes are improved by iteration of the Rayleigh quotient
with sparse factors (Parlett, *The Symmetric Eigenvalue Problem*, 1980, chapter 4). That the border empties is
not certain: where a combination of quanta turns more slowly than the drive moves the energies, modes spread
along it, and for slow tones there may be none. Then there is no answer, which shows early in how slowly the
weight there falls.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt

from ....description.system import System
from ....description.tones.quanta import codes_of, vectors_of
from ....errors import ConvergenceError
from ....numerics.arrays import Array
from ..dressing import Dressing
from ..floquet import merged
from ..frequencies import Tones

__all__ = ["MOST_STATES", "tone_load", "tone_modes"]

# Weight of a mode of norm one at the border with which the harmonics suffice. A choice: amplitudes up to 1e-7
# are cut off, and energies err by their square.
EDGE = 1e-14
FIRST = 5  # harmonics of a tone at the first try, and as many for each quantum of its harmonics
GROWTH = 1.4  # factor on the harmonics of a tone at which modes still spread, for the next try. A choice
# States of the space that is diagonalised, if harmonics enough fit in. A choice: it takes about a second.
DENSE_STATES = 900
# States of the extended space at most. A choice: a step of the iteration then takes some tenths of a second.
MOST_STATES = 4000
# Share of the weight at the border that the next space may leave there: with more it does not empty in time.
# A choice: where modes converged the share was below 0.1, where they spread it was above 2.
FALLING = 0.3
STEPS = 6  # of the iteration at most, which triples the digits at each
RESIDUAL = 1e-11  # |(H - e) v| of a mode of norm one at which it is done, of energies of the order of one
FLOOR = 1e-9  # harmonics of a coupling below this share of the largest: 1e-18 in rates
APART = 0.5  # squared norm that is left of a mode at t = 0 beyond those chosen, if it is another
UNITARY = 1e-6  # by which the modes may fail to be orthonormal at some phase

Complex = npt.NDArray[np.complex128]
Vectors = npt.NDArray[np.int64]


@dataclass(frozen=True)
class _Space:
    """The extended space of a system: its states, and how the elements of H_k move among them.

    Attributes
    ----------
    harmonics : int array (D, T)
        s of each state.
    level : int array (D,)
        Its basis state.
    moves : tuple of (int, int, int, int array, int array)
        Code k, row i and column j of an element, and the states that it leads to and from.
    labels : int array (N, T)
        Quanta that label the basis states.
    cutoff : tuple of int
    """

    harmonics: Vectors
    level: Vectors
    moves: tuple[tuple[int, int, int, Vectors, Vectors], ...]
    labels: Vectors
    cutoff: tuple[int, ...]

    @classmethod
    def of(cls, elements: Sequence[tuple[int, int, int]], labels: Vectors, cutoff: tuple[int, ...]) -> _Space:
        grid = np.asarray(list(product(*(range(-k, k + 1) for k in cutoff))))
        inside = (np.abs(grid) / np.asarray(cutoff)).sum(axis=-1) <= 1.0 + 1e-12
        points, levels = grid[inside], len(labels)
        place = {code: k for k, code in enumerate(codes_of(points).tolist())}
        moves = []
        for k, i, j in elements:
            step = vectors_of([k], labels.shape[1])[0] - labels[i] + labels[j]
            to = [place.get(code, -1) for code in codes_of(points + step).tolist()]
            there = np.asarray(to)
            source = np.flatnonzero(there >= 0)
            moves.append((k, i, j, there[source] * levels + i, source * levels + j))
        return cls(np.repeat(points, levels, axis=0), np.tile(np.arange(levels), len(points)), tuple(moves),
                   labels, cutoff)  # fmt: skip

    def hamiltonian(self, parts: Mapping[int, Complex], omega: npt.NDArray[np.float64]) -> Any:
        """The extended Hamiltonian of one point, a sparse ``(D, D)``."""
        from scipy.sparse import coo_array

        real = not any(np.iscomplexobj(h) and np.imag(h).any() for h in parts.values())
        size, all_states = len(self.level), np.arange(len(self.level))
        counted = (self.harmonics + self.labels[self.level]) @ omega
        values = [np.full(len(to), parts[k][i, j]) for k, i, j, to, _ in self.moves]
        data = np.concatenate([-counted, *(x.real if real else x for x in values)])
        rows = np.concatenate([all_states, *(move[3] for move in self.moves)])
        columns = np.concatenate([all_states, *(move[4] for move in self.moves)])
        out = coo_array((data, (rows, columns)), shape=(size, size)).tocsc()
        out.eliminate_zeros()
        return out

    def within(self, larger: _Space) -> Vectors:
        """The places of these states in a larger space, ``(D,)``."""
        levels = len(self.labels)
        place = {code: k for k, code in enumerate(codes_of(larger.harmonics[::levels]).tolist())}
        return np.asarray([place[code] for code in codes_of(self.harmonics).tolist()]) * levels + self.level

    def border(self, reach: Vectors) -> npt.NDArray[np.bool_]:
        """States from which a harmonic of the drive leads out, ``(D,)``."""
        inside = (np.abs(self.harmonics) / np.maximum(np.asarray(self.cutoff) - 2 * reach, 0.5)).sum(axis=-1)
        return np.asarray(inside > 1.0)


def tone_modes(
    harmonics: Mapping[int, Array], omega: Tones, operators: Sequence[npt.NDArray[Any]], frame: Sequence[int]
) -> Dressing:
    """Quasiperiodic modes, and the coupling split by vectors of quanta.

    Parameters
    ----------
    harmonics : mapping of int to array (..., N, N)
        H_k with both signs of k, by the integers of its vectors.
    omega : Tones
    operators : sequence of array (N, N)
        Distinct coupling operators.
    frame : sequence of int
        Integers of vectors that label the basis states.

    Raises
    ------
    ConvergenceError
        If the modes reach the border of the largest space that is tried.
    """
    tones = len(omega.frequencies)
    labels = vectors_of(list(frame), tones)
    batch = np.broadcast_shapes(
        *map(np.shape, omega.frequencies), *(h.shape[:-2] for h in harmonics.values())
    )
    points = int(np.prod(batch, dtype=int))

    def flat(h: Array) -> Array:
        return np.broadcast_to(h, (*batch, *h.shape[-2:])).reshape(points, *h.shape[-2:])

    every = {k: flat(np.asarray(h)) for k, h in harmonics.items()}
    w = np.stack(
        [np.broadcast_to(np.asarray(x, float), batch).reshape(points) for x in omega.frequencies], -1
    )
    elements = [(k, int(i), int(j)) for k, h in every.items() for i, j in np.argwhere((h != 0).any(axis=0))]
    reach = np.abs(vectors_of(list(every), tones)).max(axis=0)
    spaces = _Spaces(elements, labels, reach)
    parts = []
    for point in range(points):
        modes = _converged({k: h[point] for k, h in every.items()}, w[point], spaces)
        parts.append((np.array([point]), _dressing(modes, operators, w[point])))
    return merged(parts, batch, omega)


@dataclass(frozen=True)
class _Modes:
    """Energies, and the modes on a grid of phases, ``(M_1, M_2, ..., N, N)`` with the modes as columns."""

    energies: npt.NDArray[np.float64]
    states: Complex


class _Spaces:
    """Extended spaces of a system by their cutoffs, each made once."""

    def __init__(self, elements: Sequence[tuple[int, int, int]], labels: Vectors, reach: Vectors) -> None:
        self.elements, self.labels, self.reach = elements, labels, reach
        self.made: dict[tuple[int, ...], _Space] = {}
        share = 1.0
        while True:
            self.first = tuple(int(max(FIRST * (1 + r) * share, 3 * r + 2)) for r in reach)
            if share < 0.4 or self.size(self.first) <= DENSE_STATES:
                break
            share *= 0.9

    def size(self, cutoff: tuple[int, ...]) -> int:
        """States of a space, about: the volume of a cross-polytope."""
        return int(len(self.labels) * np.prod(2.0 * np.asarray(cutoff) + 1.0) / factorial(len(cutoff)))

    def of(self, cutoff: tuple[int, ...]) -> _Space:
        if cutoff not in self.made:
            self.made[cutoff] = _Space.of(self.elements, self.labels, cutoff)
        return self.made[cutoff]


def _converged(parts: Mapping[int, Complex], omega: npt.NDArray[np.float64], spaces: _Spaces) -> _Modes:
    """Modes of one point in a space that is large enough, which is looked for without a hint of others."""
    cutoff = spaces.first
    space = spaces.of(cutoff)
    e, v = _nearest_to_labels(space, space.hamiltonian(parts, omega))
    at_border = 1.0
    while len(e) == len(space.labels):
        weight = np.abs(v) ** 2
        before, at_border = at_border, float(weight[space.border(spaces.reach)].sum(axis=0).max())
        if at_border <= EDGE and (modes := _orthonormal(e, v, space)) is not None:
            return modes
        spread = _spread(weight, space, spaces.reach)
        cutoff = tuple(
            int(np.ceil(GROWTH * k)) if wide else k for k, wide in zip(cutoff, spread, strict=True)
        )
        if at_border > FALLING * before or spaces.size(cutoff) > MOST_STATES:
            break
        smaller, space = space, spaces.of(cutoff)
        start = np.zeros((len(space.level), len(e)), dtype=v.dtype)
        start[smaller.within(space)] = v
        e, v = _improved(space.hamiltonian(parts, omega), start)
    raise ConvergenceError(
        f"the extended space of {len(omega)} tones does not converge with {MOST_STATES} states: the "
        f"modes spread over many quanta, as the tones {', '.join(f'{w:g}' for w in omega)} are slow "
        "against the drive, or nearly commensurate; raise the frequencies, weaken the drive, or take "
        "exactly commensurate ones, whose tones fold into one"
    )


def _nearest_to_labels(space: _Space, h: Any) -> tuple[npt.NDArray[np.float64], Complex]:
    """Energies and modes, ``(D, N)``, nearest to their labels; fewer than N if modes are not told apart."""
    from scipy.sparse.csgraph import connected_components

    size = len(space.level)
    _, block = connected_components(abs(h), directed=False)  # of real numbers alone
    central = np.flatnonzero((space.harmonics == 0).all(axis=-1))
    energies, vectors = [], []
    for b in np.unique(block[central]):
        at = np.flatnonzero(block == b)
        e, v = np.linalg.eigh(h[at][:, at].toarray())
        whole = np.zeros((size, len(at)), dtype=v.dtype)
        whole[at] = v
        energies.append(e)
        vectors.append(whole)
    e, v = np.concatenate(energies), np.concatenate(vectors, axis=1)
    chosen = _one_of_each(v, space, len(space.labels))
    return e[chosen], v[:, chosen]


def _improved(h: Any, start: Complex) -> tuple[npt.NDArray[np.float64], Complex]:
    """Modes of a larger space near those of a smaller one, without those that turned into others."""
    from scipy.sparse import eye_array
    from scipy.sparse.linalg import splu

    one = eye_array(h.shape[0], format="csc")
    energies, modes = [], []
    for before in start.T:
        v = before
        for _ in range(STEPS):
            hv = h @ v
            e = float(np.vdot(v, hv).real)
            if np.linalg.norm(hv - e * v) <= RESIDUAL:
                break
            try:
                # the shift is off the eigenvalue by rounding, so that the factors are not singular
                v = splu(h - (e + 0.01 * RESIDUAL) * one).solve(v)
            except RuntimeError:
                break
            v = v / np.linalg.norm(v)
        if np.abs(np.vdot(before, v)) ** 2 > APART:
            energies.append(e)
            modes.append(v)
    return np.asarray(energies), np.asarray(modes).T.reshape(h.shape[0], len(modes))


def _orthonormal(e: npt.NDArray[np.float64], v: Complex, space: _Space) -> _Modes | None:
    """The modes over the phases, if they are orthonormal at each."""
    modes = _Modes(e, _on_phases(v, space))
    product_ = np.matmul(modes.states.conj().swapaxes(-1, -2), modes.states)
    return modes if np.abs(product_ - np.eye(len(e))).max() <= UNITARY else None


def _spread(weight: npt.NDArray[np.float64], space: _Space, reach: Vectors) -> list[bool]:
    """Tones along which modes reach the border; all of them if none stands out."""
    far = np.abs(space.harmonics) > np.maximum(0.5 * np.asarray(space.cutoff) - reach, 0)
    share = [float(weight[far[:, t]].sum(axis=0).max(initial=0.0)) for t in range(len(reach))]
    return [x >= 1e-3 * max(share) for x in share]


def _one_of_each(v: Complex, space: _Space, levels: int) -> list[int]:
    """Of every mode the replica nearest to its label: they differ at t = 0, where replicas are one state."""
    weight = np.abs(v) ** 2
    mean = np.abs(weight.T @ space.harmonics)
    width = weight.T @ (space.harmonics.astype(float) ** 2).sum(axis=-1)
    order = np.argsort(mean.sum(axis=-1) + 1e-3 * width, kind="stable")
    at_zero = v.reshape(-1, levels, v.shape[1]).sum(axis=0)
    chosen: list[int] = []
    basis = np.zeros((levels, 0), dtype=v.dtype)
    for k in order:
        rest = at_zero[:, k] - basis @ (basis.conj().T @ at_zero[:, k])
        size = np.linalg.norm(rest)
        if size**2 > APART:
            chosen.append(int(k))
            basis = np.concatenate([basis, (rest / size)[:, None]], axis=1)
        if len(chosen) == levels:
            break
    return chosen


def _on_phases(v: Complex, space: _Space) -> Complex:
    """u(phi) of some modes on a grid of phases on which products of two of them are resolved."""
    from scipy.fft import fftn, next_fast_len

    labels = space.labels - space.labels.min(axis=0)
    reach = labels.max(axis=0)
    shape = [int(next_fast_len(4 * k + 2 * int(r) + 1)) for k, r in zip(space.cutoff, reach, strict=True)]
    lines = np.zeros((*shape, len(labels), v.shape[1]), dtype=complex)
    m = (space.harmonics + space.labels[space.level]) % np.asarray(shape)
    lines[(*m.T, space.level)] = v
    return np.asarray(fftn(lines, axes=tuple(range(len(shape)))))


def _dressing(
    modes: _Modes, operators: Sequence[npt.NDArray[Any]], omega: npt.NDArray[np.float64]
) -> Dressing:
    """Dressing of one point, harmonics of the couplings that count."""
    from scipy.fft import ifftn

    u, tones = modes.states, modes.states.ndim - 2
    axes = tuple(range(tones))
    shape = u.shape[:tones]
    lines = [ifftn(np.matmul(u.conj().swapaxes(-1, -2), np.matmul(op, u)), axes=axes) for op in operators]
    both = np.stack(lines, axis=tones)
    size = np.abs(both).max(axis=(-3, -2, -1))
    felt = np.argwhere(size > FLOOR * size.max())
    vectors = np.where(2 * felt > np.asarray(shape), felt - np.asarray(shape), felt)
    codes = codes_of(vectors)
    absorbed = np.unique(np.concatenate([[0], np.abs(codes)]))
    index = vectors_of(absorbed, tones) % np.asarray(shape)
    couplings = both[tuple(index.T)].swapaxes(0, 1)
    if not any(np.imag(op).any() for op in operators) and not np.imag(couplings).any():
        couplings = couplings.real
    zero = u[(0,) * tones]
    return Dressing(modes.energies[None], couplings[None], tuple(absorbed.tolist()),
                    Tones(tuple(omega)), zero[None])  # fmt: skip


def tone_load(system: System, frame: Sequence[int]) -> tuple[int, int]:
    """About the harmonics of a coupling, and complex (N, N) matrices of work, of a point."""
    tones = system.tones
    reach = np.abs(vectors_of(list(system.harmonics()), tones)).max(axis=0)
    states = system.levels * np.prod(2 * FIRST * (1 + reach) + 1) / 2
    return int(4 * np.prod(1 + reach) * FIRST), int(4 * min(states, DENSE_STATES) ** 2 / system.levels**2)
