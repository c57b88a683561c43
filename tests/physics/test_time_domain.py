"""The Redfield equation of a Floquet system against its integration in time, in the laboratory frame.

Nothing of the engine is used on the reference side: Floquet modes from an initial-value solver, the
bath's memory operator as a matrix in the laboratory frame, the master equation integrated over one
period from every initial matrix, and the state that this map leaves alone (what a long integration
from any state ends in).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import sambe

SAMPLES = 64


@dataclass
class Reservoir:
    strength: float
    temperature: float
    coupling: Any

    def absorb(self, energy: Any) -> Any:
        """Ohmic, cutoff 5: J n for energy > 0, J (1 + n) for energy < 0, and their limit at 0."""
        size = np.maximum(np.abs(energy), 1e-9)
        density = self.strength * size * np.exp(-size / 5.0)
        return density * (1.0 / np.expm1(size / self.temperature) + (energy < 0))


@dataclass
class Device:
    static: Any
    drive: dict[int, Any]
    omega: float
    reservoirs: list[Reservoir]

    def hamiltonian(self, t: float) -> Any:
        parts = [h * np.exp(-1j * k * self.omega * t) for k, h in self.drive.items()]
        return self.static + sum(p + p.conj().T for p in parts)

    def slope(self, t: float) -> Any:
        parts = [-1j * k * self.omega * h * np.exp(-1j * k * self.omega * t) for k, h in self.drive.items()]
        return sum(p + p.conj().T for p in parts)

    def system(self) -> sambe.System:
        baths = [
            sambe.Bath(f"bath {k}", r.coupling, sambe.Ohmic(r.strength, cutoff=5.0), r.temperature)
            for k, r in enumerate(self.reservoirs)
        ]
        return sambe.System(self.static, {k: [(1.0, h)] for k, h in self.drive.items()}, self.omega, baths)


def harmonics_of_memory(device: Device) -> Any:
    """Fourier harmonics over a period of K_u(t), the one-sided operator of each bath."""
    n, w = len(device.static), device.omega
    period = 2 * np.pi / w
    times = np.arange(SAMPLES + 1) * period / SAMPLES

    def schroedinger(t: float, u: Any) -> Any:
        return (-1j * device.hamiltonian(t) @ u.reshape(n, n)).ravel()

    solved = solve_ivp(
        schroedinger, (0.0, period), np.eye(n, dtype=complex).ravel(), "DOP853", times, rtol=1e-12, atol=1e-13
    )
    u = solved.y.T.reshape(-1, n, n)
    phase, modes = np.linalg.eig(u[-1])
    energy = -np.angle(phase) / period
    periodic = (u[:-1] @ modes) * np.exp(1j * energy * times[:-1, None])[:, None, :]
    bra = periodic.conj().swapaxes(-1, -2)
    q = np.fft.fftfreq(SAMPLES, 1.0 / SAMPLES)
    gained = energy[:, None] - energy[None, :] - w * q[:, None, None]
    memory = []
    for r in device.reservoirs:
        harmonic = np.fft.ifft(bra @ r.coupling @ periodic, axis=0)  # of exp(-i q w t)
        inner = np.fft.fft(0.5 * r.absorb(gained) * harmonic, axis=0)
        memory.append(np.fft.ifft(periodic @ inner @ bra, axis=0))
    return np.array(memory)


def periodic_state(device: Device) -> tuple[Any, Any, Any]:
    """Times of a period, the state that repeats at each, ``(M, N, N)``, and each bath's memory there."""
    n, w = len(device.static), device.omega
    period = 2 * np.pi / w
    memory = harmonics_of_memory(device)
    q = np.fft.fftfreq(SAMPLES, 1.0 / SAMPLES)

    def at(t: float, harmonics: Any) -> Any:
        return np.tensordot(harmonics, np.exp(-1j * q * w * t), axes=(1, 0))

    def redfield(t: float, flat: Any) -> Any:
        rho = flat.reshape(n, n, -1)
        h = device.hamiltonian(t)
        out = -1j * (np.einsum("ij,jkm->ikm", h, rho) - np.einsum("ijm,jk->ikm", rho, h))
        for k, r in zip(at(t, memory), device.reservoirs, strict=True):
            s, bra = r.coupling, k.conj().T
            out = out + np.einsum("ij,jkm,kl->ilm", k, rho, s) + np.einsum("ij,jkm,kl->ilm", s, rho, bra)
            out = out - np.einsum("ij,jkm->ikm", s @ k, rho) - np.einsum("ijm,jk->ikm", rho, bra @ s)
        return out.ravel()

    start = np.eye(n * n, dtype=complex).ravel()
    solved = solve_ivp(redfield, (0.0, period), start, "DOP853", rtol=1e-11, atol=1e-13)
    turn = solved.y[:, -1].reshape(n * n, n * n)
    value, vector = np.linalg.eig(turn)
    best = np.argmin(np.abs(value - 1.0))
    assert abs(value[best] - 1.0) < 1e-9
    rho = vector[:, best].reshape(n, n)
    rho = rho / np.trace(rho)
    times = np.arange(SAMPLES) * period / SAMPLES
    one = solve_ivp(redfield, (0.0, period), rho.ravel(), "DOP853", times, rtol=1e-11, atol=1e-13)
    return times, one.y.T.reshape(-1, n, n), [at(t, memory) for t in times]


