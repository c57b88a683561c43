"""Heat and work of strokes, against the laboratory and against the textbook."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.linalg import expm

import sambe
from sambe import System
from sambe.physics.steps.strokes import LARGEST_LEVELS

SX, SY, SZ = sambe.sigmax(), sambe.sigmay(), sambe.sigmaz()


def energies(flow: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Heat by step and bath, work by step, switching by bath."""
    return (
        flow.stroke_heat.values[..., :-1], flow.stroke_work.values, flow.switching_work.values[..., :-1],
    )  # fmt: skip


def ohmic(coupling: Any = SX) -> list[sambe.Bath]:
    return [
        sambe.Bath("left", coupling, sambe.Ohmic(0.002, cutoff=10.0), temperature=1.2),
        sambe.Bath("right", coupling, sambe.Ohmic(0.002, cutoff=10.0), temperature=0.4),
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("switched", "ramp", "kicks"),
    [
        ({}, 0.0, []),
        ({"left": [1, 0, 0.5]}, 0.0, [(0.2, [(0.3, SX)]), (0.8, [(0.4, SY)])]),
        ({"left": [1, 0, -0.5], "right": [0, 1, 1]}, 0.08, [(0.0, [(0.3, SY)])]),
    ],
)
def test_strokes_add_up_to_the_currents_and_to_nothing(switched: Any, ramp: float, kicks: Any) -> None:
    parts = [(0.4, [(0.5, SZ)]), (0.35, [(0.4, SZ), (0.3, SX)]), (0.25, [(0.3, SY)])]
    system = System.from_steps(parts, 0.6, ohmic(), switched=switched, ramp=ramp, kicks=kicks)
    flow = sambe.steady_state(system, secular="none")
    heat, work, switching = energies(flow)
    scale, period = np.abs(heat).max(), 2 * np.pi / 0.6
    assert abs(heat.sum() + work.sum() + switching.sum()) < 1e-10 * scale
    np.testing.assert_allclose(heat.sum(axis=0), flow.energy_current[:-1] * period, atol=3e-6 * scale)
    np.testing.assert_allclose(
        work.sum() + switching.sum(), flow.energy_current[-1] * period, atol=3e-6 * scale
    )
    for u, name in enumerate(("left", "right")):
        off = np.array(switched.get(name, [1, 1, 1])) == 0
        assert not heat[off, u].any()
        assert heat[~off, u].all()


