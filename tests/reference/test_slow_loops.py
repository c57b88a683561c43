"""What slow loops pump, against numbers derived by sums over rates, -oint (V/K) dp, and by closed forms."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import sambe

SX = sambe.sigmax()


def angle(points: int) -> xr.DataArray:
    return sambe.axis("loop", np.linspace(0.0, 2.0 * np.pi, points, endpoint=False))


def resting(left, right) -> sambe.System:
    """Undriven, flat baths of strengths 1 and 3."""
    baths = [sambe.Bath("left", SX, sambe.Flat(1.0), left), sambe.Bath("right", SX, sambe.Flat(3.0), right)]
    return sambe.System([(0.5, sambe.sigmaz())], baths=baths)


def driven(drive, omega, left, right, strength=0.002) -> sambe.System:
    baths = [
        sambe.Bath("left", SX, sambe.Ohmic(0.002, cutoff=10.0), left),
        sambe.Bath("right", SX, sambe.Ohmic(strength, cutoff=10.0), right),
    ]
    return sambe.models.spin_boson(drive=drive, omega=omega, baths=baths)


def test_temperatures_push_heat_through_a_qubit_at_rest() -> None:
    c, s = np.cos(angle(128)), np.sin(angle(128))
    out = sambe.pump_cycle(resting(1.0 + 0.4 * c, 0.9 + 0.3 * s), secular="full")
    np.testing.assert_allclose(out.geometric_energy, [0.01453509118, -0.01453509118, 0.0], rtol=1e-9)


@pytest.mark.slow
def test_the_whole_plane_of_temperatures_pumps_a_quarter_of_a_quantum() -> None:
    """Derived: -1/4 into the system from the right one for any ratio of the couplings."""
    u, w = np.polynomial.legendre.leggauss(40)
    u, w = 0.5 * (u + 1.0), 0.5 * w
    t, w = u / (1.0 - u), w / (1.0 - u) ** 2
    grid = resting(sambe.axis("x", t), sambe.axis("y", t))
    f = sambe.pump_curvature(grid, "x", "y", secular="full").curvature_energy.sel(terminal="right")
    assert np.einsum("x,y,xy", w, w, f.transpose("x", "y")) == pytest.approx(-0.25, abs=1e-4)


# temperatures 1 + .5 cos and .8 + .3 sin at drive .3 and omega .8; and drive .3 + .1 cos, omega .9 + .2 sin
# at the temperatures 1.2 and .4; energies from left and right, and drive quanta
TEMPERATURES = [0.02291632496, -0.02279955619, -0.0001459609633]
PUMP = [0.004549036659, 0.01096404266, 0.04315578649]


def test_energies_and_quanta_of_driven_qubits() -> None:
    c, s = np.cos(angle(256)), np.sin(angle(256))
    by_heat = sambe.pump_cycle(driven(0.3, 0.8, 1.0 + 0.5 * c, 0.8 + 0.3 * s), secular="full")
    by_pump = sambe.pump_cycle(driven(0.3 + 0.1 * c, 0.9 + 0.2 * s, 1.2, 0.4), secular="full")
    for out, wanted in ((by_heat, TEMPERATURES), (by_pump, PUMP)):
        got = [*out.geometric_energy.values[:2], out.geometric_quanta.item()]
        np.testing.assert_allclose(got, wanted, rtol=1e-6)
    assert by_heat.geometric_energy.sum().item() == pytest.approx(0.0, abs=1e-14)  # fixed energies
    assert by_heat.geometric_work.item() == pytest.approx(0.8 * TEMPERATURES[2], rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("secular", ["full", "partial"])
def test_a_loop_pumps_the_flux_of_the_curvature(secular) -> None:
    c, s = np.cos(angle(48)), np.sin(angle(48))
    loop = sambe.pump_cycle(driven(0.3 + 0.1 * c, 0.9 + 0.2 * s, 1.2, 0.4), secular=secular)
    r, w = np.polynomial.legendre.leggauss(8)
    radius = xr.DataArray(0.5 * (r + 1.0), dims="r", coords={"r": r})
    weight = 0.5 * w * radius * 2.0 * np.pi * 0.1 * 0.2
    phi = angle(48).rename(loop="phi")
    x, y = sambe.axis("x", [-1e-3, 0.0, 1e-3]), sambe.axis("y", [-1e-3, 0.0, 1e-3])
    disc = driven(0.3 + 0.1 * radius * np.cos(phi) + x, 0.9 + 0.2 * radius * np.sin(phi) + y, 1.2, 0.4)
    f = sambe.pump_curvature(disc, "x", "y", secular=secular).sel(x=0.0, y=0.0)
    flux = (f.curvature_energy.mean("phi") * weight).sum("r")
    np.testing.assert_allclose(flux, loop.geometric_energy, rtol=1e-6)
    quanta = (f.curvature_quanta.mean("phi") * weight).sum("r")
    assert quanta.item() == pytest.approx(loop.geometric_quanta.item(), rel=1e-6)


def test_equal_couplings_and_a_loop_that_is_its_own_mirror_pump_no_quanta() -> None:
    c, s = np.cos(angle(64)), np.sin(angle(64))
    out = sambe.pump_cycle(driven(0.3, 0.8, 1.0 + 0.3 * c, 1.0 + 0.3 * s), secular="full")
    assert abs(out.geometric_quanta.item()) < 1e-12 < abs(out.geometric_energy).max().item()


def dot(level, left, right, **others) -> sambe.System:
    d = sambe.fermion(0, 1)
    leads = [
        sambe.Lead("left", d, tunnelling=left, temperature=0.3, chemical_potential=others.get("mu", 0.0)),
        sambe.Lead("right", d, tunnelling=right, temperature=0.3, chemical_potential=0.0),
    ]
    return sambe.System([(level, d.conj().T @ d)], baths=leads)


@pytest.mark.parametrize("secular", ["full", "partial"])
def test_a_dot_pumps_charge_by_the_shares_of_its_barriers(secular) -> None:
    """One level without bias: a change of its occupation f(e) is paid in the shares of the barriers."""
    t = angle(128)
    left, level = 0.01 + 0.006 * np.cos(t), 0.2 + 0.3 * np.sin(t)
    out = sambe.pump_cycle(dot(level, left, 0.01), secular=secular, check=True)
    fine = np.linspace(0.0, 2.0 * np.pi, 4096, endpoint=False)
    e, rate = 0.2 + 0.3 * np.sin(fine), 0.01 + 0.006 * np.cos(fine)
    f = 1.0 / (1.0 + np.exp(e / 0.3))
    share = rate / (rate + 0.01) * -f * (1.0 - f) / 0.3 * 0.3 * np.cos(fine)
    wanted = 2.0 * np.pi * share.mean()
    np.testing.assert_allclose(out.geometric_particles, [wanted, -wanted, 0.0], rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(out.direct_particles, out.geometric_particles, rtol=1e-4, atol=1e-10)
    np.testing.assert_allclose(
        out.geometric_energy.sel(terminal="left"), 2.0 * np.pi * (e * share).mean(), rtol=1e-8, atol=1e-12
    )


def test_a_loop_of_the_phase_of_the_drive_is_a_shift_of_its_frequency() -> None:
    """A exp(i phi) exp(-i w t) with phi = W t turns at w - W, so that each cycle moves -2 pi dJ/dw."""

    def qubit(omega, phase=1.0) -> sambe.System:
        baths = [sambe.Bath("left", SX, sambe.Ohmic(0.01, cutoff=10.0), 1.2),
                 sambe.Bath("right", SX, sambe.Ohmic(0.02, cutoff=10.0), 0.4)]  # fmt: skip
        drive = {1: [(0.05 * phase, sambe.sigmap())]}
        return sambe.System([(0.5, sambe.sigmaz())], drive=drive, omega=omega, baths=baths)

    out = sambe.pump_cycle(qubit(0.9, np.exp(1j * angle(16))), along="loop", check=True)
    assert out.geometric_quanta == pytest.approx(out.direct_quanta.item(), rel=1e-8)
    np.testing.assert_allclose(out.geometric_energy, out.direct_energy, rtol=1e-8)
    flow = sambe.steady_state(qubit(sambe.axis("omega", [0.8999, 0.9001]))).energy_current
    shifted = -2.0 * np.pi * np.diff(flow.transpose("omega", "terminal"), axis=0)[0] / 2e-4
    # the baths are asked at frequencies of the standing drive, and the pump pays w for each quantum
    np.testing.assert_allclose(out.geometric_energy[:2], shifted[:2], rtol=5e-3)
