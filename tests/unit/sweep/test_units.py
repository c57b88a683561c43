"""Points in units of their own: energies times a power of two give currents times its square, to the bit."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.description.system import System
from sambe.errors import InputError
from sambe.physics.preparation import prepare
from sambe.sweep.axes import Sweep
from sambe.sweep.kernels.fields import point_fields
from sambe.sweep.units import in_own_unit, solve_in_units


def qubit(unit: object, framed: bool = True) -> System:
    drive = {1: [(0.05 * unit, sambe.sigmap() if framed else sambe.sigmax())]}
    baths = [sambe.Bath(name, sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0 * unit), t * unit)
             for name, t in (("left", 1.2), ("right", 0.4))]  # fmt: skip
    return System([(0.5 * unit, sambe.sigmaz())], drive, 0.8 * unit, baths)


@pytest.mark.parametrize("framed", [True, False])
@pytest.mark.parametrize("secular", ["auto", "full", "none"])
def test_results_scale_exactly(framed: bool, secular: str) -> None:
    plain = sambe.steady_state(qubit(1.0, framed), secular=secular)
    for power in (-440, -100, -17, 17, 100, 440):
        unit = 2.0**power
        scaled = sambe.steady_state(qubit(unit, framed), secular=secular)
        np.testing.assert_array_equal(scaled.energy_current / unit / unit, plain.energy_current)
        np.testing.assert_array_equal(scaled.energy / unit, plain.energy)
        np.testing.assert_array_equal(scaled.population, plain.population)
        np.testing.assert_array_equal(scaled.entropy_production / unit, plain.entropy_production)


@pytest.mark.parametrize("unit", [1e100, 1e-100])
def test_powers_of_ten_scale_to_rounding(unit: float) -> None:
    plain, scaled = (sambe.steady_state(qubit(u)).energy_current.values for u in (1.0, unit))
    # a dozen roundings of the gap, whose currents cancel to a tenth of the one-way flow
    np.testing.assert_allclose(scaled / unit / unit, plain, rtol=1e-12)


def test_a_sweep_over_units_is_solved_point_by_point() -> None:
    units = np.array([1e-200, 1e-100, 1.0, 1e100, 1e200])
    swept = qubit(sambe.axis("unit", units))
    with pytest.warns(sambe.errors.NoAnswerWarning, match="2 of 5 points .* square of an energy"):
        data = sambe.steady_state(swept)
    assert data.status.values.tolist() == [1, 0, 0, 0, 1]
    bare = sambe.energy_currents(qubit(units))
    for k in (1, 2, 3):
        one = sambe.steady_state(qubit(units[k])).energy_current.values
        np.testing.assert_array_equal(data.energy_current.values[k], one)
        np.testing.assert_array_equal(bare[k], one)
    assert np.isnan(bare[[0, 4]]).all()


def test_a_single_point_beyond_all_units_says_why() -> None:
    with pytest.raises(InputError, match="square of an energy"):
        sambe.steady_state(qubit(1e200))
    system = Sweep(qubit(1e200)).part(np.arange(1))
    with pytest.raises(InputError, match="square of an energy"):
        in_own_unit(system, prepare(system))


def test_points_of_one_unit_are_solved_together() -> None:
    system = Sweep(qubit(sambe.axis("unit", [1.0, 2.0**50, 2.0, 2.0**50 * 1.01]))).part(np.arange(4))
    parts = solve_in_units(system, prepare(system), point_fields)
    assert [points.tolist() for points, _ in parts] == [[0, 2], [1, 3]]


@pytest.mark.slow
def test_audits_and_channels_scale_too() -> None:
    plain, scaled = (sambe.audit(qubit(u)) for u in (1.0, 2.0**60))
    np.testing.assert_allclose(scaled.estimated_error, plain.estimated_error, rtol=1e-6)
    np.testing.assert_array_equal(scaled.relaxation_rate / 2.0**60, plain.relaxation_rate)
    plain, scaled = (sambe.channels(qubit(u)) for u in (1.0, 2.0**60))
    np.testing.assert_array_equal(scaled.energy_current / 2.0**120, plain.energy_current)
