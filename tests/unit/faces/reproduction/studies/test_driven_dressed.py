"""Numbers of the study that are known by other ways."""

from __future__ import annotations

import numpy as np
import pytest

from sambe.faces.reproduction import Reproduction


def test_numbers_known_from_elsewhere(result: Reproduction) -> None:
    found = {(f.key, m.what): m.value for f in result.findings for m in f.measures}
    # 1 + g^2 / 2 A^2 by the optical Bloch formula
    ratio = found["secular", "pump power at A/g = 0.1: full secular over coherences kept"]
    assert ratio == pytest.approx(51.0, rel=2e-3)
    # traditional: J(w0/2) coth differs from J(w0) coth; golden rule by hand for equal Ohmic baths
    gone = found["traditional", "spin-boson, vanishing drive at ω = ω₀/2: error of the currents"]
    assert gone == pytest.approx(1.0 - _conducted(0.5) / _conducted(1.0), rel=1e-6)
    gain = found["enhancement", "spin-boson: largest current into the cold bath, over the undriven one"]
    assert gain == pytest.approx(9.04640112159e-4 / 3.30766919541e-4, rel=0.01)


def _conducted(energy: float) -> float:
    """Undriven current at a splitting: (n_h - n_c) J E / 2(1 + n_h + n_c) for equal densities."""
    hot, cold = (1.0 / np.expm1(energy / t) for t in (1.2, 0.4))
    density = 0.002 * energy * np.exp(-energy / 10.0)
    return float(energy * density * (hot - cold) / (2.0 * (1.0 + hot + cold)))
