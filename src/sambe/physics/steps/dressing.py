r"""Dressing of a period in steps: exact modes, and as many exact harmonics of the coupling as the baths feel.

Where a step begins the modes have a kink, behind a kick or a sudden switch they jump, so that the harmonics
fall as :math:`q^{-2}` or :math:`q^{-1}` and no number of them is all. Each bath says how many count: the
energy that it exchanges by those of the upper octave tells what the next ones would add.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ...description.steps.protocol import Steps
from ...errors import InputError
from ...numerics.arrays import Array, folded
from ..dressing.dressing import Dressing
from ..generators.jumps import Jumps
from .lines import coupling_lines
from .modes import StepModes, step_modes
from .segments import course_of

__all__ = ["harmonic_tail", "most_harmonics", "step_load", "stepped_dressing"]

# Energy per time by harmonics that are left out, of all, up to which a point has enough. A choice: seven
# digits, and an Ohmic bath whose density falls exponentially gives the eighth by a few harmonics more.
SMALL_TAIL = 1e-7
FEWEST = 16  # harmonics at first, beyond those of the phases between modes within the steps
# Numbers in the coupling harmonics of a point at most, and harmonics. A choice: 4 MB, and the complete
# equation of a qubit then takes a second.
MOST_NUMBERS, MOST = 2**18, 2**12
MARGIN = 2  # times the harmonics of the point of lowest omega that another may have. A choice
ROUNDING = 1e-14  # elements below this share of the largest of a point are those of rounding
STEEPEST = 0.9  # ratio of octaves from which what follows is not known to be finite

Reals = npt.NDArray[np.float64]
Points = npt.NDArray[np.intp]
Judge = Callable[[Dressing, Points], Jumps]


def most_harmonics(levels: int, operators: int) -> int:
    """Harmonics that are held of a point, at most."""
    return int(2 ** np.floor(np.log2(min(MOST, max(FEWEST, MOST_NUMBERS / (levels**2 * operators))))))


def step_load(harmonics: int, levels: int, operators: int) -> tuple[int, int]:
    """Coupling harmonics that are held, and complex (N, N) matrices of work, of a point of a sweep of which
    one that feels many has so many."""
    bound = min(most_harmonics(levels, operators), MARGIN * harmonics)
    return bound, 4 * (operators + 2) * bound


def stepped_dressing(
    steps: Steps, omega: Array, operators: Sequence[npt.NDArray[np.complex128]], schedules: Sequence[str],
    batch: tuple[int, ...], jumps: Judge, harmonics: int | None = None, frame: Sequence[int] = (),
) -> Dressing:  # fmt: skip
    """Floquet modes of a period in steps, and the couplings between them by quanta.

    Parameters
    ----------
    steps : Steps
        With numbers that are plain or arrays of the batch.
    omega : number or array
    operators : sequence of array (N, N)
    schedules : sequence of str
        The bath with whose factor each operator is switched; empty for none.
    batch : tuple of int
    jumps : callable
        What the baths make of a dressing of some points, by their numbers.
    harmonics : int, optional
        As many at every point, so that what follows is a smooth function of the numbers; by default as many
        as the baths of each feel.
    frame : sequence of int, optional
        See `sambe.physics.steps.modes.step_modes`.

    Raises
    ------
    InputError
        If the steps are so long that the phases between the modes alone have more harmonics than are held.
    """
    points = int(np.prod(batch, dtype=int))
    flat = steps.map_numbers(lambda _, x: np.broadcast_to(x, batch).reshape(-1) if np.ndim(x) else x)
    w = np.broadcast_to(np.asarray(omega, dtype=float), batch).reshape(-1)
    modes = step_modes(course_of(flat, points), w, frame)
    n, most = modes.energies.shape[-1], most_harmonics(modes.energies.shape[-1], len(operators))
    count = _first_harmonics(modes)
    if (count > most).any():
        raise InputError(
            "omega", float(w[count > most].max()), "the steps are so long that the phases between levels "
            f"have more than {most} harmonics; raise omega, or take each step for a system of its own",
        )  # fmt: skip
    if harmonics is not None:
        count[:] = most = harmonics
    found: list[tuple[Points, npt.NDArray[np.complex128]]] = []
    left = np.ones(points, dtype=bool)
    while left.any():
        reach = int(count[left].min())
        group = np.flatnonzero(left & (count == reach))
        lines, tail, whole = _lines_up_to(modes.take(group), operators, schedules, reach, jumps, group)
        done = (tail <= SMALL_TAIL * whole) | (reach >= most)
        left[group[done]] = False
        count[group] *= 2
        found.append((group[done], lines[done]))
    couplings, quanta = _on_common_quanta(found, (points, len(operators), n))
    out = _dressing(modes, couplings, quanta)
    return replace(
        out, energies=out.energies.reshape(*batch, n), omega=omega,
        couplings=out.couplings.reshape(*batch, *out.couplings.shape[1:]),
        states=out.states.reshape(*batch, n, n),
    )  # fmt: skip


def _lines_up_to(
    modes: StepModes, operators: Sequence[npt.NDArray[np.complex128]], schedules: Sequence[str], reach: int,
    jumps: Judge, points: Points,
) -> tuple[npt.NDArray[np.complex128], Reals, Reals]:  # fmt: skip
    """Couplings of some points by so many quanta, without those of rounding, and `harmonic_tail` of them."""
    quanta = np.arange(reach + 1)
    lines = coupling_lines(modes, operators, schedules, quanta)
    size = np.abs(lines).max(axis=(1, 2, 3, 4), keepdims=True)
    lines = np.where(np.abs(lines) > ROUNDING * size, lines, 0.0)
    return lines, *harmonic_tail(jumps(_dressing(modes, lines, tuple(quanta.tolist())), points))


def _on_common_quanta(
    found: Sequence[tuple[Points, npt.NDArray[np.complex128]]], shape: tuple[int, int, int]
) -> tuple[npt.NDArray[np.complex128], tuple[int, ...]]:
    """Couplings of all points ``(P, C, Q, N, N)`` with those quanta of which one of them has any."""
    points, operators, n = shape
    felt = [np.flatnonzero(lines.any(axis=(0, 1, 3, 4))) for _, lines in found]
    quanta = np.unique(np.concatenate(felt)) if any(map(len, felt)) else np.zeros(1, dtype=np.intp)
    couplings = np.zeros((points, operators, len(quanta), n, n), dtype=complex)
    for group, lines in found:
        there = quanta[quanta < lines.shape[2]]
        couplings[group, :, : len(there)] = lines[:, :, there]
    return couplings, tuple(quanta.tolist())


def _dressing(modes: StepModes, lines: npt.NDArray[np.complex128], quanta: tuple[int, ...]) -> Dressing:
    return Dressing(modes.energies, lines, quanta, modes.omega, modes.states)


def _first_harmonics(modes: StepModes) -> Points:
    """Harmonics, a power of two, that hold the phases between modes and levels within the steps, ``(P,)``."""
    widest = np.ptp(modes.levels, axis=-1).max(axis=-1) + np.ptp(modes.energies, axis=-1)
    need = FEWEST + np.minimum(2.0 * widest / modes.omega, 2.0 * MOST)
    return np.asarray(2.0 ** np.ceil(np.log2(need)), dtype=np.intp)


def harmonic_tail(jumps: Jumps) -> tuple[Reals, Reals]:
    """Energy per time, one way, by harmonics beyond those held, and by all that are, ``(...)``.

    What the upper octave exchanges, times the ratio at which octaves fall off: a geometric series.
    """
    quanta = np.asarray(jumps.dressing.quanta)
    flow = np.zeros((*jumps.energy.shape[:-3], len(quanta)))
    for weight, forward, backward in zip(jumps.weights, jumps.forward, jumps.backward, strict=True):
        each = weight * (forward + backward) * np.abs(jumps.energy)
        flow = flow + np.where(np.isfinite(each), each, 0.0).sum(axis=(-2, -1))
    felt = flow > 0.0
    last = np.where(felt, quanta, 0).max(axis=-1)[..., None]
    upper = np.where(quanta > last / 2, flow, 0.0).sum(axis=-1)
    lower = np.where((quanta > last / 4) & (quanta <= last / 2), flow, 0.0).sum(axis=-1)
    ratio = np.clip(upper / np.where(lower > 0, lower, 1.0), 0.0, STEEPEST)
    ratio = np.where(lower > 0, ratio, 0.0)
    return np.asarray(upper * ratio / (1.0 - ratio)), np.asarray(folded(np.add, flow))
