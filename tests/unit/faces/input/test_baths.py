"""Baths in input files: states, noise, shared modes, rotating waves; spectra are in test_job.py."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.faces.input import schema
from sambe.faces.tasks import job as config

RESERVOIRS = """
[system]
model = "spin_boson"
drive = 0.0
omega = 1.0

[[baths]]
name = "left"
spectrum = {type = "flat", strength = 0.003}
state = {type = "occupied", n = [0.5, 2.0, -1.0]}

[[baths]]
name = "right"
temperature = 0.4
spectrum = {type = "flat", strength = 0.002}

[solve]
secular = "full"
ambient = "right"
"""


def test_states_of_reservoirs() -> None:
    """Two levels, J_l = 0.003 of the occupation 2, J_r = 0.002 at T = 0.4 (derived)."""
    found = config.parse(RESERVOIRS).solve()
    assert found.status.values.tolist() == [0, 0, 1]
    two = found.sel({"left.n": 2.0, "terminal": "left"})
    assert float(two.energy_current) == pytest.approx(0.0006604242363, rel=1e-8)
    assert float(two.preparation_cost) == pytest.approx(0.0005533126426, rel=1e-8)
    assert found.attrs["input"] == RESERVOIRS


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('name = "left"', 'name = "left"\npower = 1.0', r"bath 'left'\.spectrum = .*power alone"),
        ('name = "left"', 'name = "left"\ntemperature = 1.0', "not both"),
        ("n = [0.5, 2.0, -1.0]", "n = -1.0", r"bath 'left'\.state\.n = -1\.0: an occupation is not negative"),
        ("occupied", "occupid", r"baths\[0\]\.state\.type = 'occupid': .*did you mean 'occupied'"),
        ("n = [0.5", "m = [0.5", r"baths\[0\]\.state\.m"),
        ("temperature = 0.4", "", r"bath 'right'\.temperature = None"),
        ('spectrum = {type = "flat", strength = 0.002}', "", r"bath 'right'\.spectrum = None"),
    ],
)
def test_bad_states_of_reservoirs(old: str, new: str, message: str) -> None:
    with pytest.raises(schema.ConfigError, match=message):
        config.parse(RESERVOIRS.replace(old, new))


def test_noise_in_a_file() -> None:
    text = RESERVOIRS.replace('spectrum = {type = "flat", strength = 0.003}\n', "power = 0.001\n")
    text = text.replace('state = {type = "occupied", n = [0.5, 2.0, -1.0]}\n', "")
    assert config.parse(text).system.numbers()["bath 'left'.state.power"] == 0.001


def test_correlated_couplings_in_a_file() -> None:
    text = RESERVOIRS.replace('name = "right"', 'name = "right"\ncoupling = ["sigmax", "sigmay"]')
    text = text.replace('name = "right"', 'name = "right"\ncorrelation = [[1.0, 1.0], [1.0, 1.0]]')
    (operator,) = config.parse(text).system.baths[1].operators
    np.testing.assert_array_equal(operator, sambe.sigmax() + sambe.sigmay())


def test_rotating_waves_in_a_file() -> None:
    text = RESERVOIRS.replace('name = "right"', 'name = "right"\ncoupling = "sigmam"\nrotating_wave = true')
    bath = config.parse(text).system.baths[1]
    np.testing.assert_array_equal(bath.coupling, [sambe.sigmam()])
    assert bath.rotating_wave
    with pytest.raises(schema.ConfigError, match="must be Hermitian"):
        config.parse(text.replace("rotating_wave = true", ""))
    with pytest.raises(schema.ConfigError, match="lowers the energy"):
        config.parse(text.replace("sigmam", "sigmax"))


def test_a_squeezed_bath_in_a_file() -> None:
    """C1 of the closed forms: G = 0.01, T = 0.5, r = 0.5, undriven (derived)."""
    text = """
[system]
model = "spin_boson"
drive = 0.0
omega = 1.0

