r"""Irreducible subspaces of a set of matrices: those that all of them leave invariant, and none within.

Matrices :math:`G_k` and their adjoints generate an algebra, and space falls apart as
:math:`\bigoplus_\lambda \mathbb C^{d_\lambda}\otimes\mathbb C^{m_\lambda}`, on whose first factors the
algebra acts irreducibly and on whose second ones its commutant does. A Hermitian element taken at random has
:math:`d_\lambda` eigenvalues of multiplicity :math:`m_\lambda` for each :math:`\lambda`, which no other
shares; what the other elements carry between its eigenspaces tells which belong together (Murota, Kanno,
Kojima and Kojima, Japan J. Indust. Appl. Math. 27, 125, 2010).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from .arrays import Array, namespace

__all__ = [
    "ROUNDING",
    "SAME",
    "beyond_rounding",
    "components",
    "irreducible_subspaces",
    "linked_states",
    "quotient",
]

Matrix = npt.NDArray[Any]

SAME = 1e-8  # distance of two eigenvalues of a random element, over their span, that still counts as none
INVARIANT = 1e-7  # part of a matrix, over the whole of it, that may leave a subspace by rounding
LEAST = 1e-150  # of a number that divides as it is: about the root of the least double
ATTEMPTS = 4  # random elements tried; one suffices but for accidents of probability SAME
ROUNDING = (
    64.0 * np.finfo(float).eps
)  # of an eigenvector, times span over gap; LAPACK stays a factor of ten below


def beyond_rounding(matrix: Array, values: Array, accuracy: float = ROUNDING) -> Array:
    r"""Elements of a matrix in a computed eigenbasis that are more than the rounding of the eigenvectors.

    An eigenvector i holds an error :math:`\epsilon\,\|H\|/|E_i - E_k|` along each other one k, so that an
    element may be wrong by :math:`\sum_k` of it times :math:`|A_{kj}|`, and likewise for j. Levels that are
    degenerate to 1e-8 are exempt: what mixes there is a choice of basis.

    Parameters
    ----------
    matrix : array (..., Q, N, N)
        Parts of an operator in the eigenbasis, any number of them: the largest of all is its size.
    values : array (..., N)
        Eigenvalues.
    accuracy : float
        Of the eigenvectors where the gaps are as wide as the span of the eigenvalues.

    Returns
    -------
    bool array (..., Q, N, N)
    """
    xp = namespace(matrix, values)
    gap = xp.abs(values[..., :, None] - values[..., None, :])
    span = xp.max(gap, axis=(-2, -1), keepdims=True)
    apart = gap > SAME * span
    turn = xp.where(apart, accuracy * span / xp.where(apart, gap, xp.ones_like(gap)), 0.0 * gap)[
        ..., None, :, :
    ]
    size = xp.abs(matrix)
    largest = xp.max(size, axis=(-3, -2, -1), keepdims=True)
    return size > xp.matmul(turn, size) + xp.matmul(size, turn) + accuracy * largest


def irreducible_subspaces(matrices: Sequence[Matrix]) -> list[npt.NDArray[np.complex128]]:
    """Orthonormal bases of irreducible subspaces, equivalent ones together.

    Parameters
    ----------
    matrices : sequence of array (N, N)
        Their adjoints count as well.

    Returns
    -------
    list of array (m, N, d)
        One entry for each set of m equivalent subspaces of dimension d, the largest d first: in the basis
        ``V[a]`` every matrix has the same block ``V[a]^H G V[a]``. Subspaces that no element of the matrices
        as they are given links are listed apart, whether equivalent or not.

    Examples
    --------
    >>> import numpy as np
    >>> lower, one = np.array([[0.0, 0.0], [1.0, 0.0]]), np.eye(2)
    >>> both = np.kron(lower, one) + np.kron(one, lower)  # two spins: a triplet and a singlet
    >>> [part.shape for part in irreducible_subspaces([both])]
    [(1, 4, 3), (1, 4, 1)]
    """
    parts, levels = _hermitian_parts(matrices), len(matrices[0])
    count, label = components(linked_states(parts, levels))
    out = []
    for k in range(count):
        states = np.flatnonzero(label == k)
        for copies in _of_component([part[np.ix_(states, states)] for part in parts]):
            wide = np.zeros((len(copies), levels, copies.shape[-1]), dtype=complex)
            wide[:, states] = copies
            out.append(wide)
    return sorted(out, key=lambda copies: -copies.shape[-1])


def linked_states(matrices: Sequence[Matrix], levels: int) -> npt.NDArray[np.bool_]:
    """Pairs of basis states between which a matrix has an element, ``(N, N)``."""
    linked = np.zeros((levels, levels), dtype=bool)
    for matrix in matrices:
        linked |= np.asarray(matrix != 0)
    return linked


def components(linked: npt.NDArray[Any]) -> tuple[int, npt.NDArray[Any]]:
    """Number of connected components, and that of each vertex.

    Most systems have one, which is seen without SciPy: its import takes a tenth of a short run.
    """
    ties = (linked != 0) | (linked != 0).T
    reached = np.arange(len(ties)) == 0
    while not (more := reached | ties[reached].any(axis=0)).all() and (more != reached).any():
        reached = more
    if more.all():
        return 1, np.zeros(len(ties), dtype=np.intp)

    from scipy.sparse.csgraph import connected_components

    count, label = connected_components(ties, directed=False)
    return int(count), label


def quotient(x: npt.NDArray[Any], size: Any) -> npt.NDArray[Any]:
    """x / size, where a complex division would take the reciprocal of a size that has none in a double."""
    lift = np.where(size < LEAST, 1.0 / LEAST, 1.0)
    return np.asarray(x * lift / (size * lift))


def _hermitian_parts(matrices: Sequence[Matrix]) -> list[Matrix]:
    """Hermitian and anti-Hermitian parts that are there, each with a largest element of one."""
    out = []
    for g in matrices:
        for part in (0.5 * g + 0.5 * g.conj().T, -0.5j * g + 0.5j * g.conj().T):
            size = np.abs(part).max(initial=0.0)
            if size > ROUNDING * np.abs(g).max():
                part = quotient(part, size)
                out.append(part if part.imag.any() else part.real.copy())
    return out


def _of_component(parts: list[Matrix]) -> list[Matrix]:
    """Irreducible subspaces of matrices that link all of their basis states."""
    n = len(parts[0]) if parts else 1
    whole = np.eye(n, dtype=complex)[None]
    if n == 1 or _told_apart(parts):
        return [whole]
    for attempt in range(ATTEMPTS):
        random = np.random.default_rng(attempt)
        simple = _by_simple_spectrum(parts, random)
        if simple is not None and len(simple) == 1:  # nothing leads out of all states
            return [whole]
        subspaces = _by_eigenspaces(parts, random) if simple is None else simple
        if subspaces is not None and _invariant(parts, subspaces):
            return subspaces
    return [whole]


def _told_apart(parts: list[Matrix]) -> bool:
    """Whether diagonal matrices tell all basis states apart: then what commutes is diagonal, and on linked
    states a multiple of the identity."""
    flat = [np.diagonal(x).real for x in parts if np.count_nonzero(x) == np.count_nonzero(np.diagonal(x))]
    if not flat:
        return False
    label = np.sort(_combination(flat, np.random.default_rng(0)))
    return bool((np.diff(label) > SAME * (label[-1] - label[0])).all())


def _combination(parts: list[Matrix], random: np.random.Generator) -> Matrix:
    return np.asarray(sum(c * part for c, part in zip(random.normal(size=len(parts)), parts, strict=True)))


def _by_simple_spectrum(parts: list[Matrix], random: np.random.Generator) -> list[Matrix] | None:
    """Where a linear combination has no degenerate eigenvalue, what commutes is diagonal in its basis."""
    values, v = np.linalg.eigh(_combination(parts, random))
    if (np.diff(values) <= SAME * (values[-1] - values[0])).any():
        return None
    linked = np.zeros(v.shape, dtype=bool)
    for part in parts:  # of large systems the first one often links all
        linked |= beyond_rounding((v.conj().T @ part @ v)[None], values)[0]
        count, label = components(linked)
        if count == 1:
            break
    return [v[None, :, label == k].astype(complex) for k in range(count)]


def _elements(parts: list[Matrix], random: np.random.Generator) -> Iterator[Matrix]:
    """Random Hermitian elements of third degree: those of the first are the same on unlike subspaces of,
    say, a collective spin."""
    while True:
        a, b, c = (_combination(parts, random) for _ in range(3))
        x = a @ b + b @ a + 1j * (a @ c - c @ a) + b @ c @ b
        yield x / np.abs(x).max()


def _by_eigenspaces(parts: list[Matrix], random: np.random.Generator) -> list[Matrix] | None:
    """Eigenspaces of a random element, split by others until none splits them, then joined by others."""
    elements = _elements(parts, random)
    first, *others = (next(elements) for _ in range(ATTEMPTS))
    spaces = _split(np.eye(len(parts[0]), dtype=complex), first)
    for other in others:
        spaces = [part for space in spaces for part in _split(space, other)]
    # a spanning tree by the matrices that carry most from one space to another
    n = len(spaces)
    carried: list[list[Matrix]] = [[np.zeros((0, 0))] * n for _ in range(n)]
    linked = np.zeros((n, n))
    for a, b in combinations(range(n), 2):
        passes = [spaces[a].conj().T @ other @ spaces[b] for other in others]
        most = max(passes, key=lambda x: float(np.linalg.norm(x)))
        if np.linalg.norm(most) > SAME:
            if most.shape[0] != most.shape[1]:
                return None
            linked[a, b] = linked[b, a] = np.linalg.norm(most)
            carried[a][b], carried[b][a] = most, most.conj().T
    return _joined(spaces, carried, linked)


def _split(space: Matrix, element: Matrix) -> list[Matrix]:
    """Eigenspaces of an element within a space."""
    if space.shape[1] == 1:
        return [space]
    values, v = np.linalg.eigh(space.conj().T @ element @ space)
    cuts = np.flatnonzero(np.diff(values) > SAME) + 1  # elements are of size one
    return [space @ part for part in np.split(v, cuts, axis=1)]


def _joined(spaces: list[Matrix], carried: list[list[Matrix]], linked: Matrix) -> list[Matrix]:
    """Copies of irreducible subspaces: each vector of an eigenspace with its partners in the linked ones."""
    from scipy.sparse.csgraph import breadth_first_order

    count, label = components(linked)
    out = []
    for k in range(count):
        members = np.flatnonzero(label == k)
        root = int(members[0])
        order, before = breadth_first_order(linked, root, directed=False)
        basis = {root: spaces[root]}
        for a in order[1:]:
            parent = int(before[a])
            u, _, w = np.linalg.svd(carried[a][parent] @ (spaces[parent].conj().T @ basis[parent]))
            basis[int(a)] = spaces[a] @ (u @ w)
        out.append(np.stack([basis[int(a)] for a in members], axis=-1).transpose(1, 0, 2))
    return out


def _invariant(parts: list[Matrix], subspaces: list[Matrix]) -> bool:
    """Whether no matrix leads out of the subspaces, and all copies see the same block."""
    for copies in subspaces:
        for part in parts:
            image = part @ copies
            block = copies.conj().swapaxes(-1, -2) @ image
            left = np.abs(image - copies @ block).max() + np.abs(block - block[:1]).max()
            if left > INVARIANT * np.abs(part).max():
                return False
    return True
