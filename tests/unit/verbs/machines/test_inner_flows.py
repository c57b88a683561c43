"""The verb: bonds, sweeps, stores and refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.errors import InputError


def pair(coupling: Any = 0.01, drive: float = 0.0) -> sambe.System:
    return models.two_qubits(splittings=(1.0, 1.0), coupling=coupling, drive=drive, omega=1.1)


def test_the_bond_of_like_qubits_carries_what_the_right_bath_gets() -> None:
    found = sambe.flows(pair())
    bond, right = found.bond_current[0, 1].item(), found.energy_current.sel(terminal="right").item()
    np.testing.assert_allclose(bond, -right, rtol=1e-4)  # to the order of the coupling squared
    np.testing.assert_allclose(found.bond_current[1, 0], -bond, rtol=1e-12)
    np.testing.assert_allclose(
        found.local_power.sum("terminal"), found.bond_current.sum("other"), atol=1e-12 * bond
    )
    assert found.bond_current.dims == ("site", "other")
    assert found.site.values.tolist() == [0, 1]
    assert abs(found.local_power.sel(site=0, terminal="right")) < 1e-3 * bond


def test_a_chain_of_three_passes_energy_on() -> None:
    dims, sx, sz = [2, 2, 2], sambe.sigmax(), sambe.sigmaz()
    up, down = sambe.sigmap(), sambe.sigmam()
    hop = np.kron(up, down) + np.kron(down, up)
    terms = [(0.5, sambe.lift(sz, k, dims)) for k in range(3)]
    terms += [(0.02, np.kron(hop, np.eye(2))), (0.03, np.kron(np.eye(2), hop))]
    baths = [sambe.Bath(n, sambe.lift(sx, k, dims), sambe.Ohmic(0.002, cutoff=10.0), t)
             for n, k, t in (("left", 0, 1.2), ("right", 2, 0.4))]  # fmt: skip
    found = sambe.flows(sambe.System(terms, baths=baths), sites=(2, 2, 2))
    right = -found.energy_current.sel(terminal="right").item()
    np.testing.assert_allclose(found.bond_current[0, 1], right, rtol=1e-3)
    np.testing.assert_allclose(found.bond_current[1, 2], right, rtol=1e-3)
    assert found.bond_current[0, 2] == 0.0


@pytest.mark.slow
def test_sweeps_stores_and_units(tmp_path: Path) -> None:
    g = sambe.axis("g", [0.01, 0.02])
    data = sambe.flows(pair(g, drive=0.1))
    assert data.bond_current.dims == ("g", "site", "other")
    one = sambe.flows(pair(0.02, drive=0.1))
    np.testing.assert_allclose(data.local_power[1], one.local_power, rtol=1e-6, atol=1e-14)
    kept = sambe.flows(pair(g, drive=0.1), store=tmp_path / "f.zarr")
    np.testing.assert_allclose(kept.bond_current, data.bond_current, rtol=1e-12, atol=1e-18)


def test_what_tells_no_flows_is_refused() -> None:
    for secular in ("full", "clustered"):
        with pytest.raises(InputError, match="coherences"):
            sambe.flows(pair(), secular=secular)
    with pytest.raises(InputError, match="drops the phase"):
        sambe.flows(pair(drive=0.1), equation="dressed")
    with pytest.raises(InputError, match="between different quanta"):
        sambe.flows(pair(drive=0.1), equation="floquet", secular="none")
    with pytest.raises(InputError, match="no jumps"):
        sambe.flows(pair(), equation="heom")
    for sites in ((2, 3), "22", (), (4.0, 1)):
        with pytest.raises(InputError, match="sites"):
            sambe.flows(pair(), sites=sites)  # type: ignore[arg-type]


def toned(drive: Any, omega: Any) -> sambe.System:
    """Two qubits that exchange quanta, driven on either."""
    left, right = (lambda op, k=k: sambe.lift(op, k, (2, 2)) for k in (0, 1))
    sx, sz, sp = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()
    hop = left(sp) @ right(sp.T)
    terms = [(0.5, left(sz)), (0.45, right(sz)), (0.02, hop + hop.T)]
    spectrum = sambe.Ohmic(0.002, cutoff=10.0)
    baths = [sambe.Bath("hot", left(sx), spectrum, 1.2), sambe.Bath("cold", right(sx), spectrum, 0.4)]
    drives = {k: [(a, left(sp) if site == 0 else right(sx))] for k, (a, site) in drive.items()}
    return sambe.System(terms, drives, omega, baths)


@pytest.mark.slow
def test_tones_give_to_the_sites_that_they_drive() -> None:
    one = sambe.flows(toned({1: (0.05, 0)}, 0.8)).local_power
    beside = sambe.flows(toned({(1, 0): (0.05, 0), (0, 1): (0.0, 1)}, (0.8, 1.37))).local_power
    np.testing.assert_allclose(beside[:, :3], one, rtol=1e-9, atol=1e-14)
    assert (beside[:, 3] == 0.0).all()
    # two tones in a ratio, by their vectors and as harmonics of one frequency; and one close by, not folded
    single = sambe.flows(toned({1: (0.05, 0), 2: (0.04, 1)}, 0.8))
    for second, close in ((1.6, 1e-9), (1.6003, 3e-3)):
        both = sambe.flows(toned({(1, 0): (0.05, 0), (0, 1): (0.04, 1)}, (0.8, second)))
        np.testing.assert_allclose(both.bond_current, single.bond_current, rtol=close, atol=1e-14)
        given = single.local_power.sel(terminal="pump").values
        size = abs(given).max()
        np.testing.assert_allclose(both.local_power[:, 2:].sum("terminal"), given, atol=close * size)
        assert abs(both.local_power.values[[0, 1], [3, 2]]).max() < 1e-12 * size
        balance = both.local_power.sum("terminal") - both.bond_current.sum("other")
        assert abs(balance).max() < 1e-10 * size


def test_a_term_of_two_tones_gives_by_its_quanta() -> None:
    """A term at w1 + w2 brings quanta of both, w1 and w2 of each w1 + w2."""
    found = sambe.flows(toned({(1, 1): (0.05, 0)}, (0.5, 0.3)))
    one, two = found.local_power.sel(site=0).values[2:]
    single = sambe.flows(toned({1: (0.05, 0)}, 0.8)).local_power.sel(site=0, terminal="pump")
    np.testing.assert_allclose([one, two], single.item() * np.array([5.0, 3.0]) / 8.0, rtol=1e-9)
