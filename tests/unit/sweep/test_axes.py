"""Labelled sweeps: broadcasting, coordinates, and points that cannot be used."""

from typing import Any

import numpy as np
import pytest
import xarray as xr

import sambe
from sambe import models
from sambe.physics.statuses import OF_A_POINT, STATUS
from sambe.sweep.axes import Sweep

pytestmark = [
    pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning"),
    pytest.mark.filterwarnings("ignore::sambe.errors.TruncationWarning"),
]


def hot_and_cold(
    hot: Any = 1.2, cold: Any = 0.4, strength: Any = 0.002, cutoff: Any = 10.0
) -> list[sambe.Bath]:
    return [
        sambe.Bath("left", spectrum=sambe.Ohmic(strength, cutoff=cutoff), temperature=hot),
        sambe.Bath("right", spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=cold),
    ]


def test_two_named_axes_broadcast() -> None:
    omega, hot = sambe.axis("omega", [0.7, 0.9, 1.1]), sambe.axis("hot", [0.5, 1.5])
    flow = sambe.steady_state(models.spin_boson(omega=omega, baths=hot_and_cold(hot)))
    assert set(flow.energy_current.dims[:2]) == {"omega", "hot"}
    assert flow.energy_current.dims[2] == "terminal"
    assert flow.sizes == {"omega": 3, "hot": 2, "terminal": 3, "level": 2}
    for w in omega.values:
        for t in hot.values:
            alone = sambe.energy_currents(models.spin_boson(omega=w, baths=hot_and_cold(t)))
            np.testing.assert_allclose(flow.energy_current.sel(omega=w, hot=t), alone, rtol=1e-10)


def test_numbers_on_one_axis_vary_together() -> None:
    drive = sambe.axis("drive", [0.05, 0.1, 0.2])
    omega = 1.0 - drive  # any arithmetic of xarray
    flow = sambe.steady_state(models.spin_boson(drive=drive, omega=omega))
    assert flow.energy_current.dims == ("drive", "terminal")
    for a in drive.values:
        alone = sambe.energy_currents(models.spin_boson(drive=a, omega=1.0 - a))
        np.testing.assert_allclose(flow.energy_current.sel(drive=a), alone, rtol=1e-10)


NUMBERS = {
    "splitting": lambda x: models.spin_boson(splitting=x, omega=0.8),
    "drive": lambda x: models.spin_boson(drive=x, omega=0.8),
    "omega": lambda x: models.spin_boson(omega=x),
    "temperature": lambda x: models.spin_boson(omega=0.8, baths=hot_and_cold(x)),
    "strength": lambda x: models.spin_boson(omega=0.8, baths=hot_and_cold(strength=x)),
    "cutoff": lambda x: models.spin_boson(omega=0.8, baths=hot_and_cold(cutoff=x)),
    "kerr": lambda x: models.kerr_resonator(kerr=x, omega=0.8, levels=5),
    "coupling": lambda x: models.two_qubits(coupling=x, omega=0.8),
}


@pytest.mark.slow
@pytest.mark.parametrize("equation", ["driven_dressed", "floquet", "dressed"])
@pytest.mark.parametrize("name", NUMBERS)
def test_any_number_may_be_an_axis(name: str, equation: str) -> None:
    values = [0.3, 0.7]
    for secular in ("full", "partial"):
        flow = sambe.steady_state(NUMBERS[name](sambe.axis("x", values)), equation=equation, secular=secular)
        bare = sambe.energy_currents(NUMBERS[name](np.array(values)), equation=equation, secular=secular)
        for k, x in enumerate(values):
            alone = sambe.energy_currents(NUMBERS[name](x), equation=equation, secular=secular)
            scale = 1e-8 * np.abs(alone).max()
            np.testing.assert_allclose(flow.energy_current.values[k], alone, rtol=0, atol=scale)
            np.testing.assert_allclose(bare[k], alone, rtol=0, atol=scale)


def test_coordinates_and_their_attributes_are_kept() -> None:
    omega = sambe.axis("omega", [0.7, 0.9], units="w0", long_name="drive frequency")
    omega = omega.assign_coords(run=("omega", [7, 8]))
    flow = sambe.steady_state(models.spin_boson(omega=omega))
    assert flow.omega.attrs == {"units": "w0", "long_name": "drive frequency"}
    assert flow.run.values.tolist() == [7, 8]
    assert flow.terminal.values.tolist() == ["left", "right", "pump"]
    assert flow.level.values.tolist() == [0, 1]