[[baths]]
name = "b"
coupling = "sigmam"
rotating_wave = true
spectrum = {type = "flat", strength = 0.01}
state = {type = "squeezed", temperature = 0.5, r = [0.0, 0.5], centre = "drive"}
"""
    found = config.parse(text).solve()
    assert found.terminal.values.tolist() == ["b:heat", "b:squeezer", "pump"]
    squeezer = found.energy_current.sel(terminal="b:squeezer")
    np.testing.assert_allclose(squeezer, [0.0, 0.004475131806], rtol=1e-7, atol=1e-15)
    with pytest.raises(schema.ConfigError, match=r"centre = 'dirve'"):
        config.parse(text.replace('centre = "drive"', 'centre = "dirve"'))


LEADS = """
[axes]
mu = { start = -0.6, stop = 0.6, points = 3 }

[system]
sites = [{ kind = "fermion", name = "up" }, { kind = "fermion", name = "down" }]
hamiltonian = [[0.2, "n@up + n@down"], "n@up n@down"]

[[leads]]
name = "l"
tunnelling = 0.01
temperature = 0.2
chemical_potential = "mu/2"
coupling = ["a@up", "a@down"]

[[leads]]
name = "r"
tunnelling = 0.004
temperature = 0.2
chemical_potential = "-mu/2"
coupling = ["a@up", "a@down"]

[solve]
secular = "full"
"""


def test_leads_and_sites_of_fermions() -> None:
    """The Anderson dot between leads at +-0.3: p0 : p1 : p2 = d0 d1 : 2 u0 d1 : u0 u1 (derived)."""
    job = config.parse(LEADS)
    found = job.solve()
    assert found.particle_current.sel(mu=0.6, terminal="l").item() == pytest.approx(0.002143777348, rel=1e-8)
    assert found.particle_current.sel(mu=0.0, terminal="l").item() == pytest.approx(0.0, abs=1e-15)
    titles = [table.title for table in job.task.tables(found)]
    assert "Particles, heat and work of the leads" in titles
    figure = job.task.draw(found, title="dot", unit=None)
    assert [frame.get_ylabel().split("\n")[0] for frame in figure.axes] == [
        "particle current", "electrical power", "energy current",
    ]  # fmt: skip


def test_leads_of_a_model_find_their_place() -> None:
    model = ["epsilon = 0.3\nomega = 0.8\n", 'model = "quantum_dot"\n']
    text = "[system]\n" + model[1] + model[0] + LEADS[LEADS.index("[[leads]]") :].replace('"mu/2"', "0.0")
    text = "\n".join(line for line in text.replace('"-mu/2"', "0.0").split("\n") if "coupling" not in line)
    shaken = text.replace('name = "l"', 'name = "l"\nac_voltage = 0.9')
    system = config.parse(shaken).system
    assert [lead.ac_voltage for lead in system.baths] == [0.9, None]
    phonons = '[[baths]]\nname = "p"\ntemperature = 0.1\nspectrum = {type = "flat", strength = 0.01}\n'
    with pytest.raises(config.ConfigError, match=r"bath 'p'.coupling"):
        config.parse(text + phonons)
    inside = phonons + 'coupling = "num"\n'
    assert config.parse(text + inside).system.terminals == ("p", "l", "r", "pump")


def test_a_band_of_a_lead_is_a_table() -> None:
    text = LEADS.replace(
        "tunnelling = 0.01", 'tunnelling = { type = "lorentzian", strength = 0.01, width = "2" }'
    )
    band = config.parse(text).system.baths[0].tunnelling
    assert (band.strength, band.width, band.centre) == (0.01, 2.0, 0.0)
    with pytest.raises(config.ConfigError, match="energies of either sign"):
        config.parse(text.replace('"lorentzian"', '"ohmic"').replace("width", "cutoff"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"a@up", ', '"n@up", ', "no number of particles by one"),
        ("tunnelling = 0.01", "tunnelling = -0.01", "lead 'l'.tunnelling"),
        ("tunnelling = 0.01", "", "lead 'l'.tunnelling"),
        ("tunnelling = 0.01", "tunneling = 0.01", "did you mean 'tunnelling'"),
        ('name = "up" }', 'name = "up", levels = 3 }', "two levels"),
        ('"n@up n@down"]', '"a@up + h.c."]', "has to be conserved"),
    ],
)
def test_leads_that_are_none(old: str, new: str, said: str) -> None:
    with pytest.raises(config.ConfigError, match=said):
        config.parse(LEADS.replace(old, new, 1))
