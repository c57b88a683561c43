"""The public verbs: what they return, in which shape, with which labels and warnings."""

import pathlib
import warnings

import numpy as np
import pytest
import xarray as xr

import sambe
from sambe import models


def sweep() -> sambe.System:
    return models.spin_boson(omega=sambe.axis("omega", [0.7, 0.9, 1.2]))


def test_variables_dimensions_and_attributes() -> None:
    flow = sambe.steady_state(sweep())
    inner = {"energy_current": "terminal", "energy": "level", "population": "level"}
    for name in (
        "energy_current", "energy", "population", "entropy_production", "first_law_residual",
        "secular_ratio", "coherences_kept", "status",
    ):  # fmt: skip
        wanted = ("omega", inner[name]) if name in inner else ("omega",)
        assert flow[name].dims == wanted, name
        assert flow[name].attrs["long_name"]
        if name != "status":
            assert flow[name].attrs["units"]
    assert flow.energy_current.attrs["sign"] == "positive into the system"
    for word in ("hbar = k_B = 1", "positive into the system", "pump included"):
        assert word in flow.attrs["conventions"]
    assert flow.attrs["equation"] == "driven_dressed"
    assert flow.attrs["secular"] == "partial"


def test_the_ten_line_example() -> None:
    # as written in the design, section 5
    sz, sp, sx = sambe.sigmaz(), sambe.sigmap(), sambe.sigmax()
    qubit = sambe.System(
        hamiltonian=[(0.5, sz)],
        drive={1: [(0.05, sp)]},
        omega=sambe.axis("omega", np.linspace(0.05, 2.0, 20)),
        baths=[
            sambe.Bath("left", coupling=sx, spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=1.2),
            sambe.Bath("right", coupling=sx, spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=0.4),
        ],
    )
    flow = sambe.steady_state(qubit)
    pump = flow.energy_current.sel(terminal="pump")
    assert abs(pump.idxmax("omega").item() - 1.0) < 0.06  # resonance, to a step of the axis
    both = sambe.compare(qubit, equations=["driven_dressed", "floquet", "dressed"])
    assert both.energy_current.dims == ("equation", "omega", "terminal")
    assert both.equation.values.tolist() == ["driven_dressed", "floquet", "dressed"]
    np.testing.assert_allclose(
        both.energy_current.sel(equation="driven_dressed"), flow.energy_current, rtol=1e-12
    )


def test_reported_quantities_are_what_their_names_say() -> None:
    flow = sambe.steady_state(sweep())
    currents = flow.energy_current
    np.testing.assert_allclose(flow.first_law_residual, currents.sum("terminal"), atol=1e-18)
    entropy = -currents.sel(terminal="left") / 1.2 - currents.sel(terminal="right") / 0.4
    np.testing.assert_allclose(flow.entropy_production, entropy, rtol=1e-12)
    assert (flow.entropy_production > 0).all()
    np.testing.assert_allclose(flow.population.sum("level"), 1.0, atol=1e-12)
    gap = flow.energy.diff("level").squeeze()
    np.testing.assert_allclose(gap, np.hypot(1.0 - flow.omega, 0.1), rtol=1e-10)
    # at resonance the gap is A; each level is left at the mean rate of both baths
    ratio = sambe.steady_state(models.spin_boson(drive=0.1, omega=1.0)).secular_ratio.item()
    rate = 0.5 * 0.002 * np.exp(-0.1) * (1 / np.tanh(0.5 / 1.2) + 1 / np.tanh(0.5 / 0.4))
    assert 0.3 < ratio / (0.1 / rate) < 3.0


def test_one_point_has_no_sweep_dimension() -> None:
    flow = sambe.steady_state(models.spin_boson(omega=0.8))
    assert flow.energy_current.dims == ("terminal",)
    assert flow.status.dims == ()


@pytest.mark.parametrize("engine", ["h5netcdf"])
def test_netcdf_round_trip(engine: str, tmp_path: pathlib.Path) -> None:
    omega = sambe.axis("omega", [0.7, -1.0, 1.2], units="w0")
    for number, data in enumerate(
        (
            sambe.steady_state(models.spin_boson(omega=omega)),
            sambe.compare(models.spin_boson(omega=omega), equations=["driven_dressed", "floquet"]),
            sambe.channels(models.spin_boson(omega=omega)),
        )
    ):
        path = tmp_path / f"{number}.nc"
        data.to_netcdf(path, engine=engine)
        with xr.open_dataset(path, engine=engine) as back:
            xr.testing.assert_equal(back.load(), data)
            assert back.attrs == data.attrs
            assert back.omega.attrs["units"] == "w0"
            np.testing.assert_array_equal(back.status.attrs["flag_values"], data.status.attrs["flag_values"])


