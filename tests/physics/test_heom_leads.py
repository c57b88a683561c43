r"""The hierarchy of fermions against Floquet scattering off a level between bands of finite width.

A level :math:`\epsilon + V\cos\omega t` without interactions has the Green function

.. math:: [(E + n\omega - \epsilon - \Sigma(E + n\omega))\delta_{nm}
          - \tfrac V2(\delta_{n,m+1} + \delta_{n,m-1})]^{-1},\qquad
          \Sigma = \sum_u \frac{\Gamma_u\gamma_u/2}{E - \epsilon_u + i\gamma_u},

and an electron that comes from lead b at E leaves to lead u at :math:`E + n\omega` with the
probability :math:`\Gamma_u(E + n\omega)|G_{n0}(E)|^2\Gamma_b(E)`, for V = 0 the formula of Landauer
(Moskalets and Buttiker, Phys. Rev. B 66, 205320, 2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import Lead, Lorentzian, fermion
from sambe.description.leads.fermi import fermi

D = fermion(0, 1)
N = D.conj().T @ D
LEVEL, SWING, OMEGA = 0.5, 0.8, 1.0


def leads() -> list[Lead]:
    """Two, about as strong as the temperature."""
    return [
        Lead(name, D, tunnelling=band, temperature=0.3, chemical_potential=mu)
        for name, band, mu in (
            ("l", Lorentzian(0.2, 2.0, 0.1), 0.2),
            ("r", Lorentzian(0.1, 1.5, -0.2), -0.2),
        )
    ]


def scattering(level: float, swing: float, baths: Sequence[Lead], reach: int) -> tuple[Any, Any]:
    """Particles and energy into the level from each lead, per unit time."""
    x = (np.arange(6000) + 0.5) / 6000 * np.pi - 0.5 * np.pi
    energy, weight = np.tan(x), np.pi / 6000 / np.cos(x) ** 2 / (2.0 * np.pi)
    quanta = np.arange(-reach, reach + 1)
    e = energy[:, None] + quanta * OMEGA
    self_energy = sum(
        0.5 * b.tunnelling.strength * b.tunnelling.width / (e - b.tunnelling.centre + 1j * b.tunnelling.width)
        for b in baths
    )
    hop = np.eye(len(quanta), k=1) + np.eye(len(quanta), k=-1)
    inverse = (e - level - self_energy)[:, :, None] * np.eye(len(quanta)) - 0.5 * swing * hop
    source = np.broadcast_to((quanta == 0)[:, None] + 0.0, (*e.shape, 1))
    green = np.abs(np.linalg.solve(inverse, source)[..., 0]) ** 2
    particles, heat = np.zeros(len(baths)), np.zeros(len(baths))
    for b, start in enumerate(baths):
        filled = weight * fermi(energy - start.chemical_potential, start.temperature)
        for u, end in enumerate(baths):
            out = end.tunnelling.density(e) * green * (start.tunnelling.density(energy) * filled)[:, None]
            particles += out.sum() * (np.eye(len(baths))[b] - np.eye(len(baths))[u])
            heat[b] += (out * energy[:, None]).sum()
            heat[u] -= (out * e).sum()
    return particles, heat


@pytest.mark.slow
@pytest.mark.parametrize("swing", [0.0, SWING])
def test_a_level_between_bands_as_strong_as_the_temperature(swing: float) -> None:
    driven: dict[str, Any] = {"drive": {1: [(0.5 * swing, N)]}, "omega": OMEGA} if swing else {}
    system = sambe.System([(LEVEL, N)], baths=leads(), **driven)
    flow = sambe.steady_state(system, equation="heom", heom={"tolerance": 1e-3}, observables={"n": N})
    particles, heat = scattering(LEVEL, swing, leads(), 7 if swing else 0)
    np.testing.assert_allclose(flow.particle_current[:2], particles, atol=1e-3 * abs(particles).max())
    np.testing.assert_allclose(flow.energy_current[:2], heat, atol=1e-3 * abs(heat).max())
    assert abs(float(flow.first_law_residual)) < 1e-12
    assert abs(float(flow.particle_current.sum())) < 1e-12
    np.testing.assert_allclose(
        flow.heat_current[:2], heat - [0.2, -0.2] * particles, atol=2e-3 * abs(heat).max()
    )
    assert float(flow.entropy_production) > 0
    assert float(flow.hierarchy_error) < 2e-3


@pytest.mark.slow
def test_weak_leads_are_those_of_the_rate_equation() -> None:
    """The error of the rates is of first order in the tunnelling."""
    off = []
    for strength in (0.04, 0.02):
        band = Lorentzian(strength, 3.0)
        weak = [
            Lead(name, D, tunnelling=band, temperature=1.0, chemical_potential=mu)
            for name, mu in (("l", 0.2), ("r", -0.2))
        ]
        system = sambe.System([(LEVEL, N)], baths=weak)
        exact = sambe.steady_state(system, equation="heom", heom={"tolerance": 1e-3}).particle_current[0]
        off.append(float(abs(sambe.steady_state(system).particle_current[0] / exact - 1.0)))
    assert off[0] < 0.04
    assert off[1] == pytest.approx(0.5 * off[0], rel=0.25)


@pytest.mark.slow
def test_a_spin_degenerate_level_with_repulsion() -> None:
    """Against the rate equation, which errs by the first order of the tunnelling over the temperature."""
    spins = [fermion(0, 2), fermion(1, 2)]
    up, down = (d.conj().T @ d for d in spins)
    off = []
    for strength in (0.05, 0.025):
        dots = [
            Lead(name, spins, tunnelling=Lorentzian(g, 5.0, 0.5), temperature=1.0, chemical_potential=mu)
            for name, g, mu in (("l", strength, 0.3), ("r", 0.5 * strength, -0.3))
        ]
        system = sambe.System([(-0.5, up + down), (2.0, up @ down)], baths=dots)
        exact = sambe.steady_state(system, equation="heom", heom={"tolerance": 2e-2})
        rates = sambe.steady_state(system)
        off.append(float(abs(rates.particle_current[0] / exact.particle_current[0] - 1.0)))
        assert abs(float(exact.particle_current.sum())) < 1e-14
        assert abs(float(exact.energy_current.sum())) < 1e-14
    assert off[0] < 0.01  # a tenth of G/T
    assert off[1] == pytest.approx(0.5 * off[0], rel=0.1)


@pytest.mark.slow
def test_phonons_beside_leads() -> None:
    """A level whose occupation shakes phonons: what these take is what the electrons bring."""
    warm = sambe.Bath("p", N, sambe.DrudeLorentz(0.05, cutoff=1.0), temperature=0.6)
    system = sambe.System([(LEVEL, N)], baths=[*leads(), warm])
    flow = sambe.steady_state(system, equation="heom", heom={"tolerance": 1e-2})
    assert abs(float(flow.energy_current.sum())) < 1e-14
    assert abs(float(flow.particle_current.sum())) < 1e-14
    assert float(flow.energy_current.sel(terminal="p")) > 1e-3  # at 0.6 they are the hottest
    assert float(flow.entropy_production) > 0
