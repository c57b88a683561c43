"""Energies at which a driven system looks at its baths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath, refuse_beyond_rates
from ..dressing.dressing import Dressing
from ..generators.exchanged_particles import jump_rates, particle_change
from ..generators.jumps import Wiring

__all__ = ["Lines", "bath_lines", "coupling_reach"]

Floats = npt.NDArray[np.float64]
# Squared coupling elements below this share of the strongest are no lines. A choice: 1e-5 of an element, far
# above the rounding of a squared one (1e-32) and far below what moves a current.
FAINT = 1e-10
# Lines with at least this share of a bath's largest rate set the band in which its expansion has to be good,
# and the least band is this share of the largest energy at which the system looks at any bath. Choices.
MATTERS, LEAST_BAND = 1e-3, 0.1
# Room above the highest of those lines, so that the fit is good on both sides of it. A choice.
BAND_MARGIN = 1.2


@dataclass(frozen=True, eq=False)
class Lines:
    r"""Jump energies of one bath with their golden-rule rates :math:`|S|^2 a(W)`.

    Attributes
    ----------
    energy : array (L,)
        W = E_i - E_j - q w, positive when the system absorbs.
    strength : array (L,)
        |S^(q)_ij|^2, summed over the bath's coupling operators.
    absorption : array (L,)
        a(W), exact.
    system : float
        Largest |W| at which the system looks at any bath.
    change : array (L,), optional
        Particles that each jump brings, of a lead.
    spread : float
        Energy about W that such a particle may bring, a lead's temperature.
    """

    energy: Floats
    strength: Floats
    absorption: Floats
    system: float
    change: Floats | None = None
    spread: float = 0.0

    @property
    def rates(self) -> Floats:
        """Golden-rule rates, ``(L,)``."""
        return self.strength * self.absorption

    @property
    def largest(self) -> float:
        """The largest rate."""
        return float(self.rates.max(initial=0.0))

    @property
    def energy_flow(self) -> float:
        """Largest one-way energy flow of a single line."""
        return float((self.rates * (np.abs(self.energy) + self.spread)).max(initial=0.0))

    @property
    def band(self) -> float:
        """Power of two above every energy that matters, so that nearby points share a fit."""
        strong = np.abs(self.energy[self.rates >= MATTERS * self.largest])
        least = LEAST_BAND * self.system or 1.0  # a bath that only dephases has no line above zero
        return float(2.0 ** np.ceil(np.log2(BAND_MARGIN * strong.max(initial=least))))


def bath_lines(dressing: Dressing, wiring: Wiring, baths: tuple[Bath, ...]) -> tuple[Lines, ...]:
    """Lines of each bath from the dressing of a single point."""
    w = np.asarray(dressing.jump_energies())
    size = np.abs(np.asarray(dressing.couplings)) ** 2
    driven = np.array([q > 0 for q in dressing.quanta])
    # q < 0 is the adjoint of q > 0: the same strengths at -W
    energy = np.concatenate([w.ravel(), -w[driven].ravel()])
    sizes = [size[list(operators)].sum(axis=0) for operators in wiring]
    strengths = [np.concatenate([s.ravel(), s[driven].ravel()]) for s in sizes]
    masks = [s > FAINT * s.max(initial=0.0) for s in strengths]
    widest = max(float(np.abs(energy[bright]).max(initial=0.0)) for bright in masks)
    lines = []
    for bath, s, bright in zip(baths, strengths, masks, strict=True):
        change = _changes(dressing, bath, driven, bright)
        if change is None:
            refuse_beyond_rates(bath, energy[bright])
        up, _ = jump_rates(bath, energy[bright], change)
        spread = 0.0 if change is None else float(bath.temperature)
        lines.append(Lines(energy[bright], s[bright], np.asarray(up, dtype=float), widest, change, spread))
    return tuple(lines)


def _changes(dressing: Dressing, bath: Bath, driven: Any, bright: Any) -> Floats | None:
    """Particles that the jumps of a lead bring, those of q < 0 last."""
    change = particle_change(dressing, bath)
    if change is None:
        return None
    every = np.asarray(np.broadcast_to(change, np.shape(dressing.couplings)[1:]), dtype=float)
    both = np.concatenate([every.ravel(), -every[driven].ravel()])
    return np.asarray(both[bright], dtype=float)


def coupling_reach(dressing: Dressing, share: float) -> int:
    """Largest q whose coupling harmonic exceeds a share of the largest one."""
    size: Any = np.abs(np.asarray(dressing.couplings)).max(axis=(0, 2, 3))
    present = [q for q, x in zip(dressing.quanta, size, strict=True) if x > share * size.max()]
    return max(present)
