"""pump_curvature: labels, orientation and what is refused; its numbers stand with the references."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import InputError


def grid(**others) -> sambe.System:
    drive, omega = sambe.axis("drive", [0.2, 0.3]), sambe.axis("omega", [0.8, 0.9, 1.0])
    return sambe.models.spin_boson(drive=drive, omega=omega, **others)


def test_the_other_order_is_the_other_orientation() -> None:
    out = sambe.pump_curvature(grid(), "drive", "omega", secular="full")
    other = sambe.pump_curvature(grid(), "omega", "drive", secular="full")
    assert (out.attrs["x"], out.attrs["y"]) == ("drive", "omega")
    assert out.curvature_energy.dims == ("drive", "omega", "terminal")
    np.testing.assert_allclose(other.curvature_energy, -out.curvature_energy, rtol=1e-9)
    np.testing.assert_allclose(
        out.energy_current, sambe.steady_state(grid(), secular="full").energy_current, rtol=1e-12
    )


def test_a_small_loop_pumps_the_curvature_times_its_area() -> None:
    """To the square of its radius."""
    t = sambe.axis("loop", np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False))
    r = 1e-3
    loop = sambe.models.spin_boson(drive=0.3 + r * np.cos(t), omega=0.9 + r * np.sin(t))
    pumped = sambe.pump_cycle(loop).geometric_energy / (np.pi * r**2)
    point = sambe.pump_curvature(grid(), "drive", "omega").curvature_energy.sel(drive=0.3, omega=0.9)
    np.testing.assert_allclose(pumped, point, rtol=1e-4)


def test_a_point_without_an_answer_is_not_a_number() -> None:
    baths = [
        sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.001), temperature=sambe.axis("t", [-0.1, 0.4, 0.5]))
    ]
    out = sambe.pump_curvature(grid(baths=baths), "t", "drive", secular="full")
    bad = out.status > 0
    assert bad.sel(t=-0.1).all()
    assert not bad.sel(t=[0.4, 0.5]).any()
    assert np.isnan(out.curvature_energy).any("terminal").equals(bad)


def test_one_coordinate_is_no_surface() -> None:
    with pytest.raises(InputError, match="y = 'drive'"):
        sambe.pump_curvature(grid(), "drive", "drive")
    with pytest.raises(InputError, match="y = 'temperature'"):
        sambe.pump_curvature(grid(), "drive", "temperature")


@pytest.mark.slow
def test_a_small_loop_of_steps_pumps_their_curvature_times_its_area() -> None:
    def stepped(fraction, size) -> sambe.System:
        sx, sz = sambe.sigmax(), sambe.sigmaz()
        baths = [sambe.Bath(name, sx, sambe.Ohmic(0.002, 10.0), temperature=t)
                 for name, t in (("left", 1.2), ("right", 0.4))]  # fmt: skip
        steps = [(fraction, [(0.5, sz)]), (1 - fraction, [(0.35, sz), (size, sx)])]
        return sambe.System.from_steps(steps, 0.8, baths, kicks=[(0.2, 0.3 * sx)])

    t = sambe.axis("loop", np.linspace(0.0, 2.0 * np.pi, 16, endpoint=False))
    r = 1e-3
    loop = stepped(0.5 + r * np.cos(t), 0.2 + r * np.sin(t))
    x, y = sambe.axis("x", [0.45, 0.5, 0.55]), sambe.axis("y", [0.15, 0.2, 0.25])
    pumped = sambe.pump_cycle(loop)
    point = sambe.pump_curvature(stepped(x, y), "x", "y").sel(x=0.5, y=0.2)
    area = np.pi * r**2
    np.testing.assert_allclose(pumped.geometric_energy / area, point.curvature_energy, rtol=1e-4)
    np.testing.assert_allclose(pumped.geometric_quanta / area, point.curvature_quanta, rtol=1e-4)
