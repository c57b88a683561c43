r"""One-sided operators: what a coupling has become within the memory of its bath.

For a bath of which the rates say all, :math:`L^{(q)} = \tfrac12 a(W)\circ S^{(q)}`. Two things go beyond.

*Rotating waves.* With :math:`c^\dagger b + c\,b^\dagger` the system gives energy through c and takes it
through :math:`c^\dagger`,

.. math:: L_c = \tfrac12 a(W)\,\theta(-W)\circ c,\qquad
          L_{c^\dagger} = \tfrac12 a(W)\,\theta(W)\circ c^\dagger .

The bath is described by the Hermitian :math:`X = (c + c^\dagger)/\sqrt2` and
:math:`Y = i(c - c^\dagger)/\sqrt2`, to which belong :math:`L_X = (L_c + L_{c^\dagger})/\sqrt2` and
:math:`L_Y = i(L_c - L_{c^\dagger})/\sqrt2`.

*Anomalous correlations* :math:`\langle bb\rangle` of a reservoir that is pumped at twice the frequency of the
drive. With M(W) at W > 0 and its conjugate at -W they turn a coupling that absorbs q quanta into one of
:math:`q \pm 2`,

.. math:: L^{(q)} \mathrel{+}= \tfrac12\,[M(W)\circ S^{(q-2)}]_{W>0} + \tfrac12\,[M(W)\circ S^{(q+2)}]_{W<0},

where W is the energy of the element of S that stands beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from ...numerics.arrays import Array, dagger, namespace
from ..dressing.dressing import Dressing

__all__ = [
    "TURNS",
    "Beyond",
    "anomalous_lines",
    "beyond_rates",
    "both_signs",
    "driven_places",
    "half_transforms",
    "in_directions",
    "in_halves",
    "one_sided",
    "one_way",
    "signed_couplings",
    "signed_quanta",
    "signed_rates",
    "tilted_lines",
]  # fmt: skip

TURNS = 2  # quanta of the drive by which an anomalous correlation changes what a coupling absorbs


@dataclass(frozen=True)
class Beyond:
    """What is known of a bath beyond its rates.

    Attributes
    ----------
    rotating : bool
        Whether its operators come in pairs X, Y of a coupling in the rotating-wave approximation.
    anomalous : array (..., Q, N, N), optional
        M(W) at the jump energies, its conjugate where W < 0; None where there is none.
    change : array (..., Q, N, N), optional
        By how many particles of a lead the system has more after the jump of an element.
    """

    rotating: bool = False
    anomalous: Array = None
    change: Array = None

    @property
    def nothing(self) -> bool:
        """Whether its rates say all."""
        return not self.rotating and self.anomalous is None


class Jumps(Protocol):
    """What is asked of `sambe.physics.generators.jumps.Jumps`, which is built on this."""

    @property
    def dressing(self) -> Dressing: ...
    @property
    def wiring(self) -> tuple[tuple[int, ...], ...]: ...
    @property
    def energy(self) -> Array: ...
    @property
    def forward(self) -> tuple[Array, ...]: ...
    @property
    def backward(self) -> tuple[Array, ...]: ...
    @property
    def shift_forward(self) -> tuple[Array, ...] | None: ...
    @property
    def shift_backward(self) -> tuple[Array, ...] | None: ...
    @property
    def slopes(self) -> tuple[tuple[Array, Array], ...] | None: ...
    @property
    def beyond(self) -> tuple[Beyond, ...]: ...


def both_signs(x: Array, driven: list[int], sign: float, other: Array = None) -> Array:
    """Harmonics of both signs from those of q >= 0: the others are adjoint, times ``sign``."""
    xp = namespace(x)
    if not driven:
        return x
    reverse = dagger(x if other is None else other)
    if len(driven) < reverse.shape[-3]:
        reverse = reverse[..., driven[0] :, :, :]  # q = 0, if held, stands first
    return xp.concat([x, reverse * sign if sign != 1.0 else reverse], axis=-3)


def driven_places(jumps: Jumps) -> list[int]:
    """Places of the harmonics that have a reverse, q > 0, as `both_signs` takes them."""
    return [k for k, q in enumerate(jumps.dressing.quanta) if q]


def signed_couplings(jumps: Jumps, wires: Iterable[int] | None = None) -> list[Array]:
    """S of both signs of q for some coupling operators, by default all, each ``(..., K, N, N)``."""
    s, driven = jumps.dressing.couplings, driven_places(jumps)
    every = range(int(s.shape[-4])) if wires is None else wires
    return [both_signs(s[..., c, :, :, :], driven, 1.0) for c in every]


def half_transforms(jumps: Jumps, bath: int) -> tuple[Array, Array]:
    """One-sided transforms of the bath correlation at -W and W: half the rate plus i times shift."""
    up, low = 0.5 * jumps.forward[bath], 0.5 * jumps.backward[bath]
    if jumps.shift_forward is not None and jumps.shift_backward is not None:
        up = up + 1j * jumps.shift_forward[bath]
        low = low + 1j * jumps.shift_backward[bath]
    return up, low


def signed_quanta(quanta: Sequence[int]) -> list[int]:
    """The order of harmonics of both signs, as `both_signs` has them."""
    return [*quanta, *(-q for q in quanta if q)]


def one_way(energy: Array) -> tuple[Array, Array]:
    """Where the system gives energy, W < 0, and where it takes it; one half each at W = 0."""
    xp = namespace(energy)
    sign = xp.sign(energy)
    return 0.5 * (1.0 - sign), 0.5 * (1.0 + sign)


def in_halves(x: Array, y: Array) -> tuple[Array, Array]:
    """c = (X - iY)/sqrt 2 and its adjoint."""
    half = 0.5**0.5
    return half * (x - 1j * y), half * (x + 1j * y)


def one_sided(
    jumps: Jumps, bath: int, lines: Sequence[Array], up: Array, low: Array, anomalous: Array = None
) -> list[Array]:
    """L of each operator of a bath for the harmonics of both signs, ``(..., K, N, N)`` each.

    Parameters
    ----------
    jumps : Jumps
    bath : int
    lines : sequence of array (..., K, N, N)
        S of the bath's operators, harmonics of both signs.
    up, low : array (..., Q, N, N)
        What stands at W and at -W in the place of half the rate, as from `half_transforms`.
    anomalous : array (..., K, N, N), optional
        The same in the place of half the anomalous correlation, harmonics of both signs.
    """
    xp = namespace(jumps.energy)
    driven = driven_places(jumps)
    conj = xp.conj(low) if xp.isdtype(low.dtype, "complex floating") else low
    rate = both_signs(up, driven, 1.0, conj)
    rotating = jumps.beyond[bath].rotating
    if anomalous is None and not rotating:
        return [rate * s for s in lines]
    give, take = one_way(both_signs(jumps.energy, driven, -1.0))
    if not rotating:
        return [
            rate * s
            + _moved(jumps, anomalous * take * s, TURNS)
            + _moved(jumps, anomalous * give * s, -TURNS)
            for s in lines
        ]
    out = []
    for x, y in zip(lines[::2], lines[1::2], strict=True):
        lowering, raising = in_halves(x, y)
        gives, takes = rate * give * lowering, rate * take * raising
        if anomalous is not None:
            gives = gives + _moved(jumps, anomalous * take * raising, TURNS)
            takes = takes + _moved(jumps, anomalous * give * lowering, -TURNS)
        out += [0.5**0.5 * (gives + takes), 0.5**0.5 * 1j * (gives - takes)]
    return out


def anomalous_lines(jumps: Jumps, bath: int) -> Array:
    """Half of the anomalous correlation of a bath for the harmonics of both signs, or None."""
    correlation = jumps.beyond[bath].anomalous
    if correlation is None:
        return None
    return both_signs(0.5 * correlation, driven_places(jumps), 1.0)


def beyond_rates(
    jumps: Jumps, bath: int, in_zones: Callable[[Array], Array], energy: Array
) -> list[tuple[Array, Array]]:
    """L and W L of each operator of a bath of which rates do not say all.

    Parameters
    ----------
    in_zones : callable
        Harmonics of both signs in the zones of the states, see
        `sambe.physics.generators.near_states.zones.turned`.
    energy : array (..., K, N, N)
        W there.
    """
    lines = signed_couplings(jumps, jumps.wiring[bath])
    up, low = half_transforms(jumps, bath)
    each = [in_zones(l) for l in one_sided(jumps, bath, lines, up, low, anomalous_lines(jumps, bath))]
    out = [(l, energy * l) for l in each]
    if jumps.slopes is None:
        return out
    inclined = [tilted_lines(jumps, s) for s in lines]
    rise, fall = jumps.slopes[bath]
    slopes = [in_zones(l) for l in one_sided(jumps, bath, inclined, 0.5 * rise, -0.5 * fall)]
    rates = [in_zones(l) for l in one_sided(jumps, bath, inclined, up, low)]
    return [
        (l + slope, hot + rate + energy * slope)
        for (l, hot), slope, rate in zip(out, slopes, rates, strict=True)
    ]


def tilted_lines(jumps: Jumps, coupling: Array) -> Array:
    """[tilt, S] for each harmonic: how the jump operators follow a Hamiltonian that is not diagonal."""
    xp = namespace(coupling)
    tilt = jumps.dressing.tilt[..., None, :, :]
    return xp.matmul(tilt, coupling) - xp.matmul(coupling, tilt)


def _moved(jumps: Jumps, x: Array, step: int) -> Array:
    """Harmonics of both signs with that many quanta more, zero where none is held."""
    xp, signed = namespace(x), signed_quanta(jumps.dressing.quanta)
    source = [signed.index(q - step) if q - step in signed else len(signed) for q in signed]
    whole = xp.concat([x, 0.0 * x[..., :1, :, :]], axis=-3)
    return xp.take(whole, xp.asarray(np.asarray(source)), axis=-3)


def signed_rates(operators: Sequence[Array], after: Sequence[Array]) -> Array:
    r"""Jumps per unit time, :math:`2\,\mathrm{Re}\sum L^{(q)}_{ij}(\rho S^{(q)\dagger})_{ji}`, of each q.

    Parameters
    ----------
    operators, after : sequence of array (..., K, N, N)
        L, and S times the state, of each operator of the bath.
    """
    xp = namespace(*operators)
    parts = [2.0 * xp.real(l * xp.conj(s)) for l, s in zip(operators, after, strict=True)]
    return sum(parts[1:], start=parts[0])


def in_directions(jumps: Jumps, signed: Array) -> tuple[Array, Array]:
    """Quantities of jumps of both signs as forward ones, and their reverses at the same element,
    ``(..., Q, N, N)``; the reverses of q = 0 stand in the forward ones."""
    xp, count = namespace(signed), len(jumps.dressing.quanta)
    forward, back = signed[..., :count, :, :], xp.matrix_transpose(signed[..., count:, :, :])
    if jumps.dressing.quanta[0] == 0:
        back = xp.concat([0.0 * forward[..., :1, :, :], back], axis=-3)
    return forward, back
