"""Heat of a driven flux qubit against harmonics that are found by other ways, and where the claims fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp

import sambe
from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.studies import flux_qubit_heat
from sambe.faces.reproduction.studies.flux_qubit_heat import CHOSEN, RANGES, STUDY


def _harmonic(bias: float, k: int) -> float:
    """|c_k|^2 of <sz> in a Floquet mode at w = 1/k, by an integrator of differential equations."""
    gap, drive, w = CHOSEN["gap"], CHOSEN["drive"], 1.0 / k

    def slope(t: Any, y: Any) -> Any:
        z = 0.5 * (bias + drive * np.cos(w * t))
        up, down = y[:2], y[2:]
        return -1j * np.concatenate([z * up + 0.5 * gap * down, 0.5 * gap * up - z * down])

    t = np.linspace(0.0, 2.0 * np.pi / w, 401)
    begin: Any = np.eye(2, dtype=complex).ravel()
    course: Any = solve_ivp(slope, (0.0, t[-1]), begin, t_eval=t, rtol=1e-10, atol=1e-12).y.reshape(2, 2, -1)
    mode = np.linalg.eig(course[..., -1])[1][:, 0]
    states = np.einsum("ijt,j->it", course, mode)[:, :-1]
    polarisation = abs(states[0]) ** 2 - abs(states[1]) ** 2
    return float(abs(np.mean(polarisation * np.exp(1j * k * w * t[:-1]))) ** 2)


@pytest.mark.parametrize("k", [2, 3])
def test_a_channel_that_changes_nothing_radiates_a_harmonic_of_the_polarisation(k: int) -> None:
    found = sambe.channels(flux_qubit_heat.device({}, 1.0 / k), secular="partial")
    together = found["pseudo"] & (abs(found["quanta"]) == k)
    # at its peak J = 4 g^2 Q
    wanted = 4.0 * CHOSEN["coupling"] ** 2 * CHOSEN["quality"] * _harmonic(CHOSEN["bias"], k)
    assert -float(found["energy_current"].where(together, 0.0).sum()) == pytest.approx(wanted, rel=1e-5)
    assert flux_qubit_heat.propagated(CHOSEN, k) == pytest.approx(wanted, rel=1e-3)


def test_a_qubit_that_follows_a_slow_drive_has_the_harmonics_of_its_eigenstate() -> None:
    def course(phase: float) -> float:
        field = 0.4 + 2.0 * np.cos(phase)
        return float(field / np.hypot(field, 8.0) * np.cos(3.0 * phase))

    wanted = 4.0 * CHOSEN["coupling"] ** 2 * CHOSEN["quality"] * (quad(course, 0.0, np.pi)[0] / np.pi) ** 2
    assert flux_qubit_heat.followed({**CHOSEN, "gap": 8.0}, 3) == pytest.approx(wanted, rel=1e-6)


def test_the_selection_rule_fails_off_the_symmetry_point() -> None:
    assert flux_qubit_heat.propagated({**CHOSEN, "bias": 0.0}, 2, 400) < 1e-25
    assert flux_qubit_heat.propagated({**CHOSEN, "bias": 0.01}, 2, 400) > 1e-8


def test_another_line_may_carry_a_peak() -> None:
    """Beyond the range of amplitudes the third peak is no longer that of channels i = j alone."""
    strong = flux_qubit_heat.device({"drive": 3.0, "bias": 0.4}, 1.0 / 3.0)
    found = sambe.channels(strong, secular="partial")
    share = float(found["energy_current"].where(found["pseudo"], 0.0).sum() / found["energy_current"].sum())
    assert share < flux_qubit_heat.NEARLY_ALL


def test_every_number_is_a_placeholder_and_varied(measured: Callable[[str], Reproduction]) -> None:
    assert set(CHOSEN) == set(RANGES)
    assert all(low < CHOSEN[name] < high for name, (low, high) in RANGES.items())
    assert len(STUDY.placeholders) == len(CHOSEN)
    assert [f.key for f in measured(STUDY.name).findings if f.beyond] == ["carriers"]
