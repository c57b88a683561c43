"""Rates of jumps through leads, and level shifts: as integrals, and against exact transmission."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.integrate import quad

import sambe
from sambe import Lead, Lorentzian, fermion
from sambe.description.leads.fermi import fermi
from sambe.physics.equations import dressing_of
from sambe.physics.generators.exchanged_particles import jump_rates, lead_shift_pair, particle_change
from sambe.physics.preparation import prepare


def test_what_enters_and_what_leaves() -> None:
    lead = sambe.Lead("l", sambe.fermion(0, 1), tunnelling=0.02, temperature=0.4, chemical_potential=0.3)
    energy = np.array([1.0, -1.0, 1.0, 0.0])
    up, down = jump_rates(lead, energy, np.array([1.0, -1.0, -1.0, 0.0]))
    f = 1.0 / (1.0 + np.exp((np.array([1.0, 1.0, -1.0]) - 0.3) / 0.4))  # at the particle's energy
    assert_allclose(up, [0.02 * f[0], 0.02 * (1 - f[1]), 0.02 * (1 - f[2]), 0.0], rtol=1e-13)
    assert_allclose(down, [0.02 * (1 - f[0]), 0.02 * f[1], 0.02 * f[2], 0.0], rtol=1e-13)


def test_changes_are_those_of_the_dressed_states() -> None:
    up, down = sambe.fermion(0, 2), sambe.fermion(1, 2)
    hop = up.conj().T @ down
    leads = [sambe.Lead(n, d, tunnelling=0.01, temperature=0.2) for n, d in (("l", up), ("r", down))]
    system = sambe.System([(1.0, hop + hop.conj().T)], baths=leads)
    dressing = dressing_of(system, prepare(system))
    change = particle_change(dressing, system.baths[0])
    assert np.all(change == -change.swapaxes(-1, -2))
    assert np.all(abs(change[np.abs(dressing.couplings).max(axis=0) > 1e-12]) == 1.0)
    assert (
        particle_change(dressing, sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.1), temperature=0.0)) is None
    )


ENERGY, MU = np.array([-1.0, 0.15, 0.9, 2.5]), 0.2
IN, OUT = np.ones(4), -np.ones(4)


def lead(tunnelling: object, temperature: float) -> Lead:
    return Lead("l", fermion(0, 1), tunnelling=tunnelling, temperature=temperature, chemical_potential=MU)


def principal(function: object, at: float) -> float:
    """Principal value of int function(e)/(e - at) de/2 pi, by QUADPACK's rule for it and its tails."""
    far = 60.0
    near = quad(function, -far, far, weight="cauchy", wvar=at, limit=2000)[0]
    tails = [quad(lambda e: function(e) / (e - at), *ends)[0] for ends in ((-np.inf, -far), (far, np.inf))]  # type: ignore[operator]
    return float((near + sum(tails)) / (2.0 * np.pi))


def test_a_band_against_the_integral() -> None:
    band = Lorentzian(0.3, 0.8, -0.4)
    t = 0.25
    enters, leaves = lead_shift_pair(lead(band, t), ENERGY, IN)
    for k, e in enumerate(ENERGY):
        filled = principal(lambda x: band.density(x) * float(fermi(np.asarray(x - MU), t)), e)
        vacant = -principal(lambda x: band.density(x) * float(fermi(np.asarray(MU - x), t)), e)
        assert enters[k] == pytest.approx(filled, abs=1e-7)
        assert leaves[k] == pytest.approx(vacant, abs=1e-7)
    # a particle that leaves takes W = -e, and its reverse is the one that enters
    down, up = lead_shift_pair(lead(band, t), -ENERGY, OUT)
    assert_allclose([up, down], [enters, leaves], rtol=1e-13)
    assert_allclose(lead_shift_pair(lead(band, t), ENERGY, 0.0 * IN), 0.0)
    # Re Sigma of the level that has no interaction
    assert_allclose(leaves - enters, np.real(0.15 * 0.8 / (ENERGY + 0.4 + 0.8j)), rtol=1e-12)


@pytest.mark.parametrize("temperature", [0.25, 1e-6, 0.0])
def test_a_wide_band_is_the_limit_but_for_one_number(temperature: float) -> None:
    wide = lead_shift_pair(lead(Lorentzian(0.3, 1e7), temperature), ENERGY, IN)
    flat = lead_shift_pair(lead(0.3, temperature), ENERGY, IN)
    for a, b in zip(wide, flat, strict=True):
        assert_allclose(a - a[0], b - b[0], atol=1e-6)
    if not temperature:
        logarithm = 0.3 / (2.0 * np.pi) * np.log(np.abs(ENERGY - MU))
        assert_allclose(flat[0] - flat[0][0], logarithm - logarithm[0], rtol=1e-12)


def test_what_has_no_shift() -> None:
    """The edge of a cold lead, where the logarithm diverges, and functions of no closed form."""
    assert np.isneginf(lead_shift_pair(lead(0.1, 0.0), np.full(1, MU), np.ones(1))[0]).all()
    d = fermion(0, 1)
    rate = sambe.System([(0.5, d.conj().T @ d)], baths=[lead(lambda e: 0.1 / (1.0 + e * e), 0.3)])
    with pytest.raises(sambe.InputError, match="Lorentzian"):
        sambe.steady_state(rate, lamb_shift=True, secular="none")
    assert sambe.steady_state(rate, lamb_shift="auto", secular="none").status.item() == 0


def two_sites(hop: float, detuning: float, band: Lorentzian) -> sambe.System:
    """A site at a band beside one at a wide band."""
    one, two = fermion(0, 2), fermion(1, 2)
    terms = [(1.0, one.conj().T @ one), (1.0 + detuning, two.conj().T @ two), (hop, one.conj().T @ two)]
    terms.append((hop, two.conj().T @ one))
    return sambe.System(terms, baths=[
        Lead("l", one, tunnelling=band, temperature=1.0, chemical_potential=2.0),
        Lead("r", two, tunnelling=0.02, temperature=1.0, chemical_potential=-2.0)])  # fmt: skip


def test_a_shifted_site_against_exact_transmission() -> None:
    """Two sites hop weakly on resonance only where the band's shift of the first is made up for."""
    band, hop = Lorentzian(0.04, 2.0, 3.0), 0.005
    e = np.linspace(-0.5, 2.5, 60001)
    self_energy = 0.02 * 2.0 / (e - 3.0 + 2.0j)
    off = {}
    for detuning in (-0.02, 0.0, 0.02):
        green = hop / ((e - 1.0 - self_energy) * (e - 1.0 - detuning + 0.01j) - hop**2)
        through = band.density(e) * 0.02 * np.abs(green) ** 2
        exact = (through * (fermi(e - 2.0, 1.0) - fermi(e + 2.0, 1.0))).sum() * (e[1] - e[0]) / (2 * np.pi)
        for shift in (True, False):
            flow = sambe.steady_state(two_sites(hop, detuning, band), lamb_shift=shift, secular="none")
            off.setdefault(shift, []).append(abs(float(flow.particle_current[0]) / exact - 1.0))
    assert max(off[True]) < 0.02
    assert max(off[False]) > 0.1
