"""The long-time limit of an initial state against the generator integrated for a long time."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import expm

import sambe
from sambe.physics.dressing.dressing import ordered
from sambe.physics.equations import dressing_of
from sambe.physics.generators.jumps import make_jumps
from sambe.physics.generators.redfield import make_redfield
from sambe.physics.long_time import long_time_limit, why_several
from sambe.physics.preparation import prepare
from sambe.physics.states.conserved import generator_on

SX, SZ = sambe.sigmax(), sambe.sigmaz()


def pair(difference: float) -> sambe.System:
    """Two spins that two baths see by their sum alone: the singlet is dark where the splittings are equal."""
    both = np.kron(SX, np.eye(2)) + np.kron(np.eye(2), SX)
    h = [(np.full(1, 0.5), np.kron(SZ, np.eye(2))), (0.5 * (1 + difference), np.kron(np.eye(2), SZ))]
    baths = [sambe.Bath(name, both, sambe.Ohmic(0.02, cutoff=5.0), t) for name, t in (("a", 1.0), ("b", 0.4))]
    return sambe.System(h, baths=baths)


@pytest.mark.parametrize("start", [0, 1, 2])
def test_the_limit_is_where_the_generator_leads(start: int) -> None:
    system = pair(0.0)
    method = prepare(pair(0.2))  # of the same structure, where one state is stationary
    initial = np.zeros((4, 4), dtype=complex)
    initial[start, start] = 1.0
    limit = long_time_limit(system, method, initial)
    jumps = make_jumps(ordered(dressing_of(system, method)), system.baths, method.wiring)
    generator = generator_on(make_redfield(jumps), np.argwhere(np.ones((4, 4), dtype=bool)))
    v = jumps.dressing.states[0]
    late = (expm(2e4 * generator) @ (v.conj().T @ initial @ v).ravel()).reshape(4, 4)
    assert limit is not None
    back = limit.plain.dressing.states[0]
    in_basis = back @ limit.state[0] @ back.conj().T
    np.testing.assert_allclose(in_basis, v @ late @ v.conj().T, atol=1e-8)


def test_the_reason_is_told_in_words() -> None:
    assert why_several(pair(0.0), prepare(pair(0.2)))
