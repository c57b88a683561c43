r"""What jumps carry in the complete equation: any quantity c of a jump, with every pair of quanta.

.. math:: I_u = -\overline{2\,\mathrm{Re\,Tr}[(c\circ S)\,L_u\,\rho]}

on the side of the coupling, as energies are counted (c = W, see
`sambe.physics.generators.periodic_generator`), with a bar for the mean over the period. Each quantity changes
its sign for the reverse of a jump: particles, or the entropy :math:`\ln[a(-W)/a(W)]`, W/T of a thermal bath.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...numerics.arrays import Array
from ..dressing.frequencies import energies_by_tone
from ..generators.jumps import Jumps, jumps_at
from ..generators.one_sided import both_signs
from ..generators.periodic_generator import Harmonics, make_harmonics, over_period, reach_of
from ..generators.redfield import unpack
from ..states.periods.complete_state import complete_state
from ..states.tones.balance import Balance, balanced_harmonics

__all__ = ["complete_counts"]

# coupling elements of harmonics below this share of the largest do not count, as for energies
FLOOR = 1e-9

Counts = Sequence[Array | None]


def complete_counts(jumps: Jumps, counted: Counts) -> npt.NDArray[np.float64]:
    """Mean flow into the system through each bath, zero for the pumps, of a batch with one axis of points.

    Parameters
    ----------
    jumps : Jumps
    counted : sequence of array (P, Q, N, N) or (P, 1, N, N)
        c of each bath for the quanta of the jumps, or for any; None for a bath of which nothing is counted.

    Returns
    -------
    array (P, U + 1), of several tones (P, U + T)
        NaN where the state is not found.
    """
    if jumps.dressing.several_tones:
        return _balanced(jumps, counted)
    out = np.full((jumps.energy.shape[0], len(jumps.wiring) + 1), np.nan)
    reach = reach_of(jumps, FLOOR)

    def course(points: npt.NDArray[np.intp], packed: npt.NDArray[np.float64]) -> None:
        some = [None if c is None else c[points] for c in counted]
        out[points] = _over_course(jumps_at(jumps, points), some, reach[points], packed)

    complete_state(jumps, course=course)
    return out


def _weighted(jumps: Jumps, h: Harmonics, c: Array, wires: Sequence[int]) -> npt.NDArray[np.complex128]:
    """c times the coupling by its harmonics of both signs, ``(P, C, K, N, N)``."""
    quanta = list(jumps.dressing.quanta)
    if c.shape[1] == len(quanta):
        held = [quanta.index(q) for q in h.quanta.tolist() if q in quanta]
        c = both_signs(c[:, held], [k for k, q in enumerate(held) if quanta[q]], -1.0)
    out: npt.NDArray[np.complex128] = c[:, None] * h.coupling[:, list(wires)]
    return out


def _over_course(
    jumps: Jumps, counted: Counts, reach: Any, packed: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Means over a period for a state (P, M, N, N), ``(P, U + 1)``."""
    h, samples, rho = make_harmonics(jumps, reach), packed.shape[1], unpack(packed)
    out = np.zeros((len(packed), len(jumps.wiring) + 1))
    for u, ((wires, part), c) in enumerate(zip(h.heat, counted, strict=True)):
        if c is None:
            continue
        s, l = (over_period(x, h.quanta, samples) for x in (_weighted(jumps, h, c, wires), part))
        jumped = np.matmul(s, np.matmul(l, rho[:, :, None]))
        out[:, u] = -2.0 * np.trace(jumped, axis1=-2, axis2=-1).real.sum(axis=-1).mean(axis=-1)
    return out


def _balanced(jumps: Jumps, counted: Counts) -> npt.NDArray[np.float64]:
    """The same under several tones, ``(P, U + T)``, by the harmonics of each point's state."""
    h = make_harmonics(jumps, jumps.dressing.quanta[-1])
    tones = len(energies_by_tone(np.zeros(1), jumps.dressing.omega))
    out = np.zeros((len(h.gaps), len(jumps.wiring) + tones))
    weighted = [
        None if c is None else _weighted(jumps, h, c, wires)
        for (wires, _), c in zip(h.heat, counted, strict=True)
    ]
    for k in range(len(out)):
        point, state = Balance.of(h, k, None, None), balanced_harmonics(jumps_at(jumps, np.array([k])))
        for u, ((_, part), s) in enumerate(zip(point.heat, weighted, strict=True)):
            if s is not None:
                felt = s[k][:, np.isin(h.quanta, point.quanta)]
                pairs = sum(np.matmul(x, l[:, None]) for x, l in zip(felt, part, strict=True))
                out[k, u] = -point.mean(point.added(np.asarray(pairs)), state)
    return out
