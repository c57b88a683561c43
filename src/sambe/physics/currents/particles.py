r"""Particles, heat and electrical power: what leads exchange beside energy.

A jump of a lead brings :math:`\Delta N = \pm1` particle, so that

.. math:: I_u = \sum \Delta N \times \mathrm{rate},\qquad Q_u = J_u - \mu_u I_u,\qquad
          P_\mathrm{el} = -\sum_u \mu_u I_u,

positive into the system, but for the electrical power, which is generated. With every pair of quanta of the
complete equation the particles are counted on the side of the coupling, as energies are,
:math:`I_u = -\overline{2\,\mathrm{Re\,Tr}[(\Delta N\circ S)\,L_u\,\rho]}` (see
`sambe.physics.generators.periodic_generator`). Q is the heat that a lead gives, which over T is its entropy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...numerics.arrays import Array, namespace
from ..dressing.tones.frequencies import energies_by_tone
from ..generators.jumps import Jumps, jumps_at, net_flux
from ..generators.periodic_generator import make_harmonics, over_period, reach_of
from ..generators.redfield import unpack
from ..states.complete_state import complete_state
from ..states.tones.balance import Balance, balanced_harmonics

__all__ = ["PARTICLES", "brought_by_jumps", "complete_particles", "heat_currents", "particle_currents",
           "particle_variables"]  # fmt: skip

PARTICLES = ("particle_current", "heat_current", "electrical_power")  # variables of results
# coupling elements of harmonics below this share of the largest do not count, as for energies
FLOOR = 1e-9


def particle_currents(jumps: Jumps, state: Array, rates: tuple[Array, Array] | None) -> Array:
    """Particles into the system per unit time through each bath and, nothing, the pump, ``(..., U + 1)``; of
    several tones ``(..., U + T)``.

    Parameters
    ----------
    jumps : Jumps
    state : array (..., N, N) or (..., N)
        Density matrix, or populations alone.
    rates : tuple of array (..., U, Q, N, N), optional
        Jumps per unit time and their reverses, of a density matrix.
    """
    xp = namespace(jumps.energy, state)
    none = 0.0 * jumps.energy[..., 0, 0, 0]
    columns = []
    for u, beyond in enumerate(jumps.beyond):
        if beyond.change is None:
            columns.append(none)
            continue
        if state.ndim == jumps.dressing.energies.ndim:
            net = net_flux(jumps, u, state)
        elif rates is None:
            columns.append(none + float("nan"))
            continue
        else:
            net = rates[0][..., u, :, :, :] - rates[1][..., u, :, :, :]
        columns.append(xp.sum(beyond.change * net, axis=(-3, -2, -1)) + none)
    return xp.stack([*columns, *[none] * len(energies_by_tone(np.zeros(1), jumps.dressing.omega))], axis=-1)


def brought_by_jumps(jumps: Jumps) -> npt.NDArray[np.float64]:
    """Particles that a jump to i from j brings through each bath, ``(..., U, 1, N, N)``, for any quanta."""
    none = np.zeros(jumps.energy[..., :1, :, :].shape)
    each = [
        none if beyond.change is None else np.asarray(beyond.change)[..., :1, :, :] + none
        for beyond in jumps.beyond
    ]
    return np.stack(each, axis=-4)


def complete_particles(jumps: Jumps) -> npt.NDArray[np.float64]:
    """The same of the complete equation, for a batch with one axis of points, ``(P, U + 1)``."""
    if jumps.dressing.several_tones:
        return _balanced(jumps)
    out = np.full((jumps.energy.shape[0], len(jumps.wiring) + 1), np.nan)
    reach = reach_of(jumps, FLOOR)

    def course(points: npt.NDArray[np.intp], packed: npt.NDArray[np.float64]) -> None:
        out[points] = _over_course(jumps_at(jumps, points), reach[points], packed)

    complete_state(jumps, course=course)
    return out


def _over_course(jumps: Jumps, reach: Any, packed: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Means over a period of the particles that a state (P, M, N, N) exchanges, ``(P, U + 1)``."""
    h, samples, rho = make_harmonics(jumps, reach), packed.shape[1], unpack(packed)
    out = np.zeros((len(packed), len(jumps.wiring) + 1))
    for u, ((wires, part), beyond) in enumerate(zip(h.heat, jumps.beyond, strict=True)):
        if beyond.change is None:
            continue
        counted = beyond.change[:, 0][:, None, None] * h.coupling[:, list(wires)]
        s, l = (over_period(x, h.quanta, samples) for x in (counted, part))
        jumped = np.matmul(s, np.matmul(l, rho[:, :, None]))
        out[:, u] = -2.0 * np.trace(jumped, axis1=-2, axis2=-1).real.sum(axis=-1).mean(axis=-1)
    return out


def _balanced(jumps: Jumps) -> npt.NDArray[np.float64]:
    """The same under several tones, ``(P, U + T)``, by the harmonics of each point's state."""
    h = make_harmonics(jumps, jumps.dressing.quanta[-1])
    tones = len(energies_by_tone(np.zeros(1), jumps.dressing.omega))
    out = np.zeros((len(h.gaps), len(jumps.wiring) + tones))
    for k in range(len(out)):
        point, state = Balance.of(h, k, None, None), balanced_harmonics(jumps_at(jumps, np.array([k])))
        for u, ((wires, part), beyond) in enumerate(zip(point.heat, jumps.beyond, strict=True)):
            if beyond.change is not None:
                counted = beyond.change[k, 0] * point.coupling[wires]
                pairs = sum(np.matmul(s, l[:, None]) for s, l in zip(counted, part, strict=True))
                out[k, u] = -point.mean(point.added(np.asarray(pairs)), state)
    return out


def heat_currents(currents: Array, particles: Array, baths: Sequence[Bath]) -> Array:
    """J - mu I of each bath, and the energy of each pump, ``(..., U + 1)``."""
    xp = namespace(currents, particles)
    columns = [
        currents[..., u] - xp.asarray(bath.chemical_potential) * particles[..., u]  # type: ignore[attr-defined]
        if bath.particles is not None
        else currents[..., u]
        for u, bath in enumerate(baths)
    ]
    pumps = [currents[..., k] for k in range(len(baths), currents.shape[-1])]
    return xp.stack([*columns, *pumps], axis=-1)


def particle_variables(
    by_terminals: Array, currents: Array, heats: Array, particles: Array, baths: Sequence[Bath]
) -> dict[str, Array]:
    """`PARTICLES` by their names; a squeezed bath has two terminals, of which neither brings any."""
    xp = namespace(currents)
    brought: list[Array] = []
    work: list[Array] = []
    for u, bath in enumerate(baths):
        brought += [particles[..., u]] * len(bath.terminals)
        work += [currents[..., u] - heats[..., u]] * len(bath.terminals)
    none = [0.0 * particles[..., -1]] * (currents.shape[-1] - len(baths))
    power = xp.stack([*work, *none], axis=-1)
    return {
        "particle_current": xp.stack([*brought, *none], axis=-1),
        "heat_current": by_terminals - power,
        "electrical_power": -xp.sum(currents - heats, axis=-1),
    }
