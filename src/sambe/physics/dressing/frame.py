r"""Find a static rotating frame by walking the graph of non-zero elements.

In a frame given by integers :math:`n_i`, one a basis state, the Hamiltonian is static when
:math:`n_i - n_j = k` wherever :math:`(H_k)_{ij} \neq 0`. Then
:math:`H_\mathrm{frame} = \sum_k H_k - \omega\,\mathrm{diag}(n)`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...description.tones.quanta import codes_of, vectors_of
from ...errors import FrameError

__all__ = ["check_frame", "find_frame", "fold_of", "frame_of", "nearest_frame"]

Mask = npt.NDArray[np.bool_]
Element = tuple[int, int, int]  # harmonic k, row i, column j


def _elements(masks: Mapping[int, Mask]) -> list[Element]:
    """Non-zero elements of all harmonics, static ones first, each with its adjoint."""
    out: list[Element] = []
    for k in sorted(masks, key=lambda k: (abs(k), -k)):
        out += [(k, int(i), int(j)) for i, j in np.argwhere(masks[k])]
        if k > 0 and -k not in masks:
            out += [(-k, int(j), int(i)) for i, j in np.argwhere(masks[k])]
    return out


def _name(element: Element, tones: int) -> str:
    k, i, j = element
    return f"(H_{_said(k, tones)})[{i}, {j}]"


def _said(quanta: int, tones: int) -> str:
    """Quanta as a user gives them."""
    return str(quanta) if tones == 1 else str(tuple(vectors_of([quanta], tones)[0].tolist()))


def _walk(levels: int, elements: Sequence[Element], tones: int) -> tuple[int, ...]:
    """Integers n_i with n_i - n_j = k along each element."""
    leaving: list[list[Element]] = [[] for _ in range(levels)]
    for k, i, j in elements:
        leaving[j].append((k, i, j))
    n: dict[int, int] = {}
    for start in range(levels):
        if start not in n:
            block = _walk_from(start, leaving, tones)
            # the least of a block is zero, whichever of its states comes first in the basis
            least = min(block.values())
            n.update({j: k - least for j, k in block.items()})
    return tuple(n[j] - n[0] for j in range(levels))


def _walk_from(start: int, leaving: Sequence[Sequence[Element]], tones: int) -> dict[int, int]:
    """Integers of the states that elements join to one, which has zero."""
    n, origin, queue = {start: 0}, dict[int, Element](), deque([start])
    while queue:
        j = queue.popleft()
        for element in leaving[j]:
            k, i, _ = element
            if i not in n:
                n[i], origin[i] = n[j] + k, element
                queue.append(i)
            elif n[i] - n[j] != k:
                other = origin.get(i) or origin.get(j) or element
                raise FrameError(
                    f"no static rotating frame: {_name(element, tones)} asks for n_{i} - n_{j} = "
                    f"{_said(k, tones)}, but by way of {_name(other, tones)} it is "
                    f'{_said(n[i] - n[j], tones)}; use equation="floquet", which needs no frame'
                )
    return n


def find_frame(masks: Mapping[int, Mask], tones: int = 1) -> tuple[int, ...]:
    """Integers of a static rotating frame.

    Parameters
    ----------
    masks : mapping of int to bool array
        Where each harmonic H_k may be non-zero, shape ``(N, N)``; negative k are implied.
    tones : int
        Of several, k are the integers of vectors, see `sambe.description.tones.quanta`, and so is the frame.

    Returns
    -------
    tuple of int
        n_i, zero on the first state; the least is the same in each block that the Hamiltonian does not
        connect to the others.

    Raises
    ------
    FrameError
        Naming two elements that contradict each other.

    Examples
    --------
    >>> import numpy as np
    >>> find_frame({0: np.eye(2, dtype=bool), 1: np.array([[False, True], [False, False]])})
    (0, -1)
    """
    levels = next(iter(masks.values())).shape[0]
    return _walk(levels, _elements(masks), tones)


def check_frame(masks: Mapping[int, Mask], frame: Sequence[int], tones: int = 1) -> None:
    """Raise `FrameError` unless the given integers make the Hamiltonian static."""
    for k, i, j in _elements(masks):
        if frame[i] - frame[j] != k:
            vectors = tuple(frame) if tones == 1 else vectors_of(list(frame), tones).tolist()
            raise FrameError(
                f"frame = {vectors} leaves {_name((k, i, j), tones)} time-dependent: it asks for n_{i} - "
                f"n_{j} = {_said(k, tones)}, not {_said(frame[i] - frame[j], tones)}; leave frame out to "
                "have it found"
            )


def fold_of(masks: Mapping[int, Mask], frame: Sequence[int]) -> int:
    """Number of which the quanta left in the picture of the integers, k - (n_i - n_j), are all multiples; one
    where none are left."""
    return math.gcd(*(k - frame[i] + frame[j] for k, i, j in _elements(masks))) or 1


def nearest_frame(masks: Mapping[int, Mask], energies: npt.NDArray[Any], tones: int = 1) -> tuple[int, ...]:
    """Integers that make the static and the co-rotating elements static, as far as they agree.

    Used only to label Floquet modes where no exact frame exists; energies are those of the bare
    states, shape ``(N,)``. Static elements come first, then those of one quantum, of two and so on, each
    joining the blocks of states that those before it have left apart. Where elements of one kind contradict
    each other, least squares decide, so that the order of the basis does not. Of several tones the first
    comes first, and what takes quanta of one and gives another's, which turns with neither, is left out.
    """
    levels = len(energies)
    n, block = np.zeros((levels, tones)), np.arange(levels)
    steps: dict[tuple[int, int], list[Element]] = {}
    every = {*masks, *(-k for k in masks)}
    vectors = {k: np.array([k]) if tones == 1 else vectors_of([k], tones)[0] for k in every}
    for k, i, j in _elements(masks):
        size, gap = int(np.abs(vectors[k]).sum()), energies[i] - energies[j]
        if k == 0 or (i != j and abs(vectors[k].sum()) == size and vectors[k].sum() * gap > 0):
            steps.setdefault((size, abs(k)), []).append((k, i, j))
    for step in sorted(steps):
        apart = [
            (vectors[k] - n[i] + n[j], block[i], block[j]) for k, i, j in steps[step] if block[i] != block[j]
        ]
        if not apart:
            continue
        wanted, to, of = (np.asarray(x) for x in zip(*apart, strict=True))
        rows = np.eye(levels)[to.astype(int)] - np.eye(levels)[of.astype(int)]
        n = n + np.linalg.lstsq(rows, wanted, rcond=None)[0][block]
        for _, i, j in steps[step]:
            block[block == block[i]] = block[j]
        for b in np.unique(block):
            n[block == b] -= n[block == b].min(axis=0)
        n = np.floor(n + 0.5 + 1e-9)  # halves go up, whatever their rounding
    n = n - n[0]
    return tuple(int(x) for x in (n[:, 0] if tones == 1 else codes_of(n.astype(np.int64))))


def frame_of(system: System) -> tuple[tuple[int, ...], FrameError | None]:
    """Static frame of a system, its own if it brings one, or else the nearest, and why that is not static.

    Raises
    ------
    FrameError
        If the frame that was given does not fit.
    """
    if system.steps is not None:
        steps = f"no static rotating frame: the Hamiltonian has {system.steps.words()}"
        return (0,) * system.levels, FrameError(f'{steps}; use equation="floquet", which needs no frame')
    masks = system.masks()
    if system.frame is not None:
        check_frame(masks, system.frame, system.tones)
        return system.frame, None
    try:
        return find_frame(masks, system.tones), None
    except FrameError as contradiction:
        bare = np.real(np.diagonal(sum(op for _, op in system.hamiltonian)))
        return nearest_frame(masks, bare, system.tones), contradiction
