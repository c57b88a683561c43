r"""A period in steps: piecewise constant Hamiltonians, kicks, and baths that are switched on and off.

.. math:: H(t) = H_k\quad\text{in step } k,\qquad
          H(t) \mathrel{+}= \sum_m K_m\,\delta(t - t_m),\qquad S_u(t) = s_u(t)\,S_u .

Fractions count the period; a kick multiplies the state by :math:`e^{-iK}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.arrays import Number, finite_number, is_array, is_numpy, namespace
from ..gate import frozen, is_labelled, number
from ..operators import Operator
from ..sums.hermiticity import skew_part
from ..sums.terms import Terms, as_terms

__all__ = ["Kick", "Step", "Steps", "mean_hamiltonian", "step_fault", "steps_of"]

# Difference from one up to which fractions of a period add to it. A choice: they may have been printed with
# ten digits, and are divided by their sum.
WHOLE = 1e-9
# Steps and kicks at most. A choice: each costs as much as one more dressing of a static Hamiltonian.
MOST_STEPS = 4096


@dataclass(frozen=True, eq=False)
class Step:
    """A part of the period with one Hamiltonian.

    Attributes
    ----------
    fraction : number
        Of the period.
    terms : tuple of (coefficient, operator)
    """

    fraction: Number
    terms: Terms


@dataclass(frozen=True, eq=False)
class Kick:
    """A rotation in no time.

    Attributes
    ----------
    fraction : number
        Of the period, after which it comes: 0 is at the begin, once in a period.
    terms : tuple of (coefficient, operator)
        K, the state is multiplied by exp(-iK).
    """

    fraction: Number
    terms: Terms


@dataclass(frozen=True, eq=False)
class Steps:
    """Steps of a period, kicks in it, and which baths are on in which step.

    Attributes
    ----------
    steps : tuple of Step
    kicks : tuple of Kick
        In the order in which they come where their fractions are the same.
    switched : mapping of str to tuple of number
        By the name of a bath, what multiplies its coupling in each step.
    ramp : number
        Fraction of the period that a switching takes, along half a cosine, within the step of the two that
        has the stronger coupling; 0 is sudden.
    """

    steps: tuple[Step, ...]
    kicks: tuple[Kick, ...] = ()
    switched: Mapping[str, tuple[Number, ...]] = ()  # type: ignore[assignment]
    ramp: Number = 0.0

    def map_numbers(self, change: Callable[[str, Number], Number]) -> Steps:
        """Copy with ``change(path, value)`` in the place of each number.

        Paths read as ``"steps[0].fraction"``, ``"steps[0][1]"`` (a coefficient), ``"kicks[0].fraction"``,
        ``"kicks[0][0]"``, ``"switched['hot'][2]"`` and ``"ramp"``.
        """

        def each(parts: Sequence[Any], name: str) -> tuple[Any, ...]:
            return tuple(
                replace(
                    part, fraction=change(f"{name}[{k}].fraction", part.fraction),
                    terms=tuple((change(f"{name}[{k}][{j}]", c), op) for j, (c, op) in enumerate(part.terms)),
                )
                for k, part in enumerate(parts)
            )  # fmt: skip

        return Steps(
            each(self.steps, "steps"), each(self.kicks, "kicks"),
            {name: tuple(change(f"switched[{name!r}][{k}]", x) for k, x in enumerate(factors))
             for name, factors in self.switched.items()},
            change("ramp", self.ramp),
        )  # fmt: skip

    def turned(self, change: Callable[[Operator], Operator]) -> Steps:
        """Copy with a linear map of the operators."""

        def each(parts: Sequence[Any]) -> tuple[Any, ...]:
            return tuple(
                replace(part, terms=tuple((c, change(op)) for c, op in part.terms)) for part in parts
            )

        return replace(self, steps=each(self.steps), kicks=each(self.kicks))

    def in_unit(self, unit: float) -> Steps:
        """The same, energies counted in this unit; a kick is an angle."""
        steps = (replace(s, terms=tuple((c / unit, op) for c, op in s.terms)) for s in self.steps)
        return replace(self, steps=tuple(steps))

    def mean(self, omega: Number) -> Terms:
        r"""Terms of the Hamiltonian's mean over a period, that of the kicks :math:`K\omega/2\pi` included."""
        parts = [(step.fraction, step.terms) for step in self.steps]
        parts += [(omega * (0.5 / np.pi), kick.terms) for kick in self.kicks]
        return tuple((weight * c, op) for weight, terms in parts for c, op in terms)

    def every_terms(self) -> tuple[Terms, ...]:
        """Terms of each step, then of each kick."""
        return (*(step.terms for step in self.steps), *(kick.terms for kick in self.kicks))

    def operators(self) -> Iterable[tuple[str, Operator]]:
        """Every operator with its place."""
        for place, terms in self._places():
            yield from ((f"{place}[{j}]", op) for j, (_, op) in enumerate(terms))

    def _places(self) -> Iterable[tuple[str, Terms]]:
        yield from ((f"steps[{k}]", step.terms) for k, step in enumerate(self.steps))
        yield from ((f"kicks[{k}]", kick.terms) for k, kick in enumerate(self.kicks))

    def words(self) -> str:
        """What there is of each, for a summary."""
        out = f"{len(self.steps)} step{'s' * (len(self.steps) != 1)}"
        if self.kicks:
            out += f", {len(self.kicks)} kick{'s' * (len(self.kicks) != 1)}"
        return out + (f", switched: {', '.join(self.switched)}" if self.switched else "")

    def check(self, baths: Sequence[str]) -> None:
        """Refuse what does not fit together.

        Raises
        ------
        InputError
            That names the field, the value and the way out.
        """
        _check_whole(self.steps)
        for place, terms in self._places():
            skew = skew_part(terms)
            if skew is not None and np.any(skew.broken):
                element = f"element [{skew.row}, {skew.column}]"
                raise InputError(place, element, "must be Hermitian; add the conjugate term")
        for name, factors in self.switched.items():
            field = f"switched[{name!r}]"
            if name not in baths:
                raise InputError(field, list(factors), f"the baths are {', '.join(baths)}")
            if len(factors) != len(self.steps):
                raise InputError(
                    field, list(factors), f"give one factor for each of the {len(self.steps)} steps"
                )
            if all(finite_number(x) and x == 0 for x in factors):
                raise InputError(field, list(factors), "is never on; leave the bath out")
        self._check_ramp()

    def _check_ramp(self) -> None:
        """Refuse ramps that leave no room for each other in a step."""
        for k, room in enumerate(ramps_within(self)):
            spare = self.steps[k].fraction - room * self.ramp
            if room and np.any(np.asarray(spare) < -WHOLE):
                raise InputError(
                    "ramp", self.ramp, f"step {k} has room for {room} ramp{'s' * (room > 1)} in a fraction "
                    f"{_shown(self.steps[k].fraction)} of the period; give a shorter ramp",
                )  # fmt: skip


