"""Derivatives of stationary currents, against differences of currents for every route and treatment."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.machines.response import answers_of, drive_operators
from sambe.physics.method import Responding
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.verbs.options import with_values

H = 1e-4
pytestmark = pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")


def ohmic(name: str, temperature: Any, strength: float = 0.002, coupling: Any = None) -> sambe.Bath:
    return sambe.Bath(name, coupling, sambe.Ohmic(strength, cutoff=10.0), temperature)


def qubit(scale: Any = 1.0, left: float = 1.2, right: float = 0.4, polarization: str = "circular") -> Any:
    return models.spin_boson(
        drive=0.1 * scale, omega=0.9, polarization=polarization,
        baths=[ohmic("left", left), ohmic("right", right)],
    )  # fmt: skip


def pair(scale: Any = 1.0, left: float = 1.2, right: float = 0.4) -> Any:
    return models.two_qubits(
        splittings=(1.0, 1.0), coupling=0.01, drive=0.05 * scale, omega=1.0,
        baths=[ohmic("left", left), ohmic("right", right, 0.003)],
    )  # fmt: skip


def ladder(scale: Any = 1.0, left: float = 0.6, right: float = 0.4) -> Any:
    return models.kerr_resonator(
        frequency=1.0, kerr=0.05, drive=0.05 * scale, omega=1.05, levels=9,
        baths=[ohmic("left", left), ohmic("right", right)],
    )  # fmt: skip


def linear(scale: Any = 1.0, left: float = 1.2, right: float = 0.4) -> Any:
    return qubit(4.0 * scale, left, right, "linear")


def slow(scale: Any = 1.0, left: float = 1.2, right: float = 0.4) -> Any:
    return models.spin_boson(
        drive=0.5 * scale, omega=0.01, polarization="linear",
        baths=[ohmic("left", left, 0.02), ohmic("right", right, 0.02)],
    )  # fmt: skip


CASES = [(qubit, "full"), (qubit, "partial"), (qubit, "ule"), (qubit, "clustered"), (pair, "partial"),
         (pair, "ule"), (linear, "full"), (linear, "none"), (slow, "auto"), (linear, "partial"),
         (linear, "ule")]  # fmt: skip


def against_differences(make: Any, secular: str) -> None:
    system, known = make(np.array([1.0])), {}
    method = prepare(system, secular=secular)
    method = Responding(**{**with_values(method), "observables": drive_operators(system)})
    found = answers_of(system, method, solve_batch(system, method))
    for k, name in enumerate(("left", "right")):
        t = {bath.name: float(bath.temperature) for bath in system.baths}[name]
        ends = [sambe.energy_currents(make(**{name: t + s * H}), secular=secular) for s in (1, -1)]
        known[k] = (ends[0] - ends[1]) / (2 * H)
        np.testing.assert_allclose(found.conductance[0, :, k], known[k], atol=1e-6 * np.abs(known[k]).max())
    ends = [sambe.energy_currents(make(1.0 + s * H), secular=secular) for s in (1, -1)]
    wanted = (ends[0] - ends[1]) / (2 * H)
    if secular == "clustered":
        assert np.isnan(found.drive).all()
    else:
        np.testing.assert_allclose(found.drive[0], wanted, atol=2e-6 * np.abs(wanted).max())
    assert found.converged.all()


@pytest.mark.slow
@pytest.mark.parametrize(("make", "secular"), CASES)
def test_against_differences(make: Any, secular: str) -> None:
    against_differences(make, secular)


@pytest.mark.slow
@pytest.mark.parametrize("secular", ["full", "partial"])
def test_where_the_generator_is_iterated(secular: str) -> None:
    against_differences(ladder, secular)
