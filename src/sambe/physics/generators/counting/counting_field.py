r"""Generators with a counting field: what each jump takes from every terminal stands in an exponent.

The field :math:`\xi_u` is conjugate to the energy that a bath gives to the system, :math:`\xi_p` to that of
the pump. Between populations

.. math:: \mathcal L(\xi)_{ij} = \sum_{u,q} a_u(W)\,|S^{(q)}_{ij}|^2 e^{\xi_u W + \xi_p q\omega}
          - \delta_{ij}\sum_k R_{ki},

jumps that change no state (i = j, q != 0) included, and with coherences

.. math:: \mathcal L(\xi)\rho = \mathcal L\rho + \sum_{u,q}\left[
          \big((e^{\xi_u W + \xi_p q\omega} - 1)\circ L^{(q)}\big)\rho\,S^{(q)\dagger} + \mathrm{h.c.}\right],
          \qquad L^{(q)} = \tfrac12 a_u(W)\circ S^{(q)},

so that the first derivative is the current. The principal value of a Lamb shift moves levels and is no jump:
it is not counted. Terminals are numbered as currents are, the baths in order and then the pump, or those of
several tones, each with its own quanta and frequency.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ....numerics.arrays import Array, dagger, diagonal, namespace, values_of
from ....numerics.packed_forms import as_functional, on_packed, row_by_row, sandwiched
from ..jumps import Jumps, jumps_at, quanta_by_tone, true_rates
from ..one_sided import both_signs, driven_places, signed_couplings
from ..positive import make_universal, within_clusters
from ..redfield import Redfield, applied_between, pauli_generator

__all__ = ["Counted", "CountedCoherences", "CountedPopulations", "counted_coherences", "counted_populations",
           "counted_universal"]  # fmt: skip

# Levels up to which derivatives are applied as N^2 x N^2 matrices, faster than products of N x N ones
# (measured).
FEW = 3

Numbers = npt.NDArray[np.complex128]
Points = npt.NDArray[np.intp]


def _trace(matrix: Array, x: Array) -> Array:
    """Sum of what a matrix makes of populations, ``(P,)``."""
    xp = namespace(matrix)
    return xp.vecdot(xp.sum(matrix, axis=-2), x)


@dataclass(frozen=True)
class CountedPopulations:
    """The rate equation with counting fields, of a batch with one axis of points.

    Attributes
    ----------
    jumps : Jumps
    rates : array (P, N, N)
        R_ij of j -> i, those that count.
    """

    jumps: Jumps
    rates: Array
    _moments: dict[tuple[int, int, tuple[int, ...]], Array] = field(default_factory=dict)

    @property
    def baths(self) -> range:
        """Their numbers."""
        return range(len(self.jumps.wiring))

    @property
    def terminals(self) -> int:
        """Baths, and the pump of each tone."""
        return len(self.jumps.wiring) + len(self._turning)

    @cached_property
    def _turning(self) -> list[Array]:
        """q w of each tone."""
        return quanta_by_tone(self.jumps)

    @property
    def place(self) -> npt.NDArray[np.intp]:
        """Unknowns that are populations."""
        return np.arange(self.rates.shape[-1])

    @cached_property
    def generator(self) -> Array:
        """Without a field, ``(P, N, N)``."""
        return pauli_generator(self.rates)

    def take(self, points: Points) -> CountedPopulations:
        """Some points of the batch."""
        if len(points) == len(self.rates):
            return self
        return CountedPopulations(jumps_at(self.jumps, points), self.rates[points])

    def moment(self, bath: int, order: int, pumps: tuple[int, ...] = ()) -> Array:
        """Sum over q of W^order times the q w of each of some tones times the rates of a bath,
        ``(P, N, N)``."""
        key = bath, order, pumps
        if key not in self._moments:
            j, xp = self.jumps, namespace(self.jumps.energy)
            factor = j.energy**order if order else xp.ones_like(j.energy)
            for t in pumps:
                factor = factor * self._turning[t]
            there = xp.sum(j.weights[bath] * j.forward[bath] * factor, axis=-3)
            back = xp.sum(j.weights[bath] * j.backward[bath] * factor * j.reverses(), axis=-3)
            sign = -1.0 if (order + len(pumps)) % 2 else 1.0
            self._moments[key] = there + sign * xp.matrix_transpose(back)
        return self._moments[key]

    def matrix(self, terminal: int, order: int) -> Array:
        """Derivative of the generator by a field, of that order, ``(P, N, N)``."""
        if terminal in self.baths:
            return self.moment(terminal, order)
        return self._of_pumps((terminal - len(self.baths),) * order)

    def _of_pumps(self, pumps: tuple[int, ...]) -> Array:
        return sum(self.moment(u, 0, pumps) for u in self.baths)

    def act(self, terminal: int, order: int, x: Array) -> Array:
        """That derivative on populations, ``(P, N)``."""
        return namespace(x).matmul(self.matrix(terminal, order), x[..., None])[..., 0]

    def rate(self, terminal: int, order: int, x: Array) -> Array:
        """Its trace: what is taken from the terminal, to that power, per unit time, ``(P,)``."""
        return _trace(self.matrix(terminal, order), x)

    def mixed(self, terminal: int, pump: int, x: Array) -> Array:
        """Trace of the derivative by the fields of another terminal and of a pump, ``(P,)``."""
        first, tone = len(self.baths), pump - len(self.baths)
        if terminal in self.baths:
            both = self.moment(terminal, 1, (tone,))
        else:
            both = self._of_pumps((terminal - first, tone))
        return _trace(both, x)

    def activity(self, x: Array) -> Array:
        """Jumps per unit time that change the state or absorb quanta, ``(P,)``."""
        j = self.jumps
        every = _trace(self._of_pumps(()), x)
        if j.dressing.quanta[0] == 0:
            idle: Array = sum(w * a for w, a in zip(j.weights, j.forward, strict=True))
            every = every - namespace(x).vecdot(diagonal(idle[..., 0, :, :]), x)
        return every

    def tilted(self, fields: Numbers) -> Numbers:
        """The generator in fields (P, U + T) or, with those of particles, (P, 2U + T), ``(P, N, N)``."""
        j = self.jumps
        wide = fields[:, :, None, None, None]
        turned = sum(wide[:, len(j.wiring) + t] * quanta for t, quanta in enumerate(self._turning))
        out = np.zeros(self.rates.shape, dtype=complex)
        for u, (weight, up, down) in enumerate(zip(j.weights, j.forward, j.backward, strict=True)):
            exponent = wide[:, u] * j.energy + turned
            change = j.beyond[u].change
            if change is not None and fields.shape[1] > self.terminals:
                exponent = exponent + wide[:, self.terminals + u] * change
            out += (weight * up * np.expm1(exponent)).sum(axis=-3)
            back = weight * down * np.expm1(-exponent) * j.reverses()
            out += back.sum(axis=-3).swapaxes(-1, -2)
        return np.asarray(out + self.generator, dtype=complex)


@dataclass(frozen=True)
class Leg:
    """One side of the jumps through a terminal, with what each element takes.

    Attributes
    ----------
    coupling, forward : array (P, K, N, N)
        S and L, over coupling operators and both signs of q.
    energy, change : array (P, K, N, N)
        W, and particles of a lead.
    quanta : array (P, K, N, N, T)
        q w of each tone.
    """

    coupling: Array
    forward: Array
    energy: Array
    quanta: Array
    change: Array

    def take(self, points: Points) -> Leg:
        """Some points of the batch."""
        return Leg(*(x[points] for x in values_of(self)))

    def counted(self, order: int, pumps: tuple[int, ...] = ()) -> Array:
        """L times W^order and the q w of each of some tones."""
        out = self.forward
        for factor in (*[self.energy] * order, *(self.quanta[..., t] for t in pumps)):
            out = out * factor
        return out


def _joined(legs: Sequence[Leg]) -> Leg:
    """Those of several coupling operators."""
    if len(legs) == 1:
        return legs[0]
    xp = namespace(legs[0].forward)
    return Leg(*(xp.concat(parts, axis=1) for parts in zip(*map(values_of, legs), strict=True)))


def _counted(jumps: Jumps, driven: list[int], bath: int | None = None) -> tuple[Array, Array, Array]:
    """W, q w and the particles of a bath for both signs of q."""
    none = 0.0 * jumps.energy
    change = None if bath is None else jumps.beyond[bath].change
    quanta = [both_signs(x + none, driven, -1.0) for x in quanta_by_tone(jumps)]
    energy, particles = (
        both_signs(x, driven, -1.0) for x in (jumps.energy, none if change is None else change)
    )
    return energy, namespace(energy).stack(quanta, axis=-1), particles


def plain_legs(jumps: Jumps) -> tuple[tuple[Leg, ...], Leg]:
    """Legs of each bath, and those of all baths together, L = a(W) S / 2."""
    driven, every = driven_places(jumps), signed_couplings(jumps)
    total: list[Array] = [None] * len(every)
    baths = []
    for u, wires in enumerate(jumps.wiring):
        rate = both_signs(0.5 * jumps.forward[u], driven, 1.0, 0.5 * jumps.backward[u])
        parts = [rate * every[c] for c in wires]
        for c, part in zip(wires, parts, strict=True):
            before = total[c]
            total[c] = part if before is None else before + part
        counted = _counted(jumps, driven, u)
        baths.append(_joined([Leg(every[c], l, *counted) for c, l in zip(wires, parts, strict=True)]))
    counted = _counted(jumps, driven)
    whole = [Leg(x, l, *counted) for x, l in zip(every, total, strict=True) if l is not None]
    return tuple(baths), _joined(whole)


def universal_legs(jumps: Jumps) -> tuple[tuple[Leg, ...], Leg]:
    """The same of the universal equation, S = A and L = A / 2."""
    driven, xp = driven_places(jumps), namespace(jumps.energy)
    baths = []
    for u, wires in enumerate(jumps.wiring):
        root = both_signs(xp.sqrt(jumps.forward[u]), driven, 1.0, xp.sqrt(jumps.backward[u]))
        operators = [root * s for s in signed_couplings(jumps, wires)]
        baths.append(_joined([Leg(a, 0.5 * a, *_counted(jumps, driven, u)) for a in operators]))
    return tuple(baths), _joined(baths)


@dataclass(frozen=True)
class CountedCoherences:
    """A coherence-keeping equation with counting fields, of a batch with one axis of points.

    States are packed as Re + Im and flat, ``(P, N^2)``.

    Attributes
    ----------
    redfield : Redfield
        Without a field.
    baths : tuple of Leg
    every : Leg
        Of all baths, for the pumps.
    """

    redfield: Redfield
    baths: tuple[Leg, ...]
    every: Leg
    _matrices: dict[tuple[int, int], Array] = field(default_factory=dict)

    @property
    def levels(self) -> int:
        """Number of states N."""
        return self.redfield.levels

    @property
    def terminals(self) -> int:
        """Baths, and the pump of each tone."""
        return len(self.baths) + int(self.every.quanta.shape[-1])

    @property
    def place(self) -> npt.NDArray[np.intp]:
        """Unknowns that are populations."""
        return np.arange(self.levels) * (self.levels + 1)

    @cached_property
    def generator(self) -> Array:
        """Without a field, ``(P, N^2, N^2)``."""
        return self.redfield.superoperator()

    @cached_property
    def _inside(self) -> Array:
        """1 for the coherences that there are, flat; None for all."""
        inside = getattr(self.redfield, "inside", None)
        return None if inside is None else inside.reshape(len(inside), -1)

    def take(self, points: Points) -> CountedCoherences:
        """Some points of the batch."""
        if len(points) == len(self.redfield.gaps):
            return self
        baths = tuple(leg.take(points) for leg in self.baths)
        return CountedCoherences(self.redfield.take(points), baths, self.every.take(points))

    def _leg(self, terminal: int) -> Leg:
        return self.baths[terminal] if terminal < len(self.baths) else self.every

    def _counted(self, terminal: int, order: int) -> Array:
        leg = self._leg(terminal)
        pump = terminal - len(self.baths)
        return leg.counted(order) if pump < 0 else leg.counted(0, (pump,) * order)

    def act(self, terminal: int, order: int, x: Array) -> Array:
        """Derivative of the generator by a field, of that order, on packed states, ``(P, N^2)``."""
        if self.levels <= FEW:
            out = namespace(x).matmul(self._matrix(terminal, order), x[..., None])[..., 0]
        else:
            out = applied_between(self._counted(terminal, order), self._leg(terminal).coupling, x)
        return out if self._inside is None else out * self._inside

    def _matrix(self, terminal: int, order: int) -> Array:
        key = terminal, order
        if key not in self._matrices:
            left, right = self._counted(terminal, order), self._leg(terminal).coupling
            xp, n = namespace(left), self.levels
            left, right = (xp.reshape(x, (len(left), -1, n * n)) for x in (left, xp.conj(right)))
            self._matrices[key] = on_packed(xp.matmul(xp.matrix_transpose(left), right), n)
        return self._matrices[key]

    def _taken(self, leg: Leg, counted: Array, x: Array) -> Array:
        """Trace of L rho S† and its adjoint, of packed states, ``(P,)``."""
        xp = namespace(counted)
        s, l = (xp.reshape(part, (len(part), -1, self.levels)) for part in (leg.coupling, counted))
        return xp.vecdot(as_functional(xp.matmul(dagger(s), l)), x)

    def rate(self, terminal: int, order: int, x: Array) -> Array:
        """Trace of the derivative: what is taken, to that power, per unit time, ``(P,)``."""
        return self._taken(self._leg(terminal), self._counted(terminal, order), x)

    def mixed(self, terminal: int, pump: int, x: Array) -> Array:
        """Trace of the derivative by the fields of another terminal and of a pump, ``(P,)``."""
        leg, first = self._leg(terminal), len(self.baths)
        tone = pump - first
        both = leg.counted(1, (tone,)) if terminal < first else leg.counted(0, (terminal - first, tone))
        return self._taken(leg, both, x)

    def absorbed(self, bath: int, x: Array) -> Array:
        """Energy that a bath brings to the system, counted on the side of the coupling, ``(P,)``."""
        leg = self.baths[bath]
        return self._taken(replace(leg, coupling=leg.coupling * leg.energy), leg.forward, x)

    def activity(self, x: Array) -> Array:
        """Jumps per unit time that change the state or absorb quanta, ``(P,)``."""
        leg, xp = self.every, namespace(x)
        idle = xp.all(leg.quanta == 0.0, axis=-1) & xp.asarray(np.eye(self.levels, dtype=bool))
        return self._taken(leg, xp.where(idle, 0.0 * leg.forward, leg.forward), x)

    def tilted(self, fields: Numbers) -> Numbers:
        """The generator in fields (P, U + T) or (P, 2U + T) on matrices row by row, ``(P, N^2, N^2)``."""
        points, n = len(fields), self.levels
        g, eye = self.redfield, np.eye(n)
        drift = g.drift + 1j * g.gaps[:, :, :1] * eye
        left = np.concatenate([g.forward, -drift[:, None]], axis=1)
        right = np.concatenate([g.coupling, np.broadcast_to(eye, (points, 1, n, n))], axis=1)
        whole = sandwiched(left, right) + sandwiched(right, left)
        wide = fields[:, :, None, None, None]
        for u, leg in enumerate(self.baths):
            exponent = wide[:, u] * leg.energy
            for t in range(self.terminals - len(self.baths)):
                exponent = exponent + wide[:, len(self.baths) + t] * leg.quanta[..., t]
            if fields.shape[1] > self.terminals:
                exponent = exponent + wide[:, self.terminals + u] * leg.change
            # conjugate on the adjoint, so that all is analytic in the field
            more, conjugate = leg.forward * np.expm1(exponent), leg.forward * np.expm1(exponent.conj())
            whole += sandwiched(more, leg.coupling) + sandwiched(leg.coupling, conjugate)
        out: Numbers = row_by_row(whole)
        if self._inside is not None:  # a coherence between clusters stands alone and decays
            inside = self._inside
            alone = (1.0 - inside)[:, :, None] * np.eye(n * n)
            out = (
                out * (inside[:, :, None] * inside[:, None, :])
                - np.abs(out).max(axis=(-2, -1), keepdims=True) * alone
            )
        return out


Counted = CountedPopulations | CountedCoherences


def counted_populations(jumps: Jumps, _inside: Array = None) -> CountedPopulations:
    """Of populations alone."""
    return CountedPopulations(jumps, true_rates(jumps))


def counted_coherences(jumps: Jumps, inside: Array = None) -> CountedCoherences:
    """Of populations and coherences, those inside clusters where these are given."""
    return CountedCoherences(within_clusters(jumps, inside), *plain_legs(jumps))


def counted_universal(jumps: Jumps, _inside: Array = None) -> CountedCoherences:
    """Of the universal equation."""
    return CountedCoherences(make_universal(jumps), *universal_legs(jumps))
