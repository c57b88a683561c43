"""The tasks of input files, each asked from a small file and held to the verb itself."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
import xarray as xr

import sambe
from sambe.errors import InputError
from sambe.faces.input.schema import ConfigError
from sambe.faces.tasks.job import parse
from sambe.faces.tasks.table import DEFAULT, TASKS, task_of

SYSTEM = '[system]\nmodel = "spin_boson"\ndrive = 0.1\nomega = [0.8, 1.1]\n[solve]\nsecular = "full"\n'
LOOP = """
[axes]
loop = { start = 0.0, stop = 1.0, points = 24, endpoint = false }
[system]
model = "spin_boson"
drive = "0.3 + 0.1 cos(2 pi loop)"
omega = "0.9 + 0.2 sin(2 pi loop)"
[solve]
secular = "full"
"""
TASK_TEXTS = {
    "evolve": 'state = [0.6, "0.8j"]\ntimes = { start = 0.0, stop = 20.0, points = 5 }\nstates = false',
    "cycle": "phases = 8",
    "relaxation": "state = 1",
    "steady_state": "states = true",
    "channels": "",
    "counting_statistics": "cumulants = 3",
    "pump_curvature": 'x = "drive"\ny = "omega"',
    "performance": 'hot = "left"',
    "rectification": 'swap = ["right", "left"]',
    "response": "",
    "energy_spectrum": "bins = [0.0, 0.5, 1.5]",
    "site_temperature": "",
    "generating_function": 'fields = { left = 0.1, pump = "0.05j" }',
}


def qubit(drive=0.1) -> sambe.System:
    return sambe.models.spin_boson(drive=drive, omega=sambe.axis("omega", [0.8, 1.1]))


def test_every_task_is_a_public_verb_of_a_system() -> None:
    for name, task in TASKS.items():
        assert task.name == name
        assert next(iter(inspect.signature(task.verb).parameters)) == "system"
        assert set(task.readers) <= set(task.arguments)


@pytest.mark.parametrize("name", TASK_TEXTS)
def test_a_file_asks_what_python_asks(name) -> None:
    surface = name == "pump_curvature"
    text = SYSTEM.replace("drive = 0.1", "drive = [0.1, 0.2]") if surface else SYSTEM
    job = parse(f'{text}[task]\nverb = "{name}"\n{TASK_TEXTS[name]}\n')
    system = qubit(sambe.axis("drive", [0.1, 0.2]) if surface else 0.1)
    wanted = TASKS[name].ask(system, job.arguments, {"secular": "full"})
    got = job.solve()
    xr.testing.assert_identical(got.drop_attrs(), wanted.drop_attrs())
    parts = job.task.tables(got)
    assert parts
    assert all(len(row) == len(part.columns) for part in parts for row in part.rows)
    if job.task.draw is not None:
        assert job.task.draw(got, title="A task", unit=None).axes


def test_a_file_has_a_loop() -> None:
    """An axis without its end, and expressions of it."""
    job = parse(f'{LOOP}[task]\nverb = "pump_cycle"\ncheck = true\n')
    got = job.solve()
    t = sambe.axis("loop", 2.0 * np.pi * np.arange(24) / 24)
    system = sambe.models.spin_boson(drive=0.3 + 0.1 * np.cos(t), omega=0.9 + 0.2 * np.sin(t))
    wanted = sambe.pump_cycle(system, secular="full")
    np.testing.assert_allclose(got.geometric_energy, wanted.geometric_energy, rtol=1e-9)
    assert any(row[0] == "direct quanta" for row in job.task.tables(got)[0].rows)
    assert len(job.task.draw(got, title="A loop", unit=None).axes) == 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("drives", "curves"), [([0.1], 3), ([0.1, 0.2], 4), (list(np.linspace(0.1, 0.2, 7)), 0)]
)
def test_courses_of_a_few_points_are_curves_and_of_more_are_maps(drives, curves) -> None:
    system = sambe.models.spin_boson(drive=sambe.axis("drive", drives), omega=0.9)
    course = sambe.evolve(system, 1, [0.0, 1.0, 2.0])
    figure = TASKS["evolve"].draw(course, title=None, unit=None)
    drawn = [frame for frame in figure.axes if "energy" in frame.get_ylabel() and frame.lines]
    assert [len(frame.lines) for frame in drawn[1:]] == ([curves] if curves else [])


def test_without_a_task_the_currents_are_asked() -> None:
    assert task_of({}) is DEFAULT
    assert parse(SYSTEM).task is DEFAULT
    with pytest.raises(InputError, match=r"task\.verb = 'chanels'.*did you mean 'channels'"):
        task_of({"verb": "chanels"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[task]\nverb = "channels"\ncumulants = 2', "channels takes none"),
        ("[task]\ncumulants = 2", "give verb = one of"),
        ('[task]\nverb = "generating_function"', "needs fields"),
        ('[task]\nverb = "channels"\n[observables]\nz = "sigmaz"', "channels takes no such option"),
        ('task = "channels"', "task"),
    ],
)
def test_a_wrong_task_is_told(text, said) -> None:
    with pytest.raises(ConfigError, match=said):
        parse(text + "\n" + SYSTEM if text.startswith("task") else SYSTEM + text)


def test_several_equations_are_compared_or_refused() -> None:
    two = SYSTEM + 'equations = ["floquet", "dressed"]\n'
    assert parse(two).solve().sizes["equation"] == 2
    with pytest.raises(ConfigError, match=r"solve\.equations.*counting_statistics takes one"):
        parse(two + '[task]\nverb = "counting_statistics"')
