"""Input files: what they mean, and what is said of those that mean nothing."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import sambe
from sambe.faces.input import schema
from sambe.faces.tasks import job as config

MODEL = """
[system]
model = "spin_boson"
drive = 0.1
omega = { start = 0.5, stop = 1.5, points = 5, label = "drive", units = "w0" }

[[baths]]
name = "left"
temperature = 1.2
spectrum = { type = "ohmic", strength = 0.002, cutoff = 10.0 }

[[baths]]
name = "right"
temperature = 0.4
spectrum = { type = "ohmic", strength = 0.002, cutoff = 10.0 }

[solve]
equations = ["driven_dressed", "floquet"]
secular = "full"
"""

TERMS = """
[axes]
g = { start = 0.01, stop = 1.0, points = 3, scale = "log" }

[constants]
shift = 0.25

[system]
sites = ["qubit", { kind = "spin", s = 1.0, name = "big" }]
hamiltonian = [[0.5, "sigmaz@0"], ["2 g", "sigmap@0 Sm@big + h.c."], "shift Sz@big"]
omega = [0.9, 1.1]

[system.drive]
1 = [["0.05j", "sigmap@0"]]
2 = "0.01 sigmaz@0"

[[baths]]
name = "hot"
temperature = "1 + g"
coupling = ["sigmax@0", "Sx@big"]
spectrum = { type = "window", strength = 0.002, low = 0.5, high = 2.0 }
"""


def bath(spectrum: str, temperature: str = "1.0") -> str:
    """A file with one bath of this spectrum."""
    return f"""