def laboratory(
    parts: list[tuple[float, np.ndarray]], kick: np.ndarray, s: np.ndarray, noise: tuple[float, float, float],
    omega: float, times: int = 600,
) -> tuple[float, float, np.ndarray]:  # fmt: skip
    """Heat from the noise and work on the spin in a period by the master equation in the laboratory, its
    memory integrated over time.

    A noise of the power A exp(-(w - w1)^2 / 2 v^2) has the correlation
    C(t) = A v exp(-v^2 t^2 / 2 - i w1 t) / sqrt(2 pi), and L(t) is half of its integral over S(t - t') of the
    interaction picture. The noise loses 2 Re Tr[S M rho], M with -i dC/dt in the place of C, whatever moves
    S. Everything stands on a grid of the midpoints of ``times`` steps, which the parts divide.
    """
    size, centre, width = noise
    period, n = 2 * np.pi / omega, len(s)
    h = period / times
    along = [x for f, x in parts for _ in range(round(f * times))]
    halves = {id(x): expm(-0.5j * h * x) for _, x in parts}
    wholes = {id(x): expm(-1j * h * x) for _, x in parts}
    kicked = expm(-1j * kick)
    reach = int(6.0 / width / h)
    middle = []  # propagators to the midpoints of the last, this and the next period
    u = np.eye(n, dtype=complex)
    for k in range(-reach, times + reach):
        x = along[k % times]
        u = kicked @ u if k % times == 0 else u
        middle.append(halves[id(x)] @ u)
        u = wholes[id(x)] @ u
    v = np.array(middle)
    inside = np.einsum("kai,ab,kbj->kij", v.conj(), s, v)  # S in the interaction picture
    late = np.arange(-reach, reach + 1) * h
    c = size * width / np.sqrt(2 * np.pi) * np.exp(-0.5 * (width * late) ** 2 - 1j * centre * late)
    slope = c * (-1j * centre - width**2 * late)
    eye, maps, heats = np.eye(n), [], []
    for k in range(times):
        at, x = k + reach, along[k]
        # S(t - t') with t' from -reach to reach, and t' > 0 is earlier
        moved = np.einsum("ct,tij->cij", [c, -1j * slope], inside[k : k + 2 * reach + 1][::-1]) * 0.5 * h
        l, m = v[at] @ moved @ v[at].conj().T
        half = np.kron(l, s.T) - np.kron(s @ l, eye)  # of row-major rho
        other = np.kron(s, l.conj()) - np.kron(eye, (s @ l).conj())
        maps.append(expm(h * (half + other - 1j * (np.kron(x, eye) - np.kron(eye, x.T)))))
        heats.append(np.kron(s @ m, eye))
    rho = _periodic(maps, np.kron(kicked, kicked.conj()), n)
    before, heat, trace = rho, 0.0, eye.reshape(-1)
    rho = np.kron(kicked, kicked.conj()) @ rho
    work = (np.kron(along[0], eye) @ (rho - before)) @ trace
    last = along[-1]
    work += (np.kron(along[0] - last, eye) @ before) @ trace
    for k in range(times):
        following = maps[k] @ rho
        heat += 2 * h * np.real((heats[k] @ (0.5 * (rho + following))) @ trace)
        rho = following
        if k + 1 < times:
            work += (np.kron(along[k + 1] - along[k], eye) @ rho) @ trace
    return float(heat), float(np.real(work)), before.reshape(n, n)


def _periodic(maps: list[np.ndarray], kick: np.ndarray, n: int) -> np.ndarray:
    whole = kick
    for one in maps:
        whole = one @ whole
    values, vectors = np.linalg.eig(whole)
    rho = vectors[:, np.argmin(np.abs(values - 1.0))]
    return rho / rho.reshape(n, n).trace()


@pytest.mark.slow
def test_a_kicked_top_is_that_of_the_laboratory() -> None:
    """Spin 1, H = 0.8 Jz or 0.5 Jz + 0.2 Jx, kicks exp(-0.7 i Jz^2 - 0.2 i Jy) between: the complete equation
    propagated in time, without Floquet modes or harmonics."""
    jx, jy, jz = sambe.spin_jx(1.0), sambe.spin_jy(1.0), sambe.spin_jz(1.0)
    parts = [(0.5, 0.8 * jz), (0.5, 0.5 * jz + 0.2 * jx)]
    kick, omega = 0.7 * jz @ jz + 0.2 * jy, 0.9
    # emission at +w, as power(w) is the rate of giving the energy w
    noise = (0.02, 0.6, 0.5)
    size, centre, width = noise
    bath = sambe.Bath("noise", jx, power=lambda w: size * np.exp(-0.5 * ((w - centre) / width) ** 2))
    system = System.from_steps(parts, omega, [bath], kicks=[(0.0, kick)])
    flow = sambe.steady_state(system, secular="none", states=True)
    heat, work, _ = energies(flow)
    direct = laboratory(parts, kick, np.asarray(jx), noise, omega)
    # the count on the side of the bath differs from ours by the order of the coupling
    assert heat.sum() == pytest.approx(direct[0], rel=1e-3)
    assert flow.energy_current[0] * 2 * np.pi / omega == pytest.approx(direct[0], rel=1e-3)
    # part of the work is done on the coupling, which the kick turns
    assert 0 < direct[1] < 0.8 * work.sum()
    np.testing.assert_allclose(flow.density_matrix, direct[2], atol=2e-4)


