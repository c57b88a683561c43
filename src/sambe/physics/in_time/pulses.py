r"""Courses under a drive whose strength follows an envelope, in a static frame.

With :math:`H_f(t) = H_0 - \omega n + f(t) H_1` in the frame, each moment is dressed by its own strength: what
the baths do at t is what they would do if the drive stayed as it is,

.. math:: \dot\rho = -i[H_f(t), \rho] + \mathcal D_{f(t)}\rho .

Turning the strength itself is exact; the dissipator asks that it changes slowly against the gaps,

.. math:: r = \max_{i \ne j} \frac{|\langle i|\dot H_f|j\rangle|}{(E_i - E_j)^2} \ll 1 .

Steps of the sixth order (see `sambe.physics.states.periods.period_map`) are halved until the states stand
still.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...errors import InputError
from ...numerics.arrays import Array, dagger
from ...numerics.exponential import expm
from ..generators.coupling_side import on_side_of_couplings
from ..generators.jumps import Jumps, true_rates
from ..generators.level_shifts import with_shift
from ..generators.redfield import pauli_generator
from ..method import Moving
from ..pipeline import jumps_of
from ..states.periods.period_map import GAUSS, ORDER, exponent
from ..treatments import TREATMENTS, follows_period
from .courses import heat_of
from .particle_flows import standing_particles
from .standing_generator import coherence_rates, generator_matrix, population_heat

__all__ = ["MOST_LEVELS", "Pulse", "pulsed", "strength_of"]

MOST_LEVELS = 8  # a choice: the maps of the steps have the fourth power of it elements
TOLERANCE = 1e-10  # error of the elements of the states. A choice, far below what the theory is good to
MOST_STEPS = 2**16  # of a course. A choice: a qubit takes some ten seconds.
TOGETHER = 2**12  # moments that are dressed together. A choice: their matrices stay in the cache
NUDGE = 1e-5  # step of the difference that is the envelope's derivative, over the whole time
REACH = 1e-9  # by which an envelope may leave [0, 1] by rounding

Complex = npt.NDArray[np.complex128]
Reals = npt.NDArray[np.float64]
Envelope = Callable[[Reals], Reals]


@dataclass(frozen=True)
class Pulse:
    """The course of one point in the laboratory.

    Attributes
    ----------
    states, relaxed : array (T, N, N)
        rho, and the dissipative part of its derivative.
    hamiltonian, slope : array (T, N, N)
        H(t) and its derivative.
    counts, taken : array (T, U + 1)
        Energy per unit time from the baths and, last, by the count of quanta less what the dressed energy
        gains; and their integrals.
    ratio : float
        r at the worst moment.
    particles : array (T, U + 1)
        Per unit time from each lead.
    """

    states: Complex
    relaxed: Complex
    hamiltonian: Complex
    slope: Complex
    counts: Reals
    taken: Reals
    ratio: float
    particles: Reals


@dataclass(frozen=True)
class _Moments:
    """Generators at some strengths of the drive, on frame states row by row."""

    generator: Complex
    given: Complex
    hamiltonian: Complex
    energies: Reals
    basis: Complex
    jumps: Jumps


def pulsed(system: System, method: Moving, start: Complex, times: Reals, envelope: Envelope) -> Pulse | None:
    """The course of one point; None where steps that are allowed do not suffice.

    Parameters
    ----------
    system : System
        Plain numbers.
    method : Moving
        In a static frame.
    start : array (N, N)
        In the laboratory, at the first of the times.
    times : array (T,)
        Ascending.
    envelope : callable
        From times to strengths in [0, 1].
    """
    omega = 1.0 if system.omega is None else float(np.real(system.omega))
    n = np.asarray(method.frame, dtype=float)

    def turn(t: Reals) -> Complex:
        """U of the frame at times."""
        return np.asarray(np.exp(-1j * omega * np.multiply.outer(t, n)))

    u = turn(times[:1])[0]
    begin = (u.conj()[:, None] * start * u).reshape(-1)
    steps, before = 1, None
    while True:
        if steps * max(len(times) - 1, 1) > MOST_STEPS:
            return None
        course = _stepped(system, method, begin, times, steps, envelope)
        scale = 1.0 + np.abs(course).max(axis=0)
        if before is not None and (np.abs(course - before) <= (2**ORDER - 1) * TOLERANCE * scale).all():
            break
        before, steps = course, 2 * steps
    return _in_laboratory(system, method, course, times, envelope, turn(times), omega)


def strength_of(envelope: Envelope, times: Reals) -> Reals:
    """Values of an envelope, checked."""
    try:
        values = np.broadcast_to(np.asarray(envelope(times), dtype=float), times.shape)
    except (TypeError, ValueError, ArithmeticError) as error:
        raise InputError(
            "envelope", envelope, f"it gives no strength for each of an array of times ({error})"
        ) from None
    fine = np.isfinite(values) & (values >= -REACH) & (values <= 1.0 + REACH)
    if not fine.all():
        k = int(np.argmax(~fine))
        raise InputError(
            "envelope", float(values[k]), f"at t = {times[k]:g} it leaves [0, 1]; scale it, and the drive"
        )
    return np.asarray(np.clip(values, 0.0, 1.0))


def _moments(system: System, method: Moving, strength: Reals) -> _Moments:
    """Generators of so many moments."""

    def at(path: str, x: Any) -> Any:
        if path.startswith("drive"):
            return x * strength
        return np.full(len(strength), x) if path == "hamiltonian[0]" else x

    batch = system.map_numbers(at)
    jumps = with_shift(jumps_of(batch, method), batch.baths, method)
    d, treatment = jumps.dressing, TREATMENTS[method.secular]
    size, levels = len(strength), d.levels
    if treatment.populations_only:
        matrix, heat = _of_populations(jumps)
    else:
        g = treatment.counted(jumps, None).redfield  # type: ignore[union-attr]
        matrix = generator_matrix(g)
        if follows_period(method):  # a pulse that has ended leaves what has no drive, which is counted so
            g = replace(g, heat=on_side_of_couplings(g.heat, jumps))
        heat = 2.0 * heat_of(g).swapaxes(-1, -2).reshape(size, -1, levels**2)
    v = d.states + 0j
    wide = (v[:, :, None, :, None] * v.conj()[:, None, :, None, :]).reshape(size, levels**2, levels**2)
    bra = dagger(wide)
    frame = np.matmul(v * d.energies[:, None, :], dagger(v))
    generator = np.matmul(wide, np.matmul(matrix, bra))
    functional = np.matmul(heat, bra)
    inner = np.matmul(frame.swapaxes(-1, -2).reshape(size, 1, -1), generator)  # d<E>/dt by the baths
    functional = np.concatenate([functional[:, :-1], functional[:, -1:] - inner], axis=1)
    return _Moments(generator, functional, frame, np.asarray(d.energies), v, jumps)


def _of_populations(jumps: Any) -> tuple[Complex, Complex]:
    """The same where populations go alone."""
    points, n = jumps.dressing.energies.shape
    matrix = np.zeros((points, n * n, n * n), dtype=complex)
    place, every = np.arange(n) * (n + 1), np.arange(n * n)
    matrix[:, every, every] = coherence_rates(jumps).reshape(points, -1)
    matrix[:, place[:, None], place] = pauli_generator(true_rates(jumps))
    heat = np.zeros((points, len(jumps.wiring) + 1, n * n), dtype=complex)
    heat[:, :, place] = population_heat(jumps)
    return matrix, heat


def _stepped(
    system: System, method: Moving, begin: Complex, times: Reals, steps: int, envelope: Envelope
) -> Complex:
    """States of the frame and what was given at the times, with so many steps between each two."""
    share = np.arange(steps) / steps
    length = np.repeat(np.diff(times) / steps, steps)
    first = (times[:-1, None] + np.diff(times)[:, None] * share).reshape(-1)
    size, terminals = len(begin), len(system.baths) + 1
    x = np.concatenate([begin, np.zeros(terminals)])
    out = [x]
    for batch in (slice(k, k + TOGETHER) for k in range(0, len(first), TOGETHER)):
        h = length[batch, None, None]
        parts = []
        for node in GAUSS:
            m = _moments(system, method, strength_of(envelope, first[batch] + node * length[batch]))
            part = np.zeros((len(m.generator), size + terminals, size + terminals), dtype=complex)
            part[:, :size, :size], part[:, size:, :size] = m.generator, m.given
            parts.append(h * part)
        for one in expm(np.asarray(exponent(*parts))[None])[0]:
            x = one @ x
            out.append(x)
    return np.stack(out[::steps])


def _in_laboratory(
    system: System,
    method: Moving,
    course: Complex,
    times: Reals,
    envelope: Envelope,
    u: Complex,
    omega: float,
) -> Pulse:
    """The course in the laboratory."""
    count, levels = len(times), system.levels
    f = strength_of(envelope, times)
    step = NUDGE * max(float(np.ptp(times)), np.finfo(float).tiny)
    rise = (_inside(envelope, times + step, times) - _inside(envelope, times - step, times)) / (2.0 * step)
    m = _moments(system, method, f)
    x = course[:, : levels**2]
    slopes = np.matmul(m.generator, x[..., None])[..., 0].reshape(count, levels, levels)
    states = x.reshape(count, levels, levels)
    relaxed = slopes + 1j * (np.matmul(m.hamiltonian, states) - np.matmul(states, m.hamiltonian))
    lab, lab_relaxed = (u[:, :, None] * y * u.conj()[:, None, :] for y in (states, relaxed))
    h, slope, push = (np.zeros((count, levels, levels), dtype=complex) for _ in range(3))
    for k, part in system.harmonics().items():
        turn = np.exp(-1j * k * omega * times)[:, None, None] * part
        if k:
            push = push + turn
            slope = slope - 1j * k * omega * f[:, None, None] * turn
        h = h + (f[:, None, None] * turn if k else turn)
    slope = slope + rise[:, None, None] * push
    counts = np.matmul(m.given, x[..., None])[..., 0].real
    drive = sum((part for k, part in system.harmonics().items() if k), start=np.zeros((levels, levels)))
    dressed = np.matmul(dagger(m.basis), np.matmul(states, m.basis))[:, None]
    particles = standing_particles(m.jumps, dressed, method)[:, 0]
    return Pulse(
        lab, lab_relaxed, h, slope, counts, course[:, levels**2 :].real, _ratio(m, rise, drive), particles
    )


def _inside(envelope: Envelope, times: Reals, within: Reals) -> Reals:
    """Envelope at times that may lie just beyond the ends, where it need not be known."""
    return strength_of(envelope, np.clip(times, within[0], within[-1]))


def _ratio(m: _Moments, rise: Reals, drive: Array) -> float:
    """Largest change of a dressed state against a gap."""
    turned = np.matmul(dagger(m.basis), np.matmul(drive, m.basis)) * rise[:, None, None]
    gap = np.abs(m.energies[:, :, None] - m.energies[:, None, :])
    apart = gap > 0
    size = np.abs(turned) > 1e-12 * np.abs(turned).max(initial=0.0)
    return float(
        np.where(apart & size, np.abs(turned) / np.where(apart, gap, 1.0) ** 2, 0.0).max(initial=0.0)
    )
