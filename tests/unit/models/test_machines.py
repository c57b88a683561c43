"""Machines of a few levels: the Hamiltonian of the docstring, and an amplifier that amplifies."""

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


def three_level(t):
    g, one, two = (qutip.basis(3, k) for k in range(3))
    bare = 0.1 * g * g.dag() + 1.0 * one * one.dag() + 2.5 * two * two.dag()
    return bare + rotating(0.15, two * one.dag(), t)


CASES = {
    "three_level": (
        models.three_level((0.1, 1.0, 2.5), 0.3, OMEGA),
        three_level,
        [np.array([[0, 0, 1], [0, 0, 0], [1, 0, 0]]), np.array([[0, 1, 0], [1, 0, 0], [0, 0, 0]])],
    ),
}


@pytest.mark.parametrize(("system", "formula", "couplings"), CASES.values(), ids=CASES.keys())
def test_model_is_its_formula(is_formula, system, formula, couplings) -> None:
    assert system.omega == OMEGA
    is_formula(system, formula, couplings)


@pytest.mark.parametrize(("middle", "sign"), [(1.0, -1.0), (0.5, 1.0)])
def test_it_amplifies_below_the_efficiency_of_carnot(middle: float, sign: float) -> None:
    # Scovil and Schulz-DuBois: heat becomes photons where omega / (E_2 - E_g) < 1 - T_cold / T_hot = 2/3
    omega = 2.5 - middle
    assert (omega / 2.5 < 1.0 - 0.4 / 1.2) == (sign < 0)
    pump = sambe.energy_currents(models.three_level((0.0, middle, 2.5), drive=0.05, omega=omega))[-1]
    assert np.sign(pump) == sign


ONE = sambe.Bath("hot", spectrum=sambe.Flat(0.01), temperature=0.5)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: models.three_level(energies=(0.0, 1.0)), r"energies = \(0\.0, 1\.0\): give 3 numbers"),
        (
            lambda: models.three_level(baths=ONE),
            r"baths = \['hot'\]: this model has 2 places",
        ),
    ],
)
def test_bad_input_is_named_as_the_caller_wrote_it(make, message) -> None:
    with pytest.raises(InputError, match=message):
        make()


def test_a_drive_pumps_a_lambda_system_into_the_other_leg() -> None:
    baths = [sambe.Bath(name, spectrum=sambe.Flat(0.002), temperature=0.0) for name in ("driven", "other")]
    warm = sambe.Bath("warm", _leg(), sambe.Flat(1e-5), 0.5)
    flow = sambe.steady_state(
        models.lambda_system(omega=1.0, drive=0.01, baths=[*baths, warm]),
        observables={"pumped": np.diag([0.0, 1.0, 0.0])},
    )
    assert flow.expectation.item() > 0.97


def _leg() -> np.ndarray:
    """Between the two lower levels."""
    return np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]])