def test_compare_refuses_what_makes_no_sense() -> None:
    for equations in ([], ["floquet", "floquet"]):
        with pytest.raises(sambe.InputError, match="each once"):
            sambe.compare(sweep(), equations=equations)
    with pytest.raises(sambe.InputError, match="choose one of"):
        sambe.compare(sweep(), equations=["floquet", "lindblad"])


@pytest.mark.parametrize("verb", [sambe.steady_state, sambe.energy_currents, sambe.channels])
def test_unknown_choices_are_named(verb) -> None:
    for name in ("equation", "secular"):
        with pytest.raises(sambe.InputError) as caught:
            verb(models.spin_boson(), **{name: "lindblad"})
        assert caught.value.field == name
        assert caught.value.value == "lindblad"
        assert "partial" in caught.value.remedy or "floquet" in caught.value.remedy


def test_bare_currents_broadcast_like_numpy() -> None:
    omega, drive = np.array([[0.7], [0.9], [1.2]]), np.array([0.05, 0.2])
    found = sambe.energy_currents(models.spin_boson(omega=omega, drive=drive))
    assert found.shape == (3, 2, 3)
    for i in range(3):
        for k in range(2):
            alone = sambe.energy_currents(models.spin_boson(omega=omega[i, 0], drive=drive[k]))
            np.testing.assert_allclose(found[i, k], alone, rtol=1e-10)


@pytest.mark.parametrize("secular", ["full", "partial", "none"])
@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_bare_currents_of_an_array_of_temperatures(equation: str, secular: str) -> None:
    # only a bath varies: the Hamiltonian alone has no batch
    t = np.array([0.5, 1.0])

    def system(hot) -> sambe.System:
        bath = sambe.Bath("bath", spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=hot)
        return models.spin_boson(omega=0.8, baths=[bath])

    found = sambe.energy_currents(system(t), equation=equation, secular=secular)
    for k in range(2):
        alone = sambe.energy_currents(system(t[k]), equation=equation, secular=secular)
        np.testing.assert_allclose(found[k], alone, rtol=1e-8)


@pytest.mark.parametrize("secular", ["full", "partial", "none"])
@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_bare_currents_without_a_unique_state_are_not_numbers(equation: str, secular: str) -> None:
    strength = np.array([0.002, 0.0])
    bath = sambe.Bath("bath", spectrum=sambe.Ohmic(strength, cutoff=10.0), temperature=1.0)
    found = sambe.energy_currents(
        models.spin_boson(omega=0.8, baths=[bath]), equation=equation, secular=secular
    )
    assert np.isnan(found).tolist() == [[False, False], [True, True]]
    dressed = sambe.energy_currents(models.spin_boson(omega=1.0), equation="dressed", secular=secular)
    assert np.isnan(dressed).all()


@pytest.mark.filterwarnings("error")
def test_silence_where_all_is_well() -> None:
    sambe.steady_state(sweep())
    sambe.steady_state(sweep(), secular="full")
    for omega in (0.8, 1.2):  # above resonance the vacuum is the highest dressed level
        sambe.steady_state(models.oscillator(omega=omega, drive=0.01, levels=30))
    sambe.channels(sweep())


@pytest.mark.parametrize("omega", [0.8, 1.2])
@pytest.mark.parametrize("model", [models.oscillator, models.kerr_resonator])
def test_a_ladder_that_is_cut_too_short_warns_on_both_sides_of_resonance(model, omega: float) -> None:
    with pytest.warns(sambe.TruncationWarning, match="raise levels"):
        sambe.steady_state(model(omega=omega, drive=0.01, levels=6))


