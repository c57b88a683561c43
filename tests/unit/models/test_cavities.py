"""Cavities: their operators, spectra and limits."""

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models


def test_the_cavity_and_the_qubit_split_by_twice_their_coupling() -> None:
    system = models.jaynes_cummings(coupling=0.03, levels=4)
    energies = np.linalg.eigvalsh(system.harmonics()[0])
    # the ground state, then pairs that the square root of the photons splits
    np.testing.assert_allclose(
        energies[:5] + 0.5, [0.0, 0.97, 1.03, 2 - 0.03 * 2**0.5, 2 + 0.03 * 2**0.5], atol=1e-14
    )
    assert system.edge == (6, 7)
    assert [b.name for b in system.baths] == ["left", "right"]


def test_an_uncoupled_cavity_is_an_oscillator() -> None:
    baths = [sambe.Bath("line", spectrum=sambe.Flat(0.004), temperature=0.1),
             sambe.Bath("atom", spectrum=sambe.Flat(0.004), temperature=0.1)]  # fmt: skip
    flow = sambe.steady_state(models.jaynes_cummings(coupling=0.0, drive=0.0005, levels=6, baths=baths))
    alone = sambe.steady_state(models.oscillator(drive=0.0005, levels=6, baths=baths[:1]))
    assert flow.energy_current.sel(terminal="line").item() == pytest.approx(
        alone.energy_current.sel(terminal="line").item(), rel=1e-7
    )
    assert abs(flow.energy_current.sel(terminal="atom").item()) < 1e-12


def test_photons_shift_the_mirror() -> None:
    # H = w_c n + w_m b†b - g n (b + b†) has the energies w_c n + w_m m - (g n)^2 / w_m
    system = models.optomechanics(mirror=0.1, coupling=0.01, levels=(2, 20))
    energies = np.linalg.eigvalsh(system.harmonics()[0])
    np.testing.assert_allclose(energies[:5], 0.1 * np.arange(5), atol=1e-12)
    one = energies[np.argmin(abs(energies - 0.999))]
    assert one == pytest.approx(1.0 - 0.01**2 / 0.1, rel=1e-9)
    assert set(system.edge) == {19, *range(20, 40)}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.errors.TruncationWarning")
def test_the_mirror_is_cooled_below_the_cavity_and_heated_above_it() -> None:
    baths = [sambe.Bath("line", spectrum=sambe.Flat(0.02), temperature=0.0),
             sambe.Bath("mirror", spectrum=sambe.Ohmic(0.005, cutoff=1e3), temperature=0.05)]  # fmt: skip
    omega = sambe.axis("omega", [0.9, 1.1])
    flow = sambe.steady_state(
        models.optomechanics(omega=omega, drive=0.001, coupling=0.003, levels=(3, 6), baths=baths)
    )
    red, blue = flow.energy_current.sel(terminal="mirror").values
    assert red > 0.0 > blue
    # rates of sideband scattering: |a|^2 g^2 kappa / (kappa^2/4 + (2 w_m)^2) against resonance, m + 1 phonons
    photons = 0.001**2 / (0.1**2 + 0.01**2)
    resonant = photons * 0.003**2 * 4.0 / 0.02
    thermal = 1.0 / np.expm1(0.1 / 0.05)
    assert red == pytest.approx(0.1 * resonant * thermal / (1.0 + resonant / 0.0005), rel=0.1)
    assert blue == pytest.approx(-0.1 * resonant * (1.0 + thermal) / (1.0 - resonant / 0.0005), rel=0.1)


@pytest.mark.parametrize("levels", [3, (3,), (3, 1), "34", (3, 4, 5)])
def test_a_pair_of_sizes_is_asked_for(levels: Any) -> None:
    with pytest.raises(sambe.InputError) as refused:
        models.optomechanics(levels=levels)
    assert refused.value.field == "levels"
