r"""Modulated couplings from dressed Hermitian operators.

A coupling :math:`S(t) = \sum_p S_p e^{-ip\omega t}` is a sum of a few Hermitian operators :math:`O_k` that
turn, :math:`S_p = \sum_k w_{pk} O_k` with :math:`w_{-p,k} = w_{pk}^*`. Each is dressed by itself, as a fixed
coupling is, whatever the equation and the array library; the harmonics that the states see are then

.. math:: S^{(q)}_{ij} = \sum_{p,k} w_{pk}\,(O_k)^{(q-p)}_{ij},

as the phase of the modulation adds its quanta to those of the dressing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from ...description.bath import Bath
from ...description.sums.modulation import Modulation, hermitian_parts
from ...numerics.arrays import Array, dagger, expand, is_array, namespace
from ..dressing.dressing import Dressing
from .jumps import Wiring

__all__ = [
    "CouplingParts",
    "Mixing",
    "Part",
    "coupling_parts",
    "switched_parts",
    "turning_quanta",
    "with_modulation",
]

# Share of its largest element by which an operator may miss a multiple of another that is dressed anyway:
# some tens of roundings.
SAME = 1e-14

Operator = npt.NDArray[Any]


@dataclass(frozen=True)
class Part:
    """A Hermitian operator that turns with some quanta in a coupling.

    Attributes
    ----------
    quanta : int
        p >= 0; that of -p, with the conjugate weight, is implied.
    factor : complex
        Constant part of the weight.
    operator : int
        Which of the dressed operators.
    number : str
        Path of the number of the System by which the factor is multiplied; empty for one.
    """

    quanta: int
    factor: complex
    operator: int
    number: str = ""


Mixing = tuple[tuple[Part, ...], ...]  # parts of each coupling


class CouplingParts(NamedTuple):
    """What is dressed, and how the couplings are made of it.

    Attributes
    ----------
    operators : tuple of array (N, N)
        Distinct Hermitian operators.
    wiring : tuple of tuple of int
        Couplings of each bath.
    mixing : tuple of tuple of Part
        Parts of each coupling; empty where each operator is a coupling as it stands.
    """

    operators: tuple[Operator, ...]
    wiring: Wiring
    mixing: Mixing


def coupling_parts(baths: Sequence[Bath]) -> CouplingParts:
    """The distinct operators of all couplings, and what the couplings of each bath are made of.

    Baths on one coupling share its dressing: half of the work for the usual hot-cold pair.
    """
    operators: list[Operator] = []
    mixing: list[tuple[Part, ...]] = []
    wiring = []
    for bath in baths:
        wires = []
        for k, coupling in enumerate(bath.couplings):
            parts = tuple(_parts(coupling, f"{bath.label}.coupling[{k}]", operators))
            if parts not in mixing:
                mixing.append(parts)
            wires.append(mixing.index(parts))
        wiring.append(tuple(wires))
    if not any(bath.modulated for bath in baths):
        mixing = []
    return CouplingParts(tuple(operators), tuple(wiring), tuple(mixing))


def switched_parts(baths: Sequence[Bath], switched: Collection[str]) -> tuple[CouplingParts, tuple[str, ...]]:
    """The same where some baths are switched, each operator with the name of its bath, empty for none.

    A bath that is switched shares its operators with no other.
    """
    steady = [bath for bath in baths if bath.name not in switched]
    groups = [("", steady), *((bath.name, [bath]) for bath in baths if bath.name in switched)]
    operators: list[Operator] = []
    mixing: list[tuple[Part, ...]] = []
    wiring: dict[str, tuple[int, ...]] = {}
    schedules: list[str] = []
    modulated = any(bath.modulated for bath in baths)
    for name, group in groups:
        parts = coupling_parts(group)
        first = len(mixing) if modulated else len(operators)
        rows = parts.mixing or tuple((Part(0, 1.0, k),) for k in range(len(parts.operators)))
        mixing += [tuple(replace(p, operator=p.operator + len(operators)) for p in row) for row in rows]
        for bath, couplings in zip(group, parts.wiring, strict=True):
            wiring[bath.name] = tuple(first + k for k in couplings)
        operators += parts.operators
        schedules += [name] * len(parts.operators)
    whole = CouplingParts(
        tuple(operators), tuple(wiring[bath.name] for bath in baths), tuple(mixing) if modulated else ()
    )
    return whole, tuple(schedules)


def _parts(coupling: Operator | Modulation, path: str, operators: list[Operator]) -> Iterable[Part]:
    """Parts of a coupling; operators that are not among the known ones are added to them."""
    if not isinstance(coupling, Modulation):
        known = [k for k, op in enumerate(operators) if np.array_equal(op, coupling)]
        if not known:
            operators.append(coupling)
        yield Part(0, 1.0, known[0] if known else len(operators) - 1)
        return
    for quanta, name, op in coupling.terms():
        place = _multiple(op, operators)
        whole = [place] if place else [
            (c * factor, k)
            for c, part in hermitian_parts(op)
            for factor, k in [_multiple(part, operators) or _added(part, operators)]
        ]  # fmt: skip
        for factor, k in whole:
            yield Part(quanta, factor.real if quanta == 0 else factor, k, path + name if name else "")


def _added(op: Operator, operators: list[Operator]) -> tuple[complex, int]:
    operators.append(op)
    return 1.0, len(operators) - 1


def _multiple(op: Operator, operators: Sequence[Operator]) -> tuple[complex, int] | None:
    """Factor and number of a known operator of which this one is a multiple."""
    for k, other in enumerate(operators):
        if np.array_equal(op, other):
            return 1.0, k
        if not other.any():  # zeros: no bath couples to this part of the system
            continue
        factor = complex(np.vdot(other, op) / np.vdot(other, other).real)
        if np.abs(op - factor * other).max() <= SAME * np.abs(op).max():
            return (factor if factor.imag else factor.real), k
    return None


def turning_quanta(mixing: Mixing) -> frozenset[int]:
    """Quanta, of both signs, by which the couplings turn."""
    return frozenset(sign * part.quanta for parts in mixing for part in parts for sign in (1, -1))


def with_modulation(dressing: Dressing, mixing: Mixing, numbers: Mapping[str, Any]) -> Dressing:
    """The dressing with the couplings ``(..., C, Q, N, N)`` in the place of the operators they are made of.

    Parameters
    ----------
    dressing : Dressing
        Of the Hermitian operators.
    mixing : tuple of tuple of Part
        Empty where the operators are the couplings.
    numbers : mapping of str to number or array (...)
        Numbers of the System by their paths.
    """
    if not mixing:
        return dressing
    place = dict(zip(dressing.quanta, range(len(dressing.quanta)), strict=True))
    signed = {*place, *(-q for q in place)}
    quanta = tuple(sorted({abs(q + p) for q in signed for p in turning_quanta(mixing)}))

    weights = [[(p, _weight(p, numbers)) for p in parts] for parts in mixing]
    none = _zeros(dressing, weights)
    xp = namespace(none)
    couplings = xp.astype(xp.asarray(dressing.couplings), none.dtype)

    def line(operator: int, q: int) -> Array:
        if abs(q) not in place:
            return None
        element = couplings[..., operator, place[abs(q)], :, :]
        # as the operators are Hermitian, what absorbs -q is the adjoint of what absorbs q
        return element if q in place else dagger(element)

    def absorbing(q: int, parts: list[tuple[Part, Array]]) -> Array:
        """What a coupling has become that absorbs q quanta, with those of its own modulation."""
        total = none
        for part, weight in parts:
            for sign in (1, -1) if part.quanta else (1,):
                harmonic = line(part.operator, q - sign * part.quanta)
                if harmonic is not None:
                    total = total + (weight if sign > 0 else _conjugate(weight)) * harmonic
        return total

    rows = [xp.stack([absorbing(q, parts) for q in quanta], axis=-3) for parts in weights]
    energies, states = xp.asarray(dressing.energies), xp.asarray(dressing.states)  # those of the coefficients
    return replace(
        dressing, energies=energies, states=states, couplings=xp.stack(rows, axis=-4), quanta=quanta
    )


def _weight(part: Part, numbers: Mapping[str, Any]) -> Array:
    """Weight of a part, with two axes for the matrices where it is an array."""
    if not part.number:
        return part.factor
    number = expand(numbers[part.number], 2)
    if isinstance(part.factor, complex) and is_array(number):
        xp = namespace(number)
        number = xp.astype(number, xp.result_type(number.dtype, xp.complex64))
    return part.factor * number


def _conjugate(x: Array) -> Array:
    if not is_array(x):
        return x.conjugate()
    xp = namespace(x)
    return xp.conj(x) if xp.isdtype(x.dtype, "complex floating") else x


def _zeros(dressing: Dressing, weights: Sequence[Sequence[tuple[Part, Array]]]) -> Array:
    """Zeros of the batch and the type that all couplings have."""
    every = [weight for parts in weights for _, weight in parts]
    xp = namespace(dressing.couplings, *every)
    out = 0.0 * xp.asarray(dressing.couplings[..., 0, 0, :, :])
    if any(isinstance(weight, complex) for weight in every):
        out = xp.astype(out, xp.result_type(out.dtype, xp.complex64))
    for weight in every:
        out = out + 0.0 * weight
    return out
