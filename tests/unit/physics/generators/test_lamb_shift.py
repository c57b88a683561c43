"""The Lamb shift: principal values by quadrature, the sum rule of the reorganisation energy, and its pair."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad

import sambe
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import make_jumps
from sambe.physics.generators.lamb_shift import lamb_shift, lamb_shift_pair, reorganisation_energy
from sambe.physics.generators.level_shifts import with_shift
from sambe.physics.preparation import prepare

SPECTRA = {
    "ohmic": sambe.Ohmic(0.02, cutoff=3.0),
    "super-ohmic": sambe.Ohmic(0.02, cutoff=3.0, exponent=2.0),
    "drude": sambe.DrudeLorentz(0.01, cutoff=2.0),
    "underdamped": sambe.Underdamped(0.1, width=0.3, frequency=1.2),
    "band": sambe.Window(0.01, low=0.5, high=2.0),
}


def by_cauchy(spectrum: sambe.SpectralDensity, temperature: float, energy: float) -> float:
    """P int dx a(-x) / (-W - x) / 2 pi, the energy of a state that a jump of energy W leaves."""

    def rate(x: float) -> float:
        return float(sambe.absorption_rate(spectrum, temperature, np.array(-x)))

    if energy == 0.0:
        step = 1e-6
        return 0.5 * (by_cauchy(spectrum, temperature, step) + by_cauchy(spectrum, temperature, -step))
    edges = [-np.inf, -50.0, -2.0, -0.5, 0.0, 0.5, 2.0, 50.0, np.inf]
    place = -energy
    total = 0.0
    width = 0.01 * abs(energy)
    cuts = sorted({*edges, place - width, place + width})
    for a, b in pairwise(cuts):
        if a < place < b:
            total += quad(rate, a, b, weight="cauchy", wvar=place, epsabs=1e-12, limit=200)[0]
        else:
            total += quad(lambda x: rate(x) / (x - place), a, b, epsabs=1e-12, limit=200)[0]
    return -total / (2.0 * np.pi)


@pytest.mark.slow
@pytest.mark.parametrize("temperature", [0.0, 0.4])
@pytest.mark.parametrize("name", SPECTRA)
def test_the_shift_is_the_principal_value_of_the_rate(name: str, temperature: float) -> None:
    energies = np.array([-1.7, -0.3, 0.3, 1.1])
    found = lamb_shift(SPECTRA[name], temperature, energies)
    wanted = [by_cauchy(SPECTRA[name], temperature, w) for w in energies]
    np.testing.assert_allclose(found, wanted, rtol=0, atol=2e-6 * np.abs(wanted).max())


@pytest.mark.parametrize("name", SPECTRA)
def test_the_pull_of_a_bath_is_the_integral_of_its_density_over_energy(name: str) -> None:
    spectrum = SPECTRA[name]
    parts = [quad(lambda w: float(spectrum(np.array(w))) / w, a, b, limit=200)[0]
             for a, b in ((1e-12, 0.5), (0.5, 2.0), (2.0, np.inf))]  # fmt: skip
    wanted = sum(parts) / (2.0 * np.pi)
    assert float(reorganisation_energy(spectrum)) == pytest.approx(wanted, rel=1e-6)


def test_a_pair_is_the_shift_on_both_sides() -> None:
    energies = np.array([[0.3, -0.8], [1.1, 0.0]])
    spectrum = SPECTRA["drude"]
    bath = sambe.Bath("b", sambe.sigmax(), spectrum, 0.5)
    for found, side in zip(lamb_shift_pair(bath.reservoir, energies), (1.0, -1.0), strict=True):
        np.testing.assert_allclose(found, lamb_shift(spectrum, 0.5, side * energies), rtol=1e-12)


def test_jumps_carry_the_shift_that_was_asked_for() -> None:
    system = sambe.models.spin_boson(omega=np.array([0.8]), drive=0.1)
    method = prepare(system)
    plain = make_jumps(dress(system, method), system.baths, method.wiring)
    assert with_shift(plain, system.baths, replace(method, lamb_shift="none")).shift_forward is None
    shifted, counter = (
        with_shift(plain, system.baths, replace(method, lamb_shift=name)) for name in ("shift", "counter")
    )
    for u, bath in enumerate(system.baths):
        wanted = lamb_shift(bath.spectrum, bath.temperature, plain.energy)
        np.testing.assert_allclose(shifted.shift_forward[u], wanted, rtol=1e-12)
        pull = counter.shift_forward[u] - wanted
        np.testing.assert_allclose(pull, reorganisation_energy(bath.spectrum), rtol=1e-9)


def test_no_tile_chooses_between_integrals_and_their_table() -> None:
    """Nor do the energies of its other points; 600 qubits have more of them than tables are made from."""
    splitting = sambe.axis("splitting", np.geomspace(0.6, 6.0, 600))
    system = sambe.models.spin_boson(splitting=splitting, omega=0.9, drive=0.2)
    whole, tiles = (
        sambe.steady_state(system, lamb_shift="shift", secular="partial", memory=memory).energy_current
        for memory in ("1 GB", "200 kB")
    )
    np.testing.assert_array_equal(tiles, whole)
    alone = sambe.models.spin_boson(splitting=0.6, omega=0.9, drive=0.2)
    one = sambe.steady_state(alone, lamb_shift="shift", secular="partial").energy_current
    np.testing.assert_allclose(whole[0], one, rtol=0.0, atol=1e-9 * abs(one).max().item())
