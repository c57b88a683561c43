"""The Bloch equations of a driven charge qubit in their limits, and findings that fail where they should."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.lab import Floats, Lab
from sambe.faces.reproduction.studies import floquet_basis as study


def test_the_bloch_vector_has_its_limits() -> None:
    vectors, rate = study.bloch(np.array([1e-9, 1.0]))
    floquet, environment = study._shares(vectors)
    assert environment[0] == pytest.approx(0.0, abs=1e-3)
    assert floquet[1] == pytest.approx(0.0, abs=1e-3)
    assert floquet[0] == pytest.approx(np.sin(study.TILT), abs=1e-3)
    _, twice = study.bloch(1.0, 2.0 * study.STRENGTH)
    assert twice == pytest.approx(2.0 * rate)


def test_without_tunnelling_the_populations_are_those_of_the_sidebands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # no amplitude but a sideband's: one bath energy, hence its Boltzmann factor
    monkeypatch.setattr(study, "RATIO", 1e-9)
    vectors, _ = study.bloch(0.0)
    assert vectors[0, 2] == pytest.approx(-np.tanh(0.5 / study.WARMTH), rel=1e-6)


def test_numbers_known_from_elsewhere(measured: Callable[[str], Reproduction]) -> None:
    values = {(f.key, m.what): m.value for f in measured(study.STUDY.name).findings for m in f.measures}
    turned = values["regimes", "gap of 0.01 Γ: share of the state outside of the Floquet basis"]
    assert turned == pytest.approx(np.sin(1.0), rel=1e-2)  # the angle between the two axes is one radian


@pytest.mark.slow
@pytest.mark.parametrize("finding", study.STUDY.findings)
def test_it_fails_where_all_coherences_are_dropped(
    finding: Callable[[Lab], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    state = study._state

    def secular_state(lab: Lab, gap: Floats, _: str, *numbers: float) -> tuple[Floats, Floats]:
        return state(lab, gap, "full", *numbers)

    monkeypatch.setattr(study, "_state", secular_state)
    with np.errstate(all="ignore"):
        assert not finding(Lab(11, "auto")).passed  # type: ignore[attr-defined]
