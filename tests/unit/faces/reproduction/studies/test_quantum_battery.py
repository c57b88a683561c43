"""Batteries against closed forms and Bloch's equations, and findings that fail where they should."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

import sambe
from sambe.faces.reproduction.lab import Lab
from sambe.faces.reproduction.studies import quantum_battery as study

FEW = 8  # levels: half a field of one, 0.25 quanta, leaves 1e-10 of the state on the last


def test_a_kerr_oscillator_is_linear_without_its_term_and_a_qubit_with_a_large_one() -> None:
    times = np.linspace(0.0, 1.5 / study.FORCE, 7)
    assert study.kerr_unitary(0.0, times) == pytest.approx((study.FORCE * times) ** 2, abs=1e-12)
    # derived: two levels, coupled by F, turn over as sin^2(Ft); the third takes (F/U)^2 of it
    assert study.kerr_unitary(1e3, times) == pytest.approx(np.sin(study.FORCE * times) ** 2, abs=1e-6)


def test_the_leak_holds_what_the_closed_form_says() -> None:
    times, loss, quanta = np.array([0.0, 10.0, 20.0]), 0.05, 0.02
    course = sambe.evolve(study.oscillator(loss=loss, quanta=quanta, levels=FEW), 0, times, states=False)
    work = study.field(loss, times) ** 2
    assert course.ergotropy.values == pytest.approx(work, abs=1e-6)
    heat = quanta * -np.expm1(-loss * times)
    assert course.battery_energy.values == pytest.approx(work + heat, abs=1e-6)
    assert study.field(1e-6, times) == pytest.approx(study.FORCE * times, rel=1e-4)  # no loss: alpha = Ft


def test_a_pulse_of_the_area_pi_turns_a_qubit_over() -> None:
    assert study.by_bloch(60.0, 0.0) == pytest.approx(1.0, abs=1e-8)
    once, twice = (1.0 - study.by_bloch(60.0, loss) for loss in (1e-5, 2e-5))
    assert twice == pytest.approx(2.0 * once, rel=1e-2)  # small losses cost in proportion
    assert study._behind(60.0, 5e-3) == pytest.approx(study.by_bloch(60.0, 5e-3), abs=1e-8)


@pytest.mark.parametrize(("loss", "held"), [(0.0, True), (0.01, False)])
def test_all_is_work_only_without_a_leak(monkeypatch: pytest.MonkeyPatch, loss: float, held: bool) -> None:
    monkeypatch.setattr(study, "FULL", 0.5)
    monkeypatch.setattr(study, "oscillator", partial(study.oscillator, loss=loss, quanta=0.1, levels=FEW))
    assert study._work(Lab(points=4)).passed is held


@pytest.mark.parametrize(("quanta", "held"), [(None, True), (0.5, False)])
def test_heat_beside_the_work_is_that_of_the_bath(
    monkeypatch: pytest.MonkeyPatch, quanta: float | None, held: bool
) -> None:
    """A bath that is warmer than it is said to be is told."""
    monkeypatch.setattr(study, "LONG", 15.0)
    monkeypatch.setattr(study, "QUANTA", (0.01, 0.02))
    given = study.oscillator

    def other(**numbers: object) -> sambe.System:
        if quanta is not None:
            numbers["quanta"] = quanta + 0.0 * numbers["quanta"]
        return given(**numbers, levels=FEW)

    monkeypatch.setattr(study, "oscillator", other)
    assert study._leak(Lab(points=4)).passed is held
