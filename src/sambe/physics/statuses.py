"""What can be said of a point: one table of codes, meanings and remedies for sweeps, stores and audits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["OF_A_POINT", "OF_SQUEEZING", "OF_TIME", "STATUS", "STATUSES", "Status", "code_of", "status_of"]


@dataclass(frozen=True)
class Status:
    """One thing that can be said of a point.

    Attributes
    ----------
    code : int
        Value of the variable ``status``; those above zero mean that there is no answer.
    name : str
        Its CF flag meaning.
    meaning, remedy : str
        What is the case, and how to go on.
    """

    code: int
    name: str
    meaning: str = ""
    remedy: str = ""


_KEEP_PHASE = "for 'dressed' an equation that keeps the phase of the drive"
STATUSES = (
    Status(
        -4, "not_positive", "a state has a negative eigenvalue at some time, as this equation does not keep "
        "states positive",
        "take secular='ule', 'clustered' or 'full', or look at later times",
    ),
    Status(
        -3, "phase_dropped", "the correlations of a squeezed bath turn against the drive, but hardly against "
        "a transition near their centre, or two of which it is the middle; its occupation alone was counted",
        "squeeze about the frequency of the drive, or away from every transition",
    ),
    Status(
        -2, "split_undefined", "terms between different quanta mix the heat of a squeezed bath with the "
        "work of its squeezer",
        "take a faster drive, or secular='partial'",
    ),
    Status(-1, "pending", "the point has not been solved yet", "continue the store with resume"),
    Status(0, "ok"),
    Status(1, "bad_parameter", "a parameter cannot be used here", "correct it"),
    Status(
        2, "stationary_state_not_unique", "the stationary state is not unique",
        "say where it begins by initial= or sector=, give every part of the system a bath or a coupling, or "
        f"take {_KEEP_PHASE}",
    ),
    Status(
        3, "not_converged", "the equation did not converge",
        "loosen tolerance or propagation_tolerance, use secular='none', or 'auto' in its place, or raise "
        "omega: a drive that is far slower than it is strong asks for more harmonics than a point may hold",
    ),
    Status(
        4, "diverging_rate", "a bath without a finite rate at zero energy, where its J(w)/w has no limit, "
        "dephases the levels at once",
        f"take a spectrum that is Ohmic, super-Ohmic or cut off below, T = 0, or {_KEEP_PHASE}",
    ),
    Status(
        5, "no_static_frame", "there is no static rotating frame for this drive",
        "use equation='floquet'",
    ),
    Status(
        6, "one_temperature", "a machine works between two baths of different temperatures",
        "give two temperatures, or name the baths by hot= and cold=",
    ),
)  # fmt: skip
OF_A_POINT = tuple(status.name for status in STATUSES if 0 <= status.code < 5)  # what the pipeline can say


def code_of(name: str) -> int:
    """Code of a status."""
    return next(status.code for status in STATUSES if status.name == name)


def status_of(code: int) -> Status:
    """Status of a code."""
    return next(status for status in STATUSES if status.code == code)


def codes_of(names: Iterable[str]) -> dict[str, int]:
    """Codes of several statuses, by name."""
    return {name: code_of(name) for name in names}


OF_TIME = ("not_positive",)  # what is said of points that have an answer in time
OF_SQUEEZING = ("phase_dropped", "split_undefined")  # what is said of points that have an answer
STATUS = codes_of(status.name for status in STATUSES)
