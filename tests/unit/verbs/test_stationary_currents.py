"""The public verbs: what they return, in which shape, with which labels and warnings."""

import numpy as np
import pytest

import sambe
from sambe import models


def sweep() -> sambe.System:
    return models.spin_boson(omega=sambe.axis("omega", [0.7, 0.9, 1.2]))


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


@pytest.mark.filterwarnings("error")
def test_silence_where_all_is_well() -> None:
    sambe.steady_state(sweep())
    sambe.steady_state(sweep(), secular="full")
    for omega in (0.8, 1.2):  # above resonance the vacuum is the highest dressed level
        sambe.steady_state(models.oscillator(omega=omega, drive=0.01, levels=30))
    sambe.channels(sweep())


def test_resume_needs_a_store() -> None:
    for verb in (sambe.steady_state, sambe.compare):
        with pytest.raises(sambe.InputError, match="resume"):
            verb(models.spin_boson(omega=0.8), resume=True)


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
