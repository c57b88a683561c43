"""Periods in steps from input files."""

from __future__ import annotations

import pytest

import sambe
from sambe.faces.input.schema import ConfigError
from sambe.faces.tasks.job import parse

FILE = """
[axes]
contact = [0.4, 0.3]

[system]
dims = [2]
omega = 0.05
ramp = 0.1

[[steps]]
fraction = "contact"
hamiltonian = [[0.5, "sz"]]

[[steps]]
fraction = "1 - contact"
hamiltonian = [[0.3, "sz"], [0.1, "sx"]]

[[kicks]]
fraction = 0.2
operator = [[0.4, "sx"]]

[switched]
hot = [1, 0]

[[baths]]
name = "hot"
temperature = 1.0
coupling = "sx"
spectrum = { type = "ohmic", strength = 0.002, cutoff = 5.0 }
""".replace('"sz"', '"sigmaz@0"').replace('"sx"', '"sigmax@0"')


def test_a_file_gives_what_python_gives() -> None:
    system = parse(FILE).system
    contact = sambe.axis("contact", [0.4, 0.3])
    sx, sz = sambe.sigmax(), sambe.sigmaz()
    bath = sambe.Bath("hot", sx, sambe.Ohmic(0.002, cutoff=5.0), temperature=1.0)
    expected = sambe.System.from_steps(
        [(contact, [(0.5, sz)]), (1 - contact, [(0.3, sz), (0.1, sx)])], 0.05, [bath],
        kicks=[(0.2, [(0.4, sx)])], switched={"hot": [1, 0]}, ramp=0.1,
    )  # fmt: skip
    found = system.numbers()
    assert list(found) == list(expected.numbers())
    for path, value in expected.numbers().items():
        assert abs(found[path] - value).max() == 0 if hasattr(value, "dims") else found[path] == value


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('fraction = "1 - contact"', "fraction = 0.5", "steps = 0.8"),
        ("fraction = 0.2\n", "", r"kicks\[0\]"),
        ("hot = [1, 0]", "cold = [1, 0]", "the baths are hot"),
        ("hot = [1, 0]", "hot = [1]", "one factor for each of the 2 steps"),
        ("omega = 0.05", "", "omega"),
        ("omega = 0.05", 'omega = 0.05\nhamiltonian = "sigmaz@0"', "give all of the Hamiltonian"),
        ("omega = 0.05\nramp = 0.1", 'omega = 0.05\nmodel = "spin_boson"', "leave model out"),
    ],
)
def test_what_does_not_fit_is_said_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse(FILE.replace(old, new))


def test_kicks_need_a_step() -> None:
    text = FILE[: FILE.index("[[steps]]")] + FILE[FILE.index("[[kicks]]") :]
    with pytest.raises(ConfigError, match="steps"):
        parse(
            text.replace("[system]", '[system]\nhamiltonian = "sigmaz@0"').replace("contact = [0.4, 0.3]", "")
        )
