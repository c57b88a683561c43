"""Currents by the energy of quanta: their sums, where the lines are, units, and bins that are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.errors import InputError

OMEGA = sambe.axis("omega", [0.8, 1.2])


@pytest.mark.parametrize("secular", ["auto", "full", "ule"])
def test_bins_add_up_to_the_currents(secular: str) -> None:
    qubit = sambe.models.spin_boson(drive=0.3, omega=OMEGA)
    data = sambe.energy_spectrum(qubit, 30, secular=secular)
    assert data.spectral_current.dims == ("omega", "terminal", "energy")
    flow = sambe.steady_state(qubit, secular="partial" if secular == "auto" else secular)
    np.testing.assert_allclose(data.spectral_current.sum("energy"), flow.energy_current, atol=1e-16)
    np.testing.assert_allclose(data.energy, 0.5 * (data.low + data.high))


def test_lines_lie_at_the_drive_and_a_rabi_frequency_beside_it() -> None:
    qubit = sambe.models.spin_boson(drive=0.3, omega=0.8)
    rabi = np.hypot(0.2, 0.3)
    lines = np.array([0.8 - rabi, 0.8, 0.8 + rabi])
    edges = np.sort(np.concatenate([[0.0], lines - 1e-6, lines + 1e-6, [3.0]]))
    passed = sambe.energy_spectrum(qubit, edges).spectral_current
    assert (abs(passed[:, 1::2]) > 1e-7).all()
    np.testing.assert_allclose(passed[:, ::2], 0.0, atol=1e-18)
    np.testing.assert_allclose(
        passed[:2, 3].sum(), -passed[2, 3], rtol=1e-10
    )  # at the drive no state changes
    beyond = sambe.energy_spectrum(qubit, [0.0, 0.5])
    assert abs(beyond.spectral_current.sum("energy") - beyond.energy_current).max() > 1e-5


def test_another_unit_gives_the_same() -> None:
    unit = 1e8
    small = sambe.energy_spectrum(sambe.models.spin_boson(drive=0.3, omega=0.8), 10)
    baths = [sambe.Bath(n, spectrum=sambe.Ohmic(0.002, cutoff=10.0 * unit), temperature=t * unit)
             for n, t in (("left", 1.2), ("right", 0.4))]  # fmt: skip
    large = sambe.models.spin_boson(splitting=unit, drive=0.3 * unit, omega=0.8 * unit, baths=baths)
    data = sambe.energy_spectrum(large, 10)
    np.testing.assert_allclose(data.spectral_current, small.spectral_current * unit**2, rtol=1e-9, atol=1.0)
    np.testing.assert_allclose(data.energy, small.energy * unit)


@pytest.mark.parametrize(
    "bins", [0, -1, True, 1.5, "many", [0.0], [1.0, 0.5], [-1.0, 1.0], [0.0, np.inf], None]
)
def test_bins_that_are_none(bins: Any) -> None:
    with pytest.raises(InputError, match="bins"):
        sambe.energy_spectrum(sambe.models.spin_boson(drive=0.1, omega=0.8), bins)


def test_what_belongs_to_no_jump_is_refused() -> None:
    linear = sambe.models.spin_boson(drive=0.1, omega=0.8, polarization="linear")
    with pytest.raises(InputError, match="secular"):
        sambe.energy_spectrum(linear, secular="none")
    with pytest.raises(InputError, match="equation"):
        sambe.energy_spectrum(linear, equation="heom")


def test_tones_have_a_line_each() -> None:
    up = sambe.transition
    cold, hot = up(3, 2, 1) + up(3, 1, 2), up(3, 2, 0) + up(3, 0, 2) + up(3, 1, 0) + up(3, 0, 1)
    spectrum = sambe.Ohmic(0.002, cutoff=10.0)
    baths = [sambe.Bath("hot", hot, spectrum, 1.2), sambe.Bath("cold", cold, spectrum, 0.4)]
    drive = {(1, 0): [(0.05, up(3, 2, 0))], (0, 1): [(0.05, up(3, 2, 1))]}
    ladder = sambe.System(np.diag([0.0, 0.9, 2.05]), drive, (2.0, sambe.axis("w", [1.13, 1.2])), baths)
    data = sambe.energy_spectrum(ladder, 20)
    flow = sambe.steady_state(ladder, secular="partial")
    assert data.terminal.values.tolist() == ["hot", "cold", "pump 1", "pump 2"]
    np.testing.assert_allclose(data.spectral_current.sum("energy"), flow.energy_current, atol=1e-16)
    with pytest.raises(InputError, match="jumps of other quanta interfere"):
        sambe.energy_spectrum(ladder.replace(omega=(1.2, 2.4)), 20)
