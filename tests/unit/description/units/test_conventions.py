"""Conventions of a bath's strength: against spectral densities and sums over modes."""

from __future__ import annotations

import numpy as np
import pytest
import qutip
from scipy import integrate

import sambe
from sambe.description.units.conventions import CONVENTIONS, convert_strength
from sambe.errors import InputError

AT = {"frequency": 1.3, "cutoff": 4.0, "exponent": 1.5, "temperature": 0.7}


@pytest.mark.parametrize("source", CONVENTIONS)
@pytest.mark.parametrize("target", ["J", "alpha", "Q"])
def test_there_and_back(source: str, target: str) -> None:
    there = convert_strength(0.02, source, target, **AT)
    assert convert_strength(there, target, source, **AT) == pytest.approx(0.02, rel=1e-13)


def test_the_package_s_own_densities() -> None:
    ohmic = sambe.Ohmic(0.003, cutoff=4.0, exponent=1.5)
    assert convert_strength(0.003, "strength", "J", **AT) == pytest.approx(float(ohmic(np.asarray(1.3))))
    drude = sambe.DrudeLorentz(0.003, cutoff=4.0)
    assert convert_strength(0.003, "drude_lambda", "J", **AT) == pytest.approx(float(drude(np.asarray(1.3))))
    reorganisation, _ = integrate.quad(lambda w: float(ohmic(np.asarray(w))) / (2 * np.pi * w), 0, 200)
    assert convert_strength(reorganisation, "lambda", "strength", **AT) == pytest.approx(0.003, rel=1e-6)


def test_qutip_s_density() -> None:
    theirs = qutip.OhmicEnvironment(T=0, alpha=0.003, wc=4.0, s=1.5).spectral_density(1.3)
    strength = convert_strength(theirs, "qutip", "strength", **AT)
    assert strength == pytest.approx(2 * 0.003, rel=1e-12)


def test_by_modes() -> None:
    """J, alpha and eta from the couplings g of a dense comb of modes: H = S sum g (b + b')."""
    g_squared = 0.01  # of the modes at 1.3 per unit of frequency
    j = 2 * np.pi * g_squared
    assert convert_strength(g_squared, "density", "J", frequency=1.3) == pytest.approx(j)
    # Leggett: half of sigma_z couples by lambda = 2 g, and pi sum lambda^2 = 2 pi alpha w
    alpha = np.pi * 4 * g_squared / (2 * np.pi * 1.3)
    assert convert_strength(j, "J", "alpha", frequency=1.3) == pytest.approx(alpha)
    # Caldeira and Leggett: c x = c (b + b') / sqrt(2 m w), so c^2/(m w) = 2 g^2
    eta = np.pi / 2 * 2 * g_squared / 1.3
    assert convert_strength(j, "J", "eta", frequency=1.3) == pytest.approx(eta)


def test_decay_of_a_qubit_and_an_oscillator() -> None:
    assert convert_strength(0.02, "J", "T1", frequency=1.3) == pytest.approx(50.0)
    n = 1 / np.expm1(1.3 / 0.7)
    warm = convert_strength(0.02, "J", "T1", frequency=1.3, temperature=0.7)
    assert warm == pytest.approx(1 / (0.02 * (1 + 2 * n)))
    assert convert_strength(0.02, "kappa", "Q", frequency=1.3) == pytest.approx(65.0)
    assert convert_strength(np.array([1.0, 2.0]), "Gamma", "J").tolist() == [1.0, 2.0]


def test_what_is_missing_or_wrong_is_named() -> None:
    for arguments, options, field in (
        ((1.0, "beta", "J"), {}, "source"), ((1.0, "J", "beta"), {}, "target"),
        ((1.0, "J", "lambda"), {}, "cutoff"), ((1.0, "J", "alpha"), {"exponent": 2.0}, "cutoff"),
        ((1.0, "J", "alpha"), {"frequency": 0.0}, "frequency"), ((0.0, "Q", "J"), {}, "Q"),
        ((1.0, "J", "T1"), {"temperature": -1.0}, "temperature"),
    ):  # fmt: skip
        with pytest.raises(InputError, match=field):
            convert_strength(*arguments, **options)
