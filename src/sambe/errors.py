"""What can go wrong, as types: every message names the field, the value and the way out."""

from __future__ import annotations

__all__ = [
    "ConvergenceError",
    "FrameError",
    "InputError",
    "NoAnswerWarning",
    "PositivityWarning",
    "SambeError",
    "SecularWarning",
    "TruncationWarning",
]


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
        text = " ".join(repr(value).split())
        shown = text if len(text) <= 80 else text[:77] + "..."
        super().__init__(f"{field} = {shown}: {remedy}")

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
    """A stationary state has a negative eigenvalue beyond the accuracy of the theory."""