def otto(omega: float, iso: float = 0.4, ramp: float = 0.05) -> tuple[Any, float, float]:
    """A qubit between 1 and 0.6, hot at the first, cold at the second, and its heats by the closed form.

    A contact of the length x relaxes the excited population to n/(1 + 2n) by exp(-J (1 + 2n) x), x the
    integral of the squared factor: 3/8 of each ramp (derived).
    """
    gaps, temperatures, spectrum = (1.0, 0.6), (2.0, 0.5), sambe.Ohmic(0.02, cutoff=10.0)
    baths = [
        sambe.Bath(name, SX, spectrum, temperature=t)
        for name, t in zip(("hot", "cold"), temperatures, strict=True)
    ]
    (first, second), off = ([(e / 2, SZ)] for e in gaps), 0.5 - iso
    system = System.from_steps(
        [(iso, first), (off, second), (iso, second), (off, first)], omega, baths,
        switched={"hot": [1, 0, 0, 0], "cold": [0, 0, 1, 0]}, ramp=ramp,
    )  # fmt: skip
    contact = (iso - 2 * ramp + 2 * ramp * 3 / 8) * 2 * np.pi / omega
    n = [1 / np.expm1(e / t) for e, t in zip(gaps, temperatures, strict=True)]
    left = [np.exp(-0.02 * e * np.exp(-e / 10) * (1 + 2 * x) * contact) for e, x in zip(gaps, n, strict=True)]
    p = [x / (1 + 2 * x) for x in n]
    moved = (p[0] - p[1]) * (1 - left[0]) * (1 - left[1]) / (1 - left[0] * left[1])
    return sambe.steady_state(system), gaps[0] * moved, -gaps[1] * moved


@pytest.mark.slow
def test_a_slow_otto_engine_is_that_of_the_textbook() -> None:
    flow, hot, cold = otto(0.006)
    heat, work, switching = energies(flow)
    assert heat[0, 0] == pytest.approx(hot, rel=4e-3)
    assert heat[2, 1] == pytest.approx(cold, rel=5e-3)
    assert not heat[[1, 3]].any()
    assert not heat[[0, 2], [1, 0]].any()
    assert work[[0, 2]].tolist() == [0.0, 0.0]  # neither the Hamiltonian nor the state jumps there
    efficiency = -(work.sum() + switching.sum()) / heat[0, 0]
    assert 0.39 < efficiency < 0.4  # 1 - 0.6/1.0 less the work of switching
    assert -heat[0, 0] / 2.0 - heat[2, 1] / 0.5 > 0  # the second law, entropy of a period
    # what is missing is the work of switching, which a slower period makes as much smaller
    faster = energies(otto(0.012)[0])[2].sum()
    assert faster / switching.sum() == pytest.approx(2.0, rel=0.02)


@pytest.mark.slow
def test_strokes_are_left_out_where_the_state_does_not_follow_the_period() -> None:
    parts = [(0.5, [(0.5, SZ)]), (0.5, [(0.3, SZ), (0.2, SX)])]
    flow = sambe.steady_state(System.from_steps(parts, 0.8, ohmic()), secular="full")
    assert "stroke_heat" not in flow
    assert "stroke_particles" not in sambe.steady_state(System.from_steps(parts, 0.8, ohmic()))
    assert "secular='auto'" in flow.attrs["strokes"]
    ladder = sambe.destroy(LARGEST_LEVELS + 1)
    h, x = ladder.T @ ladder, ladder + ladder.T
    large = System.from_steps([(0.5, h), (0.5, h + 0.01 * x)], 0.8, ohmic(x), edge=())
    assert "stroke_work" not in sambe.steady_state(large)


def test_leads_have_strokes_whose_sums_are_the_currents() -> None:
    d = sambe.fermion(0, 1)
    number = d.conj().T @ d
    band = sambe.Lorentzian(0.1, width=1.0)
    leads = [
        sambe.Lead("left", d, tunnelling=band, temperature=0.3, chemical_potential=0.2),
        sambe.Lead("right", d, tunnelling=band, temperature=0.3),
    ]
    flow = sambe.steady_state(System.from_steps(
        [(0.5, 0.5 * number), (0.5, -0.2 * number)], 0.6, leads, switched={"left": [1, 0]}, ramp=0.1
    ), secular="none")  # fmt: skip
    heat, work, switching = energies(flow)
    assert abs(heat.sum() + work.sum() + switching.sum()) < 1e-13
    np.testing.assert_allclose(heat.sum(axis=0), flow.energy_current[:2] * 2 * np.pi / 0.6, atol=3e-8)
    assert heat[1, 0] == 0
    assert abs(flow.particle_current.sum()) < 1e-12
    # the left one gives in its step, the right one in both, and a period has as many as the mean current
    brought = flow.stroke_particles
    assert brought[1, 0] == 0
    np.testing.assert_allclose(brought.sum("step"), flow.particle_current * 2 * np.pi / 0.6, atol=1e-10)
    assert abs(brought.sum()) < 1e-13


