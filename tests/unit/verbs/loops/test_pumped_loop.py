"""pump_cycle: sweeps, stores, statuses and warnings; its numbers stand with the references."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import sambe
from sambe.errors import InputError, SecularWarning

ANGLE = sambe.axis("loop", np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False))


def qubit(drive=0.3, strength=0.002, angle=ANGLE) -> sambe.System:
    baths = [
        sambe.Bath(
            "left", sambe.sigmax(), sambe.Ohmic(strength, 10.0), temperature=1.0 + 0.4 * np.cos(angle)
        ),
        sambe.Bath(
            "right", sambe.sigmax(), sambe.Ohmic(strength, 10.0), temperature=0.9 + 0.3 * np.sin(angle)
        ),
    ]
    return sambe.models.spin_boson(drive=drive, omega=0.8, baths=baths)


@pytest.fixture(scope="module")
def swept() -> tuple[sambe.System, xr.Dataset]:
    system = qubit(sambe.axis("drive", [0.2, 0.3]))
    return system, sambe.pump_cycle(system, secular="full")


@pytest.mark.slow
def test_a_sweep_of_loops_has_each_of_them(swept) -> None:
    _, out = swept
    assert out.geometric_energy.dims == ("drive", "terminal")
    assert "loop" not in out.coords
    alone = sambe.pump_cycle(qubit(0.3), secular="full")
    for name in out.data_vars:
        np.testing.assert_allclose(out[name].sel(drive=0.3), alone[name], rtol=1e-12, err_msg=name)
    currents = sambe.steady_state(qubit(0.3), secular="full").energy_current.mean("loop")
    np.testing.assert_allclose(alone.dynamical_current, currents, rtol=1e-12)
    assert out.geometric_work.equals(out.geometric_energy.sel(terminal="pump", drop=True))
    assert out.dynamical_current.attrs["units"] == "energy^2"


def test_the_order_of_the_points_is_the_orientation_and_the_start_is_none(swept) -> None:
    system, out = swept
    turned = system.map_numbers(lambda _, x: x.roll(loop=5) if hasattr(x, "dims") and "loop" in x.dims else x)
    back = system.map_numbers(
        lambda _, x: x.copy(data=x.values[::-1]) if hasattr(x, "dims") and "loop" in x.dims else x
    )
    for other, sign in ((turned, 1.0), (back, -1.0)):
        got = sambe.pump_cycle(other, secular="full")
        np.testing.assert_allclose(sign * got.geometric_energy, out.geometric_energy, rtol=1e-9)
        np.testing.assert_allclose(got.dynamical_current, out.dynamical_current, rtol=1e-12)


@pytest.mark.slow
def test_a_store_and_dask_give_the_same(swept, tmp_path) -> None:
    system, out = swept
    stored = sambe.pump_cycle(system, secular="full", store=tmp_path / "loop.zarr")
    xr.testing.assert_equal(stored, out)
    chunked = system.map_numbers(lambda _, x: x.chunk() if hasattr(x, "dims") and "drive" in x.dims else x)
    lazy = sambe.pump_cycle(chunked, secular="full")
    assert lazy.chunks
    xr.testing.assert_allclose(lazy.compute(), out)


@pytest.mark.parametrize("secular", ["full", "partial"])
def test_slow_cycles_agree(secular) -> None:
    out = sambe.pump_cycle(qubit(), secular=secular, check=True)
    np.testing.assert_allclose(out.direct_energy, out.geometric_energy, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(out.direct_quanta, out.geometric_quanta, rtol=1e-3, atol=1e-8)


def test_coherences_near_resonance_are_pumped_too() -> None:
    """Levels as close as the rates: another number than of populations, and slow cycles agree."""
    drive = 0.004 + 0.002 * np.cos(ANGLE)
    system = sambe.models.spin_boson(drive=drive, omega=1.0 + 0.002 * np.sin(ANGLE))
    kept = sambe.pump_cycle(system, check=True)
    with pytest.warns(SecularWarning):
        dropped = sambe.pump_cycle(system, secular="full")
    np.testing.assert_allclose(kept.direct_energy, kept.geometric_energy, rtol=1e-4)
    apart = abs(kept.geometric_energy - dropped.geometric_energy).max()
    assert apart > 0.1 * abs(kept.geometric_energy).max()


def test_a_loop_without_one_stationary_state_is_told() -> None:
    """At one point both baths are off; in a sweep that loop is NaN and its neighbour is not."""
    off = 0.002 * (1.0 + np.cos(ANGLE))
    with pytest.raises(InputError, match=r"not unique at 1 of 24 points \(loop = 3.14159\)"):
        sambe.pump_cycle(qubit(strength=off), secular="full")
    both = sambe.pump_cycle(qubit(strength=off + sambe.axis("k", [0.0, 0.001])), secular="full")
    assert (both.status > 0).values.tolist() == [True, False]
    assert np.isnan(both.geometric_energy[0]).all()
    assert np.isfinite(both.geometric_energy[1]).all()


def test_bad_numbers_and_few_points_are_told() -> None:
    cold = qubit().map_numbers(lambda path, x: x - 0.7 if path == "bath 'left'.temperature" else x)
    with pytest.raises(InputError, match=r"bath 'left'\.temperature.*not negative"):
        sambe.pump_cycle(cold, secular="full")
    with pytest.warns(SecularWarning, match="too few"):
        sambe.pump_cycle(qubit(angle=ANGLE[::6]), secular="full")
    with pytest.raises(InputError, match="check = 1"):
        sambe.pump_cycle(qubit(), check=1)


def in_steps(count: int, drive, omega) -> sambe.System:
    """A circular drive by its values in the middle of equal steps, of the same first harmonic."""
    sx, sy, sz, sp = sambe.sigmax(), sambe.sigmay(), sambe.sigmaz(), np.sinc(1.0 / count)
    angles = 2.0 * np.pi * (np.arange(count) + 0.5) / count
    baths = [sambe.Bath(name, sx, sambe.Ohmic(0.002, 10.0), temperature=t)
             for name, t in (("left", 1.2), ("right", 0.4))]  # fmt: skip
    return sambe.System.from_steps(
        [(1 / count, [(0.5, sz), (0.5 * np.cos(x) * drive / sp, sx), (0.5 * np.sin(x) * drive / sp, sy)])
         for x in angles],
        omega, baths,
    )  # fmt: skip


@pytest.mark.slow
def test_a_drive_by_many_steps_pumps_what_the_drive_does_also_through_a_resonance() -> None:
    """Circular qubit, A = 0.3 + 0.1 cos, w = 0.9 + 0.2 sin, T = 1.2 and 0.4: 0.004549036659 and
    0.01096404266 from the baths and 0.04315578649 quanta per cycle, derived by -oint (V/K) dp."""
    drive, omega = 0.3 + 0.1 * np.cos(ANGLE), 0.9 + 0.2 * np.sin(ANGLE)
    few, many = (sambe.pump_cycle(in_steps(n, drive, omega)) for n in (8, 16))
    # what the higher harmonics of n steps do falls as n^-2
    limit = [(4.0 * fine - coarse) / 3.0 for coarse, fine in (
        (few.geometric_energy.values[:2], many.geometric_energy.values[:2]),
        (few.geometric_quanta.item(), many.geometric_quanta.item()),
    )]  # fmt: skip
    np.testing.assert_allclose(limit[0], [0.004549036659, 0.01096404266], rtol=1e-3)
    np.testing.assert_allclose(limit[1], 0.04315578649, rtol=1e-3)


@pytest.mark.slow
def test_fractions_kicks_and_switchings_pump_what_slow_cycles_do() -> None:
    sx, sz = sambe.sigmax(), sambe.sigmaz()
    c, s = np.cos(ANGLE), np.sin(ANGLE)
    baths = [sambe.Bath("left", sx, sambe.Ohmic(0.0002, 10.0), temperature=1.2 + 0.2 * s),
             sambe.Bath("right", sx, sambe.Ohmic(0.0002, 10.0), temperature=0.4)]  # fmt: skip
    system = sambe.System.from_steps(
        [(0.5 + 0.05 * c, [(0.5, sz)]), (0.5 - 0.05 * c, [(0.35, sz), (0.2 + 0.05 * s, sx)])], 0.8, baths,
        kicks=[(0.2, [(0.3 + 0.1 * c, sx)])], switched={"left": [1, 0.7 + 0.1 * s]}, ramp=0.1,
    )  # fmt: skip
    out = sambe.pump_cycle(system, check=True)
    np.testing.assert_allclose(out.direct_energy, out.geometric_energy, rtol=1e-4)
    np.testing.assert_allclose(out.direct_quanta, out.geometric_quanta, rtol=1e-4)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
def test_a_pump_whose_quanta_are_counted_otherwise_along_the_way_is_not_told() -> None:
    drive, omega = 0.4 + 0.3 * np.cos(ANGLE), sambe.axis("omega", [0.1, 0.9])
    with pytest.warns(SecularWarning, match=r"is not told .*omega = 0.1\)"):
        out = sambe.pump_cycle(in_steps(4, drive, omega))
    told = np.isfinite(out.geometric_quanta)
    assert told.values.tolist() == [False, True]
    np.testing.assert_array_equal(np.isfinite(out.geometric_energy.sel(terminal="pump")), told)
    assert np.isfinite(out.geometric_energy.sel(terminal="left")).all()


def test_what_goes_to_and_fro_and_adds_up_to_nothing_is_zero() -> None:
    # as many electrons go through the dot at a level as at its negative, by symmetry: charge, and no energy
    turn = sambe.axis("loop", np.arange(32) * np.pi / 16)
    d = sambe.fermion(0, 1)
    leads = [sambe.Lead("left", d, tunnelling=0.01 * (1 + 0.9 * np.cos(turn)), temperature=0.1),
             sambe.Lead("right", d, tunnelling=0.01, temperature=0.1)]  # fmt: skip
    out = sambe.pump_cycle(sambe.System([(0.3 * np.sin(turn), d.conj().T @ d)], baths=leads), secular="full")
    assert (out.geometric_energy == 0.0).all()
    assert abs(out.geometric_particles.sel(terminal="left")) > 0.1
