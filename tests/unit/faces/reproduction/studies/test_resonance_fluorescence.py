"""Closed forms of fluorescence in their limits, and findings that fail where they should."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.lab import Lab
from sambe.faces.reproduction.studies import resonance_fluorescence
from sambe.faces.reproduction.studies.resonance_fluorescence import STUDY


def test_the_closed_form_is_mandels_on_resonance_and_has_its_limits() -> None:
    drive = np.geomspace(0.01, 100.0, 9)
    rate, q = resonance_fluorescence._closed(drive)
    assert q == pytest.approx(-6.0 * drive**2 / (1.0 + 2.0 * drive**2) ** 2)  # Opt. Lett. 4, 205 (1979)
    assert rate == pytest.approx(drive**2 / (1.0 + 2.0 * drive**2))
    # weak drive: independent quanta absorbed and emitted by a Lorentz oscillator, at any occupation
    weak = resonance_fluorescence._closed(1e-4, 3.0, 0.4)
    assert weak[1] == pytest.approx(2.0 * 0.4, rel=1e-6)
    # derived: A^2 = g^2/2, n = 1/(exp 3.6 - 1)
    n = 1.0 / np.expm1(3.6)
    assert resonance_fluorescence._closed(0.5**0.5 * (1 + 2 * n), 0.0, n)[1] == pytest.approx(
        0.346078052 - 1.0, rel=1e-8
    )


def test_the_characteristic_root_has_the_closed_forms_as_slopes() -> None:
    h = 1e-3
    low, high = resonance_fluorescence._characteristic(0.9, np.array([-h, h]))
    rate, q = resonance_fluorescence._closed(0.9)
    assert (high - low) / (2.0 * h) == pytest.approx(rate, rel=1e-5)
    assert (high + low) / h**2 == pytest.approx(rate * (1.0 + q), rel=1e-4)


def test_numbers_known_from_elsewhere(measured: Callable[[str], Reproduction]) -> None:
    values = {(f.key, m.what): m.value for f in measured(STUDY.name).findings for m in f.measures}
    least = values["warm", "smallest Var σ/mean² of the quanta at A = g/√2"]
    assert least == pytest.approx(1.245872249, rel=1e-4)  # derived; published as 1.25
    assert values["warm", "at ω/T"] == pytest.approx(2 * 1.805253337, rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("finding", STUDY.findings)
def test_it_fails_where_no_quanta_are_counted(finding: Callable[[Lab], object]) -> None:
    with np.errstate(all="ignore"):
        assert not finding(Lab(21, "dressed")).passed  # type: ignore[attr-defined]
