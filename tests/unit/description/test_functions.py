"""Functions of a user's own are refused where they answer nowhere, and asked point by point else."""

from __future__ import annotations

import numpy as np
import pytest

from sambe.description.functions import answers, looked_at
from sambe.errors import InputError


@pytest.mark.parametrize("function", [lambda w: w, lambda w: 0.1, lambda w: np.where(w > 1.5, -1.0, w)])
def test_what_answers_somewhere_passes_the_first_look(function) -> None:
    assert looked_at(function, "bath 'b'.spectrum") is function


@pytest.mark.parametrize("function", [lambda w: -w, lambda w: w[:1], lambda w: w * 1j, lambda w: w[0, 0],
                                      lambda w: float(w), lambda w: "much"])  # fmt: skip
def test_what_answers_nowhere_or_takes_no_arrays_is_refused(function) -> None:
    with pytest.raises(InputError, match="bath 'b'"):
        looked_at(function, "bath 'b'.spectrum")


def test_the_frequency_at_fault_is_named() -> None:
    with pytest.raises(InputError, match=r"J\(2\) is -2"):
        answers(lambda w: np.where(w > 1.5, -w, w), np.array([1.0, 2.0]))
    with pytest.raises(InputError, match="from 1 to 2 .*ZeroDivisionError"):
        answers(lambda w: 1 / 0, np.array([1.0, 2.0]))
