"""Spins and qubits: the Hamiltonians that their docstrings print."""

from __future__ import annotations

import numpy as np
import pytest
import qutip
from numpy.testing import assert_allclose, assert_array_equal

import sambe
from sambe import models
from sambe.errors import InputError

OMEGA = 0.7
SX, SZ, SP = qutip.sigmax(), qutip.sigmaz(), qutip.sigmap()
ONE = qutip.qeye(2)


def rotating(amplitude, raising, t):
    turned = amplitude * raising * np.exp(-1j * OMEGA * t)
    return turned + turned.dag()


def spin_boson(t):
    return 0.6 * SZ + rotating(0.15, SP, t)


def spin_boson_linear(t):
    return 0.6 * SZ + 0.3 * np.cos(OMEGA * t) * SX


def two_qubits(t):
    left, right = qutip.tensor(SP, ONE), qutip.tensor(ONE, SP)
    bare = 0.55 * qutip.tensor(SZ, ONE) + 0.45 * qutip.tensor(ONE, SZ)
    return bare + 0.2 * (left * right.dag() + left.dag() * right) + rotating(0.15, left, t)


def spin(t):
    return 1.1 * qutip.spin_Jz(1.5) + rotating(0.15, qutip.spin_Jp(1.5), t)


def modulated_qubit(t):
    return 0.5 * (1.1 + 0.3 * np.cos(OMEGA * t)) * SZ


CASES = {
    "spin_boson": (models.spin_boson(1.2, 0.3, OMEGA), spin_boson, [SX.full()] * 2),
    "linear spin_boson": (
        models.spin_boson(1.2, 0.3, OMEGA, polarization="linear"),
        spin_boson_linear,
        [SX.full()] * 2,
    ),
    "two_qubits": (
        models.two_qubits((1.1, 0.9), 0.2, 0.3, OMEGA),
        two_qubits,
        [qutip.tensor(SX, ONE).full(), qutip.tensor(ONE, SX).full()],
    ),
    "spin": (models.spin(1.5, 1.1, 0.3, OMEGA), spin, [2 * qutip.spin_Jx(1.5).full()] * 2),
    "modulated_qubit": (models.modulated_qubit(1.1, 0.3, OMEGA), modulated_qubit, [SX.full()] * 2),
}


@pytest.mark.parametrize(("system", "formula", "couplings"), CASES.values(), ids=CASES.keys())
def test_model_is_its_formula(is_formula, system, formula, couplings) -> None:
    assert system.omega == OMEGA
    is_formula(system, formula, couplings)


def test_the_circular_spin_half_is_the_spin_boson_model():
    half, boson = models.spin(0.5, 1.1, 0.3, OMEGA), models.spin_boson(1.1, 0.3, OMEGA)
    for k, h in boson.harmonics().items():
        assert_allclose(half.harmonics()[k], h)


def test_the_circular_drive_is_the_rotating_part_of_the_linear_one():
    circular, linear = (models.spin_boson(polarization=p).harmonics()[1] for p in ("circular", "linear"))
    assert_array_equal(circular, linear * (sambe.sigmap() != 0))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: models.spin_boson(polarization="elliptic"),
            r"polarization = 'elliptic': choose 'circular' or 'linear'",
        ),
        (lambda: models.spin(s=0.7), r"s = 0\.7"),
        (lambda: models.modulated_qubit(modulation=np.inf), r"modulation = inf"),
    ],
)
def test_bad_input_is_named_as_the_caller_wrote_it(make, message) -> None:
    with pytest.raises(InputError, match=message):
        make()
