"""Sweeps by way of JAX, here on a processor: the numbers, labels and warnings of NumPy's."""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor

os.environ.setdefault("NPROC", "1")  # see sambe.sweep.places.device.backend

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.physics.preparation import prepare
from sambe.sweep.axes import Sweep
from sambe.sweep.blocks import placed
from sambe.sweep.kernels.fields import point_fields
from sambe.sweep.places import device as devices
from sambe.sweep.places.device import Device, DeviceError, device_of
from sambe.sweep.run import Run

pytestmark = pytest.mark.xdist_group("jax")


def axis(name: str, *values: float) -> object:
    return sambe.axis(name, np.linspace(values[0], values[1], int(values[2])))


def qubit(points: int = 40, **changes: object) -> sambe.System:
    values = {"omega": axis("omega", 0.5, 1.5, points), "drive": axis("drive", 0.01, 0.3, 5), **changes}
    return sambe.models.spin_boson(**values)


def compared(system: sambe.System, secular: str) -> tuple[dict, dict, np.ndarray]:
    """Fields by NumPy and by JAX, and where the latter left a point to NumPy."""
    pytest.importorskip("jax")
    method, sweep = prepare(system, secular=secular), Sweep(system)
    batch = sweep.part(np.arange(sweep.points))
    numbers = {path: np.asarray(x) for path, x in batch.numbers().items() if x is not None}
    host = Device("jax")._bulk(batch, method, numbers, sweep.points)[1]
    return point_fields(batch, method), Device("jax")(batch, method), host


@pytest.mark.slow
@pytest.mark.parametrize("secular", ["full", "auto"])
@pytest.mark.parametrize(
    ("system", "bound"),
    [
        (qubit(), 1e-12),
        (sambe.models.kerr_resonator(levels=9, omega=axis("omega", 0.5, 1.5, 40), drive=2e-3), 1e-9),
        (qubit(polarization="linear"), 1e-7),
    ],
    ids=["two-level", "Kerr", "linear"],
)
def test_fields_are_those_of_numpy(system: sambe.System, bound: float, secular: str) -> None:
    wanted, found, host = compared(system, secular)
    assert set(found) == set(wanted)
    if secular == "auto":  # the card holds every coherence, NumPy those that a current feels
        bound = max(bound, 1e-7)
    largest = np.abs(wanted["energy_current"]).max(axis=-1, keepdims=True)
    assert (np.abs(found["energy_current"] - wanted["energy_current"]) <= bound * largest).all()
    for name in ("population", "energy", "edge_population"):
        np.testing.assert_allclose(found[name], wanted[name], rtol=0, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(found["secular_ratio"], wanted["secular_ratio"], rtol=1e-4)
    for name in ("status", "cross_terms_kept", "coherences_kept"):
        same = found[name] == wanted[name]
        assert same.all() or (name == "coherences_kept" and secular == "auto"), name
    np.testing.assert_allclose(found["cross_term_shift"], wanted["cross_term_shift"], rtol=0.2, atol=5e-3)
    assert host.mean() < 0.9


@pytest.mark.slow
def test_a_labelled_sweep_has_labels_statuses_and_a_store(tmp_path) -> None:
    pytest.importorskip("jax")
    system = qubit(drive=sambe.axis("drive", [0.01, np.nan, 0.1]))
    wanted = sambe.steady_state(system, secular="partial")
    store = tmp_path / "store.zarr"
    found = sambe.steady_state(system, secular="partial", device="jax", store=store)
    assert found.energy_current.dims == wanted.energy_current.dims
    assert (found.status == wanted.status).all()
    assert (found.status == 1).any()
    np.testing.assert_allclose(found.energy_current, wanted.energy_current, rtol=0, atol=1e-12)
    again = sambe.steady_state(system, secular="partial", device="jax", store=store, resume=True)
    assert again.identical(found)


@pytest.mark.slow
def test_a_structure_is_compiled_once(monkeypatch) -> None:
    pytest.importorskip("jax")
    monkeypatch.setattr(devices, "_compiled", {})
    for splitting in (1.0, 1.1):  # a number is no structure
        sambe.steady_state(qubit(splitting=splitting), secular="partial", device="jax")
    assert len(devices._compiled) == 1
    assert next(iter(devices._compiled.values()))._cache_size() == 1


def test_threads_of_a_run_compile_a_function_once(monkeypatch) -> None:
    """Each has a batch of its own, and comes while another one compiles."""
    under_way, most = [], []

    def function(rows):
        under_way.append(1)
        most.append(len(under_way))
        time.sleep(0.02)
        under_way.pop()
        return rows

    rows = {"omega": np.zeros(4)}
    monkeypatch.setattr(devices, "_ready", set())
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: devices._called(function, rows), range(3)))
    assert most == [1, 1, 1]
    assert len(devices._ready) == 1