@pytest.mark.slow
def test_a_swap_of_two_qubits_is_an_engine_of_two_strokes() -> None:
    """Each qubit thermalises with its own bath, then a kick exchanges their states: in a cycle the hot one
    takes w_h (p_h - p_c) and the work is (w_h - w_c)(p_h - p_c), Campisi et al., New J. Phys. 17, 035012
    (2015)."""
    gaps, temperatures, omega = (1.0, 0.6), (2.0, 0.5), 0.01
    h = sum(0.5 * e * sambe.lift(SZ, k, (2, 2)) for k, e in enumerate(gaps))
    swap = 0.25 * np.pi * sum(sambe.lift(op, 0, (2, 2)) @ sambe.lift(op, 1, (2, 2)) for op in (SX, SY, SZ))
    baths = [
        sambe.Bath(name, sambe.lift(SX, k, (2, 2)), sambe.Ohmic(0.03, cutoff=5.0), temperature=t)
        for k, (name, t) in enumerate(zip(("hot", "cold"), temperatures, strict=True))
    ]
    flow = sambe.steady_state(System.from_steps(
        [(0.9, h), (0.1, h)], omega, baths, kicks=[(0.95, swap)],
        switched={"hot": [1, 0], "cold": [1, 0]}, ramp=0.1,
    ))  # fmt: skip
    heat, work, switching = energies(flow)
    p_hot, p_cold = (1 / (1 + np.exp(e / t)) for e, t in zip(gaps, temperatures, strict=True))
    assert heat[0, 0] == pytest.approx(gaps[0] * (p_hot - p_cold), rel=0.01)
    assert work[1] == pytest.approx(-(gaps[0] - gaps[1]) * (p_hot - p_cold), rel=0.01)
    assert -(work.sum() + switching.sum()) / heat[0, 0] == pytest.approx(1 - gaps[1] / gaps[0], rel=0.02)
    assert not heat[1].any()


@pytest.mark.slow
def test_eight_levels_have_strokes() -> None:
    def chain(exchange: float) -> np.ndarray:
        size, raising = (2, 2, 2), sambe.sigmap()
        own = sum(0.5 * (1 + 0.1 * k) * sambe.lift(SZ, k, size) for k in range(3))
        moves = [sambe.lift(raising, k, size) @ sambe.lift(raising, k + 1, size).T for k in range(2)]
        return np.asarray(own + exchange * sum(x + x.T for x in moves))

    ends = [sambe.lift(SX, k, (2, 2, 2)) for k in (0, 2)]
    baths = [
        sambe.Bath(name, op, sambe.Ohmic(0.02, cutoff=5.0), temperature=t)
        for name, op, t in zip(("left", "right"), ends, (2.0, 0.5), strict=True)
    ]
    system = System.from_steps(
        [(0.5, chain(0.2)), (0.5, chain(0.05))], 0.9, baths, switched={"left": [1, 0]}, ramp=0.1
    )
    flow = sambe.steady_state(system)
    heat, work, switching = energies(flow)
    assert abs(heat.sum() + work.sum() + switching.sum()) < 1e-13
    np.testing.assert_allclose(heat.sum(axis=0), flow.energy_current[:2] * 2 * np.pi / 0.9, atol=1e-8)


