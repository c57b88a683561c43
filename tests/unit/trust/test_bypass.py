"""Flows that pass a hindrance: cotunnelling through a level by its integral, and nothing between equals."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

import sambe
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import Jumps, make_jumps
from sambe.physics.preparation import prepare
from sambe.trust.bath_memory import bath_slope
from sambe.trust.bypass import dephasing_flow, exchange_flow

GAP = 1.0


def qubit(hot: float, cold: float, couplings: tuple = (None, None)) -> tuple[sambe.System, Jumps]:
    ops = [sambe.sigmax() if op is None else op for op in couplings]
    baths = [sambe.Bath(n, op, sambe.Ohmic(0.01, cutoff=5.0), t)
             for n, op, t in zip(("hot", "cold"), ops, (hot, cold), strict=True)]  # fmt: skip
    system = sambe.System([(np.array([0.5 * GAP]), sambe.sigmaz())], baths=baths)
    method = prepare(system, "driven_dressed")
    return system, make_jumps(dress(system, method), system.baths, method.wiring)


def test_quanta_below_the_gap_are_exchanged_as_the_integral_says() -> None:
    system, jumps = qubit(0.1, 0.05)
    ground = np.array([[1.0, 0.0]])  # lower level first

    def part(w: float) -> float:
        j = 0.01 * w * np.exp(-w / 5.0)
        n = [1.0 / np.expm1(w / t) for t in (0.1, 0.05)]
        return w * j * j * abs(n[0] - n[1]) * (2.0 * GAP / (GAP**2 - w**2)) ** 2

    wanted = quad(part, 0.0, 0.5 * GAP, epsabs=1e-16)[0] / (2.0 * np.pi)
    assert exchange_flow(jumps, ground, system.baths)[0] == pytest.approx(wanted, rel=1e-6)


def test_equals_and_strangers_exchange_nothing() -> None:
    populations = np.array([[0.9, 0.1]])
    system, jumps = qubit(0.3, 0.3)
    assert exchange_flow(jumps, populations, system.baths)[0] == 0.0
    system, jumps = qubit(0.1, 0.05, (None, sambe.sigmaz()))  # one of them changes no state
    assert exchange_flow(jumps, populations, system.baths)[0] == 0.0


def test_dephasing_takes_its_share_of_anothers_flow() -> None:
    system, jumps = qubit(0.5, 0.4, (None, sambe.sigmaz()))
    slopes = [np.abs(bath_slope(bath, jumps.energy)) for bath in system.baths]
    p = np.array([[0.8, 0.2]])
    flows = [np.array([3.0]), np.array([0.0])]
    # sigma_z has +-1 on the diagonal, mean 0: the ratio is 2 |dGamma/dW at 0|
    at_zero = np.abs(np.diagonal(slopes[1][0, 0]))
    wanted = 3.0 * 2.0 * float(p[0] @ at_zero)
    assert dephasing_flow(jumps, p, slopes, flows)[0] == pytest.approx(wanted, rel=1e-10)
    system, jumps = qubit(0.5, 0.4)  # neither coupling has a diagonal
    slopes = [np.abs(bath_slope(bath, jumps.energy)) for bath in system.baths]
    assert dephasing_flow(jumps, p, slopes, flows)[0] == 0.0