def test_a_zero_dimensional_label_is_a_number() -> None:
    flow = sambe.steady_state(models.spin_boson(omega=xr.DataArray(0.8)))
    np.testing.assert_allclose(flow.energy_current, sambe.energy_currents(models.spin_boson(omega=0.8)))
    assert flow.energy_current.dims == ("terminal",)


BAD: dict[str, tuple[Any, list[float], list[int]]] = {
    "negative temperature": (
        lambda x: models.spin_boson(omega=0.8, baths=hot_and_cold(x)), [1.2, -1.0, 0.0], [0, 1, 0]),
    "temperature not a number": (
        lambda x: models.spin_boson(omega=0.8, baths=hot_and_cold(x)), [np.nan, 1.0, np.inf], [1, 0, 1]),
    "frequency not positive": (lambda x: models.spin_boson(omega=x), [0.8, 0.0, -1.0, 1.2], [0, 1, 1, 0]),
    "drive not a number": (
        lambda x: models.spin_boson(drive=x, omega=0.8), [0.1, np.nan, 0.0, -np.inf], [0, 1, 0, 1]),
    "splitting not a number": (
        lambda x: models.spin_boson(splitting=x, omega=0.8), [1.0, np.nan, -1.0], [0, 1, 0]),
    "negative strength": (
        lambda x: models.spin_boson(omega=0.8, baths=hot_and_cold(strength=x)), [2e-3, -0.1, 0], [0, 1, 0]),
    "cutoff not positive": (
        lambda x: models.spin_boson(omega=0.8, baths=hot_and_cold(cutoff=x)), [10.0, 0.0, -1.0], [0, 1, 1]),
}  # fmt: skip


@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
@pytest.mark.parametrize("name", BAD)
def test_a_bad_point_leaves_the_others_alone(name: str, equation: str) -> None:
    make, values, status = BAD[name]
    flow = sambe.steady_state(make(sambe.axis("x", values)), equation=equation)
    assert flow.status.values.tolist() == status
    for k, (x, code) in enumerate(zip(values, status, strict=True)):
        currents = flow.energy_current.values[k]
        if code:
            for variable in flow.data_vars.values():
                if variable.dtype.kind == "f":
                    assert np.isnan(variable.values[k]).all(), variable.name
        else:
            np.testing.assert_allclose(
                currents,
                sambe.energy_currents(make(x), equation=equation),
                rtol=0,
                atol=1e-8 * np.abs(currents).max(),
            )
    channels = sambe.channels(make(sambe.axis("x", values)), equation=equation)
    assert channels.status.values.tolist() == status
    assert (np.isnan(channels.energy_current.values).all(axis=1) == (np.array(status) > 0)).all()


def test_a_bad_point_on_one_axis_spoils_its_row_only() -> None:
    omega, hot = sambe.axis("omega", [0.8, 1.1]), sambe.axis("hot", [1.0, -1.0, 0.5])
    flow = sambe.steady_state(models.spin_boson(omega=omega, baths=hot_and_cold(hot)))
    assert flow.status.transpose("omega", "hot").values.tolist() == [[0, 1, 0], [0, 1, 0]]


def test_all_points_bad_is_an_error_that_names_the_number() -> None:
    with pytest.raises(sambe.InputError) as caught:
        sambe.steady_state(models.spin_boson(omega=sambe.axis("omega", [-1.0, 0.0])))
    assert caught.value.field == "omega"
    assert "must be positive" in caught.value.remedy


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda: models.spin_boson(omega=-1.0), "omega"),
        (lambda: models.spin_boson(omega=np.nan), "omega"),
        (lambda: models.spin_boson(drive=np.inf), "drive"),
        (lambda: models.spin_boson(baths=hot_and_cold(-0.5)), "bath 'left'.temperature"),
        (lambda: models.spin_boson(baths=hot_and_cold(strength=-0.5)), "bath 'left'.spectrum.strength"),
        (lambda: models.spin_boson(baths=hot_and_cold(cutoff=0.0)), "bath 'left'.spectrum.cutoff"),
        (lambda: sambe.axis("omega", []), "axis 'omega'"),
        (lambda: models.spin_boson(omega=xr.DataArray(np.zeros((0,)), dims="omega")), "omega"),
    ],
)
def test_a_single_bad_number_is_refused_at_once(make: Any, field: str) -> None:
    with pytest.raises(sambe.InputError) as caught:
        make()
    assert field in caught.value.field
    assert caught.value.remedy


def test_axes_that_do_not_fit_are_refused() -> None:
    short, long = sambe.axis("x", [0.8, 0.9]), sambe.axis("x", [0.1, 0.2, 0.3])
    with pytest.raises(sambe.InputError, match="do not fit together"):
        sambe.steady_state(models.spin_boson(omega=short, drive=long))