@pytest.mark.slow
def test_the_second_law_holds_over_a_period_of_strokes() -> None:
    rng = np.random.default_rng(3)
    for _ in range(4):
        a, b = (sum(rng.normal() * 0.4 * op for op in (SX, SY, SZ)) for _ in range(2))
        system = System.from_steps(
            [(0.45, a), (0.55, b)], 0.5, ohmic(), switched={"left": [1, 0], "right": [0, 1]}, ramp=0.15
        )
        heat, _, _ = energies(sambe.steady_state(system))
        assert -(heat.sum(axis=0) / [1.2, 0.4]).sum() > 0


@pytest.mark.slow
def test_a_pi_kick_and_a_wait_are_those_of_the_closed_form() -> None:
    """The kick exchanges p and 1 - p, the wait lets p relax at Gamma towards p_T: before the kick
    p = (p_T + (1 - p_T) e)/(1 + e), e = exp(-Gamma T), and each kick does the work 1 - 2 p."""
    density, temperature, omega = sambe.Ohmic(1e-4, cutoff=5.0), 0.4, 0.01
    bath = sambe.Bath("bath", SX, density, temperature=temperature)
    kicked = System.from_steps([(1.0, [(0.5, SZ)])], omega, [bath], kicks=[(0.0, [(0.5 * np.pi, SX)])])
    heat, work, _ = energies(sambe.steady_state(kicked))
    lost = np.exp(-1e-4 * np.exp(-1 / 5.0) / np.tanh(0.5 / temperature) * 2 * np.pi / omega)
    cold = 1 / (1 + np.exp(1 / temperature))
    p = (cold + (1 - cold) * lost) / (1 + lost)
    # the bath remembers the time before the kick for 1/T and 1/cutoff, some thousandth of the period
    np.testing.assert_allclose(work, [1 - 2 * p], rtol=2e-3)
    np.testing.assert_allclose(heat.sum(), -work.sum(), rtol=1e-9)


@pytest.mark.slow
def test_strokes_of_a_fast_otto_engine_are_those_of_the_closed_form() -> None:
    """Contacts that do not relax: p goes to p_u + (p - p_u) exp(-Gamma_u t), t the integral of the squared
    factor, 3/8 of each ramp; the sudden strokes do (e' - e)(p - 1/2)."""
    hot, cold, high, low, omega, ramp = 2.0, 0.5, 1.0, 0.6, 1e-3, 0.05
    density = sambe.Ohmic(1e-4, cutoff=5.0)
    engine = System.from_steps(
        [(0.4, [(high / 2, SZ)]), (0.1, [(low / 2, SZ)]), (0.4, [(low / 2, SZ)]), (0.1, [(high / 2, SZ)])],
        omega, [sambe.Bath("hot", SX, density, temperature=hot), sambe.Bath("cold", SX, density, cold)],
        switched={"hot": [1, 0, 0, 0], "cold": [0, 0, 1, 0]}, ramp=ramp,
    )  # fmt: skip
    contact = (0.4 - 2 * ramp * 5 / 8) * 2 * np.pi / omega
    rest, kept = np.empty(2), np.empty(2)
    for k, (temperature, e) in enumerate(((hot, high), (cold, low))):
        rest[k] = 1 / (1 + np.exp(e / temperature))
        kept[k] = np.exp(-1e-4 * e * np.exp(-e / 5.0) / np.tanh(e / 2 / temperature) * contact)
    after = (rest[0] * (1 - kept[0]) + rest[1] * (1 - kept[1]) * kept[0]) / (1 - kept[0] * kept[1])
    before = rest[1] + (after - rest[1]) * kept[1]
    flow = sambe.steady_state(engine)
    heat, work, switching = energies(flow)
    np.testing.assert_allclose(heat[0, 0], high * (after - before), rtol=1e-4)
    np.testing.assert_allclose(heat[2, 1], low * (before - after), rtol=1e-4)
    np.testing.assert_allclose(work[1], (low - high) * (after - 0.5), rtol=1e-4)
    np.testing.assert_allclose(work[3], (high - low) * (before - 0.5), rtol=1e-4)
    # of the first order in the coupling, and nothing is missing
    assert (switching > 0).all()
    assert (switching < 1e-4 * heat[0, 0]).all()
    assert abs(heat.sum() + work.sum() + switching.sum()) < 1e-10
