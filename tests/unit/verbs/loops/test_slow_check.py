"""Slow cycles beside the geometry, over a sweep of loops and in any unit."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.errors import SecularWarning
from sambe.verbs.loops.slow_check import checked
from sambe.verbs.loops.ways import drifting_method

ANGLE = sambe.axis("loop", np.linspace(0.0, 2.0 * np.pi, 24, endpoint=False))


def qubit(unit: float = 1.0) -> sambe.System:
    hotter = unit * sambe.axis("k", [0.0, 0.2])
    baths = [
        sambe.Bath(
            "left", sambe.sigmax(), sambe.Flat(0.001 * unit), unit + hotter + 0.4 * unit * np.cos(ANGLE)
        ),
        sambe.Bath("right", sambe.sigmax(), sambe.Flat(0.003 * unit), unit * (0.9 + 0.3 * np.sin(ANGLE))),
    ]
    return sambe.System([(0.5 * unit, sambe.sigmaz())], baths=baths)


def test_every_loop_of_a_sweep_is_integrated_in_any_unit() -> None:
    plain, tiny = (sambe.pump_cycle(qubit(u), secular="full", check=True) for u in (1.0, 2.0**-50))
    assert plain.direct_energy.dims == ("k", "terminal")
    np.testing.assert_allclose(plain.direct_energy, plain.geometric_energy, rtol=1e-5, atol=1e-12)
    np.testing.assert_allclose(tiny.direct_energy * 2.0**50, plain.direct_energy, rtol=1e-6, atol=1e-12)


def test_a_difference_is_told() -> None:
    system = qubit()
    out = sambe.pump_cycle(system, secular="full")
    wrong = out.assign(geometric_energy=1.1 * out.geometric_energy)
    with pytest.warns(SecularWarning, match="something else"):
        checked(
            wrong,
            abs(out.geometric_energy).max("terminal"),
            system,
            "loop",
            drifting_method(system, {"secular": "full"}),
        )