def test_words_are_no_sweep() -> None:
    with pytest.raises(sambe.InputError, match=r"omega = .*give numbers"):
        sambe.steady_state(models.spin_boson(omega=xr.DataArray(["a", "b"], dims="omega")))


def test_status_is_flagged_as_cf_wants_it() -> None:
    flow = sambe.steady_state(models.spin_boson(omega=0.8))
    names = flow.status.attrs["flag_meanings"].split()
    assert names == list(OF_A_POINT)
    assert flow.status.attrs["flag_values"].tolist() == [STATUS[name] for name in names]
    assert flow.status.dtype == np.int8


def test_points_are_numbered_in_the_order_of_the_result() -> None:
    omega, drive = sambe.axis("omega", [0.7, 0.9, 1.1]), sambe.axis("drive", [0.1, 0.2])
    sweep = Sweep(models.spin_boson(omega=omega, drive=drive))
    assert sweep.points == 6
    assert dict(zip(sweep.dims, sweep.shape, strict=True)) == {"omega": 3, "drive": 2}
    part = sweep.part(np.array([1, 4]))
    index = np.unravel_index([1, 4], sweep.shape)
    held = dict(zip(sweep.dims, index, strict=True))
    np.testing.assert_array_equal(part.omega, omega.values[held["omega"]])
    np.testing.assert_array_equal(part.drive[1][0][0], 0.5 * drive.values[held["drive"]])


@pytest.mark.slow
@pytest.mark.parametrize("memory", ["20 kB", "1 GB"])
@pytest.mark.parametrize("workers", [1, 3])
def test_blocks_do_not_show(memory: str, workers: int) -> None:
    omega = sambe.axis("omega", np.linspace(0.3, 1.7, 23))
    system = models.three_level(omega=omega)
    seen = []
    found = sambe.steady_state(
        system, memory=memory, workers=workers, progress=lambda done, total: seen.append((done, total))
    )
    wanted = sambe.steady_state(system)
    np.testing.assert_allclose(found.energy_current, wanted.energy_current, rtol=1e-9)
    assert seen[-1] == (23, 23)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)


def test_bad_options_of_the_run() -> None:
    for options, field in (
        ({"memory": "much"}, "memory"),
        ({"memory": "-1 GB"}, "memory"),
        ({"workers": 0}, "workers"),
    ):
        with pytest.raises(sambe.InputError) as caught:
            sambe.steady_state(models.spin_boson(omega=sambe.axis("w", [0.8, 0.9])), **options)
        assert caught.value.field == field


@pytest.mark.parametrize(
    "name", ["energy", "status", "terminal", "level", "equation", "pump", "pump 2", "particle a", "a:heat"]
)
def test_coordinates_have_no_name_of_the_result(name: str) -> None:
    x = xr.DataArray([0.5, 0.6], dims="x", coords={name: ("x", [1.0, 2.0])})
    with pytest.raises(sambe.errors.InputError, match=f"axis = {name!r}"):
        Sweep(models.spin_boson(omega=x))


def test_more_axes_or_points_than_can_be_numbered_are_refused() -> None:
    ones = [xr.DataArray(np.full(n, 0.5), dims=f"x{k}") for k, n in enumerate([1024] * 7)]
    terms = [(x, sambe.sigmaz()) for x in ones]
    with pytest.raises(sambe.errors.InputError, match="more than 1e\\+15 points"):
        Sweep(sambe.System(terms, baths=models.spin_boson(omega=1.0).baths))
    terms = [(xr.DataArray([0.5], dims=f"x{k}"), sambe.sigmaz()) for k in range(70)]
    with pytest.raises(sambe.errors.InputError, match="has 70 axes"):
        Sweep(sambe.System(terms, baths=models.spin_boson(omega=1.0).baths))


def test_what_is_real_by_its_meaning_is_solved_as_such_though_its_type_be_complex() -> None:
    # an array of complex numbers, of which one is none that a frequency can be
    omega = np.array([0.8, 0.9 + 0.1j, 0.7])
    for polarization in ("circular", "linear"):
        flow = sambe.steady_state(models.spin_boson(omega=sambe.axis("w", omega), polarization=polarization))
        plain = models.spin_boson(omega=sambe.axis("w", omega[::2].real), polarization=polarization)
        np.testing.assert_array_equal(flow.energy_current[::2], sambe.steady_state(plain).energy_current)
        assert flow.status.values.tolist() == [0, 1, 0]
