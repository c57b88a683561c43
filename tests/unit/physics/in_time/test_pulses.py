"""Pulses: a constant envelope, a strength that varies against direct integration, and bad envelopes."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import sambe
from sambe.errors import InputError
from sambe.physics.in_time import pulses as module
from sambe.physics.in_time.pulses import pulsed, strength_of
from sambe.physics.method import Method, Moving
from sambe.physics.preparation import prepare_course

NOISE = sambe.Bath("noise", sambe.sigmaz() + 0.5 * sambe.sigmax(), power=0.02)
QUBIT = sambe.models.spin_boson(drive=0.5, omega=0.8, baths=[NOISE])
START = np.array([[0.3, 0.2 - 0.1j], [0.2 + 0.1j, 0.7]])
TIMES = np.linspace(0.4, 12.0, 5)


def bump(t: Any) -> Any:
    return np.sin(0.2 * t) ** 2


def moving(method: Method) -> Moving:
    return Moving(**{f.name: getattr(method, f.name) for f in fields(method)})


def test_noise_of_flat_power_under_a_pulse_is_a_lindblad_equation() -> None:
    # but for terms between different quanta, which the frame leaves out: here only those of one number meet
    method = moving(prepare_course(QUBIT, secular="none"))
    found = pulsed(QUBIT, method, START, TIMES, bump)
    assert found is not None
    s = np.asarray(NOISE.operators[0])
    parts = [np.diag(np.diag(s)), np.triu(s, 1), np.tril(s, -1)]

    def slope(time: float, x: Any) -> Any:
        rho = x.reshape(2, 2)
        turn = 0.25 * bump(time) * np.exp(-0.8j * time)
        h = 0.5 * sambe.sigmaz() + turn * sambe.sigmap() + np.conj(turn) * sambe.sigmam()
        out = -1j * (h @ rho - rho @ h)
        for c in parts:
            kept = c.conj().T @ c
            out = out + 0.02 * (c @ rho @ c.conj().T - 0.5 * (kept @ rho + rho @ kept))
        return out.reshape(-1)

    wanted = solve_ivp(slope, TIMES[[0, -1]], START.reshape(-1), t_eval=TIMES, rtol=1e-11, atol=1e-12,
                       method="DOP853").y.T  # fmt: skip
    np.testing.assert_allclose(found.states.reshape(5, 4), wanted, atol=1e-9)


def test_a_course_that_does_not_settle_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_STEPS", 8)
    assert pulsed(QUBIT, moving(prepare_course(QUBIT)), START, TIMES, bump) is None


@pytest.mark.parametrize("bad", [lambda t: 1.5 + 0 * t, lambda t: np.nan * t, lambda t: "high", lambda: 1.0])
def test_envelopes_that_are_none(bad: Any) -> None:
    with pytest.raises(InputError, match="envelope"):
        strength_of(bad, TIMES)


def test_particles_under_a_pulse_are_the_change_of_their_number() -> None:
    sites = [sambe.fermion(k, 2) for k in (0, 1)]
    first, second = (d.conj().T @ d for d in sites)
    leads = [
        sambe.Lead(name, d, tunnelling=rate, temperature=0.2, chemical_potential=0.3)
        for name, d, rate in zip(("left", "right"), sites, (0.02, 0.01), strict=True)
    ]
    pair = sambe.System([(0.6, second)], {1: [(0.05, sites[1].conj().T @ sites[0])]}, omega=0.6, baths=leads)
    times = np.linspace(0.0, 40.0, 81)
    data = sambe.evolve(pair, 1, times, envelope=lambda t: np.sin(np.pi * t / 40.0) ** 2,
                        observables={"n": first + second})  # fmt: skip
    flow = data.particle_current.sum("terminal").values
    given = 0.5 * (flow[1:] + flow[:-1]) * 0.5
    np.testing.assert_allclose(given, np.diff(data.expectation[:, 0]), atol=1e-6)  # of the trapezoids
    assert abs(data.particle_current[40]).min() == 0  # of the pump
    assert abs(data.electrical_power[40]) > 1e-4


@pytest.mark.parametrize("lamb_shift", ["none", "shift"])
def test_what_baths_and_pulse_give_is_what_is_stored(lamb_shift: str) -> None:
    """On, off and between; counted as what leaves the baths, as by name, much of it is missing."""
    draw = np.random.default_rng(4)
    couplings = [(x + x.T) / 2.0 for x in draw.normal(size=(2, 3, 3))]
    baths = [
        sambe.Bath(name, s, sambe.Ohmic(0.02, 6.0), t)
        for name, s, t in zip("ab", couplings, (0.8, 0.3), strict=True)
    ]
    lift, times = np.zeros((3, 3)), np.linspace(0.0, 30.0, 7)
    lift[1, 0] = 0.4
    system = sambe.System(np.diag([0.0, 0.7, 1.6]), {1: [(1.0, lift)]}, 0.7, baths)
    for shape in (np.zeros_like, lambda t: np.sin(np.pi * t / 60.0) ** 2):
        missed = []
        for secular in ("auto", "partial"):
            data = sambe.evolve(system, 2, times, envelope=shape, lamb_shift=lamb_shift, secular=secular)
            gained = data.stored_energy - data.stored_energy[0]
            off = abs(data.energy_transferred.sum("terminal") - gained).max()
            missed.append(float(off / abs(data.energy_transferred).max()))
        assert missed[0] < 1e-7
    assert missed[1] > 1e-4  # while the pulse is on


def test_a_pulse_that_stays_on_shifts_levels_as_the_drive_does() -> None:
    qubit = sambe.models.spin_boson(drive=0.2, omega=0.9)
    times = np.linspace(0.0, 40.0, 5)
    pulse, drive, bare = (
        sambe.evolve(qubit, 0, times, lamb_shift=shift, **more).energy_transferred.values
        for shift, more in (("shift", {"envelope": np.ones_like}), ("shift", {}), ("none", {}))
    )
    np.testing.assert_allclose(pulse, drive, atol=1e-7 * np.abs(drive).max())
    assert np.abs(drive - bare).max() > 1e-4 * np.abs(drive).max()
