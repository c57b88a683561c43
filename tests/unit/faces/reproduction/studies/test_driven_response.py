"""Linear response of a driven qubit against its adiabatic limit, and what the study says of it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.studies import driven_response
from sambe.faces.reproduction.studies.driven_response import STUDY, linear_response


def test_the_rate_equation_is_symmetric_by_itself() -> None:
    phase = np.linspace(-np.pi, np.pi, 9)
    heat, work = linear_response(phase)
    np.testing.assert_allclose(work, heat[::-1], atol=1e-12 * abs(work).max())
    assert np.max(abs(work - heat)) > abs(work).max()


def test_a_slow_drive_pumps_the_heat_of_the_share_of_the_hot_bath(monkeypatch: pytest.MonkeyPatch) -> None:
    # w -> 0: the hot bath gives its share s of each change of p, heat/(w T) = mean of s dp/dt over the swing
    monkeypatch.setattr(driven_response, "PACE", 1e-7)
    heat, _ = linear_response(np.array([0.7]))
    t = np.linspace(0, 2 * np.pi, 4096, endpoint=False)
    hot, cold = (1 + np.cos(t)) ** 2, (1 - np.cos(t)) ** 2
    slope = -1 / (4 * np.cosh(0.5) ** 2)  # dp/dE at E = T = 1
    wanted = np.mean(hot / (hot + cold) * slope * -np.sin(t + 0.7)) * 1e-7
    assert heat[0] == pytest.approx(wanted, rel=1e-3)


def test_headline_numbers(measured: Callable[[str], Reproduction]) -> None:
    found = {f.key: f.measures for f in measured(STUDY.name).findings}
    assert found["reciprocity"][0].value < 0.01 < found["reciprocity"][1].value
    assert 0 < found["power"][0].value < 1
    coherence = [measure.value for measure in found["coherence"]]
    assert max(coherence[:3]) < 1e-3
    assert coherence[3] == pytest.approx(0.165, rel=0.02)  # of the slowest phases
    assert coherence[4] < 0.003  # of Bloch's equations


def test_bloch_equations_answer_the_drive_as_said() -> None:
    d, w, half = driven_response.DISTANCE, driven_response.TURN, driven_response.DISTANCE / 2
    decay = 0.75 * driven_response.STRENGTH * d / np.tanh(half)
    swing, z0 = 1e-3, -np.tanh(half)
    # stationary response at e^{-iwt}: -iw x = -d y, -iw y = d x - decay y - swing z0
    x, _ = np.linalg.solve([[-1j * w, d], [-d, -1j * w + decay]], [0.0, -swing * z0])
    power = 0.25 * (np.conj(-1j * w * swing) * x).real / swing**2
    assert driven_response.absorbed() == pytest.approx(power, rel=1e-3)  # the cutoff of J makes the rest
