"""Rates of relaxation as Datasets: sweeps, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import InputError

DRIVE = sambe.axis("drive", [0.1, 0.2, 0.3])


def test_rates_over_a_sweep() -> None:
    data = sambe.relaxation(sambe.models.spin_boson(drive=DRIVE, omega=1.0), 1)
    assert data.rate.dims == ("drive", "decay")
    assert data.sizes["decay"] == 4
    assert (data.rate.real.diff("decay") < 1e-12).all()
    np.testing.assert_array_equal(data.rate[:, 0], 0.0)
    np.testing.assert_allclose(data.gap, -data.rate[:, 1].real)
    np.testing.assert_allclose(data.overlap[:, 0], 1.0, rtol=1e-12)
    assert "overlap" not in sambe.relaxation(sambe.models.spin_boson(drive=0.1, omega=1.0))


def test_what_is_refused() -> None:
    ladder = sambe.models.kerr_resonator(levels=33, omega=0.9)
    with pytest.raises(InputError, match="32 levels"):
        sambe.relaxation(ladder)
    with pytest.raises(InputError, match="stationary"):
        sambe.relaxation(sambe.models.spin_boson(drive=0.1, omega=1.0), "stationary")