def stationary_currents(device: Device) -> Any:
    """Currents of the periodic state: means of Tr[H D_u(rho)], what each bath does to the energy, and of
    Tr[dH/dt rho]; their sum is the mean of d Tr[H rho] / dt, which is zero."""
    flow = np.zeros(len(device.reservoirs) + 1)
    for t, state, memory in zip(*periodic_state(device), strict=True):
        h = device.hamiltonian(t)
        for u, (k, r) in enumerate(zip(memory, device.reservoirs, strict=True)):
            flow[u] += 2.0 * np.trace(k @ state @ (r.coupling @ h - h @ r.coupling)).real / SAMPLES
        flow[-1] += np.trace(device.slope(t) @ state).real / SAMPLES
    return flow


SX, SZ = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([1.0, -1.0])

LINEAR = Device(  # far from weak in everything
    0.5 * SZ,
    {1: 0.35 * SX},
    0.8,
    [Reservoir(0.05, 1.0, SX), Reservoir(0.03, 0.3, SX + 0.5 * SZ)],
)
TWO_TONES = Device(
    np.diag([0.0, 0.9, 1.7]),
    {
        1: np.array([[0, 0.2, 0], [0.1, 0, 0.3], [0, 0, 0]]),
        2: np.array([[0, 0, 0.2j], [0, 0.1, 0], [0, 0, 0]]),
    },
    1.1,
    [
        Reservoir(0.03, 0.8, np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]) + 0.0),
        Reservoir(0.02, 0.2, np.array([[0, 0, 1j], [0, 1, 0], [-1j, 0, 0]])),
    ],
)


BOTH = pytest.mark.parametrize("device", [LINEAR, TWO_TONES], ids=["linear qubit", "two tones"])


def weaker(device: Device, factor: float) -> Device:
    """The same device with every coupling strength multiplied."""
    baths = [Reservoir(r.strength * factor, r.temperature, r.coupling) for r in device.reservoirs]
    return Device(device.static, device.drive, device.omega, baths)


@pytest.mark.slow
@BOTH
def test_harmonic_balance_is_the_long_time_limit(device: Device) -> None:
    wanted = stationary_currents(device)
    found = sambe.energy_currents(device.system(), equation="floquet", secular="none")
    np.testing.assert_allclose(found[:-1], wanted[:-1], rtol=1e-9)


@pytest.mark.slow
@BOTH
def test_states_and_expectation_values_are_those_of_the_laboratory(device: Device) -> None:
    _, states, _ = periodic_state(device)
    operator = np.arange(1.0, 1.0 + states[0].size).reshape(states[0].shape) + 0.5j * device.static
    flow = sambe.steady_state(
        device.system(), equation="floquet", secular="none", observables={"X": operator}, states=True
    )
    np.testing.assert_allclose(flow.density_matrix, states[0], atol=1e-9)
    mean = np.einsum("ij,mji->m", operator, states).mean()
    np.testing.assert_allclose(flow.expectation.sel(observable="X"), mean, rtol=1e-9)


@pytest.mark.slow
@BOTH
def test_power_counted_in_quanta_is_the_mechanical_power(device: Device) -> None:
    # the quanta of the coupling make the mean of Tr[dH/dt rho] exactly, at any coupling
    for factor in (1.0, 0.1):
        weak = weaker(device, factor)
        mechanical = stationary_currents(weak)[-1]
        counted = sambe.energy_currents(weak.system(), equation="floquet", secular="none")[-1]
        assert abs(counted / mechanical - 1.0) < 1e-9


@pytest.mark.slow
@BOTH
def test_what_the_cheaper_generators_leave_out_is_of_higher_order(device: Device) -> None:
    error = []
    for factor in (1.0, 0.5, 0.25):
        system = weaker(device, factor).system()
        exact, partial = (
            sambe.energy_currents(system, equation="floquet", secular=s) for s in ("none", "partial")
        )
        error.append(np.abs(partial - exact).max() / np.abs(exact).max())
    assert error[0] < 0.05
    assert error[1] < 0.6 * error[0]
    assert error[2] < 0.6 * error[1]
