"""Departure from Onsager's symmetry: what the equation breaks, and nothing else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.machines.reciprocity import at_equilibrium


def pair(strength: Any = 1.0, drive: float = 0.0, hot: Any = 0.5) -> sambe.System:
    """Two qubits, one of them with two baths."""
    baths = [sambe.Bath(n, c, sambe.Ohmic(j * strength, cutoff=10.0), t) for n, j, t, c in (
        ("left", 0.002, hot, None), ("right", 0.005, 0.5, None),
        ("middle", 0.003, 0.5, sambe.lift(sambe.sigmax(), 0, [2, 2])))]  # fmt: skip
    return models.two_qubits(splittings=(1.0, 1.3), coupling=0.2, drive=drive, omega=0.8, baths=baths)


def dots(strength: Any = 1.0, flux: float = 0.0, shift: float = 0.0) -> sambe.System:
    """Three dots in a ring with a lead each."""
    d = [sambe.fermion(k, 3) for k in range(3)]
    hop = [0.05, 0.04, 0.03 * np.exp(1j * flux)]
    terms = [(0.5 + 0.1 * k, x.conj().T @ x) for k, x in enumerate(d)]
    ring = sum(t * d[k].conj().T @ d[(k + 1) % 3] for k, t in enumerate(hop))
    leads = [
        sambe.Lead(n, x, tunnelling=g * strength, temperature=0.3, chemical_potential=0.2 + m)
        for n, x, g, m in zip("abc", d, (0.01, 0.004, 0.007), (0.0, 0.0, shift), strict=True)
    ]
    return sambe.System([*terms, (1.0, ring + ring.conj().T)], baths=leads)


WEAKER = sambe.axis("strength", [1.0, 0.1, 0.01])


@pytest.mark.parametrize(("make", "secular"), [(pair, "none"), (pair, "ule"), (dots, "none")])
def test_it_falls_as_the_square_of_the_coupling_down_to_rounding(make: Any, secular: str) -> None:
    # were it an error of the derivatives, it would not know the coupling
    found = sambe.response(make(WEAKER), secular=secular).reciprocity_residual.values
    assert found[0] > 1e-7
    np.testing.assert_allclose(found[:-1] / found[1:], 100.0, rtol=0.01)


@pytest.mark.parametrize(("make", "secular"), [(pair, "full"), (dots, "full"), (dots, "clustered")])
def test_populations_obey_it(make: Any, secular: str) -> None:
    assert sambe.response(make(), secular=secular).reciprocity_residual < 1e-10


def test_it_is_that_of_the_matrix() -> None:
    found = sambe.response(pair(), secular="none")
    g = found.conductance.sel(terminal=found.other.values).values
    asymmetry = np.abs(g - g.T).max() / np.abs(g).max()
    np.testing.assert_allclose(found.reciprocity_residual, asymmetry, rtol=1e-12)


def test_a_flux_breaks_it_by_more_than_the_equation_does() -> None:
    still, turned = (sambe.response(dots(flux=x), secular="none").reciprocity_residual for x in (0.0, 1.0))
    assert turned > 10 * still


@pytest.mark.parametrize("system", [pair(drive=0.1), pair(hot=0.6), dots(shift=0.01)])
def test_away_from_equilibrium_nothing_is_asked(system: sambe.System) -> None:
    assert np.isnan(sambe.response(system, secular="full").reciprocity_residual)
    hot = np.array([0.5, 0.6])
    np.testing.assert_array_equal(at_equilibrium(pair(hot=hot), 2), [True, False])
