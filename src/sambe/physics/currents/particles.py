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

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...numerics.arrays import Array, namespace
from ..dressing.frequencies import energies_by_tone
from ..generators.jumps import Jumps, net_flux
from .complete_counts import complete_counts

__all__ = ["PARTICLES", "brought_by_jumps", "complete_particles", "heat_currents", "particle_currents",
           "particle_variables"]  # fmt: skip

PARTICLES = ("particle_current", "heat_current", "electrical_power")  # variables of results


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
    return complete_counts(jumps, [beyond.change for beyond in jumps.beyond])


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