def test_a_secular_warning_names_the_points_of_a_sweep_and_the_caller() -> None:
    omega = sambe.axis("omega", [0.5, 0.9995, 1.0, 1.4])
    drive = sambe.axis("drive", [1e-3, 0.3])
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sambe.steady_state(models.spin_boson(omega=omega, drive=drive), secular="full")
    (one,) = caught
    assert one.category is sambe.SecularWarning
    text = str(one.message)
    assert "2 of 8 points" in text
    assert "omega = 0.9995 to 1" in text
    assert "drive = 0.001" in text
    assert "drive = 0.001 to" not in text
    assert one.filename == __file__


def test_a_frame_may_be_given() -> None:
    system = models.two_qubits(omega=0.9)
    given = system.replace(frame=(3, 2, 2, 1))
    np.testing.assert_allclose(sambe.energy_currents(given), sambe.energy_currents(system), rtol=1e-10)


def dephased(spectrum: object, **changes: object) -> sambe.System:
    """A driven qubit whose first bath couples to its levels themselves."""
    other = sambe.Bath("other", sambe.sigmax(), sambe.Ohmic(0.01, cutoff=5.0), 0.5)
    numbers = {"omega": 0.9, "temperature": 0.5, **changes}
    bath = sambe.Bath("dephasing", sambe.sigmaz(), spectrum, numbers["temperature"])
    return sambe.System(
        [(0.5, sambe.sigmaz())], drive={1: [(0.05, sambe.sigmap())]}, omega=numbers["omega"],
        baths=[bath, other],
    )  # fmt: skip


@pytest.mark.parametrize("spectrum", [
    sambe.Ohmic(0.01, cutoff=5.0, exponent=0.5), sambe.Ohmic(0.01, cutoff=5.0, exponent=0.99),
    sambe.Flat(0.01), sambe.Window(0.01, low=0.0, high=3.0),
])  # fmt: skip
@pytest.mark.parametrize(("equation", "secular"), [
    ("driven_dressed", "partial"), ("driven_dressed", "full"), ("floquet", "none"), ("dressed", "ule"),
])  # fmt: skip
def test_a_rate_without_bound_is_called_that(spectrum, equation, secular) -> None:
    how = {"equation": equation, "secular": secular}
    with pytest.raises(sambe.InputError, match=r"diverging rate.*Ohmic, super-Ohmic"):
        sambe.steady_state(dephased(spectrum), **how)
    assert np.isnan(sambe.energy_currents(dephased(spectrum), **how)).all()
    warm = sambe.steady_state(dephased(spectrum, temperature=sambe.axis("T", [0.0, 0.5])), **how)
    assert warm.status.values.tolist() == [0, 4]
    assert np.isfinite(warm.energy_current[0]).all()
    assert warm.energy_current[1].isnull().all()


def test_only_elements_at_zero_energy_make_a_rate_diverge() -> None:
    white = [sambe.Bath("white", spectrum=sambe.Flat(0.01), temperature=0.5)]
    system = models.spin_boson(drive=0.1, omega=0.9, baths=white)
    flow = sambe.compare(system, equations=["driven_dressed", "floquet"])
    assert flow.status.values.tolist() == [0, 0]
    with pytest.raises(sambe.InputError, match="keeps the phase of the drive"):
        sambe.steady_state(system, equation="dressed")


def test_an_equation_without_an_answer_leaves_those_of_the_others() -> None:
    """On resonance the traditional equation has no unique state: so it is with all defaults."""
    with pytest.warns(sambe.NoAnswerWarning, match=r"^dressed has no answer: .*not unique"):
        flow = sambe.compare(models.spin_boson(drive=0.1, omega=1.0))
    assert flow.status.values.tolist() == [0, 0, 2]
    alone = sambe.steady_state(models.spin_boson(drive=0.1, omega=1.0), equation="floquet")
    assert np.array_equal(flow.energy_current.sel(equation="floquet"), alone.energy_current)
    assert np.isnan(flow.energy_current.sel(equation="dressed")).all()


def test_a_bath_that_heom_cannot_take_does_not_lose_the_other_equations() -> None:
    flat = sambe.Bath("flat", spectrum=sambe.Flat(0.002), temperature=0.5)
    qubit = models.spin_boson(omega=0.8, baths=[flat])
    with pytest.warns(sambe.NoAnswerWarning, match="heom has no answer: bath 'flat'"):
        flow = sambe.compare(qubit, equations=["driven_dressed", "heom"])
    assert flow.status.values.tolist() == [0, 3]


