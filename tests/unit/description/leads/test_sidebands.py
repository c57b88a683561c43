"""Sidebands: Bessel functions, and couplings that add up to the phase they come from."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import jv

from sambe import InputError, fermion
from sambe.description.leads.sidebands import MOST, bessel, sideband_count, turning
from sambe.description.reservoirs.couplings import quadratures
from sambe.description.sums.modulation import Modulation


def test_bessel_functions_of_any_library() -> None:
    xp = pytest.importorskip("array_api_strict")
    x = np.linspace(-20.0, 20.0, 9)
    for q in (0, 1, 7, MOST):
        assert_allclose(np.asarray(bessel(q, xp.asarray(x))), jv(q, x), atol=1e-14)


@pytest.mark.parametrize("x", [1e-8, 0.3, 4.0, 25.0])
def test_no_sideband_that_counts_is_left_out(x: float) -> None:
    count = sideband_count(x)
    assert abs(jv(np.arange(count + 1, count + 200), x)).max() <= 1e-10
    assert 2.0 * (jv(np.arange(count + 1), x) ** 2).sum() - jv(0, x) ** 2 == pytest.approx(1.0, abs=1e-14)


def test_couplings_turn_with_the_phase_of_the_lead() -> None:
    d, v, w = fermion(0, 1), 0.9, 0.8
    x, y = turning(quadratures(d), v, w, "lead 'l'.ac_voltage")
    for t in (0.0, 0.4, 3.1):
        phase = np.exp(1j * v / w * np.sin(w * t))
        moved = [0.5**0.5 * (d * phase + d.T / phase), 0.5**0.5 * 1j * (d * phase - d.T / phase)]
        for part, wanted in zip((x, y), moved, strict=True):
            assert isinstance(part, Modulation)
            total = sum(op * np.exp(-1j * q * w * t) for q, op in part.harmonics.items())
            total = total + (total - part.harmonics[0]).conj().T
            assert_allclose(total, wanted, atol=1e-9)


def test_too_many_sidebands_are_refused() -> None:
    with pytest.raises(InputError, match="sidebands"):
        turning(quadratures(fermion(0, 1)), 1.0, 0.01, "lead 'l'.ac_voltage")
