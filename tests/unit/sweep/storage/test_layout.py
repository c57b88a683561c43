"""Damaged stores: solved again block by block where that can be, a StoreError with the way out where not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

import sambe
from sambe.sweep.storage.layout import Layout, open_group
from sambe.sweep.storage.store import StoreError

SMALL = {"memory": "20 kB", "workers": 1}  # some blocks of few points


def system() -> sambe.System:
    return sambe.models.spin_boson(omega=sambe.axis("omega", np.linspace(0.7, 1.3, 9)), drive=0.1)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished store that the tests copy."""
    store = tmp_path_factory.mktemp("stores") / "whole.zarr"
    sambe.steady_state(system(), store=store, **SMALL)
    return store


@pytest.fixture(scope="module")
def truth() -> xr.Dataset:
    return sambe.steady_state(system(), **SMALL)


@pytest.fixture
def store(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "a.zarr"))


def metadata(**changes: Any) -> Callable[[Path], None]:
    """Change the metadata of an array or group."""

    def change(file: Path) -> None:
        file.write_text(json.dumps(json.loads(file.read_text()) | changes))

    return change


def written(content: bytes) -> Callable[[Path], None]:
    def write(file: Path) -> None:
        file.write_bytes(content)

    return write


def removed(file: Path) -> None:
    shutil.rmtree(file) if file.is_dir() else file.unlink()


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3])


