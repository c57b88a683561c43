"""Temperatures of sites: equilibrium, inversion, levels that do not agree, and sites that are none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.errors import InputError


def test_weakly_linked_sites_have_the_temperatures_of_their_baths() -> None:
    ladder, up = sambe.lift(sambe.num(4), 1, (2, 4)), sambe.lift(sambe.sigmaz(), 0, (2, 4))
    lower = sambe.lift(sambe.destroy(4), 1, (2, 4))
    strength = sambe.axis("frequency", [0.7, 0.9])
    system = sambe.System([(0.5, up), (strength, ladder)], edge=(), baths=[
        sambe.Bath("hot", sambe.lift(sambe.sigmax(), 0, (2, 4)), sambe.Ohmic(0.002, cutoff=10.0), 0.9),
        sambe.Bath("cold", lower + lower.T, sambe.Ohmic(0.002, cutoff=10.0), 0.4),
    ])  # fmt: skip
    for site, wanted, pairs in ((0, 0.9, 1), (1, 0.4, 3)):
        data = sambe.site_temperature(system, site, (2, 4))
        assert data.pair_temperature.sizes == {"frequency": 2, "pair": pairs}
        np.testing.assert_allclose(data.pair_temperature, wanted, rtol=1e-8)
        np.testing.assert_allclose(data.temperature, wanted, rtol=1e-8)
        np.testing.assert_allclose(data.population.sum("level"), 1.0)
    np.testing.assert_allclose(data.level_energy.diff("level")[1], 0.9)


def test_levels_that_do_not_agree_have_no_one_temperature() -> None:
    # 0-1 at T = 1, 1-2 at T = 0.2, in a chain without a loop: each pair has that of its bath
    jump = [sambe.transition(3, k, k + 1) + sambe.transition(3, k + 1, k) for k in range(2)]
    system = sambe.System(np.diag([0.0, 1.0, 1.7]), baths=[
        sambe.Bath("hot", jump[0], sambe.Ohmic(0.002, cutoff=10.0), 1.0),
        sambe.Bath("cold", jump[1], sambe.Ohmic(0.002, cutoff=10.0), 0.2)])  # fmt: skip
    data = sambe.site_temperature(system)
    np.testing.assert_allclose(data.pair_temperature, [1.0, 0.2], rtol=1e-9)
    assert np.isnan(data.temperature)
    inverted = sambe.Bath("laser", sambe.sigmax(), sambe.Flat(0.01), state=sambe.Inverted(0.8))
    qubit = sambe.System(0.5 * sambe.sigmaz(), baths=[inverted])
    np.testing.assert_allclose(sambe.site_temperature(qubit).temperature, 1.0 / np.log(0.25), rtol=1e-9)


@pytest.mark.parametrize(
    ("site", "sites", "field"),
    [(2, (2, 2), "site"), (-1, (2, 2), "site"), (0, (2, 3), "sites"), (0, "ab", "sites"), (1, (4, 1), "site"),
     (0, (2.0, 2.0), "sites")],
)  # fmt: skip
def test_sites_that_are_none(site: Any, sites: Any, field: str) -> None:
    with pytest.raises(InputError, match=field):
        sambe.site_temperature(sambe.models.two_qubits(), site, sites)


def test_levels_that_turn_along_a_sweep_are_refused() -> None:
    tilt = sambe.axis("tilt", [0.1, 0.2])
    qubit = sambe.System([(0.5, sambe.sigmaz()), (tilt, sambe.sigmax())], baths=[
        sambe.Bath("b", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), 1.0)])  # fmt: skip
    with pytest.raises(InputError, match="turn along the sweep"):
        sambe.site_temperature(qubit)
    bath = sambe.Bath("b", sambe.lift(sambe.sigmaz(), 0, (2, 2)), sambe.Ohmic(0.002, cutoff=10.0), 1.0)
    flip = sambe.System(np.kron(sambe.sigmax(), sambe.sigmax()), baths=[bath])
    with pytest.raises(InputError, match="no levels"):
        sambe.site_temperature(flip, 0, (2, 2))