[system]
model = "spin_boson"
[[baths]]
name = "only"
temperature = {temperature}
spectrum = {spectrum}
"""


def number(job: config.Job, path: str) -> object:
    return job.system.numbers()[path]


def test_model_is_the_model_called_from_python() -> None:
    job = config.parse(MODEL)
    ohmic = sambe.Ohmic(0.002, cutoff=10.0)
    axis = sambe.axis("omega", np.linspace(0.5, 1.5, 5), long_name="drive", units="w0")
    baths = [
        sambe.Bath("left", spectrum=ohmic, temperature=1.2),
        sambe.Bath("right", spectrum=ohmic, temperature=0.4),
    ]
    expected = sambe.models.spin_boson(drive=0.1, omega=axis, baths=baths)
    got, want = job.system.numbers(), expected.numbers()
    assert got.keys() == want.keys()
    assert number(job, "omega").identical(want["omega"])  # type: ignore[attr-defined]
    assert all(got[k] == want[k] for k in got if k != "omega")
    assert job.equations == ("driven_dressed", "floquet")
    assert job.options == {"secular": "full"}
    assert job.source == MODEL


def test_explicit_terms() -> None:
    job = config.parse(TERMS)
    system = job.system
    assert system.levels == 6
    numbers = system.numbers()
    np.testing.assert_allclose(numbers["hamiltonian[1]"].values, [0.02, 0.2, 2.0])
    assert numbers["hamiltonian[1]"].dims == ("g",)
    assert numbers["omega"].dims == ("omega",)
    assert numbers["drive[1][0]"] == 0.05j
    assert sorted(system.drive) == [1, 2]
    np.testing.assert_allclose(numbers["bath 'hot'.temperature"], [1.01, 1.1, 2.0])
    assert len(system.baths[0].operators) == 2
    big = np.kron(np.eye(2), sambe.spin_jz(1.0))
    np.testing.assert_allclose(system.hamiltonian[2][1], 0.25 * big)


@pytest.mark.parametrize("name", sorted(sambe.models.MODELS))
def test_every_model_runs_with_its_defaults(name: str) -> None:
    assert config.parse(f'[system]\nmodel = "{name}"').system.levels >= 2


def test_one_axis_feeds_several_numbers_and_lists_of_numbers_take_axes() -> None:
    job = config.parse("""
        [axes]
        d = [0.0, 0.5]
        [system]
        model = "two_qubits"
        splittings = ["1 - d/2", "1 + d/2"]
        omega = [1.0, 1.1, 1.2]
        """)
    first, second = number(job, "hamiltonian[0]"), number(job, "hamiltonian[1]")
    np.testing.assert_allclose(first + second, 1.0)  # type: ignore[operator]
    assert first.dims == ("d",)  # type: ignore[attr-defined]


def test_names_of_inline_axes() -> None:
    job = config.parse("""
        [system]
        model = "two_qubits"
        splittings = [[1.0, 1.1], 1.0]
        coupling = { values = [0.1, 0.2], name = "g" }
        [[baths]]
        name = "left"
        temperature = [0.1, 0.2]
        spectrum = { type = "ohmic", strength = [0.01, 0.02], cutoff = 5.0 }
        [[baths]]
        name = "right"
        temperature = 0.1
        spectrum = { type = "flat", strength = 0.01 }
        """)
    dims = {d for x in job.system.numbers().values() for d in getattr(x, "dims", ())}
    assert dims == {"splittings[0]", "g", "left.temperature", "left.strength"}


@pytest.mark.parametrize(
    ("spectrum", "expected"),
    [
        ("{ type = 'ohmic', strength = 0.1, cutoff = 3.0, exponent = 2.0 }",
         sambe.Ohmic(0.1, 3.0, 2.0)),
        ("{ type = 'drude_lorentz', strength = 0.1, cutoff = 3.0 }", sambe.DrudeLorentz(0.1, 3.0)),
        ("{ type = 'underdamped', strength = 0.1, width = 0.2, frequency = 1.0 }",
         sambe.Underdamped(0.1, 0.2, 1.0)),
        ("{ type = 'flat', strength = 0.1 }", sambe.Flat(0.1)),
        ("{ type = 'window', strength = 0.1, low = 0.5, high = 2.0 }", sambe.Window(0.1, 0.5, 2.0)),
        ("{ type = 'tabulated', frequency = [0.5, 1.0, 2.0], values = [0.1, 0.3, 0.2] }",
         sambe.Tabulated([0.5, 1.0, 2.0], [0.1, 0.3, 0.2])),
    ],
)  # fmt: skip
def test_spectra(spectrum: str, expected: sambe.SpectralDensity) -> None:
    w = np.linspace(0.1, 3.0, 20)
    got = config.parse(bath(spectrum)).system.baths[0].spectrum
    np.testing.assert_array_equal(got(w), expected(w))


@pytest.mark.parametrize("text", ["# w, J\n0.5, 0.1\n1.0, 0.3\n", "0.5 0.1\n1.0\t0.3\n"])
def test_tabulated_spectrum_from_a_file_beside_the_input(tmp_path: Path, text: str) -> None:
    (tmp_path / "j.csv").write_text(text)
    (tmp_path / "in.toml").write_text(bath("{ type = 'tabulated', file = 'j.csv' }"))
    spectrum = config.load(tmp_path / "in.toml").system.baths[0].spectrum
    assert spectrum(np.array([0.5, 1.0])).tolist() == [0.1, 0.3]


def test_command_line_choices_replace_those_of_the_file() -> None:
    job = config.parse(MODEL, equations=["dressed"], secular="none")
    assert job.equations == ("dressed",)
    assert job.options["secular"] == "none"


# what is changed in the file, and what the message must name
BAD_MODEL = {
    "unknown model": ('"spin_boson"', '"spin_bosn"', ["system.model", "spin_bosn", "'spin_boson'",
                                                      "kerr_resonator"]),
    "no model": ('model = "spin_boson"', "", ["system", "model = one of"]),
    "unknown parameter": ("drive = 0.1", "drve = 0.1", ["system.drve", "mean 'drive'"]),
    "unknown table": ("[solve]", "[solv]", ["solv", "mean 'solve'"]),
    "unknown key of a bath": ("temperature", "temprature", ["baths[0].temprature", "1.2",
                                                            "mean 'temperature'"]),
    "unknown key of a spectrum": ("cutoff", "cutof", ["baths[0].spectrum.cutof", "mean 'cutoff'"]),
    "unknown key of an axis": ("points", "point", ["system.omega.point", "mean 'points'"]),
    "unknown spectrum": ('"ohmic"', '"ohmc"', ["baths[0].spectrum.type", "ohmc", "mean 'ohmic'"]),
    "no spectrum type": ('type = "ohmic", ', "", ["baths[0].spectrum", "type"]),
    "missing number": (", cutoff = 10.0", "", ["baths[0].spectrum.cutoff", "needed"]),
    "missing name": ('name = "left"', "", ["baths[0].name", "needed"]),
    "unknown equation": ('"floquet"', '"floqet"', ["solve.equations[1]", "mean 'floquet'"]),
    "unknown secular": ('"full"', '"ful"', ["solve.secular", "ful", "mean 'full'"]),
    "negative temperature": ("1.2", "-1.2", ["left", "temperature", "-1.2"]),
    "NaN": ("1.2", "nan", ["baths[0].temperature", "nan", "finite"]),
    "infinity": ("0.002", "inf", ["baths[0].spectrum.strength", "inf", "finite"]),
    "truth value": ("1.2", "true", ["baths[0].temperature", "True"]),
    "empty axis": ("1.2", "[]", ["baths[0].temperature", "at least one"]),
    "axis of no points": ("points = 5", "points = 0", ["system.omega.points", "0"]),
    "half a point": ("points = 5", "points = 1.5", ["system.omega.points", "1.5", "integer"]),
    "axis without end": ("stop = 1.5, ", "", ["system.omega", "stop"]),
    "values and ends": ("points = 5", "points = 5, values = [1.0]", ["system.omega", "not both"]),
    "log axis through zero": ("start = 0.5", 'scale = "log", start = 0.0',
                              ["system.omega", "above zero"]),
    "NaN on an axis": ("start = 0.5", "start = nan", ["system.omega.start", "nan", "finite"]),
    "undefined axis": ("1.2", '"T"', ["baths[0].temperature", "'T'"]),
    "unused axis": ("[system]", "[axes]\nT = [1.0]\n[system]", ["axes.T", "no number uses"]),
    "axis of a taken name": ("[system]", "[axes]\nenergy = [1.0]\n[system]", ["axes.energy",
                                                                              "taken"]),
    "axis of an odd name": ("[system]", "[axes]\n'a b' = [1.0]\n[system]", ["axes.a b", "letters"]),
    "axis that is a number": ("[system]", "[axes]\nT = 1.0\n[system]", ["axes.T", "list"]),
    "two axes of one name": ("drive = 0.1", 'drive = { values = [1.0], name = "omega" }',
                             ["system.omega", "'omega'", "[axes]"]),
    "negative frequency": ("{ start", "-1.0 #", ["omega", "-1.0", "positive"]),
    "wrong word": ("drive = 0.1", 'drive = 0.1\npolarization = "up"', ["polarization", "up"]),
    "swept size": ('"spin_boson"', '"oscillator"\nlevels = [3, 4]', ["system.levels", "swept"]),
    "wrong type": ('name = "left"', "name = 3", ["baths[0].name", "3", "string"]),
    "same bath twice": ('"right"', '"left"', ["baths", "left", "differ"]),
    "bath named pump": ('"right"', '"pump"', ["pump"]),
    "negative cutoff": ("10.0", "-10.0", ["left", "cutoff", "-10.0", "positive"]),
    "not TOML": ("[system]", "[system", ["TOML", "line 2"]),
    "coupling of no sense": ("temperature = 1.2", 'temperature = 1.2\ncoupling = "sgmax"',
                             ["baths[0].coupling", "sgmax", "mean 'sigmax'", "^^^^^"]),
    "coupling not Hermitian": ("temperature = 1.2", 'temperature = 1.2\ncoupling = "sigmap"',
                               ["baths[0].coupling", "sigmap", "Hermitian"]),
    "tolerance": ("[solve]", "[solve]\ntolerance = -1.0", ["solve.tolerance", "-1.0", "greater"]),
    "format": ("[solve]", "[output]\nformats = ['jpg']\n[solve]", ["output.formats[0]", "jpg"]),
    "baths as a table": ("[[baths]]", "[[bath]]", ["bath", "mean 'baths'"]),
}  # fmt: skip

BAD_TERMS = {
    "non-Hermitian": ('"sigmaz@0"', '"sigmap@0"', ["hamiltonian", "Hermitian"]),
    "no sites": ("sites", "#", ["dims"]),
    "dims and sites": ("sites", "dims = [2]\nsites", ["dims", "sites"]),
    "mismatched dimensions": ("sites", "dims = [2]\n#", ["hamiltonian[1]", "big"]),
    "one level": ("sites", "dims = [2, 1]\n#", ["system.dims", "[2, 1]"]),
    "far too many levels": ("sites", "dims = [99, 99]\n#", ["system.dims", "4096"]),
    "unknown kind": ('"spin"', '"spn"', ["system.sites[1].kind", "spn", "mean 'spin'"]),
    "ladder without levels": ('"qubit"', '"boson"', ["system.sites[0]", "levels"]),
    "qubit of three": ('"qubit"', "{ kind = 'qubit', levels = 3 }", ["sites[0].levels", "3"]),
    "spin of a third": ("s = 1.0", "s = 0.3", ["system.sites[1].s", "0.3", "1/2"]),
    "spin twice": ("s = 1.0", "s = 1.0, levels = 3", ["system.sites[1].s", "levels"]),
    "s of a ladder": ('kind = "spin", s', "kind = 'boson', s", ["system.sites[1].s", "levels"]),
    "harmonic zero": ("1 = [[", "0 = [[", ["system.drive", "'0'", "1 or more"]),
    "half a term": ('[0.5, "sigmaz@0"]', "[0.5]", ["system.hamiltonian[0]", "operator"]),
    "axis in an operator": ('"shift Sz@big"', '"g Sz@big"', ["hamiltonian[2]", "in front"]),
    "no frequency": ("omega = [0.9, 1.1]", "", ["omega", "None"]),
    "no coupling": ("coupling", "#", ["hot", "coupling"]),
    "no bath": ("[[baths]]", "[output]\n#", ["output", "name"]),
    "constant of a taken name": ("shift = 0.25", "shift = 0.25\npi = 3", ["constants.pi", "taken"]),
    "constant that is infinite": ("shift = 0.25", "shift = inf", ["constants.shift", "inf"]),
}  # fmt: skip

CASES = [(MODEL, *case) for case in BAD_MODEL.values()]
CASES += [(TERMS, *case) for case in BAD_TERMS.values()]


@pytest.mark.parametrize(
    ("text", "old", "new", "named"), CASES, ids=[*BAD_MODEL, *(f"{k} (terms)" for k in BAD_TERMS)]
)
def test_bad_input_names_field_value_and_remedy(text: str, old: str, new: str, named: list[str]) -> None:
    assert old in text
    with pytest.raises(schema.ConfigError) as caught:
        config.parse(text.replace(old, new, 1))
    for word in named:
        assert word in str(caught.value)


def test_several_problems_are_told_at_once() -> None:
    text = MODEL.replace('"full"', '"ful"').replace('name = "left"\n', "")
    with pytest.raises(schema.ConfigError) as caught:
        config.parse(text)
    assert len(caught.value.problems) == 2


@pytest.mark.parametrize(
    ("content", "named"),
    [("0.5 0.1 7\n1.0 0.3 7", "two columns"), ("w J\n0.5 0.1", "two columns"), (None, "No such")],
)
def test_bad_spectrum_file(tmp_path: Path, content: str | None, named: str) -> None:
    if content is not None:
        (tmp_path / "j.csv").write_text(content)
    (tmp_path / "in.toml").write_text(bath("{ type = 'tabulated', file = 'j.csv' }"))
    with pytest.raises(schema.ConfigError, match=named):
        config.load(tmp_path / "in.toml")


def test_not_a_text_file(tmp_path: Path) -> None:
    (tmp_path / "in.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(schema.ConfigError, match="UTF-8"):
        config.load(tmp_path / "in.toml")


EXAMPLES = Path(__file__).parents[4] / "examples"


@pytest.mark.parametrize("example", sorted(p.name for p in EXAMPLES.glob("*.toml")))
def test_examples_are_valid(example) -> None:
    job = config.load(EXAMPLES / example)
    assert job.output.title


SNIPPETS = re.findall(r"```toml\n(.*?)```", (EXAMPLES.parent / "docs/cli.md").read_text(), re.DOTALL)


@pytest.mark.parametrize("snippet", SNIPPETS)
def test_files_in_the_documentation_are_valid(snippet) -> None:
    assert config.parse(snippet).system.levels >= 2


TONES = """
[system]
dims = [2]
hamiltonian = [[0.5, "sigmaz"]]
omega = [0.7, {{ start = 1.0, stop = 1.4, points = 3 }}]
{more}
[system.drive]
"1, 0" = [[0.15, "sigmap"]]
"{key}" = [[0.1, "sigmap"]]
[[baths]]
name = "left"
coupling = "sigmax"
temperature = 1.2
spectrum = {{ type = "flat", strength = 0.002 }}
"""


def test_several_tones_in_a_file() -> None:
    system = config.parse(TONES.format(key="1,-1", more="")).system
    assert system.terminals == ("left", "pump 1", "pump 2")
    assert set(system.drive) == {(1, 0), (1, -1)}
    assert system.omega[0] == 0.7
    assert system.omega[1].sizes == {"omega[1]": 3}
    framed = config.parse(TONES.format(key="0, 1", more="frame = [[0, 0], [1, 0]]"))
    assert framed.system.frame is not None


@pytest.mark.parametrize("key", ["1, 0.5", "a, 1", "1", "1, 0, 0", "0, -1", ", "])
def test_bad_tones_in_a_file(key: str) -> None:
    with pytest.raises(schema.ConfigError, match="drive"):
        config.parse(TONES.format(key=key, more=""))


def test_a_label_that_names_a_unit_of_power_converts_nothing() -> None:
    model = '[system]\nmodel = "spin_boson"\nomega = 0.8\n[output]\nunit = "fW"\n'
    with pytest.raises(
        config.ConfigError, match=r"output.unit = 'fW': it labels the figure and converts nothing"
    ):
        config.parse(model)
    scale = '[units]\nenergy = "1 GHz"\npower = "fW"\n'
    assert config.parse(scale + model).output.unit == "fW"
    assert config.parse(model.replace("fW", "energy squared")).output.unit == "energy squared"
