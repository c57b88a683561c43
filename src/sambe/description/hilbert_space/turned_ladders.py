r"""Truncated ladders in a basis that does not show them, from what no change of the basis touches.

A lowering operator tells its last level by a commutator, a position operator that it is one of a cut ladder
by its spectrum, the zeros of a Hermite polynomial:

.. math:: [a, a^\dagger] = 1 - K\,|K-1\rangle\langle K-1|,\qquad
          \det(x - a - a^\dagger) \propto H_K(x/\sqrt 2).

A spin has :math:`[S_-, S_+] = -2S_z` and an equally spaced spectrum instead. Which phases the states of a
position have in those of the ladder is told by the Hamiltonian: between two positions its elements are those
of the number of quanta, to the order of what acts on the ladder beside. Last, the states of the Hamiltonian
may be the ladder's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

__all__ = ["cut_vectors"]

MOST_LEVELS = 256  # a choice: the eigenvectors of some operators then take a second
LEAST_LEVELS = 3  # two levels are as much a qubit as a ladder
CLEAR_LEVELS = 4  # of three levels any even spectrum is that of a ladder; growth to the fourth is no accident
MOST_CUT_OFF = 4  # levels that may be missing below; a choice
SAME = 1e-7  # difference of eigenvalues, of their range, that rounding makes of equal ones
NOTHING = 1e-9  # element, of the largest, that the rounding of eigenvectors leaves of none

# Singular value of unit vectors from which on they are more than one direction: 1.41 and 0 of equal ones. Far
# from both, as a last level of an interacting mode is found to some per cent
DISTINCT = 0.4

Matrix = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]


def cut_vectors(
    operators: Sequence[Matrix], terms: Sequence[Matrix], hamiltonian: Matrix,
    laws: Sequence[Callable[[Matrix], Iterable[int]]],
) -> Matrix:  # fmt: skip
    """Columns that span the last levels of cut ladders, ``(N, R)``.

    Parameters
    ----------
    operators : sequence of array (N, N)
        In which ladders are looked for.
    terms : sequence of array (N, N)
        Hermitian terms of the Hamiltonian, of which one may count quanta.
    hamiltonian : array (N, N)
        Without the drive.
    laws : sequence of callable
        Each gives the basis states at the cut of an operator, and is asked in the basis of the Hamiltonian
        where nothing else tells of a ladder; the later ones where those before have found none at all.
    """
    found, left = [np.zeros((len(hamiltonian), 0), dtype=complex)], []
    for op in operators:
        spectrum = np.linalg.eigvalsh(op + op.conj().T)
        if len(_runs(spectrum - spectrum.mean())) < LEAST_LEVELS:
            continue
        exact = [*(_by_position(op, terms, hamiltonian) if _is_hermitian(op) else _last_level(op))]
        found.extend(exact)
        left.extend([] if exact else [op])
    states = np.linalg.eigh(hamiltonian)[1] if left else hamiltonian
    for law in laws:
        if law is not laws[0] and any(x.size for x in found):
            break
        for op in left:
            turned = states.conj().T @ op @ states
            turned = np.where(np.abs(turned) > NOTHING * np.abs(turned).max(initial=0.0), turned, 0.0)
            found.append(states[:, sorted(law(turned))])
    return np.concatenate(found, axis=1)


def _is_hermitian(op: Matrix) -> bool:
    return bool(np.abs(op - op.conj().T).max() <= NOTHING * np.abs(op).max(initial=0.0))


def spanned(columns: Matrix, beside: Matrix) -> Matrix:
    """Orthonormal columns of what a span has beside that of orthonormal ones."""
    columns = columns - beside @ (beside.conj().T @ columns)
    left, size, _ = np.linalg.svd(columns, full_matrices=False)
    return np.asarray(left[:, size > DISTINCT])


def _last_level(op: Matrix) -> Iterator[Matrix]:
    """Eigenvectors of [L, L†] of the eigenvalue -(K - 1 + s), if all others are 1, but for 1 + s of a first
    level below which s are cut off."""
    adjoint = op.conj().T
    values, vectors = np.linalg.eigh(op @ adjoint - adjoint @ op)
    if abs(values[0]) < abs(values[-1]):  # of a raising operator
        values, vectors = -values[::-1], vectors[:, ::-1]
    places = _runs(values)
    if not 2 <= len(places) <= 3:
        return
    last, many, first = (*places, places[1])[:3]
    single, step = len(last), float(values[many].mean())
    levels = (len(values) - single) // single + 1
    if step <= 0.0:
        return
    cut_off = 0.0 if len(places) == 2 else float(values[first].mean()) / step - 1.0
    fits = len(values) == levels * single and levels > 2
    if len(places) == 3:
        fits = (
            fits and len(first) == single and levels >= CLEAR_LEVELS and 1 <= round(cut_off) <= MOST_CUT_OFF
        )
    if fits and abs(cut_off - round(cut_off)) < SAME * levels:
        yield vectors[:, last]


def _runs(values: Reals) -> list[npt.NDArray[np.intp]]:
    """Places of equal ones among ascending numbers."""
    close = SAME * max(abs(float(values[0])), abs(float(values[-1])))
    return list(np.split(np.arange(len(values)), np.flatnonzero(np.diff(values) > close) + 1))


def _by_position(op: Matrix, terms: Sequence[Matrix], hamiltonian: Matrix) -> Iterator[Matrix]:
    """The last level of a position operator whose eigenvalues are those of a cut ladder."""
    values, vectors = np.linalg.eigh(op)
    values = values - values.mean()
    places = _runs(values)
    levels, single = len(places), len(places[0])
    if any(len(run) != single for run in places):
        return
    x = np.array([values[run].mean() for run in places])
    for cut_off in range(MOST_CUT_OFF + 1 if levels >= CLEAR_LEVELS else 1):
        rungs = np.sqrt(np.arange(1.0, levels) + cut_off)
        roots, amplitudes = np.linalg.eigh(np.diag(rungs, 1) + np.diag(rungs, -1))
        if np.abs(x * (roots[-1] / x[-1]) - roots).max() <= SAME * roots[-1]:
            exact = [*_by_counting(op - np.trace(op) / len(op) * np.eye(len(op)), terms)]
            clear = not exact and levels >= CLEAR_LEVELS
            yield from _last_of_positions(vectors, amplitudes.T, hamiltonian) if clear else exact
            return


def _by_counting(position: Matrix, terms: Sequence[Matrix]) -> Iterator[Matrix]:
    """The last level, where a term counts quanta: a + a† + [a†a, a + a†] = 2 a†."""
    size = float(np.linalg.norm(position))
    for term in terms:
        moved = term @ position - position @ term
        quantum = float(np.linalg.norm(moved)) / size
        again = term @ moved - moved @ term
        if np.linalg.norm(again - quantum**2 * position) <= SAME * quantum**2 * size and quantum > 0.0:
            yield from _last_level(position + moved / quantum)
            return


def _last_of_positions(vectors: Matrix, amplitudes: Reals, hamiltonian: Matrix) -> Iterator[Matrix]:
    """The last level as a sum over positions, whose bases and phases are made those of one number of quanta.

    Parameters
    ----------
    vectors : array (N, N)
        Of positions in ascending order, as many of each.
    amplitudes : array (K, K)
        Of positions in levels, ``[position, level]``.
    """
    n, levels = len(vectors), len(amplitudes)
    single = n // levels
    quanta = amplitudes @ np.diag(np.arange(float(levels))) @ amplitudes.T
    apart = np.kron(np.sign(quanta) * ~np.eye(levels, dtype=bool), np.ones((single, single)))
    joined = apart * (vectors.conj().T @ hamiltonian @ vectors)
    values, common = np.linalg.eigh(joined)
    if values[-1] - values[0] <= NOTHING * np.abs(hamiltonian).max(initial=0.0):
        return
    # the number of quanta is positive, or negative in a frame: the larger eigenvalue is that of one sign
    common = common[:, -single:] if values[-1] >= -values[0] else common[:, :single]
    left, _, right = np.linalg.svd(common.reshape(levels, single, single))
    turned = vectors.reshape(n, levels, single).transpose(1, 0, 2) @ (left @ right)
    yield np.einsum("k,kij->ij", amplitudes[:, -1], turned)
