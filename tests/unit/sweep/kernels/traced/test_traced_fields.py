"""The compiled part of a point: which coherences channels can drive, and which points are left to NumPy."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.physics.dressing.dressing import ordered
from sambe.physics.equations import dressing_of
from sambe.physics.generators.jumps import make_jumps
from sambe.physics.generators.near_states.coherences import coherence_paths
from sambe.physics.preparation import prepare
from sambe.sweep.kernels.traced.traced_fields import _Paths


@pytest.mark.parametrize(
    "system",
    [
        sambe.models.spin_boson(drive=np.array([0.1, 0.2]), omega=np.array([0.7, 1.1])),
        sambe.models.spin_boson(
            drive=np.array([0.1, 0.2]), omega=np.array([0.7, 1.1]), polarization="linear"
        ),
        sambe.models.kerr_resonator(levels=5, drive=np.array([0.1, 0.2])),
        sambe.models.two_qubits(omega=np.array([0.7, 1.1])),
    ],
    ids=["circular", "linear", "Kerr", "two qubits"],
)
def test_paths_are_those_of_the_coherences(system: sambe.System) -> None:
    method = prepare(system)
    jumps = make_jumps(ordered(dressing_of(system, method)), system.baths, method.wiring)
    paths, wanted = _Paths.of(jumps.dressing), coherence_paths(jumps)
    found = {m: paths.by(k) for k, m in enumerate(paths.differences.tolist())}
    assert {m for m, path in found.items() if path.any()} == set(wanted)
    for m, path in wanted.items():
        either = path | path.swapaxes(-1, -2)
        np.testing.assert_array_equal(found[m] | found[m].swapaxes(-1, -2), either)
