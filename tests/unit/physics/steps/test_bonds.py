"""Flows inside a chain in steps, against the same chain at rest and its state on the way."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.steps.protocol import steps_of
from sambe.errors import InputError
from sambe.physics.steps.bonds import check_chain

SX, SY, SZ, SP = sambe.sigmax(), sambe.sigmay(), sambe.sigmaz(), sambe.sigmap()


def at(op: Any, site: int) -> Any:
    return sambe.lift(op, site, (2, 2))


EXCHANGE = at(SP, 0) @ at(SP.conj().T, 1) + at(SP.conj().T, 0) @ at(SP, 1)
OHMIC = sambe.Ohmic(0.01, cutoff=5.0)
BATHS = [
    sambe.Bath("left", at(SX, 0), OHMIC, temperature=1.2),
    sambe.Bath("right", at(SX, 1), OHMIC, temperature=0.4),
]  # fmt: skip
STILL = [(0.5, at(SZ, 0)), (0.5, at(SZ, 1)), (0.02, EXCHANGE)]


def test_steps_that_are_all_the_same_are_a_chain_at_rest() -> None:
    rest = sambe.flows(sambe.System(STILL, baths=BATHS))
    steps = sambe.flows(sambe.System.from_steps([(0.4, STILL), (0.6, STILL)], 0.9, BATHS))
    for name in ("bond_current", "local_power"):
        np.testing.assert_allclose(steps[name], rest[name], rtol=1e-6, atol=1e-12)


@pytest.mark.slow
def test_a_site_is_given_what_leaves_it_and_its_bath_alone_pays() -> None:
    swap = 0.25 * np.pi * sum(at(op, 0) @ at(op, 1) for op in (SX, SY, SZ))
    other = [(0.3, at(SZ, 0)), (0.5, at(SZ, 1)), (0.1, EXCHANGE)]
    system = sambe.System.from_steps(
        [(0.5, STILL), (0.5, other)], sambe.axis("omega", [0.3, 0.5]), BATHS, kicks=[(0.25, [(0.3, swap)])],
        switched={"left": [1, 0]}, ramp=0.1,
    )  # fmt: skip
    found = sambe.flows(system)
    given, left = found.local_power.sum("terminal"), found.bond_current.sum("other")
    np.testing.assert_allclose(given, left, atol=1e-9 * float(abs(found.local_power).max()))
    assert abs(found.local_power.sel(site=0, terminal="right")).max() < 1e-12
    # kicks and steps work on both sites, and on the bond
    assert (abs(found.local_power.sel(terminal="pump")) > 1e-4).all()


@pytest.mark.slow
def test_bonds_are_those_of_the_state_on_its_way() -> None:
    other = [(0.3, at(SZ, 0)), (0.5, at(SZ, 1)), (0.1, EXCHANGE)]
    system = sambe.System.from_steps([(0.5, STILL), (0.5, other)], 0.4, BATHS)
    bond = sambe.flows(system).bond_current.sel(site=0, other=1).item()
    times = np.polynomial.legendre.leggauss(24)[0] * 0.25 + 0.25
    weights = np.polynomial.legendre.leggauss(24)[1] * 0.25
    period = 2 * np.pi / 0.4
    course = sambe.evolve(system, "stationary", period * np.concatenate([times, times + 0.5]), states=True)
    rho = course.density_matrix.values
    # -i[h_01, h_0] of each half, and the mean over the period
    each = [-1j * g * h * (EXCHANGE @ at(SZ, 0) - at(SZ, 0) @ EXCHANGE) for h, g in ((0.5, 0.02), (0.3, 0.1))]
    mean = sum(
        w * np.trace(op @ x).real
        for op, half in zip(each, (rho[:24], rho[24:]), strict=True)
        for w, x in zip(weights, half, strict=True)
    )
    np.testing.assert_allclose(bond, mean, rtol=1e-6)


def test_terms_of_three_sites_are_named_by_their_step() -> None:
    three = np.kron(np.kron(SZ, SZ), SZ)
    with pytest.raises(InputError, match=r"steps\[1\]\[0\].*three sites"):
        check_chain(steps_of([(0.5, sambe.lift(SZ, 0, (2, 2, 2))), (0.5, three)]), (2, 2, 2))
