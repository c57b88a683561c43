"""Roles, modes and figures of currents that are written down by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sambe.physics.machines.performance import (
    MODES,
    Account,
    figures_of,
    mode_of,
    naive_figures,
    prepared,
    roles_of,
)

NAMES = {code: name for name, code in MODES.items()}


def account(heat: Any, work: Any, temperature: Any, entropy: Any = None) -> Account:
    heat, work, t = (np.atleast_1d(np.asarray(x, dtype=float)) for x in (heat, work, temperature))
    heat, t = np.atleast_2d(heat), np.broadcast_to(np.atleast_2d(t), np.atleast_2d(heat).shape)
    carried = heat / t if entropy is None else np.atleast_2d(np.asarray(entropy, dtype=float))
    exchanged = np.concatenate([np.abs(heat) + 1.0, np.abs(work)[:, None]], axis=-1)
    return Account(heat, work, t, carried, exchanged)


def judged(found: Account, **named: int) -> tuple[str, dict[str, float]]:
    roles = roles_of(found, named, np.zeros(found.heat.shape[-1], dtype=bool))
    mode = mode_of(found, roles)
    return NAMES[int(mode[0])], {name: float(x[0]) for name, x in figures_of(found, roles, mode).items()}


@pytest.mark.parametrize(
    ("mode", "hot", "cold", "work"),
    [
        ("engine", 2.0, -1.0, -1.0),
        ("refrigerator", -3.0, 1.0, 2.0),
        ("accelerator", 1.0, -3.0, 2.0),
        ("heater", -1.0, -1.0, 2.0),
        ("conductor", 1.0, -1.0, 0.0),
        ("other", -1.0, 2.0, -1.0),
    ],
)
def test_modes_of_two_baths_by_signs(mode: str, hot: float, cold: float, work: float) -> None:
    assert judged(account([hot, cold], work, [2.0, 1.0]))[0] == mode
    assert judged(account([cold, hot], work, [1.0, 2.0]))[0] == mode  # in whatever order they stand


def test_figures_are_bounded_by_the_second_law() -> None:
    engine = judged(account([2.0, -1.5], -0.5, [2.0, 1.0]))[1]
    assert (engine["efficiency"], engine["carnot"], engine["fraction_of_carnot"]) == (0.25, 0.5, 0.5)
    assert engine["power"] == 0.5
    assert np.isnan([engine["cop"], engine["heat_pump_cop"]]).all()
    cooler = judged(account([-3.0, 1.0], 2.0, [2.0, 1.0]))[1]
    assert (cooler["cop"], cooler["heat_pump_cop"], cooler["carnot"]) == (0.5, 1.5, 1.0)
    assert np.isnan(cooler["efficiency"])
    # what breaks the second law is no fraction of its bound
    assert np.isnan(judged(account([2.0, -0.5], -1.5, [2.0, 1.0]))[1]["fraction_of_carnot"])


def test_three_baths_without_work() -> None:
    mode, found = judged(account([4.0, -5.0, 1.0], 0.0, [4.0, 2.0, 1.0]))
    assert mode == "absorption_refrigerator"
    assert (found["cop"], found["carnot"]) == (0.25, 0.5)  # (1 - 2/4) * 1/(2 - 1)
    assert judged(account([-1.0, 2.0, -1.0], 0.0, [4.0, 2.0, 1.0]))[0] == "heat_transformer"
    assert judged(account([3.0, -1.0, -2.0], 0.0, [4.0, 2.0, 1.0]))[0] == "conductor"
    assert judged(account([3.0, -1.0, -2.5], 0.5, [4.0, 2.0, 1.0]))[0] == "other"
    assert judged(account([1.0, -1.0, -2.0, 2.0], 0.0, [4.0, 2.0, 1.0, 3.0]))[0] == "other"


def test_names_go_before_temperatures() -> None:
    three = account([4.0, -5.0, 1.0], 0.0, [4.0, 2.0, 1.0])
    quiet = np.zeros(3, dtype=bool)
    roles = roles_of(three, {}, quiet)
    assert [int(x[0]) for x in (roles.work, roles.hot, roles.cold)] == [0, 1, 2]
    roles = roles_of(three, {"hot": 0}, quiet)
    assert [int(x[0]) for x in (roles.work, roles.hot, roles.cold)] == [1, 0, 2]
    alike = account([1.0, -1.0], 0.0, [1.0, 1.0])
    assert not roles_of(alike, {}, quiet[:2]).known[0]
    assert roles_of(alike, {"hot": 0, "cold": 1}, quiet[:2]).known[0]


def test_baths_that_exchange_nothing_have_no_role() -> None:
    found = account([1.0, -1.0, 0.0], 0.0, [2.0, 1.0, 9.0])
    found.exchanged[0, 2] = 0.0
    assert roles_of(found, {}, np.zeros(3, dtype=bool)).hot[0] == 0


def test_a_reservoir_that_is_not_thermal_is_paid_for() -> None:
    # a third one that gives energy 1 and entropy 0.25: in surroundings at T = 1 that costs 0.75
    found = account([2.0, -2.0, 1.0], -1.0, [2.0, 1.0, np.nan], [1.0, -2.0, 0.25])
    roles = roles_of(found, {}, np.zeros(3, dtype=bool))
    mode = mode_of(found, roles)
    assert NAMES[int(mode[0])] == "engine"
    np.testing.assert_allclose(prepared(found, roles, np.array([1.0])), 0.75)
    figures = figures_of(found, roles, mode)
    np.testing.assert_allclose(figures["efficiency"], 0.125)  # (1 - 0.75)/2
    np.testing.assert_allclose(figures["power"], 1.0)


def test_naive_figures_leave_preparation_out() -> None:
    found = account([2.0, -1.0], -1.0, [np.nan, 1.0], [0.5, -1.0])
    roles = roles_of(found, {"hot": 0}, np.zeros(2, dtype=bool))
    mode = mode_of(found, roles)
    assert np.isnan(figures_of(found, roles, mode)["efficiency"][0])
    naive = naive_figures(found, roles, found.heat, found.entropy, found.work)
    assert (naive["naive_efficiency"][0], naive["naive_carnot"][0]) == (0.5, 0.75)  # T_eff = 2/0.5
    assert naive["naive_entropy_production"][0] == 0.5
