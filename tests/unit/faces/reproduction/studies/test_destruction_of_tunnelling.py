"""What is known of the crossing, and findings that fail where nothing is destroyed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import special

from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.lab import Lab
from sambe.faces.reproduction.studies import destruction_of_tunnelling as study

POINTS = 15


def test_numbers_known_from_elsewhere(measured: Callable[[str], Reproduction]) -> None:
    values = {(f.key, m.what): m.value for f in measured(study.STUDY.name).findings for m in f.measures}
    first = values["crossings", "the first crossing A/ω"]
    assert first == pytest.approx(float(special.jn_zeros(0, 1)[0]), rel=1e-4)  # Grifoni and Hanggi (1998)
    ohmic = values["valve", "the same for purely Ohmic baths, J = αW each: αΔ²"]
    assert ohmic == pytest.approx(1e-3, rel=1e-3)
    assert values["valve", "the power where nothing tunnels, baths of wide band"] < ohmic


@pytest.mark.slow
@pytest.mark.parametrize("finding", study.STUDY.findings)
def test_a_bias_of_the_sites_lifts_the_crossing(
    finding: Callable[[Lab], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study, "BIAS", 0.3)
    with np.errstate(all="ignore"):
        assert not finding(Lab(POINTS, "auto")).passed  # type: ignore[attr-defined]
