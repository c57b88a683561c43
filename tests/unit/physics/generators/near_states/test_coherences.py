"""Which coherences the baths drive, by paths of two jumps written out, and how fast they relax."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import Jumps, make_jumps
from sambe.physics.generators.near_states.coherences import FEW_QUANTA, coherence_paths, relaxation_rates
from sambe.physics.preparation import prepare


def jumps_of(system: sambe.System, equation: str = "auto") -> Jumps:
    method = prepare(system, equation)
    return make_jumps(dress(system, method), system.baths, method.wiring)


def by_hand(jumps: Jumps) -> dict[int, Any]:
    """Pairs i, j that two present channels q and q - m reach from one state, or leave for one."""
    s, quanta = np.asarray(jumps.dressing.couplings), jumps.dressing.quanta
    n, points = s.shape[-1], s.shape[0]
    out: dict[int, Any] = {}
    for p in range(points):
        present = np.abs(s[p]) > 1e-3 * np.abs(s[p]).max()
        for c in range(s.shape[1]):
            channels = {}
            for k, q in enumerate(quanta):
                channels[q], channels[-q] = present[c, k], present[c, k].T
            for q, a in channels.items():
                for r, b in channels.items():
                    if q >= r:
                        path = out.setdefault(q - r, np.zeros((points, n, n), bool))
                        for k in range(n):
                            path[p] |= np.outer(a[:, k], b[:, k]) | np.outer(b[k], a[k])
    return {m: path for m, path in out.items() if path.any()}


SYSTEMS = {
    "qubit": lambda: models.spin_boson(drive=np.array([1e-6, 0.3]), omega=1.05),
    "linear qubit": lambda: models.spin_boson(drive=np.array([0.1, 0.9]), omega=0.8, polarization="linear"),
    "slow qubit": lambda: models.modulated_qubit(omega=np.array([0.05, 0.3])),
    "slow linear qubit": lambda: models.spin_boson(
        drive=np.array([0.4, 0.9]), omega=0.2, polarization="linear"
    ),
    "two qubits": lambda: models.two_qubits(drive=np.array([0.0, 0.1]), omega=0.9),
    "ladder": lambda: models.kerr_resonator(drive=np.array([0.01, 0.05]), omega=0.9, levels=6),
}


@pytest.mark.parametrize("name", SYSTEMS)
def test_paths_are_pairs_of_jumps(name: str) -> None:
    jumps = jumps_of(SYSTEMS[name]())
    found, wanted = coherence_paths(jumps), by_hand(jumps)
    assert found.keys() == wanted.keys()
    for m, path in wanted.items():
        np.testing.assert_array_equal(found[m], path)


def test_few_and_many_quanta_are_counted_alike() -> None:
    many, slow = (jumps_of(SYSTEMS[name]()) for name in ("ladder", "slow linear qubit"))
    assert len(many.dressing.quanta) <= FEW_QUANTA < len(slow.dressing.quanta)


def test_a_coherence_relaxes_at_the_mean_rate_of_its_states() -> None:
    # J = 0.01 at T = 0: the excited state of a qubit leaves at 0.01, the ground state not at all
    bath = sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.01), 0.0)
    rates = relaxation_rates(jumps_of(sambe.System([(np.array([0.5]), sambe.sigmaz())], baths=[bath])))
    np.testing.assert_allclose(rates[0], [[0.0, 0.005], [0.005, 0.01]], atol=1e-15)
