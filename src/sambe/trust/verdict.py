"""From the parts of an error to a verdict, its reason in a sentence, and what to do."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ..physics.equations import EQUATIONS
from ..physics.statuses import STATUS, status_of
from ..physics.treatments import TREATMENTS

__all__ = ["VERDICTS", "cause_of", "explain", "judge"]

VERDICTS = {"trust": 0, "care": 1, "wrong": 2, "no_answer": 3}
# Estimated error, in units of the accuracy asked for, from which an answer is called wrong. A choice: at the
# default accuracy of 5 % a quarter of the current is then missing or too much.
WRONG = 5.0
# An error that exceeds its largest part by this factor is said to add up. A choice of wording.
ADDS_UP = 1.2
SENTENCES = {
    "secular": (
        "levels lie {secular_ratio:.2g} relaxation rates apart, modulo the drive, and the coherences between "
        "them move the currents by {size}",
        "use secular='auto'",
    ),
    "cross_terms": (
        "the drive is slow beside the relaxation: terms between different quanta move the currents by {size}",
        "use secular='auto' or 'none'",
    ),
    "positive": (
        "its approximate rates move the currents by {size} from the Redfield equation's",
        "compare with secular='auto'",
    ),
    "dressed": (
        "it drops the phase of the drive, so that the baths see the wrong frequencies, which moves the "
        "currents by {size}{inverted}",
        "use equation='{reference}'",
    ),
    "equation": ("it differs from the equation {reference} by {size}", "use equation='{reference}'"),
    "lamb_shift": (
        "the baths shift the levels, which moves the currents by {size} here, near a resonance",
        "use lamb_shift='shift', or 'counter' if the levels are given as they are seen",
    ),
    "memory": (
        "the state relaxes at {relaxation_rate:.2g} and the baths forget at {bath_correlation_rate:.2g}: "
        "memory is worth about {size}",
        "check with equation='heom', or weaken the coupling",
    ),
    "coherences": (
        "coherences and terms that are left out move the currents by {size}", "use secular='none'",
    ),
    "propagation": (
        "the propagation over a period is not converged: {size}", "lower propagation_tolerance",
    ),
    "harmonics": (
        "kicks or sudden switches ask the baths for more harmonics than are held: what is left out carries "
        "{size}",
        "give the switching a ramp, or the baths a lower cutoff",
    ),
    "truncation": (
        "the top levels hold a population of {top_population:.2g}; one level less moves the currents by "
        "{size}",
        "raise levels",
    ),
    "first_law": ("the terminals do not balance: {size} of the largest current each",
                  "use secular='ule' or 'clustered', or check with equation='heom'"),
    "second_law": ("entropy production is negative, by {size} of its scale",
                   "use secular='clustered', or check with equation='heom'"),
    "positivity": ("the state has a negative eigenvalue of {size}",
                   "use secular='ule' or 'clustered', or check with equation='heom'"),
}  # fmt: skip
DEGENERATE = (  # the traditional equation where its dressed gap closes, on resonance most often
    "without the phase of the drive no bath joins its states here, so that the state is not unique",
    "use equation='{reference}'",
)


def judge(error: npt.NDArray[np.float64], accuracy: float) -> npt.NDArray[np.int8]:
    """Verdicts of estimated errors: trust up to the accuracy, wrong from `WRONG` times that.

    Examples
    --------
    >>> judge(np.array([0.01, 0.1, 2.0, np.nan]), accuracy=0.05).tolist()
    [0, 1, 2, 3]
    """
    out = np.where(error <= accuracy, VERDICTS["trust"], VERDICTS["care"])
    out = np.where(error > WRONG * accuracy, VERDICTS["wrong"], out)
    return np.where(np.isnan(error), VERDICTS["no_answer"], out).astype(np.int8)


def cause_of(parts: npt.NDArray[np.float64]) -> npt.NDArray[np.int8]:
    """Index in `PARTS` of the largest part, ``(part, points)`` to ``(points,)``."""
    largest: npt.NDArray[np.int8] = np.argmax(np.nan_to_num(parts, nan=-1.0), axis=0).astype(np.int8)
    return largest


def explain(
    verdict: int,
    cause: str,
    size: float,
    status: int,
    answer: tuple[str, str],
    facts: dict[str, Any],
    exact: bool = False,
) -> tuple[str, str]:
    """Reason and remedy of one point.

    Parameters
    ----------
    cause : str
        The largest part, of `sambe.trust.budget.PARTS`; ``"harmonics"`` for the propagation of a period in
        steps.
    size : float
        Of that part.
    status : int
        Of the answer.
    answer : tuple of str
        Equation and secular treatment.
    facts : dict
        Measures of the point that sentences quote, and the ``error`` in all.
    exact : bool
        Whether that error was measured.
    """
    if verdict == VERDICTS["no_answer"]:
        return _why_no_answer(answer[0], status, facts)
    sentence, remedy = SENTENCES[_key(cause, *answer)]
    reason = sentence.format(size=_percent(size), **facts)
    reason = _opening(verdict, size, facts["error"], exact) + reason
    return reason, "" if verdict == VERDICTS["trust"] else remedy.format(**facts)


def _why_no_answer(equation: str, status: int, facts: dict[str, Any]) -> tuple[str, str]:
    """Reason and remedy by the status; the traditional equation has one of its own on resonance."""
    if not EQUATIONS[equation].keeps_phase and status == STATUS["stationary_state_not_unique"]:
        return DEGENERATE[0], DEGENERATE[1].format(**facts)
    return status_of(status).meaning, status_of(status).remedy


def _key(cause: str, equation: str, secular: str) -> str:
    """Which of the `SENTENCES` tells a cause: the same part of an error means other things to others."""
    treatment = TREATMENTS[secular]
    if cause == "secular" and not treatment.populations_only:
        return "positive" if treatment.positive else "coherences"
    if cause == "equation" and not EQUATIONS[equation].keeps_phase:
        return "dressed"
    return cause


def _opening(verdict: int, size: float, error: float, exact: bool) -> str:
    """What is said of the error in all before its largest part; nothing where that is all of it."""
    if exact:
        return f"the exact answer differs by {_percent(error)}; "
    if verdict == VERDICTS["trust"]:
        return f"errors of about {_percent(error)} in all; "
    return f"errors add up to about {_percent(error)}; " if error > ADDS_UP * size else ""


def _percent(x: float) -> str:
    return f"{float(f'{100.0 * x:.2g}'):g} %" if x < 1 else f"a factor {1.0 + x:.2g}"
