r"""Where the energy goes inside a chain whose Hamiltonian changes from step to step.

In each step the Hamiltonian is taken apart by its sites, :math:`H_k = \sum_s h_s + \sum_{s<o} h_{so}`. With
the complete state :math:`\rho(t)` on its way through the period

.. math:: J_{s\to o} = -i\,\overline{\langle[h_{so}, h_s]\rangle},\qquad
          P_{su} = -\frac{2}{T}\int\mathrm{Re\,Tr}\,[h_s, S_u]L_u\rho\,\mathrm dt,

and the pump gives to a site what its energy changes by where a step begins, and in a kick. What a site is
given and what leaves it follow together from the same Magnus steps, so that they are equal to rounding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.steps.protocol import Steps
from ...description.sums.sites import by_sites
from ...errors import InputError
from ...numerics.arrays import dagger
from ...numerics.packed_forms import as_functional
from ..generators.coupling_parts import Mixing
from ..generators.jumps import Jumps, jumps_at
from .modes import step_modes
from .segments import course_of
from .strokes import Period, periods

__all__ = ["check_chain", "stepped_chain"]

JOINED = 1e-12  # largest element beyond pairs of sites, over the largest, that rounding explains

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]


def check_chain(steps: Steps, sites: Sequence[int]) -> None:
    """Refuse terms that join three sites or more.

    Raises
    ------
    InputError
        If one does.
    """
    for place, op in steps.operators():
        rest = by_sites(op, sites)[2]
        if place.startswith("steps") and np.abs(rest).max() > JOINED * np.abs(op).max(initial=0.0):
            raise InputError(
                place, op, "it joins three sites or more, so that energy flows along no bond; take such "
                "sites together as one",
            )  # fmt: skip


def stepped_chain(
    steps: Steps, jumps: Jumps, operators: Sequence[Complex], schedules: Sequence[str], mixing: Mixing,
    numbers: Mapping[str, Any], sites: Sequence[int],
) -> tuple[Reals, Reals]:  # fmt: skip
    """Bond currents and local powers of a batch with one axis of points.

    Parameters
    ----------
    steps : Steps
        With numbers that are plain or have the axis of points.
    jumps, operators, schedules, mixing, numbers
        As for `sambe.physics.steps.strokes.strokes_of`.
    sites : sequence of int
        Levels of each site.

    Returns
    -------
    bonds : array (P, s, s)
        Energy per time that leaves a site for its interaction with another.
    local : array (P, s, U + 1)
        Energy per time that each terminal gives to the site's own energy. Not a number where a period takes
        too many steps.
    """
    points, count = len(jumps.energy), len(sites)
    omega = np.broadcast_to(np.asarray(numbers["omega"], dtype=float), (points,))
    modes = step_modes(course_of(steps, points), omega).ordered()
    baths = len(jumps.wiring)
    bonds = np.full((points, count, count), np.nan)
    local = np.full((points, count, baths + 1), np.nan)
    rows = count * (count + baths)
    for places, period in periods(modes, jumps_at(jumps), operators, schedules, mixing, numbers, rows):
        one, two = _parts(period.waves.modes.course.hamiltonians, sites)
        part = ChainPeriod(**{f.name: getattr(period, f.name) for f in fields(Period)}, own=one, joined=two)
        bonds[places], local[places] = part.flows()
    return bonds, local


def _parts(hamiltonians: Complex, sites: Sequence[int]) -> tuple[Complex, Complex]:
    """h_s of each site, ``(P, K, s, N, N)``, and what its energy loses by each bond, -i[h_so, h_s],
    ``(P, K, s, s, N, N)``, in each step."""
    count = len(sites)
    one = np.zeros((*hamiltonians.shape[:2], count, *hamiltonians.shape[2:]), dtype=complex)
    two = np.zeros((*one.shape[:3], *one.shape[2:]), dtype=complex)
    for at in np.ndindex(hamiltonians.shape[:2]):
        own, pairs, _ = by_sites(hamiltonians[at], sites)
        for s, h in own.items():
            one[at][s] = h
        for (s, o), bond in pairs.items():
            for a, b in ((s, o), (o, s)):
                two[at][a, b] = -1j * (bond @ own[a] - own[a] @ bond)
    return one, two


@dataclass(frozen=True)
class ChainPeriod(Period):
    """A group of points with what is followed of a chain.

    Attributes
    ----------
    own : array (P, K, s, N, N)
    joined : array (P, K, s, s, N, N)
        See `_parts`.
    """

    own: Complex
    joined: Complex

    @property
    def rows(self) -> int:
        """What is followed beside the state: by each pair of sites, and by each site and bath."""
        sites = int(self.own.shape[2])
        return sites * (sites + len(self.changes))

    def generator(self, segment: int, x: Reals) -> Reals:
        """The generator at positions, with rows for what leaves each site by each bond and for what each bath
        gives to it, ``(P, M, N^2 + rows, N^2 + rows)``."""
        out, s, _, _, each = self._of_state(segment, x)
        n, step = s.shape[-1], self.waves.modes.course.step[:, segment]
        points = np.arange(len(step))
        states, (_, basis) = self.waves.modes.at(segment, x), self.waves.modes.own(segment)
        states = np.matmul(basis[:, None], states)
        row = n * n
        for k in range(self.own.shape[2]):
            for other in range(self.own.shape[2]):
                leaves = _between(self.joined[points, step, k, other], states)
                out[..., row, : n * n] = as_functional(0.5 * leaves)
                row += 1
            h = _between(self.own[points, step, k], states)[:, :, None]
            for (own, _), part in zip(self.harmonics.heat, each, strict=True):
                coupling = s[:, :, list(own)]
                moving = np.matmul(h, coupling) - np.matmul(coupling, h)
                out[..., row, : n * n] = as_functional(-np.matmul(moving, part).sum(axis=2))
                row += 1
        return out

    def flows(self) -> tuple[Reals, Reals]:
        """Bond currents and local powers."""
        given, rho = self.course()
        sites, baths = self.own.shape[2], len(self.changes)
        rate = self.waves.modes.omega / (2.0 * np.pi)
        each = given.sum(axis=1).reshape(len(rho), sites, sites + baths) * rate[:, None, None]
        pump = np.stack([self.worked(self.own[:, :, s], rho).sum(axis=-1) for s in range(sites)], axis=-1)
        local = np.concatenate([each[..., sites:], (pump * rate[:, None])[..., None]], axis=-1)
        return each[..., :sites], local


def _between(operator: Complex, states: Complex) -> Complex:
    """Operators of each point (P, N, N) between modes at positions, ``(P, M, N, N)``."""
    return np.asarray(np.matmul(dagger(states), np.matmul(operator[:, None], states)))
