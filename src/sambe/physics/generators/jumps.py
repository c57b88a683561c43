r"""Jump energies and rates of a dressing: what each bath does to each pair of states.

A jump :math:`j \to i` that absorbs q drive quanta takes :math:`W = E_i - E_j - q\omega` from bath u at the
rate :math:`a_u(W)\,|S^{(q)}_{ij}|^2`. Only q >= 0 is held; its reverse, :math:`i \to j` with -q and -W,
has the rate :math:`a_u(-W)\,|S^{(q)}_{ij}|^2` of the same element.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath, expanded, refuse_anomalous
from ...numerics.arrays import (
    Array,
    expand,
    folded,
    in_a_row,
    is_array,
    is_concrete,
    is_numpy,
    namespace,
    to_numpy,
)
from ...numerics.eigen_derivative import constant, slope
from ..dressing.dressing import Dressing, with_room
from ..dressing.frequencies import Tones, energies_by_tone, expanded_omega
from .exchanged_particles import jump_rates, particle_change
from .one_sided import (
    TURNS,
    Beyond,
    anomalous_lines,
    in_directions,
    in_halves,
    one_sided,
    one_way,
    signed_couplings,
    signed_rates,
)

__all__ = [
    "Jumps",
    "Points",
    "baths_at",
    "fixed",
    "jumps_at",
    "make_jumps",
    "net_flux",
    "pauli_rates",
    "quanta_by_tone",
    "standing_phase",
    "tied",
    "true_rates",
    "with_quanta",
]

# Relative difference of a centre of squeezing and a drive frequency that are the same: tens of roundings.
SAME_FREQUENCY = 1e-14
ROUNDING = 1e-26  # squared coupling elements below this share of the largest are zero
Wiring = tuple[tuple[int, ...], ...]  # for each bath the indices of its couplings


@dataclass(frozen=True)
class Jumps:
    """Rates of a dressing, bath by bath.

    Attributes
    ----------
    dressing : Dressing
    wiring : tuple of tuple of int
        Operator indices of each bath.
    energy : array (..., Q, N, N)
        W, positive when the system takes energy from the bath.
    forward, backward : tuple of array (..., Q, N, N)
        a_u(W) and a_u(-W) for each bath.
    slopes : tuple of (array, array), or None
        Under JAX, the derivatives of a_u(W) and a_u(-W) by W, for the tilt of the dressing.
    shift_forward, shift_backward : tuple of array (..., Q, N, N), or None
        Principal-value (Lamb shift) parts of the one-sided transform at W and -W.
    beyond : tuple of Beyond
        What is known of each bath beyond its rates; nothing unless given.
    zones : int array (..., N), optional
        Multiples of omega that states are to be moved by, where that was worked out before.
    """

    dressing: Dressing
    wiring: Wiring
    energy: Array
    forward: tuple[Array, ...]
    backward: tuple[Array, ...]
    shift_forward: tuple[Array, ...] | None = None
    shift_backward: tuple[Array, ...] | None = None
    slopes: tuple[tuple[Array, Array], ...] | None = None
    beyond: tuple[Beyond, ...] = ()
    zones: Array = None

    def __post_init__(self) -> None:
        if not self.beyond:
            object.__setattr__(self, "beyond", (Beyond(),) * len(self.wiring))

    @cached_property
    def weights(self) -> tuple[Array, ...]:
        """Sum of |S^(q)_ij|^2 over the operators of each bath, ``(..., Q, N, N)``.

        In the rotating-wave approximation of |c^(q)_ij|^2 where W < 0 and of its adjoint where W > 0: an
        element and its reverse have the same.
        """
        sums: dict[tuple[bool, tuple[int, ...]], Array] = {}
        every = [(beyond.rotating, wires) for beyond, wires in zip(self.beyond, self.wiring, strict=True)]
        for rotating, wires in every:
            if (rotating, wires) not in sums:
                operators = [self.dressing.couplings[..., c, :, :, :] for c in wires]
                sizes = self._rotating(operators) if rotating else [_square(s) for s in operators]
                sums[rotating, wires] = sum(sizes[1:], start=sizes[0])
        return tuple(sums[key] for key in every)

    def _rotating(self, operators: Sequence[Array]) -> list[Array]:
        give, take = one_way(self.energy)
        pairs = [in_halves(x, y) for x, y in zip(operators[::2], operators[1::2], strict=True)]
        return [give * _square(lowering) + take * _square(raising) for lowering, raising in pairs]

    @cached_property
    def cross(self) -> tuple[tuple[Array, Array] | None, ...]:
        """Rates j -> i, and of the reverse jumps at the same element, that each bath has beyond a(W) times
        the weights: those of anomalous correlations, of either sign; None without."""
        return tuple(_cross_rates(self, u) for u in range(len(self.wiring)))

    @cached_property
    def rates(self) -> Array:
        """Total rates of `pauli_rates`, evaluated once."""
        return pauli_rates(self)

    @cached_property
    def leaving(self) -> Array:
        """Total rate out of each state, jumps that change no state included, ``(..., N)``."""
        xp = namespace(self.energy)
        return folded(np.add, self.rates.swapaxes(-1, -2)) if is_numpy(xp) else xp.sum(self.rates, axis=-2)

    def reverses(self) -> Array:
        """1 for q > 0, whose reverse jumps are not held, and 0 for q = 0; ``(Q, 1, 1)``."""
        xp = namespace(self.energy)
        return xp.asarray([float(q > 0) for q in self.dressing.quanta])[:, None, None]


def _cross_rates(jumps: Jumps, bath: int) -> tuple[Array, Array] | None:
    anomalous = anomalous_lines(jumps, bath)
    if anomalous is None:
        return None
    lines = signed_couplings(jumps, jumps.wiring[bath])
    none = 0.0 * jumps.energy
    operators = one_sided(jumps, bath, lines, none, none, anomalous)
    return in_directions(jumps, signed_rates(operators, lines))


def _square(s: Array) -> Array:
    xp = namespace(s)
    if not xp.isdtype(s.dtype, "complex floating"):
        return s * s
    return xp.real(s) ** 2 + xp.imag(s) ** 2


def make_jumps(dressing: Dressing, baths: Sequence[Bath], wiring: Wiring) -> Jumps:
    """Evaluate every bath at every jump energy.

    Parameters
    ----------
    baths : sequence of Bath
        Array-valued numbers have the batch shape ``(...)``.

    Raises
    ------
    InputError
        If a bath has anomalous correlations, which these rates leave out.
    """
    if any(_is_static(bath, dressing.omega) for bath in baths):
        dressing = with_room(dressing, TURNS)
    energy = dressing.jump_energies()
    forward, backward, beyond = [], [], []
    for bath in baths:
        # checking a bath once more takes as long as the rates of a thousand qubits
        swept = any(map(is_array, bath.reservoir.numbers().values()))
        wide = expanded(bath, 3) if swept else bath
        change = particle_change(dressing, bath)
        up, down = jump_rates(wide, energy, change)
        forward.append(up)
        backward.append(down)
        beyond.append(Beyond(bath.rotating_wave, _anomalous(wide, energy, dressing.omega), change))
    out = Jumps(dressing, wiring, energy, tuple(forward), tuple(backward), beyond=tuple(beyond))
    return out if dressing.tilt is None else replace(out, slopes=_slopes(baths, energy, beyond))


def _anomalous(bath: Bath, energy: Array, omega: Array) -> Array:
    """Correlation <bb> of a bath where its phase stands still against the drive, 0 elsewhere; None where it
    does so nowhere.

    Raises
    ------
    InputError
        If the bath has one of which the centre is not known.
    """
    if bath.squeezing_centre is None:
        refuse_anomalous(bath, energy)
        return None
    if not _is_static(bath, expand(omega, 3)):
        return None
    correlation = bath.anomalous(energy)
    if correlation is None:
        return None
    still = standing_phase(bath.squeezing_centre, expand(omega, 3))
    return correlation if isinstance(still, bool) else correlation * still


def standing_phase(centre: Array, omega: Array) -> Array:
    """Whether a squeezing about that centre stands still against a drive of that frequency."""
    return abs(centre - omega) <= SAME_FREQUENCY * omega


def _is_static(bath: Bath, omega: Array) -> bool:
    """Whether the phase of a squeezed bath stands still at some point, as far as can be known."""
    if bath.squeezing_centre is None:
        return False
    still = standing_phase(bath.squeezing_centre, omega)
    return not is_concrete(still) or bool(np.any(to_numpy(still) if is_array(still) else still))


def _slopes(baths: Sequence[Bath], energy: Array, every: Sequence[Beyond]) -> tuple[tuple[Array, Array], ...]:
    """d a(W)/dW and d a(-W)/dW of each bath."""

    def rates(bath: Bath, change: Array) -> Callable[[Array], tuple[Array, Array]]:
        return lambda w: jump_rates(bath, w, change)

    return tuple(
        slope(rates(expanded(bath, 3), beyond.change), energy)
        for bath, beyond in zip(baths, every, strict=True)
    )


def pauli_rates(jumps: Jumps) -> Array:
    r"""Total rates :math:`R_{ij} = \sum_{u,q} a_u(W)\,|S^{(q)}_{ij}|^2` of j -> i, ``(..., N, N)``."""
    xp = namespace(jumps.energy)
    there: dict[int, Array] = {}
    here: dict[int, Array] = {}
    for u, weight in enumerate(jumps.weights):  # baths on one operator share its weight: add first
        k = id(weight)
        there[k] = there[k] + jumps.forward[u] if k in there else jumps.forward[u]
        here[k] = here[k] + jumps.backward[u] if k in here else jumps.backward[u]
    shared = {id(w): w for w in jumps.weights}
    out = sum(_over_quanta(w * there[k]) for k, w in shared.items())
    first = 1 if jumps.dressing.quanta[0] == 0 else 0  # the reverse of q = 0 is already there
    if len(jumps.dressing.quanta) > first:
        back = sum(_over_quanta((w * here[k])[..., first:, :, :]) for k, w in shared.items())
        out = out + xp.matrix_transpose(back)
    for cross in jumps.cross:
        if cross is not None:
            out = out + _over_quanta(cross[0]) + xp.matrix_transpose(_over_quanta(cross[1]))
    return out


def tied(weight: Array) -> Array:
    """Pairs of states that a bath connects, by squared elements ``(..., N, N)``: what is rounding alone
    must not tie together what no bath does."""
    xp = namespace(weight)
    size = weight + xp.matrix_transpose(weight)
    return size > ROUNDING * xp.max(size, axis=(-2, -1), keepdims=True)


def true_rates(jumps: Jumps) -> Array:
    """Rates between the states that a bath connects."""
    xp, rates = namespace(jumps.energy), jumps.rates
    largest = xp.max(rates, axis=(-2, -1), keepdims=True)
    if is_numpy(xp) and (rates > 1e-18 * largest).all():
        return rates
    size = sum(xp.sum(w, axis=-3) for w in {id(w): w for w in jumps.weights}.values())
    return xp.where(tied(size), rates, 0.0 * size)


def _over_quanta(x: Array) -> Array:
    """Sum over the harmonics; one needs none."""
    return x[..., 0, :, :] if x.shape[-3] == 1 else namespace(x).sum(x, axis=-3)


def net_flux(jumps: Jumps, bath: int, populations: Array) -> Array:
    """Net number of jumps j -> i with q >= 0 per unit time, reverse ones counted negative.

    Shape ``(..., Q, N, N)``. For q = 0 both directions stand in the array themselves.
    """
    weight = jumps.weights[bath]
    p = populations
    there = jumps.forward[bath] * p[..., None, None, :]
    here = jumps.backward[bath] * p[..., None, :, None]
    if jumps.dressing.quanta[0] == 0:
        here = here * jumps.reverses()
    flux, cross = weight * (there - here), jumps.cross[bath]
    if cross is not None:
        flux = flux + cross[0] * p[..., None, None, :] - cross[1] * p[..., None, :, None]
    return flux


def quanta_of(jumps: Jumps) -> Array:
    """q w for each held q, ``(..., Q, 1, 1)``."""
    first, *more = quanta_by_tone(jumps)
    return sum(more, start=first)


def quanta_by_tone(jumps: Jumps) -> list[Array]:
    """The part k_t w_t of it that each tone gives; of one tone all of it."""
    xp = namespace(jumps.energy)
    q = xp.asarray([float(q) for q in jumps.dressing.quanta])[:, None, None]
    return energies_by_tone(q, expanded_omega(jumps.dressing.omega, 3))


def jumps_at(jumps: Jumps, points: Points | None = None) -> Jumps:
    """Some points of a batch of any shape, or all of them, along one axis."""
    d = jumps.dressing
    batch = d.energies.shape[:-1]
    some = slice(None) if points is None else in_a_row(points)  # those in a row without copies

    def pick(x: Array, axes: int) -> Array:
        shape = (*batch, *x.shape[x.ndim - axes :])
        whole = x if x.shape == shape else np.broadcast_to(x, shape)
        return whole.reshape(-1, *shape[len(batch) :])[some]

    def at(omega: Any) -> Any:
        if isinstance(omega, Tones):
            return omega.changed(at)
        return pick(omega, 0) if is_array(omega) else omega

    def dressed(d: Dressing) -> Dressing:
        omega = at(d.omega)
        observed = None if d.observed is None else dressed(d.observed)
        return Dressing(pick(d.energies, 1), pick(d.couplings, 4), d.quanta, omega, pick(d.states, 2),
                        observed=observed)  # fmt: skip

    forward, backward = (tuple(pick(x, 3) for x in rates) for rates in (jumps.forward, jumps.backward))
    shifts: Any = [
        None if rates is None else tuple(pick(x, 3) for x in rates)
        for rates in (jumps.shift_forward, jumps.shift_backward)
    ]  # fmt: skip
    out = Jumps(dressed(d), jumps.wiring, pick(jumps.energy, 3), forward, backward, shifts[0], shifts[1],
                beyond=_each(jumps, lambda x: pick(x, 3)),
                zones=None if jumps.zones is None else pick(jumps.zones, 1))  # fmt: skip
    for name, axes in (("rates", 2), ("leaving", 1)):
        if name in jumps.__dict__:
            out.__dict__[name] = pick(jumps.__dict__[name], axes)
    return out


def with_quanta(jumps: Jumps, keep: Sequence[int]) -> Jumps:
    """The jumps that absorb some of the quanta held, by their places."""

    def some(x: Array) -> Array:
        return x[..., list(keep), :, :]

    def each(rates: tuple[Array, ...] | None) -> Any:
        return None if rates is None else tuple(map(some, rates))

    d = jumps.dressing
    dressing = replace(d, couplings=some(d.couplings), quanta=tuple(d.quanta[k] for k in keep))
    return Jumps(dressing, jumps.wiring, some(jumps.energy), each(jumps.forward), each(jumps.backward),
                 each(jumps.shift_forward), each(jumps.shift_backward),
                 beyond=_each(jumps, some))  # fmt: skip


def fixed(jumps: Jumps) -> Jumps:
    """The jumps without derivatives, for what decides and has none."""
    d = jumps.dressing

    def each(rates: tuple[Array, ...] | None) -> Any:
        return None if rates is None else tuple(map(constant, rates))

    dressing = Dressing(constant(d.energies), constant(d.couplings), d.quanta, constant(d.omega), d.states)
    return Jumps(dressing, jumps.wiring, constant(jumps.energy), each(jumps.forward), each(jumps.backward),
                 each(jumps.shift_forward), each(jumps.shift_backward),
                 beyond=_each(jumps, constant))  # fmt: skip


def _each(jumps: Jumps, change: Callable[[Array], Array]) -> tuple[Beyond, ...]:
    """What goes beyond rates, its arrays changed."""
    return tuple(
        Beyond(b.rotating, *(None if x is None else change(x) for x in (b.anomalous, b.change)))
        for b in jumps.beyond
    )


def baths_at(baths: Sequence[Bath], batch: tuple[int, ...], points: Points) -> list[Bath]:
    """The baths with the numbers of some points of a batch of any shape."""

    def pick(_: str, x: Array) -> Array:
        return np.broadcast_to(x, batch).reshape(-1)[points] if is_array(x) else x

    return [bath.map_numbers(pick) for bath in baths]


Points = npt.NDArray[np.intp]
