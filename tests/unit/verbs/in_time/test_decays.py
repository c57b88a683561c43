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


def test_several_tones_relax_in_a_frame_and_over_a_common_period() -> None:
    up = lambda i, j: sambe.transition(3, i, j)  # noqa: E731
    vacuum = sambe.Bath("vacuum", up(0, 1) + up(1, 0) + up(0, 2) + up(2, 0), sambe.Flat(0.02), 0.0)
    levels = np.diag([0.0, 1.0, 1.7])
    drive = {(1, 0): [(1e-6, up(1, 0))], (0, 1): [(1e-6, up(2, 0))]}
    weak = sambe.relaxation(sambe.System(levels, drive, (0.9, 1.5), [vacuum]), secular="full")
    # of weak tones both excited states decay at the rate of the bath, their coherences at half of it
    np.testing.assert_allclose(np.sort(-weak.rate.real.values)[-3:], 0.02, rtol=1e-6)
    assert weak.gap.item() == pytest.approx(0.01, rel=1e-6)
    # commensurate tones as one drive at their common frequency
    sx, sz = sambe.sigmax(), sambe.sigmaz()
    bath = sambe.Bath("bath", sx, sambe.Ohmic(0.01, cutoff=10.0), 0.5)
    two = sambe.System([(0.5, sz)], {(1, 0): [(0.15, sx)], (0, 1): [(0.1, sx)]}, (0.7, 1.4), [bath])
    one = sambe.System([(0.5, sz)], {1: [(0.15, sx)], 2: [(0.1, sx)]}, 0.7, [bath])
    np.testing.assert_allclose(sambe.relaxation(two).rate, sambe.relaxation(one).rate, rtol=1e-8)
    with pytest.raises(InputError, match="nothing stands still"):
        sambe.relaxation(two.replace(omega=(0.7, 1.13)))
