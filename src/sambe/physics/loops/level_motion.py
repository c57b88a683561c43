r"""Motion of numbers that stand in the Hamiltonian of a static frame, differentiated without a step.

The Hamiltonian of the frame is linear in its numbers, the frequency among them, so that its motion V is
known. Dressed states turn by :math:`c_{ij} = -V_{ij}/(E_i - E_j)`, energies move by :math:`V_{ii}` and quanta
with the frequency, from which `sambe.physics.machines.tangents` has the changes of S, L and W∘L among the
turning states. In the basis that stands still S does not change, and of any other X

.. math:: \dot X = \dot X_\text{turning} - [X, c],

while the Hamiltonian moves by the whole of V. Between levels too close to turn into each other L answers as
a function of the Hamiltonian does. Populations are those of the turning states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.bath import expanded
from ...description.system import System
from ...numerics.arrays import dagger
from ..dressing.static_frame import frame_hamiltonian
from ..equations import EQUATIONS
from ..generators.exchanged_particles import jump_slopes
from ..generators.jumps import Jumps
from ..generators.one_sided import both_signs, driven_places, signed_quanta
from ..generators.redfield import Redfield, pauli_generator
from ..machines.tangents import NEAR, Change, Leg, by_change
from ..method import Method
from .nearby import Motion, Standing

__all__ = ["LevelMotion", "level_motion"]

LEVELS = ("hamiltonian", "drive", "omega")  # how paths of numbers begin that the frame's Hamiltonian has

Reals = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]


@dataclass(frozen=True)
class LevelMotion:
    """Derivative of generator and currents, as an operator of its own.

    Attributes
    ----------
    here : Standing
    pace : array (P,)
        Of the drive's frequency.
    generator : Redfield, optional
        With coherences; its currents are energies of baths and drive, and particles of baths.
    rates : array (P, N, N), optional
        Of populations.
    carried : array (P, 2 U + 1, N, N), optional
        What each jump brings per unit time, in the same order.
    """

    here: Standing
    pace: Reals
    generator: Redfield | None = None
    rates: Any = None
    carried: Any = None

    def act(self, x: Reals) -> Reals:
        """Of the generator, on a state."""
        if self.generator is None:
            return np.asarray(np.matmul(pauli_generator(self.rates), x[..., None])[..., 0])
        n = self.here.levels
        return np.asarray(self.generator.apply(x.reshape(-1, n, n))).reshape(x.shape)

    def currents(self, x: Reals) -> Reals:
        """Of energy and particles from each terminal and of quanta of the drive, ``(P, 2 U + 3)``."""
        n, u = self.here.levels, len(self.here.jumps.wiring)
        if self.generator is None:
            both = np.matmul(self.carried, x[:, None, :, None])[..., 0].sum(axis=-1)
        else:
            both = np.asarray(self.generator.currents(x.reshape(-1, n, n)))
        omega = self.here.omega
        quanta = (both[:, u] - self.pace / omega * self.here.currents(x)[:, u]) / omega
        nothing = np.zeros((len(x), 1))
        return np.concatenate([both, nothing, quanta[:, None]], axis=-1)


def level_motion(
    system: System, motion: Motion, method: Method, here: Standing
) -> tuple[LevelMotion | None, Motion]:
    """What moves through the Hamiltonian of a static frame, if anything does and it is known, and the rest.

    Parameters
    ----------
    system : System
        Numbers with one batch axis.
    motion : mapping
        Derivatives of its numbers by a coordinate.
    method : Method
    here : Standing
        The same points in their own basis.
    """
    through = {path: x for path, x in motion.items() if path.startswith(LEVELS)}
    equation = EQUATIONS[method.equation]
    beyond = any(b.rotating or b.anomalous is not None for b in here.jumps.beyond)
    if not through or not equation.framed or not equation.keeps_phase or method.mixing or beyond:
        return None, motion
    moving = System.map_numbers(system, lambda path, x: through.get(path, 0.0 * x))
    pace = np.broadcast_to(np.asarray(through.get("omega", 0.0), dtype=float), len(here.omega))
    states = here.jumps.dressing.states
    with np.errstate(all="ignore"):
        v = frame_hamiltonian(moving.harmonics(), pace, method.frame)
        v = np.matmul(dagger(states), np.matmul(v, states)) + 0j
        out = (
            _of_populations(here, v, pace, system)
            if here.populations
            else _of_matrices(here, v, pace, system)
        )
    known = out.rates if out.generator is None else out.generator.forward
    if not np.isfinite(known).all():
        return None, motion
    return out, {path: x for path, x in motion.items() if path not in through}


def _legs(here: Standing, v: Complex, pace: Reals, system: System) -> tuple[list[Leg], Complex]:
    """Legs of every bath among the turning states, and by how much these turn."""
    jumps, e = here.jumps, here.jumps.dressing.energies
    gap = e[:, :, None] - e[:, None, :]
    width = (e.max(axis=-1) - e.min(axis=-1))[:, None, None]
    eye = np.eye(here.levels, dtype=bool)
    still = eye if here.populations else eye | (np.abs(gap) <= NEAR * width)
    c = np.where(still | (v == 0), 0.0, -v / np.where(still, 1.0, gap))
    lines = both_signs(jumps.dressing.couplings, driven_places(jumps), 1.0) + 0j
    turned = c[:, None, None]
    moved = np.diagonal(v, axis1=-2, axis2=-1).real
    change = Change(
        moved, np.matmul(lines, turned) - np.matmul(turned, lines), np.where(still & ~eye, v, 0.0), pace
    )
    slopes = [
        jump_slopes(expanded(bath, 3), jumps.energy, beyond.change)
        for bath, beyond in zip(system.baths, jumps.beyond, strict=True)
    ]
    return by_change(jumps, change, slopes, root=False), c


def _brought(jumps: Jumps) -> list[Any]:
    """Particles of each element through each bath, for the harmonics of both signs; None without."""
    driven = driven_places(jumps)
    return [None if b.change is None else both_signs(b.change, driven, -1.0) for b in jumps.beyond]


def _quanta(here: Standing, pace: Reals) -> tuple[Reals, Reals]:
    """q w of the harmonics of both signs, and its derivative, ``(P, K, 1, 1)``."""
    q = np.asarray(signed_quanta(here.jumps.dressing.quanta), dtype=float)
    return (q * here.omega[:, None])[:, :, None, None], (q * pace[:, None])[:, :, None, None]


def _of_matrices(here: Standing, v: Complex, pace: Reals, system: System) -> LevelMotion:
    legs, c = _legs(here, v, pace, system)
    turned, baths = c[:, None], len(here.jumps.wiring)
    quanta, moving = _quanta(here, pace)
    brought = _brought(here.jumps)
    heat = np.zeros((len(v), 2 * baths + 1, *v.shape[-2:]), dtype=complex)
    drift, forward = 1j * v, []
    for leg in legs:
        bra = dagger(leg.s)
        dl = leg.dl - (np.matmul(leg.l, turned) - np.matmul(turned, leg.l))
        dhot = leg.dhot - (np.matmul(leg.hot, turned) - np.matmul(turned, leg.hot))
        drift = drift + np.matmul(bra, dl).sum(axis=1)
        heat[:, leg.bath] += np.matmul(bra, dhot).sum(axis=1)
        heat[:, baths] += np.matmul(bra, quanta * dl + moving * leg.l).sum(axis=1)
        if brought[leg.bath] is not None:
            heat[:, baths + 1 + leg.bath] += np.matmul(bra, brought[leg.bath] * dl).sum(axis=1)
        forward.append(dl)
    coupling = np.concatenate([leg.s for leg in legs], axis=1)
    gaps = np.zeros(v.shape)
    return LevelMotion(here, pace, Redfield(gaps, coupling, np.concatenate(forward, axis=1), drift, heat))


def _of_populations(here: Standing, v: Complex, pace: Reals, system: System) -> LevelMotion:
    legs: Sequence[Leg] = _legs(here, v, pace, system)[0]
    baths = len(here.jumps.wiring)
    quanta, moving = _quanta(here, pace)
    brought = _brought(here.jumps)
    rates, carried = np.zeros(v.shape), np.zeros((len(v), 2 * baths + 1, *v.shape[-2:]))
    for leg in legs:
        rate = 2.0 * (leg.dl * leg.s.conj() + leg.l * leg.ds.conj()).real
        rates += rate.sum(axis=1)
        carried[:, leg.bath] += 2.0 * (leg.dhot * leg.s.conj() + leg.hot * leg.ds.conj()).real.sum(axis=1)
        standing = 2.0 * (leg.l * leg.s.conj()).real
        carried[:, baths] += (quanta * rate + moving * standing).sum(axis=1)
        if brought[leg.bath] is not None:
            carried[:, baths + 1 + leg.bath] += (brought[leg.bath] * rate).sum(axis=1)
    return LevelMotion(here, pace, rates=rates, carried=carried)
