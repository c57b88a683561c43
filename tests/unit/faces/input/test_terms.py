"""Terms of drives and couplings in an input file."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.faces.input.schema import ConfigError
from sambe.faces.tasks.job import parse

FILE = """
[axes]
depth = { start = 0.0, stop = 0.9, points = 3 }

[system]
dims = [2]
hamiltonian = "0.5 sigmaz"
drive = { 1 = [[0.1, "sigmap"]] }
omega = { values = [0.3, 0.5] }

[[baths]]
name = "left"
temperature = 1.2
coupling = { 0 = "sigmax", 1 = [["0.5*depth", "sigmax"], [0.1, "sigmap"]] }
spectrum = { type = "ohmic", strength = 0.002, cutoff = 10.0 }

[[baths]]
name = "right"
temperature = 0.4
coupling = ["sigmax", { 2 = "0.1j sigmaz" }]
spectrum = { type = "ohmic", strength = 0.002, cutoff = 10.0 }
"""


def test_a_file_with_modulated_couplings_is_the_system_written_in_python() -> None:
    job = parse(FILE)
    sx, sp, ohmic = sambe.sigmax(), sambe.sigmap(), sambe.Ohmic(0.002, cutoff=10.0)
    depth = sambe.axis("depth", [0.0, 0.45, 0.9])
    left = sambe.Bath("left", {0: sx, 1: [(0.5 * depth, sx), (0.1, sp)]}, ohmic, temperature=1.2)
    right = sambe.Bath("right", [sx, {2: 0.1j * sambe.sigmaz()}], ohmic, temperature=0.4)
    omega = sambe.axis("omega", [0.3, 0.5])
    system = sambe.System(0.5 * sambe.sigmaz(), {1: [(0.1, sp)]}, omega, [left, right])
    ours = sambe.steady_state(system, secular="full").energy_current
    theirs = sambe.steady_state(job.system, secular="full").energy_current
    np.testing.assert_array_equal(theirs.transpose(*ours.dims), ours)


@pytest.mark.parametrize(("old", "new", "words"), [
    ("{ 0 =", "{ -1 =", ["baths[0].coupling[0]", "'-1'", "0 or more"]),
    ("{ 0 =", "{ 01 = 'sigmax', 0 =", ["baths[0].coupling[0]", "join them"]),
    ('"0.5*depth"', '"0.5*dept"', ["baths[0].coupling[0].1[0]", "mean 'depth'"]),
    ('"0.1j sigmaz"', "3", ["baths[1].coupling[1].2", "give \"operator\""]),
    ('{ 2 = "0.1j sigmaz" }', "3", ["baths[1].coupling"]),
    ('0 = "sigmax"', '0 = "sigmap"', ["coupling[0][0]", "Hermitian"]),
    ("drive = { 1 =", "drive = { 0 =", ["system.drive", "1 or more", "static terms"]),
])  # fmt: skip
def test_what_is_no_term_says_where(old: str, new: str, words: list[str]) -> None:
    assert old in FILE
    with pytest.raises(ConfigError) as error:
        parse(FILE.replace(old, new))
    assert all(word in str(error.value) for word in words), str(error.value)