def ramps_within(steps: Steps) -> list[int]:
    """How many ramps of one bath are made within each step, at most."""
    most = [0] * len(steps.steps)
    for factors in steps.switched.values():
        for k, factor in enumerate(factors):
            beside = (factors[k - 1], factors[(k + 1) % len(factors)]) if len(factors) > 1 else ()
            most[k] = max(most[k], sum(bool(np.any(np.asarray(abs(factor) > abs(x)))) for x in beside))
    return most


def _check_whole(steps: Sequence[Step]) -> None:
    total: Any = sum(step.fraction for step in steps)
    off = np.abs(np.asarray(total) - 1.0)
    if not np.all(off <= WHOLE):
        worst = np.ravel(np.asarray(total))[int(np.argmax(np.where(np.isnan(off), np.inf, off)))]
        raise InputError(
            "steps", float(worst), "the fractions of the steps must add to 1, the whole period; "
            "change one of them, or add the step that is missing",
        )  # fmt: skip


def _shown(x: Number) -> str:
    return f"{float(np.min(np.asarray(x))):.6g}"


def mean_hamiltonian(steps: Any, omega: Any, drive: Any, frame: Any) -> Terms:
    """Mean over a period of the Hamiltonian of a system with steps, which has no drive beside them."""
    if not isinstance(steps, Steps):
        raise InputError("steps", steps, "use System.from_steps")
    if omega is None:
        raise InputError("omega", None, "steps need the frequency of their period, 2 pi over its length")
    if isinstance(omega, tuple | list):
        raise InputError("omega", omega, "steps have one period; give one frequency")
    for field, value in (("drive", drive), ("frame", frame)):
        if value is not None and value != {}:
            raise InputError(field, value, "the steps say all of H(t); leave it out")
    return steps.mean(number("omega", omega))