def test_a_comparison_without_any_answer_is_an_error() -> None:
    with pytest.raises(sambe.InputError, match="not unique"):
        sambe.compare(models.spin_boson(omega=1.0), equations=["dressed"])
    with pytest.raises(sambe.InputError, match="omega"):
        sambe.compare(models.spin_boson(omega=sambe.axis("omega", [-1.0, -2.0])))


def test_resume_needs_a_store() -> None:
    for verb in (sambe.steady_state, sambe.compare):
        with pytest.raises(sambe.InputError, match="resume"):
            verb(models.spin_boson(omega=0.8), resume=True)


@pytest.mark.parametrize("name", ["terminal", "level", "equation", "secular", "status", "energy_current"])
def test_an_axis_cannot_have_the_name_of_a_part_of_the_result(name) -> None:
    omega = sambe.axis(name, [0.8, 0.9])
    for system in (models.spin_boson(omega=omega), models.spin_boson(omega=omega.chunk(1))):
        for verb in (sambe.steady_state, sambe.compare):
            with pytest.raises(sambe.InputError, match=f"axis = '{name}'"):
                verb(system)


def test_names_that_only_some_results_need() -> None:
    for verb, name in ((sambe.channels, "channel"), (sambe.audit, "part")):
        system = models.spin_boson(omega=sambe.axis(name, [0.8, 0.9]))
        with pytest.raises(sambe.InputError, match=f"axis = '{name}'"):
            verb(system)
        assert name in sambe.steady_state(system).dims


@pytest.mark.parametrize("name", ["", ".", "..", 3])
def test_an_axis_has_a_name(name) -> None:
    with pytest.raises(sambe.InputError, match="axis"):
        sambe.axis(name, [1.0, 2.0])


def test_a_frequency_in_another_unit_is_refused() -> None:
    """Beyond 1e12 times the energies, n omega + E keeps no digit of E, and a current of 0 was told."""
    for equation in ("driven_dressed", "floquet"):
        with pytest.raises(sambe.InputError, match="omega = 1e\\+16: more than 1e\\+12"):
            sambe.steady_state(models.spin_boson(omega=1e16), equation=equation, secular="full")
    flow = sambe.steady_state(models.spin_boson(drive=0.1, omega=sambe.axis("omega", [0.8, 1e16])))
    assert flow.status.values.tolist() == [0, 1]
    still = sambe.steady_state(models.spin_boson(drive=0.1, omega=1e11), secular="full")
    assert still.energy_current.values[0] == pytest.approx(3.30766919541e-4, rel=1e-9)  # as without drive


def test_where_the_integers_of_a_frame_start_is_of_no_matter() -> None:
    qubit = models.spin_boson(drive=0.1, omega=0.8)
    found = [sambe.steady_state(qubit.replace(frame=f)) for f in ((1, 0), (10**15 + 1, 10**15))]
    assert np.array_equal(found[0].energy_current, found[1].energy_current)
    with pytest.raises(sambe.InputError, match="frame"):
        qubit.replace(frame=(10**9, 0))


def test_values_of_the_wrong_kind_are_named() -> None:
    qubit = models.spin_boson(omega=0.8)
    for field, options in (("tolerance", {"tolerance": "small"}), ("heom", {"heom": "x"}),
                           ("heom.tolerance", {"heom": {"tolerance": "x"}})):  # fmt: skip
        with pytest.raises(sambe.InputError) as caught:
            sambe.steady_state(qubit, equation="heom", **options)
        assert caught.value.field == field
    for verb in (sambe.steady_state, sambe.compare, sambe.audit, sambe.channels):
        with pytest.raises(sambe.InputError, match="system"):
            verb(sambe.sigmax())
    with pytest.raises(sambe.InputError, match="omega"):
        sambe.energy_currents(models.spin_boson(omega=sambe.axis("omega", [0.8, 0.9])))


def test_a_comparison_takes_the_equations_that_there_are() -> None:
    linear = models.spin_boson(omega=0.8, polarization="linear")
    assert sambe.compare(linear).equation.values.tolist() == ["floquet"]
    circular = sambe.compare(models.spin_boson(omega=0.8))
    assert circular.equation.values.tolist() == ["driven_dressed", "floquet", "dressed"]
    with pytest.raises(sambe.FrameError, match="static"):
        sambe.compare(linear, equations=["driven_dressed", "floquet"])
