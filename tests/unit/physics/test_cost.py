"""What a point costs: estimates of memory against the measured peak, and of steps."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

import sambe
from sambe.physics.cost import point_bytes
from sambe.physics.preparation import prepare
from sambe.sweep.axes import Sweep
from sambe.sweep.blocks import solve_block
from sambe.sweep.kernels.fields import point_fields


def qubit(points: int = 40, **changes: object) -> sambe.System:
    values = {"omega": sambe.axis("omega", np.linspace(0.5, 1.5, points)), "drive": 0.1, **changes}
    return sambe.models.spin_boson(**values)


CASES = [
    ("driven_dressed", "full", 2, 512),
    ("driven_dressed", "full", 20, 32),
    ("driven_dressed", "full", 100, 2),
    ("driven_dressed", "full", 300, 1),
    ("driven_dressed", "partial", 300, 1),
    ("driven_dressed", "partial", 2, 512),
    ("driven_dressed", "partial", 20, 16),
    ("driven_dressed", "partial", 40, 4),
    ("driven_dressed", "none", 20, 8),
    ("driven_dressed", "ule", 20, 16),
    ("driven_dressed", "clustered", 20, 16),
    ("floquet", "full", 2, 128),
    ("floquet", "partial", 2, 128),
    ("floquet", "full", 20, 4),
]


@pytest.mark.slow
@pytest.mark.parametrize(("equation", "secular", "levels", "points"), CASES)
def test_the_estimate_of_the_memory_bounds_the_measured_peak(equation, secular, levels, points) -> None:
    omega = sambe.axis("omega", np.linspace(0.62, 1.43, points))
    linear = {"polarization": "linear"} if equation == "floquet" else {}
    # relaxation fast enough that terms between different quanta are looked at
    baths = [
        sambe.Bath(n, spectrum=sambe.Ohmic(0.02, cutoff=10.0), temperature=t)
        for n, t in (("a", 1.2), ("b", 0.4))
    ]
    system = (
        sambe.models.spin_boson(drive=0.3, omega=omega, baths=baths, **linear) if levels == 2
        else sambe.models.kerr_resonator(levels=levels, omega=omega)
    )  # fmt: skip
    sweep, method = Sweep(system), prepare(system, equation, secular)
    part = sweep.part(np.arange(points))
    solve_block(part, method, point_fields, points)  # what is imported or cached once does not count
    tracemalloc.start()
    solve_block(part, method, point_fields, points)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    estimate = points * point_bytes(sweep.extreme(), method)
    assert peak <= 1.2 * estimate
    assert estimate <= 8 * peak