def steps_of(given: Any, kicks: Any = (), switched: Any = None, ramp: Number = 0.0) -> Steps:
    """Steps from what `sambe.System.from_steps` is given.

    Parameters
    ----------
    given : sequence of (fraction, terms)
        Parts of the period, that add to one, with the Hamiltonian in each: an operator or (coefficient,
        operator) pairs. Any number may be a labelled array.
    kicks : sequence of (fraction, terms)
        Rotations exp(-iK) at fractions of the period, 0 at its begin.
    switched : mapping of str to sequence of float, optional
        By the name of a bath, what multiplies its coupling in each step; a bath that is not named is always
        on.
    ramp : float or DataArray
        Fraction of the period that each switching takes, along half a cosine, within the step of the two that
        has the stronger coupling. The work of a sudden switch grows with the cutoff of the bath.

    Raises
    ------
    InputError
        If fractions do not add to one, an operator is not Hermitian, or factors or ramps do not fit.

    >>> from sambe import sigmax, sigmaz
    >>> steps_of([(0.25, sigmaz()), (0.75, [(0.5, sigmaz()), (0.1, sigmax())])]).words()
    '2 steps'
    """
    steps = tuple(Step(*_part("steps", k, part)) for k, part in enumerate(_listed("steps", given)))
    if not steps:
        raise InputError("steps", given, "give at least one (fraction, terms)")
    rotations = tuple(Kick(*_part("kicks", k, part)) for k, part in enumerate(_listed("kicks", kicks or ())))
    if switched is not None and not isinstance(switched, Mapping):
        raise InputError("switched", switched, "give a mapping from names of baths to a factor for each step")
    factors = {}
    for name, row in (switched or {}).items():
        if not isinstance(row, list | tuple | np.ndarray) or (isinstance(row, np.ndarray) and row.ndim != 1):
            raise InputError(f"switched[{name!r}]", row, "give a list with a factor for each step")
        factors[name] = tuple(row)
    out = Steps(steps, rotations, factors, ramp)
    return out.map_numbers(lambda path, x: frozen(_gated(path, x)))


def _gated(path: str, x: Any) -> Number:
    x = number(path, x)
    if is_labelled(x):
        return x
    if is_array(x) and not is_numpy(namespace(x)):
        raise InputError(path, type(x).__name__, "steps are propagated by NumPy; give its arrays or numbers")
    if not is_array(x) and not finite_number(x):
        raise InputError(path, x, "give a finite number, or a labelled array for a sweep")
    return x


def _listed(field: str, given: Any) -> Sequence[Any]:
    if not isinstance(given, list | tuple):
        raise InputError(field, given, "give a list of (fraction, operator or terms) pairs")
    if len(given) > MOST_STEPS:
        raise InputError(field, f"{len(given)} of them", f"up to {MOST_STEPS} are possible")
    return given


def _part(field: str, k: int, part: Any) -> tuple[Number, Terms]:
    if not isinstance(part, list | tuple) or len(part) != 2:
        raise InputError(f"{field}[{k}]", part, "give (fraction, operator), or (fraction, terms)")
    if part[0] is None or isinstance(part[0], list | tuple | str | Mapping):
        raise InputError(f"{field}[{k}].fraction", part[0], "give the fraction of the period, a number")
    return part[0], as_terms(part[1], f"{field}[{k}]")


def step_fault(path: str, value: Any) -> str | None:
    """What is wrong with a number of the steps at this path; None if nothing is, or it is another's.

    >>> step_fault("steps[0].fraction", -0.5)
    'must not be negative'
    """
    real = np.real(value)
    if path == "ramp" or path.endswith("].fraction"):
        if np.any(real < 0):
            return "must not be negative"
        if np.any(real > 1):
            return "is a fraction of the period, at most 1"
    if path.startswith("kicks[") and path.endswith("].fraction") and np.any(real >= 1):
        return "a kick comes within the period; 0 is its begin"
    return None
