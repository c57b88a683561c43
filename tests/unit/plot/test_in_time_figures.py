"""Figures in time: what is drawn where, on axes of one's own, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

import sambe
from sambe.errors import InputError

VACUUM = sambe.Bath("vacuum", sambe.sigmax(), sambe.Flat(0.02), temperature=0.0)


def atom(drive: Any = 0.1) -> sambe.System:
    return sambe.models.spin_boson(drive=drive, omega=1.0, baths=[VACUUM])


@pytest.fixture(scope="module")
def course() -> Any:
    return sambe.evolve(atom(), 1, np.linspace(0.0, 50.0, 26))


def test_a_course_is_drawn_on_the_axes_that_are_given(course: Any) -> None:
    ax = Figure().subplots()
    assert sambe.plot.transient(course, ax) is ax
    vacuum, pump = ax.lines[:2]
    np.testing.assert_allclose(pump.get_ydata(), course.energy_current.sel(terminal="pump"))
    assert vacuum.get_linestyle() != pump.get_linestyle()
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["vacuum", "pump"]
    given = sambe.plot.transient(course, show="transferred")
    np.testing.assert_allclose(given.lines[0].get_ydata(), course.energy_transferred[:, 0])
    ergotropy = sambe.plot.transient(course, show="energies").lines[-1]
    np.testing.assert_allclose(ergotropy.get_ydata(), course.ergotropy)


def test_a_few_points_of_an_axis_have_a_colour_each() -> None:
    few = sambe.evolve(atom(sambe.axis("drive", [0.1, 0.2])), 1, [0.0, 1.0, 2.0])
    ax = sambe.plot.transient(few, show="energies")
    assert len(ax.lines) == 4  # two points, without the drive and the ergotropy
    np.testing.assert_allclose([line.get_ydata() for line in ax.lines[2:]], few.ergotropy)
    assert ax.lines[0].get_color() == ax.lines[2].get_color() != ax.lines[3].get_color()
    assert ax.lines[0].get_linestyle() != ax.lines[2].get_linestyle()
    key = ax.get_legend()
    shown = [text.get_text() for text in key.get_texts()]
    assert shown == ["0.1", "0.2", "without the drive", "ergotropy"]
    assert "drive amplitude" in key.get_title().get_text()
    currents = sambe.plot.transient(few)
    np.testing.assert_allclose(
        [line.get_ydata() for line in currents.lines[2:4]], few.energy_current.sel(terminal="pump")
    )


def test_a_period_has_its_phase_below() -> None:
    ax = sambe.plot.transient(sambe.cycle(atom(), 8))
    assert ax.get_xlim() == (0.0, 2 * np.pi)
    assert "phase" in ax.get_xlabel()
    for line in ax.lines[:2]:
        x, y = (np.asarray(part) for part in line.get_data())
        assert x[-1] == 2 * np.pi  # the end of a period is drawn too, and is its beginning
        assert y[-1] == y[0]


def test_rates_of_a_point_and_along_an_axis() -> None:
    plane = sambe.plot.relaxation(sambe.relaxation(atom(0.005), 1))
    simple, double = plane.collections
    np.testing.assert_allclose(np.asarray(double.get_offsets()), [[-0.015, 0.0]] * 2, atol=1e-12)
    assert len(np.asarray(simple.get_offsets())) == 2
    along = sambe.plot.relaxation(sambe.relaxation(atom(sambe.axis("drive", [0.004, 0.1]))))
    np.testing.assert_allclose(along.lines[-1].get_ydata(), [0.01, 0.01])
    wide = sambe.plot.relaxation(sambe.relaxation(atom(sambe.axis("drive", [0.0, 0.1])), 1))
    assert wide.get_yscale() == "linear"


def test_what_cannot_be_drawn(course: Any) -> None:
    flow = sambe.steady_state(atom())
    swept = sambe.evolve(atom(sambe.axis("drive", np.linspace(0.1, 0.2, 7))), 1, [0.0, 1.0])
    for draw, args in (
        (sambe.plot.transient, (flow,)), (sambe.plot.transient, (swept,)),
        (sambe.plot.transient, (course, 3)),
        (sambe.plot.relaxation, (flow,)), (sambe.plot.relaxation, (3,)),
    ):  # fmt: skip
        with pytest.raises(InputError):
            draw(*args)  # type: ignore[operator]
    with pytest.raises(InputError, match="show"):
        sambe.plot.transient(course, show="all")
    assert len(sambe.plot.transient(swept.isel(drive=1)).lines) == 3
