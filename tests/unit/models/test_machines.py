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


@pytest.mark.slow
def test_noise_pumps_what_the_line_says() -> None:
    """Rates are integrals of L(W) a(W), the energies of the baths those of W L(W) a(W)."""

    def peak(w):
        return w * 0.01 * 0.4**2 / ((w - 1.6) ** 2 + 0.4**2)

    def other(w):
        return w * 0.01 * 0.4**2 / ((w - 0.5) ** 2 + 0.4**2)

    baths = [
        sambe.Bath("hot", spectrum=sambe.Custom(peak), temperature=1.0),
        sambe.Bath("cold", spectrum=sambe.Custom(other), temperature=0.5),
    ]
    system = models.stochastic_pump(width=0.4, omega=0.1, lines=40, baths=baths)
    w, dw = (np.arange(1, 20_001) - 0.5) * 2.5e-4, 2.5e-4  # up to 5
    line = 0.4 / np.pi / ((w - 1.0) ** 2 + 0.4**2) * dw
    rates = [(line * j * n, line * j * (n + 1)) for j, n in (
        (peak(w), 1 / np.expm1(w)), (other(w), 1 / np.expm1(2 * w)))]  # fmt: skip
    up, down = (sum(r[k].sum() for r in rates) for k in (0, 1))
    excited = up / (up + down)
    heat = [(w * a).sum() * (1 - excited) - (w * b).sum() * excited for a, b in rates]
    wanted = [*heat, -sum(heat)]
    assert abs(wanted[2]) > 0.1 * abs(wanted[0])
    for secular in ("full", "auto"):
        got = sambe.steady_state(system, secular=secular).energy_current
        np.testing.assert_allclose(got, wanted, rtol=5e-3)


def test_a_bath_with_its_own_coupling_sees_no_noise() -> None:
    quiet = sambe.Bath("quiet", sambe.sigmax(), sambe.Flat(0.001), temperature=0.5)
    noisy = sambe.Bath("noisy", spectrum=sambe.Flat(0.001), temperature=0.5)
    system = models.stochastic_pump(lines=2, baths=[quiet, noisy])
    assert [len(bath.operators) > 1 for bath in system.baths] == [False, True]
