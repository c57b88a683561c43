"""What can go wrong, as types: every message names the field, the value and the way out."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable

__all__ = [
    "ConvergenceError",
    "FrameError",
    "InputError",
    "NoAnswerWarning",
    "PositivityWarning",
    "SambeError",
    "SecularWarning",
    "TruncationWarning",
    "hint",
    "shown",
]


LONGEST = 80  # characters of a value in a message; a line of a terminal has as many
_WRITER = reprlib.Repr()
_WRITER.maxlevel = 8  # brackets inside each other: no value of a description has as many
_WRITER.maxlist = _WRITER.maxtuple = _WRITER.maxdict = _WRITER.maxset = LONGEST
_WRITER.maxstring = _WRITER.maxother = 4 * LONGEST


def shown(value: object) -> str:
    """A value as a message shows it: in one line, shortened, whatever it may be.

    Python writes no integer of more than 4300 digits and nothing that is nested a thousand deep, and a
    foreign object may do anything when it is asked.

    >>> shown(10**5000)
    'an integer of 16610 bits'
    """
    if isinstance(value, int) and value.bit_length() > 4 * LONGEST:
        return f"an integer of {value.bit_length()} bits"
    try:
        text = " ".join(_WRITER.repr(value).split())
    except Exception:  # whatever the __repr__ of a user's object raises
        text = f"a value of type {type(value).__name__}"
    return text if len(text) <= LONGEST else text[: LONGEST - 3] + "..."


def hint(word: str, known: Iterable[str]) -> str:
    """What a name that nothing has may have been meant for, as the end of a message.

    >>> hint("steadystate", ["compare", "steady_state"]), hint("x", ["steady_state"])
    ("; did you mean 'steady_state'?", '')
    """
    import difflib

    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


class SambeError(Exception):
    """Base class of every error that sambe raises on purpose."""


class InputError(SambeError, ValueError):
    """A value that cannot be used.

    Parameters
    ----------
    field : str
        Where the value stands, such as ``"baths[0].temperature"``.
    value : object
        The value itself; it is shortened in the message.
    remedy : str
        What is wrong with it and how to go on.
    """

    def __init__(self, field: str, value: object, remedy: str) -> None:
        self.field = field
        self.value = value
        self.remedy = remedy
        super().__init__(f"{field} = {shown(value)}: {remedy}")

    def __reduce__(self) -> tuple[type, tuple[str, object, str]]:
        return type(self), (self.field, self.value, self.remedy)


class FrameError(SambeError, ValueError):
    """No static rotating frame exists for this drive; `floquet` needs none."""


class ConvergenceError(SambeError, RuntimeError):
    """A numerical procedure did not reach its tolerance within its limits."""


class NoAnswerWarning(UserWarning):
    """One of several equations has no answer where others have."""


class SecularWarning(UserWarning):
    """The full secular approximation was asked for where it cannot be trusted."""


class TruncationWarning(UserWarning):
    """The top levels of a truncated ladder carry population that should be negligible."""


class PositivityWarning(UserWarning):
    """A state has a negative eigenvalue beyond the accuracy of the theory."""
