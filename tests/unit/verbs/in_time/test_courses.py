"""Courses as Datasets: sweeps, stores, chunks, observables; the numbers are tested in tests/reference."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.integrate import simpson

import sambe
from sambe.errors import InputError

OMEGA = sambe.axis("omega", np.linspace(0.6, 1.4, 5))
TIMES = np.linspace(0.0, 20.0, 6)


def swept(omega: Any = OMEGA) -> sambe.System:
    return sambe.models.spin_boson(drive=0.3, omega=omega)


@pytest.fixture(scope="module")
def data() -> Any:
    return sambe.evolve(swept(), 1, TIMES, observables={"z": sambe.sigmaz(), "up": sambe.sigmap()})


def test_a_result_over_a_sweep_and_time(data: Any) -> None:
    assert data.energy_current.dims == ("omega", "time", "terminal")
    assert data.density_matrix.dims == ("omega", "time", "row", "column")
    assert data.expectation.dims == ("omega", "time", "observable")
    assert data.time.values.tolist() == TIMES.tolist()
    assert data.stored_energy.attrs["units"] == "energy"
    rho = data.density_matrix.values
    np.testing.assert_allclose(data.expectation.sel(observable="z"), (rho[..., 0, 0] - rho[..., 1, 1]))
    np.testing.assert_allclose(data.expectation.sel(observable="up"), rho[..., 1, 0], atol=1e-15)
    one = sambe.evolve(swept(1.4), 1, TIMES)
    np.testing.assert_allclose(one.energy_current, data.energy_current[-1], atol=1e-15)
    lean = sambe.evolve(swept(), 1, TIMES, states=False)
    assert "density_matrix" not in lean
    np.testing.assert_array_max_ulp(lean.ergotropy.values, data.ergotropy.values, maxulp=4)


@pytest.mark.slow
def test_stores_resume_and_chunks_give_the_same(data: Any, tmp_path: Path) -> None:
    asked = {"observables": {"z": sambe.sigmaz(), "up": sambe.sigmap()}}
    store = tmp_path / "course.zarr"
    kept = sambe.evolve(swept(), 1, TIMES, **asked, store=store)  # type: ignore[arg-type]
    again = sambe.evolve(swept(), 1, TIMES, **asked, store=store, resume=True)  # type: ignore[arg-type]
    chunks = sambe.evolve(swept(OMEGA.chunk(2)), 1, TIMES, **asked)  # type: ignore[arg-type]
    for other in (kept, again, chunks):
        for name in data:
            np.testing.assert_allclose(other[name], data[name], atol=1e-14, err_msg=name)
    with pytest.raises(sambe.StoreError, match="times"):
        sambe.evolve(swept(), 1, TIMES + 1.0, **asked, store=store, resume=True)  # type: ignore[arg-type]


@pytest.mark.parametrize("polarization", ["circular", "linear"])
@pytest.mark.parametrize("secular", ["full", "partial", "auto", "ule", "clustered", "none"])
def test_the_stationary_state_has_the_currents_of_a_steady_state(polarization: str, secular: str) -> None:
    qubit = sambe.models.spin_boson(drive=0.3, omega=0.8, polarization=polarization)
    flow = sambe.steady_state(qubit, secular=secular)
    period = sambe.cycle(qubit, 32, secular=secular, states=False)
    assert period.energy_current.dims == ("phase", "terminal")
    np.testing.assert_allclose(period.energy_current.mean("phase"), flow.energy_current, atol=1e-11)
    if polarization == "circular":
        still = sambe.evolve(qubit, "stationary", [0.7, 11.0], secular=secular)
        np.testing.assert_allclose(still.energy_current[-1], flow.energy_current, rtol=1e-9)


def test_energies_in_another_unit_give_the_same_course() -> None:
    small = sambe.evolve(sambe.models.spin_boson(drive=0.1, omega=1.0), 1, TIMES)
    unit = 1e9
    baths = [sambe.Bath(n, spectrum=sambe.Ohmic(0.002, cutoff=10.0 * unit), temperature=t * unit)
             for n, t in (("left", 1.2), ("right", 0.4))]  # fmt: skip
    large = sambe.models.spin_boson(splitting=unit, drive=0.1 * unit, omega=unit, baths=baths)
    data = sambe.evolve(large, 1, TIMES / unit)
    np.testing.assert_allclose(data.energy_current, small.energy_current * unit**2, rtol=1e-9, atol=1e3)
    np.testing.assert_allclose(data.ergotropy, small.ergotropy * unit, rtol=1e-9, atol=1e-6)


def test_several_stationary_states_are_no_hindrance() -> None:
    alone = sambe.System(np.diag([1.0, 0.0, 2.0]), baths=[
        sambe.Bath("hot", sambe.transition(3, 0, 1) + sambe.transition(3, 1, 0), sambe.Flat(0.01),
                   temperature=1.0)])  # fmt: skip
    data = sambe.evolve(alone, 2, [0.0, 100.0])
    np.testing.assert_allclose(data.density_matrix[-1], np.diag([0, 0, 1.0]), atol=1e-12)
    with pytest.raises(InputError, match="unique"):
        sambe.evolve(alone, "stationary", [0.0])


def test_periods_that_there_are_not() -> None:
    undriven = sambe.System(
        0.5 * sambe.sigmaz(), baths=[sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.01), 1.0)]
    )
    with pytest.raises(InputError, match="no period"):
        sambe.cycle(undriven)
    for phases in (0, 1.5, True, "many"):
        with pytest.raises(InputError, match="phases"):
            sambe.cycle(swept(), phases)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="states"):
        sambe.evolve(swept(), 0, TIMES, states="some")  # type: ignore[arg-type]


def test_warnings_name_the_line_of_the_caller() -> None:
    qubit = sambe.models.spin_boson(drive=1e-4, omega=1.0)
    with pytest.warns(sambe.SecularWarning, match="full secular") as told:
        sambe.evolve(qubit, 1, TIMES, secular="full")
    assert told[0].filename == __file__


@pytest.mark.slow
def test_the_exact_transient_is_one_more_equation(tmp_path: Path) -> None:
    bath = sambe.Bath("bath", sambe.sigmax(), sambe.DrudeLorentz(0.02, cutoff=2.0), temperature=1.0)
    qubit = sambe.models.spin_boson(drive=sambe.axis("drive", [0.3, 0.5]), omega=0.8, baths=[bath])
    asked: dict[str, Any] = {"equation": "heom", "heom": {"tolerance": 1e-3}}
    exact = sambe.evolve(qubit, 1, [0.0, 3.0, 6.0], **asked)
    assert exact.attrs["equation"] == "heom"
    near = sambe.evolve(qubit, 1, [0.0, 3.0, 6.0])
    np.testing.assert_allclose(exact.density_matrix, near.density_matrix, atol=0.06)
    np.testing.assert_allclose(np.trace(exact.density_matrix.values, axis1=-2, axis2=-1), 1.0, atol=1e-6)
    with pytest.raises(InputError, match="equation"):
        sambe.evolve(qubit, "stationary", [0.0], **asked)


@pytest.mark.slow
def test_a_store_is_warned_of_as_memory_is(tmp_path: Path) -> None:
    bath = sambe.Bath(
        "cold", sambe.sigmax() + sambe.sigmaz(), sambe.Ohmic(0.1, cutoff=10.0), temperature=0.05
    )
    size = sambe.axis("splitting", [0.5, 0.6])
    qubit = sambe.System([(size, sambe.sigmaz())], baths=[bath])
    with pytest.warns(sambe.PositivityWarning, match="2 of 2 points"):
        sambe.evolve(qubit, [0.5**0.5, 0.5**0.5], np.linspace(0.0, 10.0, 11), store=tmp_path / "course.zarr")


@pytest.fixture(scope="module")
def two_tones() -> sambe.System:
    """Three levels with a circular tone on each of two transitions: static in a frame of vectors."""

    def unit(i: int, j: int) -> Any:
        return sambe.transition(3, i, j)

    ohmic = sambe.Ohmic(0.01, cutoff=10.0)
    hot, cold = unit(0, 2) + unit(2, 0) + unit(0, 1) + unit(1, 0), unit(1, 2) + unit(2, 1)
    return sambe.System(
        np.diag([0.0, 0.9, 2.05]), drive={(1, 0): [(0.05, unit(2, 0))], (0, 1): [(0.05, unit(2, 1))]},
        omega=(1.21, 1.3**0.5),
        baths=[sambe.Bath("hot", hot, ohmic, 1.2), sambe.Bath("cold", cold, ohmic, 0.4)],
    )  # fmt: skip


def test_each_of_two_tones_gives_its_own_power(two_tones: sambe.System) -> None:
    times = np.linspace(0.0, 40.0, 801)
    data = sambe.evolve(two_tones, 1, times, secular="none")
    assert data.terminal.values.tolist() == ["hot", "cold", "pump 1", "pump 2"]
    # with every coherence the power of a tone is the mean of the change that it makes in H
    for t, (key, w) in enumerate(zip(((1, 0), (0, 1)), two_tones.omega, strict=True)):
        ((c, op),) = two_tones.drive[key]
        slope = -1j * w * c * np.exp(-1j * w * times)[:, None, None] * op
        slope = slope + slope.conj().swapaxes(-1, -2)
        power = np.einsum("tij,tji->t", slope, data.density_matrix.values).real
        np.testing.assert_allclose(data.energy_current[:, 2 + t], power, atol=1e-12)
    taken = simpson(data.energy_current.values, x=times, axis=0)
    np.testing.assert_allclose(data.energy_transferred[-1], taken, atol=1e-7)
    stored = float(data.stored_energy[-1] - data.stored_energy[0])
    assert float(data.energy_transferred[-1].sum()) == pytest.approx(stored, abs=1e-3)


@pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")
@pytest.mark.parametrize("secular", ["full", "partial", "clustered"])
def test_the_stationary_state_of_two_tones_stays(two_tones: sambe.System, secular: str) -> None:
    data = sambe.evolve(two_tones, "stationary", [0.0, 7.0], secular=secular)
    flow = sambe.steady_state(two_tones, secular=secular)
    np.testing.assert_allclose(data.energy_current, data.energy_current * 0 + flow.energy_current, atol=1e-14)
    late = sambe.evolve(two_tones, 0, [0.0, 3000.0], secular=secular)
    np.testing.assert_allclose(late.energy_current[-1], flow.energy_current, atol=1e-10)
    if secular == "full":
        assert float(abs(late.first_law_residual).max()) < 1e-12


def test_what_several_tones_have_no_course_of(two_tones: sambe.System) -> None:
    with pytest.raises(InputError, match="together they have no period"):
        sambe.cycle(two_tones)
    with pytest.raises(InputError, match="commensurate, so that jumps of other quanta interfere"):
        sambe.evolve(two_tones.replace(omega=(1.2, 0.6)), 0, [0.0, 1.0])
    with pytest.raises(InputError, match="envelope is put on one alone"):
        sambe.evolve(two_tones, 0, [0.0, 1.0], envelope=lambda t: t)
    with pytest.raises(InputError, match="without a static frame"):
        sambe.evolve(two_tones, 0, [0.0, 1.0], equation="floquet")


@pytest.mark.parametrize("levels", [2, 10])
def test_a_frame_that_drops_terms_that_count_is_told_with_the_way_out(levels: int) -> None:
    """From any state and of any size, as by steady_state: a qubit alone, and beside a qutrit and more."""
    rest = np.eye(levels // 2)
    sx, sz, sp = (np.kron(op, rest) for op in (sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()))
    h = 0.5 * sz + np.kron(np.eye(2), np.diag(0.37 * np.arange(levels // 2)))
    other = np.kron(np.eye(2), np.ones((levels // 2, levels // 2)))
    baths = [
        sambe.Bath("a", sx + 0.4 * sz, sambe.Ohmic(0.3, 10.0), 0.8),
        sambe.Bath("b", sx + other, sambe.Ohmic(0.2, 10.0), 0.3),
    ]
    system = sambe.System(h, {1: [(0.4, sp)]}, 0.9, baths)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        data = sambe.evolve(system, 0, [0.0, 1.0, 5.0])
    assert data.cross_term_shift > 0.01
    said = " ".join(str(w.message) for w in told)
    assert "use secular='none' with equation='floquet'" in said


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.SecularWarning", "ignore::sambe.PositivityWarning")
def test_with_a_level_shift_a_frame_counts_what_each_bath_gives_to_the_system() -> None:
    """Beside the complete equation, which knows of no frame: energies on the side of the coupling are closer
    than on the side of the bath, or as close, and together they are the change of the energy."""
    times, closer = np.linspace(0.0, 200.0, 21), []
    for seed in range(6):
        draw = np.random.default_rng(seed)
        couplings = [(x + x.T) / 2.0 for x in draw.normal(size=(2, 3, 3))]
        baths = [
            sambe.Bath(name, s, sambe.Ohmic(0.01, 6.0), t)
            for name, s, t in zip("ab", couplings, (0.8, 0.3), strict=True)
        ]
        lift = np.zeros((3, 3))
        lift[1, 0] = 1.0
        system = sambe.System(np.diag([0.0, 0.7, 1.6]), {1: [(0.1, lift)]}, 0.8, baths)

        def course(equation: str, secular: str, one: sambe.System = system) -> Any:
            return sambe.evolve(one, 0, times, equation=equation, secular=secular, lamb_shift="shift")

        complete = course("floquet", "none").energy_transferred
        frame, bath = (course("driven_dressed", x) for x in ("auto", "partial"))
        off, far = (float(abs(x.energy_transferred - complete).max()) for x in (frame, bath))
        closer.append(far / off)
        gained = frame.stored_energy - frame.stored_energy[0]
        missed = abs(frame.energy_transferred.sum("terminal") - gained).max()
        assert missed < 1e-9 * abs(complete).max()
    assert np.median(closer) > 1.5
    assert min(closer) > 0.8
