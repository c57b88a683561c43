"""Sweeps over Dask arrays: nothing is solved before it is asked for, and each chunk is solved once."""

from __future__ import annotations

import cloudpickle
import dask
import numpy as np
import pytest
import xarray as xr

import sambe
from sambe.physics.preparation import prepare
from sambe.sweep import lazy

OMEGA = sambe.axis("omega", np.linspace(0.5, 1.5, 12))
DRIVE = sambe.axis("drive", np.linspace(0.01, 0.3, 5))


def qubit(omega=OMEGA, drive=DRIVE, **changes: object) -> sambe.System:
    return sambe.models.spin_boson(omega=omega, drive=drive, **changes)


@pytest.fixture
def solved(monkeypatch) -> list[int]:
    """Numbers of points of the chunks, as they are solved."""
    counts: list[int] = []
    inner = lazy.run_blocks

    def counting(sweep, *args, **options):
        counts.append(sweep.points)
        return inner(sweep, *args, **options)

    monkeypatch.setattr(lazy, "run_blocks", counting)
    return counts


def test_only_dask_makes_it_lazy() -> None:
    assert not lazy.is_lazy(qubit())
    assert lazy.is_lazy(qubit(OMEGA.chunk(4)))
    assert lazy.is_lazy(qubit(drive=DRIVE.chunk(4)))
    bath = sambe.Bath("one", spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=OMEGA.chunk())
    assert lazy.is_lazy(sambe.models.spin_boson(baths=[bath]))


@pytest.mark.parametrize("secular", ["full", "partial"])
@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_the_values_are_those_of_the_call_without_dask(equation, secular) -> None:
    options = {"equation": equation, "secular": secular}
    drive = DRIVE + 0.2  # far from where the full secular equation would warn
    found = sambe.steady_state(qubit(OMEGA.chunk(5), drive), **options)
    assert all(found[name].chunks is not None for name in found)
    expected = sambe.steady_state(qubit(drive=drive), **options)
    got = found.compute()
    assert got.attrs == expected.attrs
    assert set(got) == set(expected)
    for name in expected:
        assert got[name].dims == expected[name].dims
        assert got[name].dtype == expected[name].dtype
        assert got[name].attrs.keys() == expected[name].attrs.keys()
        np.testing.assert_allclose(got[name], expected[name], rtol=1e-9, atol=1e-14)
    xr.testing.assert_identical(got.coords.to_dataset(), expected.coords.to_dataset())


def test_chunks_are_those_of_the_parameters(solved) -> None:
    found = sambe.steady_state(qubit(OMEGA.chunk(5), DRIVE.chunk(2)))
    assert found.energy_current.sizes == {"drive": 5, "omega": 12, "terminal": 3}
    assert found.energy_current.chunks == ((2, 2, 1), (5, 5, 2), (3,))
    assert solved == []


def test_a_chunk_is_solved_once_for_all_variables(solved) -> None:
    found = sambe.steady_state(qubit(OMEGA.chunk(6)))
    found.compute(scheduler="synchronous")
    assert solved == [30, 30]


def test_only_the_chunks_that_are_asked_for_are_solved(solved) -> None:
    found = sambe.steady_state(qubit(OMEGA.chunk(4)))
    found.energy_current.isel(omega=5, terminal=0).compute(scheduler="synchronous")
    assert solved == [20]


def test_bad_points_are_told_by_their_status() -> None:
    bad = OMEGA.copy(data=np.where(np.arange(12) == 3, np.nan, OMEGA))
    found = sambe.steady_state(qubit(bad.chunk(4), 0.1)).compute()
    assert list(np.flatnonzero(found.status)) == [3]
    assert np.isnan(found.energy_current[3]).all()
    assert found.status.attrs["flag_meanings"].split()[int(found.status[3])] == "bad_parameter"


def test_a_chunk_without_a_good_point_is_no_error() -> None:
    bad = OMEGA.copy(data=np.full(12, np.nan))
    found = sambe.steady_state(qubit(bad.chunk(4), 0.1)).compute()
    assert (found.status == 1).all()


def test_a_comparison_is_lazy_too(solved) -> None:
    found = sambe.compare(qubit(OMEGA.chunk(6)), equations=["driven_dressed", "dressed"])
    assert solved == []
    expected = sambe.compare(qubit(), equations=["driven_dressed", "dressed"])
    np.testing.assert_allclose(found.energy_current, expected.energy_current, rtol=1e-9, atol=1e-14)


def test_axes_that_do_not_fit() -> None:
    with pytest.raises(sambe.InputError, match="do not fit together"):
        sambe.steady_state(qubit(OMEGA.chunk(4), OMEGA[:5].drop_vars("omega")))


def test_a_system_and_its_method_travel() -> None:
    system = sambe.System(
        [(0.5, sambe.sigmaz())], {1: [(DRIVE, sambe.sigmap())]}, 0.8,
        [sambe.Bath("hot", sambe.sigmax(), lambda w: 0.002 * w, temperature=1.0)],
    )  # fmt: skip
    there, method = cloudpickle.loads(cloudpickle.dumps((system, prepare(system))))
    xr.testing.assert_identical(sambe.steady_state(there), sambe.steady_state(system))
    assert method.equation == "driven_dressed"


def test_graphs_carry_no_parameters() -> None:
    """The tasks hold the System without its swept numbers: these are Dask's to deliver."""
    values = sambe.axis("omega", np.linspace(0.5, 1.5, 100_000)).chunk(10_000)
    found = sambe.steady_state(qubit(values, 0.1))
    layer = found.energy_current.data.dask
    tasks = [task for name, task in layer.items() if "solve_chunk" in str(name)]
    assert tasks
    assert len(cloudpickle.dumps(tasks)) < 1e5


@pytest.mark.slow
def test_a_store_takes_a_lazy_system(tmp_path) -> None:
    found = sambe.steady_state(qubit(OMEGA.chunk(5)), store=tmp_path / "a.zarr")
    expected = sambe.steady_state(qubit(), store=tmp_path / "a.zarr", resume=True)
    with dask.config.set(scheduler="synchronous"):
        xr.testing.assert_identical(found.compute(), expected.compute())


def test_what_dask_decides_is_not_ours_to_say() -> None:
    omega = sambe.axis("omega", [0.8, 0.9]).chunk(1)
    with pytest.raises(sambe.InputError, match=r"workers.*where Dask's"):
        sambe.steady_state(sambe.models.spin_boson(omega=omega), workers=2)
    with pytest.raises(sambe.InputError, match="device"):
        sambe.steady_state(sambe.models.spin_boson(omega=omega), device="tpu")


@pytest.mark.slow
def test_a_lazy_sweep_goes_by_way_of_its_device() -> None:
    pytest.importorskip("jax")
    omega = sambe.axis("omega", [0.8, 0.9])
    wanted = sambe.steady_state(sambe.models.spin_boson(omega=omega), secular="full")
    given = sambe.steady_state(sambe.models.spin_boson(omega=omega.chunk(1)), secular="full", device="jax")
    assert given.energy_current.chunks is not None
    np.testing.assert_allclose(given.energy_current, wanted.energy_current, rtol=0, atol=1e-15)
