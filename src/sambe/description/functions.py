"""Functions of a user's own: what they return is looked at each time that they are asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from ..errors import InputError

__all__ = ["PART", "answers", "looked_at"]

PART = "spectrum"  # field of an error that does not know its bath


def answers(function: Callable[[Any], Any], w: npt.NDArray[Any]) -> Any:
    """What a user's function says at some frequencies: one finite number for each, not negative.

    Raises
    ------
    InputError
        With a frequency, where there is one to name.
    """
    name = getattr(function, "__name__", type(function).__name__)
    with np.errstate(all="ignore"):
        try:
            values = np.asarray(function(w))
        except Exception as error:  # whatever a user's function may raise
            said = (
                f"fails on frequencies from {w.min():.6g} to {w.max():.6g} ({type(error).__name__}: {error})"
            )
            raise InputError(PART, name, said) from error
    if values.shape not in ((), w.shape) or values.dtype.kind not in "iuf":
        raise InputError(
            PART, name, f"gives {values.dtype} of shape {values.shape} for frequencies of shape {w.shape}; "
            "give one real number for each",
        )  # fmt: skip
    bad = np.broadcast_to(~(np.isfinite(values) & (values >= 0)), w.shape)
    if bad.any():
        shown = float(np.broadcast_to(values, w.shape)[bad][0])
        raise InputError(
            PART, name, f"J({float(w[bad][0]):.6g}) is {shown:.6g}; it must give one finite number that is "
            "not negative for each frequency",
        )  # fmt: skip
    return values


def looked_at(function: Callable[[Any], Any], field: str) -> Callable[[Any], Any]:
    """The same callable, after a look at whether it takes arrays and answers anywhere.

    What it does at a single frequency is the affair of the points that ask for that.
    """
    probe = np.array([0.5, 1.0, 2.0])
    whole = _fault(function, probe)
    if whole is None:
        return function
    alone = [_fault(function, probe[k : k + 1]) for k in range(probe.size)]
    if all(fault is not None for fault in alone) or not any(alone):
        raise InputError(field, whole.value, whole.remedy) from whole
    return function


def _fault(function: Callable[[Any], Any], w: npt.NDArray[Any]) -> InputError | None:
    """What is wrong with a function's answer at some frequencies."""
    try:
        answers(function, w)
    except InputError as error:
        return error
    return None
