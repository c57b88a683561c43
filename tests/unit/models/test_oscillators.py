"""Driven oscillators: the Hamiltonians that their docstrings print."""

from __future__ import annotations

import numpy as np
import pytest
import qutip

import sambe
from sambe import models
from sambe.errors import InputError

OMEGA = 0.7


def rotating(amplitude, raising, t):
    turned = amplitude * raising * np.exp(-1j * OMEGA * t)
    return turned + turned.dag()


def kerr_resonator(t):
    a = qutip.destroy(5)
    return 1.1 * a.dag() * a + 0.05 * a.dag() * a.dag() * a * a + rotating(0.3, a.dag(), t)


def oscillator(t):
    a = qutip.destroy(6)
    return 1.1 * a.dag() * a + rotating(0.3, a.dag(), t)


A6 = sambe.destroy(6)
CASES = {
    "kerr_resonator": (
        models.kerr_resonator(1.1, 0.05, 0.3, OMEGA, levels=5),
        kerr_resonator,
        [qutip.position(5).full() * np.sqrt(2)] * 2,
    ),
    "oscillator": (models.oscillator(1.1, 0.3, OMEGA, levels=6), oscillator, [A6 + A6.T] * 2),
}


@pytest.mark.parametrize(("system", "formula", "couplings"), CASES.values(), ids=CASES.keys())
def test_model_is_its_formula(is_formula, system, formula, couplings) -> None:
    assert system.omega == OMEGA
    is_formula(system, formula, couplings)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: models.kerr_resonator(levels=1), r"levels = 1: .*from 2 up"),
        (lambda: models.oscillator(levels=10.0), r"levels = 10\.0"),
    ],
)
def test_bad_input_is_named_as_the_caller_wrote_it(make, message) -> None:
    with pytest.raises(InputError, match=message):
        make()
