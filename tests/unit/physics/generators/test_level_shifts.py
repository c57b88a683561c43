"""Level shifts of spectra with slow tails and hard edges: finite where what matters is, refused elsewhere."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import quad

import sambe
from sambe.physics.generators.lamb_shift import lamb_shift

ENERGIES = np.array([-1.3, -0.4, 0.2, 0.7, 2.0])


def by_quadrature(density: Callable[[float], float], temperature: float, w: float) -> float:
    """int_0^inf [a(W + v) - a(W - v)] dv / (2 pi v), in variables that lift the root at W and the tail."""

    def rate(x: float) -> float:
        if x == 0.0:
            return 0.0
        e = abs(x) / temperature if temperature > 0 else np.inf
        n = 1.0 / np.expm1(e) if e < 700.0 else 0.0
        return density(abs(x)) * (n + (x < 0))

    def rise(v: float) -> float:
        return (rate(w + v) - rate(w - v)) / v

    k = abs(w)
    parts = (
        (rise, 1e-12, 0.5 * k),
        (lambda x: rise(k - x * x) * 2.0 * x, 1e-9, np.sqrt(0.5 * k)),
        (lambda x: rise(k + x * x) * 2.0 * x, 1e-9, np.sqrt(k)),
        (lambda x: rise(x**-2.0) * 2.0 * x**-3.0, 1e-9, (2.0 * k) ** -0.5),
    )
    return sum(quad(f, low, high, epsabs=1e-13, limit=400)[0] for f, low, high in parts) / (2.0 * np.pi)


def test_a_density_that_falls_as_a_root_has_the_shift_of_its_closed_form() -> None:
    # int_0^inf w^(-1/2) / (w + W) dw is pi W^(-1/2) for W > 0 and, as a principal value, nothing for W < 0
    spectrum = sambe.Custom(lambda w: 0.01 * w**-0.5)
    expected = np.where(ENERGIES > 0, -0.005 / np.sqrt(np.abs(ENERGIES)), 0.0)
    np.testing.assert_allclose(lamb_shift(spectrum, 0.0, ENERGIES), expected, atol=1e-11)


@pytest.mark.parametrize("temperature", [0.0, 0.5])
@pytest.mark.parametrize(("rise", "fall"), [(0.5, 1.0), (1.0, 1.5)])
def test_slow_tails_agree_with_independent_quadrature(temperature: float, rise: float, fall: float) -> None:
    def density(w: float) -> float:
        return 0.01 * w**rise / (1.0 + w**fall)

    found = lamb_shift(sambe.Custom(density), temperature, ENERGIES)
    expected = [by_quadrature(density, temperature, w) for w in ENERGIES]
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9)


def test_a_band_down_to_zero_is_a_logarithm() -> None:
    found = lamb_shift(sambe.Window(0.01, 0.0, 3.0), 0.0, ENERGIES)
    expected = -0.01 / (2.0 * np.pi) * np.log(np.abs((3.0 + ENERGIES) / ENERGIES))
    np.testing.assert_allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize(
    ("spectrum", "temperature", "energy"),
    [
        (sambe.Window(0.01, 0.0, 3.0), 0.0, 0.0),  # infinite at rest
        (sambe.Window(0.01, 0.0, 3.0), 0.5, 0.3),  # J n grows as 1/w
        (sambe.Flat(0.01), 0.0, 0.3),
        (sambe.Custom(lambda w: 0.01 * w**-0.5), 0.0, 0.0),
        (sambe.Custom(lambda w: 0.01 / np.log(w + 3.0)), 0.0, 0.5),
    ],
)
def test_what_diverges_is_refused(spectrum: sambe.SpectralDensity, temperature: float, energy: float) -> None:
    with pytest.raises(sambe.InputError, match="diverges"):
        lamb_shift(spectrum, temperature, np.array([energy]))


def driven(spectrum: sambe.SpectralDensity, temperature: float = 0.0, tilt: float = 0.0) -> sambe.System:
    """A qubit in a circular field on one bath."""
    h = [(0.5, sambe.sigmaz()), (tilt, sambe.sigmax())]
    bath = sambe.Bath("bath", sambe.sigmax(), spectrum, temperature)
    return sambe.System(h if tilt else h[:1], {1: [(0.1, sambe.sigmap())]}, 0.9, [bath])


def test_white_noise_shifts_a_qubit_by_the_limit_of_wide_bands() -> None:
    """As sx^2 = 1, the divergence is the same for both levels; bands approach it as their edge over one."""
    white = sambe.steady_state(driven(sambe.Flat(0.01)), lamb_shift=True).energy_current
    bare = sambe.steady_state(driven(sambe.Flat(0.01))).energy_current
    wide, wider = (
        sambe.steady_state(driven(sambe.Window(0.01, 0.0, edge)), lamb_shift=True).energy_current
        for edge in (1e2, 1e5)
    )
    assert abs(white - bare).max() > 1e-6
    np.testing.assert_allclose(wider, white, rtol=1e-5)
    assert abs(wider - white).max() < 0.01 * abs(wide - white).max()


def test_unequal_divergences_are_refused() -> None:
    ladder = sambe.models.kerr_resonator(levels=5, baths=[sambe.Bath("b", None, sambe.Flat(0.01), 0.0)])
    for system, where in ((ladder, "high"), (driven(sambe.Flat(0.01), 0.5), "low")):
        with pytest.raises(sambe.InputError, match=f"diverges at {where}"):
            sambe.steady_state(system, lamb_shift=True)
    h = 0.5 * sambe.sigmaz() + 0.3 * sambe.sigmax()
    band = sambe.Bath("b", sambe.sigmax(), sambe.Window(0.01, 0.0, 3.0), 0.0)
    with pytest.raises(sambe.InputError, match="diverges at vanishing"):
        sambe.steady_state(sambe.System(h, baths=[band]), lamb_shift=True)
    sambe.steady_state(sambe.System(h, baths=[band]), lamb_shift="auto")