@pytest.mark.slow
def test_a_batch_that_does_not_fit_is_halved(monkeypatch) -> None:
    jax = pytest.importorskip("jax")
    function, sizes, most = devices._function, [], [1024]

    def small(*structure):
        def run(rows):
            size = max(x.shape[0] for x in rows.values())
            sizes.append(size)
            if size > most[0]:
                raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: out of memory")
            return function(*structure)(rows)

        return run

    monkeypatch.setattr(devices, "_function", small)
    monkeypatch.setattr(devices, "SMALLEST", 512)
    system = qubit(300)  # of five drives each: filled up to 2048, twice 1024, then 476 that are filled up
    found = sambe.steady_state(system, secular="partial", device="jax")
    assert sizes == [2048, 1024, 1024]
    np.testing.assert_allclose(
        found.energy_current, sambe.steady_state(system, secular="partial").energy_current, atol=1e-12
    )
    sizes.clear()
    most[0] = 256
    with pytest.raises(DeviceError, match=r"device.*out of memory.*device='cpu'"):
        sambe.steady_state(system, secular="partial", device="jax")
    assert sizes == [2048, 1024, 512]  # each smaller than the one before, down to the smallest


def test_a_batch_is_filled_up_no_further_than_fits(monkeypatch) -> None:
    """Few points of many levels, of which a thousand would not fit."""
    pytest.importorskip("jax")
    system = qubit(20)
    assert placed(Sweep(system), prepare(system), point_fields, Run(device="jax"))[1].fewest == devices.FEWEST
    monkeypatch.setattr(devices, "SHARE", 1e-5)
    plan, kernel = placed(Sweep(system), prepare(system), point_fields, Run(device="jax"))
    assert plan.tile == kernel.fewest < devices.FEWEST


@pytest.mark.parametrize("name", ["tpu", "", 3, None])
def test_devices_there_are_none_of(name: object) -> None:
    with pytest.raises(InputError, match="device"):
        sambe.steady_state(qubit(), device=name)


def test_a_card_that_is_not_there(monkeypatch) -> None:
    jax = pytest.importorskip("jax")

    def none_of(kind: object) -> list:
        raise RuntimeError(f"Unknown backend: {kind}")

    monkeypatch.setattr(jax, "devices", none_of)
    devices.backend.cache_clear()
    with pytest.raises(InputError, match=r"JAX sees no such device.*driver"):
        sambe.steady_state(qubit(), device="gpu")


@pytest.mark.parametrize(
    "error", [ModuleNotFoundError("No module named 'jax'"), RuntimeError("jaxlib is old")]
)
def test_jax_that_cannot_be_imported(monkeypatch, error: Exception) -> None:
    class Nothing:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "jax":
                raise error

    monkeypatch.delitem(sys.modules, "jax", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Nothing(), *sys.meta_path])
    devices.backend.cache_clear()
    with pytest.raises(InputError, match=rf"pip install 'sambe\[jax\]'.*{error}"):
        sambe.steady_state(qubit(), device="gpu")


@pytest.mark.parametrize("options", [{"equation": "heom"}, {"secular": "clustered"}, {"initial": 0}])
def test_what_numpy_alone_solves(options: dict) -> None:
    with pytest.raises(InputError, match="device"):
        sambe.steady_state(sambe.models.spin_boson(), device="jax", **options)


@pytest.mark.slow
def test_a_function_that_cannot_be_traced_is_told() -> None:
    pytest.importorskip("jax")
    bath = sambe.Bath("own", sambe.sigmax(), lambda w: 0.01 * np.minimum(w, 1.0), 0.5)
    with pytest.raises(DeviceError, match="spectral density"):
        sambe.steady_state(qubit(baths=[bath]), secular="full", device="jax")


def test_a_device_and_an_executor_exclude_each_other() -> None:
    with ThreadPoolExecutor(1) as pool, pytest.raises(InputError, match="device"):
        sambe.steady_state(qubit(), device="jax", executor=pool)


def test_the_processor_needs_no_jax() -> None:
    assert device_of("cpu", qubit(), prepare(qubit())) is None