def garbled(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x55
    file.write_bytes(bytes(content))


def exchanged(file: Path) -> None:
    """Two chunks in each other's places: each by itself is as sound as it was."""
    other = next(f for f in sorted(file.parents[1].rglob("*")) if f.is_file() and f != file)
    first, second = file.read_bytes(), other.read_bytes()
    file.write_bytes(second)
    other.write_bytes(first)


VARIABLES = ("energy_current", "population", "energy", "entropy_production", "coherences_kept",
             "cross_terms_kept", "status", "block_checksum")  # fmt: skip
OF_A_CHUNK = {"missing": removed, "empty": written(b""), "torn": written(b"torn"), "truncated": truncated,
              "garbled": garbled}  # fmt: skip


def chunk(store: Path, name: str, block: int = 0) -> Path:
    return [f for f in sorted((store / name / "c").rglob("*")) if f.is_file()][block]


def resumed(store: Path) -> tuple[xr.Dataset, list[tuple[int, int]]]:
    calls: list[tuple[int, int]] = []
    again = sambe.steady_state(
        system(), store=store, resume=True, progress=lambda *x: calls.append(x), **SMALL
    )
    return again.compute(), calls


@pytest.mark.slow
@pytest.mark.parametrize("damage", OF_A_CHUNK)
def test_a_block_with_a_damaged_chunk_is_solved_again(store, truth, damage) -> None:
    """A chunk of each variable, each in a block of its own; the ninth block is sound."""
    for block, name in enumerate(VARIABLES):
        OF_A_CHUNK[damage](chunk(store, name, block))
    again, calls = resumed(store)
    assert (calls[0], calls[-1]) == ((1, 9), (9, 9))
    xr.testing.assert_identical(again, truth)


@pytest.mark.slow
def test_chunks_that_changed_places_are_solved_again(store, truth) -> None:
    exchanged(chunk(store, "population"))
    again, calls = resumed(store)
    assert calls[0][0] < 9
    xr.testing.assert_identical(again, truth)


@pytest.mark.slow
def test_a_finished_store_is_not_solved_again(store, truth) -> None:
    again, calls = resumed(store)
    assert calls == [(9, 9)]
    xr.testing.assert_identical(again, truth)


OF_THE_STORE = {
    "no group": ("zarr.json", removed, "no store"),
    "an empty group": ("zarr.json", written(b""), "damaged"),
    "a broken group": ("zarr.json", written(b'{"zarr_format": 3,'), "damaged"),
    "binary instead of a group": ("zarr.json", written(bytes(range(256))), "damaged"),
    "a group of somebody else": ("zarr.json", metadata(attributes={}), "not of sambe"),
    "a configuration that is none": ("zarr.json", metadata(attributes={"sambe_configuration": 3}), "not of"),
    "no tile": (
        "zarr.json", lambda f: metadata(attributes={k: v for k, v in json.loads(f.read_text())["attributes"]
                                                    .items() if k != "sambe_tile"})(f), "damaged",
    ),
    "an array instead of a group": ("zarr.json", metadata(node_type="array"), "damaged"),
    "another format": ("zarr.json", metadata(zarr_format=2), "damaged"),
    "no array": ("population", removed, "the array 'population' is missing"),
    "no metadata of an array": ("population/zarr.json", removed, "the array 'population' is missing"),
    "no array of statuses": ("status", removed, "damaged"),
    "no checksums": ("block_checksum", removed, "'block_checksum' is missing"),
    "empty metadata": ("population/zarr.json", written(b""), "damaged"),
    "broken metadata": ("energy/zarr.json", written(b"{}"), "damaged"),
    "a codec that nobody knows": ("population/zarr.json", metadata(codecs=[{"name": "rot13"}]), "damaged"),
    "another codec": (
        "population/zarr.json", metadata(codecs=[{"name": "bytes", "configuration": {"endian": "big"}}]),
        "codecs of the array 'population'",
    ),
    "another type": ("energy_current/zarr.json", metadata(data_type="float32"), "data_type of the array"),
    "another shape": ("energy/zarr.json", metadata(shape=[9, 3]), "shape of the array 'energy'"),
    "another filling": ("population/zarr.json", metadata(fill_value=0.0), "fill_value of the array"),
    "other names": ("energy/zarr.json", metadata(dimension_names=["omega", "site"]), "dimension_names"),
    "other chunks": (
        "status/zarr.json",
        metadata(chunk_grid={"name": "regular", "configuration": {"chunk_shape": [4]}}), "chunk_grid of the",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OF_THE_STORE)
def test_a_store_that_is_damaged_is_refused_and_left_alone(store, case) -> None:
    place, damage, told = OF_THE_STORE[case]
    damage(store / place)
    before = {f: f.read_bytes() for f in store.rglob("*") if f.is_file()}
    with pytest.raises(StoreError, match=told) as error:
        resumed(store)
    assert "choose another path" in error.value.remedy
    assert {f: f.read_bytes() for f in store.rglob("*") if f.is_file()} == before


@pytest.mark.slow
@pytest.mark.parametrize(
    ("place", "damage"),
    [("omega", removed), ("omega/zarr.json", written(b"")), ("omega/c/0", garbled), ("terminal", removed)],
)
def test_coordinates_are_known_and_written_again(store, truth, place, damage) -> None:
    damage(store / place)
    again, calls = resumed(store)
    assert calls == [(9, 9)]
    xr.testing.assert_identical(again, truth)
    assert resumed(store)[1] == [(9, 9)]  # and is a store as before
    with xr.open_zarr(store, consolidated=False) as plain:
        np.testing.assert_array_equal(plain.omega, truth.omega)
        np.testing.assert_array_equal(plain.terminal, truth.terminal)


@pytest.mark.slow
def test_a_chunk_that_is_lost_before_it_is_read_is_told(store) -> None:
    """A Dataset of a store is read when it is used; a fill value is no number of a result."""
    lazy = sambe.steady_state(system(), store=store, resume=True, **SMALL)
    chunk(store, "coherences_kept").unlink()
    garbled(chunk(store, "population"))
    assert np.isfinite(lazy.energy.values).all()
    for name, told in (("coherences_kept", "missing"), ("population", "damaged")):
        with pytest.raises(StoreError, match=f"{told}.*resume=True"):
            lazy[name].compute()


def test_a_plain_reader_sees_no_number_where_nothing_is_finished(store) -> None:
    for name in ("coherences_kept", "cross_terms_kept", "status", "population"):
        chunk(store, name).unlink()
    with xr.open_zarr(store, consolidated=False) as plain:
        first = plain.isel(omega=0)
        assert first.status == first.coherences_kept == first.cross_terms_kept == -1
        assert np.isnan(first.population).all()


@pytest.mark.slow
def test_what_a_killed_start_left_is_no_obstacle(tmp_path) -> None:
    (tmp_path / ".a.zarr.begun" / "omega").mkdir(parents=True)
    sambe.steady_state(system(), store=tmp_path / "a.zarr", **SMALL)
    assert [f.name for f in tmp_path.iterdir()] == ["a.zarr"]


@pytest.mark.parametrize("path", ["a\0b.zarr", "x" * 300, "y/" * 3000, "/", ".", ".."])
def test_a_path_that_can_be_none(tmp_path, monkeypatch, path) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(StoreError, match="choose"):
        sambe.steady_state(system(), store=path)


def test_a_coordinate_that_a_store_cannot_hold(tmp_path) -> None:
    """None comes through the gate of a system; should one, it is told, and nothing is left behind."""
    strange = np.empty(2, dtype=object)
    strange[:] = [object(), object()]
    kept = Layout(xr.Dataset(coords={"x": strange}), {}, {})
    with pytest.raises(StoreError, match="a coordinate cannot be stored"):
        open_group(tmp_path / "a.zarr", kept, {}, resume=False)
    assert not list(tmp_path.iterdir())
    drive = xr.DataArray([0.1, 0.2], dims="x", coords={"x": strange})
    with pytest.raises(sambe.InputError, match="drive: coordinate 'x'"):
        sambe.models.spin_boson(drive=drive, omega=0.8)


@pytest.mark.parametrize("name", ["A/g", "\u03c9" * 200])
def test_a_name_that_no_folder_can_have(tmp_path, name) -> None:
    swept = sambe.models.spin_boson(drive=sambe.axis(name, [0.1, 0.2]), omega=0.8)
    with pytest.raises(StoreError, match="names of the axes"):
        sambe.steady_state(swept, store=tmp_path / "a.zarr")
    assert not list(tmp_path.iterdir())
    assert sambe.steady_state(swept).sizes[name] == 2


@pytest.mark.slow
def test_attributes_that_tell_how_a_coordinate_is_read(tmp_path) -> None:
    """Zarr's reader turns such numbers into dates: the store is still the one that was written."""
    days = xr.DataArray([1.0, 2.0], dims="day", attrs={"units": "days since 2000-01-01"})
    drive = xr.DataArray([0.1, 0.2], dims="day", coords={"day": days})
    first = sambe.steady_state(sambe.models.spin_boson(drive=drive, omega=0.8), store=tmp_path / "a.zarr")
    written = {f: f.stat().st_mtime_ns for f in (tmp_path / "a.zarr" / "day").rglob("*")}
    again = sambe.steady_state(
        sambe.models.spin_boson(drive=drive, omega=0.8), store=tmp_path / "a.zarr", resume=True
    )
    xr.testing.assert_identical(again, first)
    assert {f: f.stat().st_mtime_ns for f in (tmp_path / "a.zarr" / "day").rglob("*")} == written
