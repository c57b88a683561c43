"""What is reported of the channels of a point: one column each, in any array library."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...description.tones.quanta import vectors_of
from ...numerics.arrays import Array, Fields, namespace
from ...physics.currents.channels import channel_rates
from ...physics.currents.particles import PARTICLES, brought_by_jumps
from ...physics.dressing.dressing import Dressing
from ...physics.dressing.frequencies import Tones, frequency_by_point
from ...physics.method import Method
from ...physics.states.solution import Solution
from ...physics.tones.folding import refuse_folding
from ...physics.treatments import channel_counter
from ...physics.validity import point_status
from ..catalogue import CHANNEL_PARTICLES, CHANNELS, names_of
from .fields import alike, of_groups

__all__ = ["LABELS", "both_directions", "channel_columns", "channel_fields", "common_labels",
           "joined_channels", "spread"]  # fmt: skip

LABELS = "labels"  # bath, quanta, to and from of each column: the one field that has no axis of points
# level energies ``(P, N)`` and frequencies ``(P, T)`` of each point: they tell the energy of channels that
# only other points have
POINT_ENERGIES = "level_energy", "frequency"
COLUMNS = names_of((*CHANNELS, CHANNEL_PARTICLES)) - {"status"}

Labels = npt.NDArray[np.intp]


def channel_fields(system: System, method: Method) -> Fields:
    """Rates and energies of a batch, one column a channel, with the ``labels`` of the columns."""
    refuse_folding(system, method, "ask for the channels of one drive at their common frequency")
    parts = [
        (at, {
            **channel_columns(solution, method),
            "status": point_status(solution, batch.baths),
            "cross_term_shift": solution.cross_term_shift,
        })
        for at, batch, solution in alike(system, method)
    ]  # fmt: skip
    if len(parts) == 1:
        return parts[0][1]
    labels = common_labels(fields for _, fields in parts)
    each = [(at, spread(fields, labels) or {}) for at, fields in parts]
    return {**of_groups(each), LABELS: labels}


def channel_columns(solution: Solution, method: Method) -> dict[str, Array]:
    """The columns and their labels alone, of a solution in any array library."""
    d = solution.jumps.dressing
    rate, energy = both_directions(solution, method)
    xp, points, whole = namespace(rate), len(rate), rate.shape
    labels = _jump_labels(rate.shape[1], d.quanta, d.levels)
    # a jump that changes neither the state nor the drive is no channel
    real = np.flatnonzero((labels[:, 1] != 0) | (labels[:, 2] != labels[:, 3]))

    def columns(x: Array) -> Array:
        return xp.take(xp.reshape(xp.broadcast_to(x, whole), (points, -1)), xp.asarray(real), axis=1)

    rate, energy = columns(rate), columns(energy)
    turning = xp.asarray(labels[real, 1]) * frequency_by_point(d.omega, points)
    particles = {}
    if PARTICLES[0] in method.accounts:
        particles = {"particle_current": rate * columns(brought_by_jumps(solution.jumps))}
    return {
        **particles,
        "rate": rate,
        "channel_energy": energy,
        "energy_current": rate * energy,
        "pump_current": rate * turning,
        **dict(zip(POINT_ENERGIES, _point_energies(d, points), strict=True)),
        LABELS: labels[real],
    }


def both_directions(solution: Solution, method: Method) -> tuple[Array, Array]:
    """Rates and energies of the jumps that absorb q >= 0 and, behind them, of those that absorb -q < 0.

    Each ``(points, bath, q, to, from)``: a reverse jump runs from i to j, so its array is turned over.
    """
    jumps = solution.jumps
    count = channel_counter(method) or channel_rates
    forward, backward = count(jumps, solution.state)
    xp = namespace(forward)
    driven = np.array(jumps.dressing.quanta) > 0
    w = xp.broadcast_to(jumps.energy[:, None], forward.shape)
    reverse, back = (xp.matrix_transpose(x)[..., driven, :, :] for x in (backward, -w))
    return xp.concat([forward, reverse], axis=-3), xp.concat([w, back], axis=-3)


def _point_energies(d: Dressing, points: int) -> tuple[Array, Array]:
    """Energies of the levels and frequencies of the tones, ``(P, N)`` and ``(P, T)``."""
    xp, omega = namespace(d.energies), frequency_by_point(d.omega, points)
    each = omega.frequencies if isinstance(omega, Tones) else (omega,)
    return xp.broadcast_to(d.energies, (points, d.levels)), xp.concat([xp.asarray(w) for w in each], axis=1)


def _jump_labels(baths: int, quanta: tuple[int, ...], levels: int) -> Labels:
    """Bath, quanta, to and from of every jump, in the order of `both_directions`."""
    signed = np.array([*quanta, *(-q for q in quanta if q)])
    states = np.arange(levels)
    grid = np.meshgrid(np.arange(baths), signed, states, states, indexing="ij")
    return np.stack([g.ravel() for g in grid], axis=-1)


def common_labels(parts: Iterable[Fields | None]) -> Labels:
    """Channels that carry anything in some part, in the order bath, quanta, to, from."""
    carrying = [
        fields[LABELS][np.abs(fields["rate"]).max(axis=0) > 0] for fields in parts if fields is not None
    ]
    every = np.concatenate(carrying) if carrying else np.zeros((0, 4), dtype=np.intp)
    labels: Labels = np.unique(every, axis=0)
    return labels


def spread(fields: Fields | None, labels: Labels) -> Fields | None:
    """Columns in the order of the common labels, where there is none without a rate."""
    if fields is None:
        return None
    place = {tuple(label): k for k, label in enumerate(labels.tolist())}
    columns = [place.get(tuple(label), -1) for label in fields[LABELS].tolist()]
    source = np.array([k for k, c in enumerate(columns) if c >= 0], dtype=np.intp)
    target = np.array([c for c in columns if c >= 0], dtype=np.intp)
    out = {name: np.array(fields[name]) for name in ("status", "cross_term_shift", *POINT_ENERGIES)}
    for name in COLUMNS & set(fields):
        every = (
            _energies(fields, labels)
            if name == "channel_energy"
            else np.zeros((len(fields["rate"]), len(labels)))
        )
        every[:, target] = fields[name][:, source]
        out[name] = every
    return out


def _energies(fields: Fields, labels: Labels) -> npt.NDArray[np.float64]:
    """E_to - E_from - q omega of each channel, ``(P, C)``."""
    _, quanta, to, start = labels.T
    level, frequency = (np.asarray(fields[name]) for name in POINT_ENERGIES)
    tones = frequency.shape[1]
    turns = vectors_of(quanta, tones) if tones > 1 else quanta[:, None]
    energies = level[:, to] - level[:, start]
    for frequency_of_tone, quanta_of_tone in zip(frequency.T, turns.T, strict=True):
        energies = energies - frequency_of_tone[:, None] * quanta_of_tone
    return np.asarray(energies)


def joined_channels(fields: Fields, points: npt.NDArray[np.intp], apart: Fields) -> Fields:
    """Fields of a batch in which some points have columns of their own."""
    labels = common_labels((fields, apart))
    whole, part = spread(fields, labels) or {}, spread(apart, labels) or {}
    for name, values in whole.items():
        values[points] = part[name]
    return {**whole, LABELS: labels}
