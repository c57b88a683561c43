"""Closed forms against the open reference numbers, their own limits, other codes and the engine."""

from __future__ import annotations

import array_api_strict
import numpy as np
import pytest
import qutip
from numpy.testing import assert_allclose

import sambe
from sambe import analytic, models
from sambe.errors import InputError

OHMIC = sambe.Ohmic(0.002, cutoff=10.0)
PAIR = [sambe.Bath(n, spectrum=OHMIC, temperature=t) for n, t in (("left", 1.2), ("right", 0.4))]
COLD = [sambe.Bath("cold", spectrum=OHMIC, temperature=0.4)]
FIRST_LAW = 1e-15


# Open reference numbers: the table of the project's design, rounded as printed there.
@pytest.mark.parametrize(
    ("drive", "omega", "currents"),
    [
        (0.1, 0.3, [3.29663768135e-4, -3.31424625467e-4, 1.76085733e-6]),
        (0.1, 0.8, [2.38586015092e-4, -3.69347408114e-4, 1.30761393e-4]),
        (0.1, 1.0, [-9.02882260607e-4, -9.04640112159e-4, 1.80752237e-3]),
        (0.1, 1.2, [1.41799131725e-4, -4.26471910905e-4, 2.84672778e-4]),
        (0.0, 0.3, [3.30766919541e-4, -3.30766919541e-4, 0.0]),
        (0.0, 1.0, [3.30766919541e-4, -3.30766919541e-4, 0.0]),
        (0.0, 1.7, [3.30766919541e-4, -3.30766919541e-4, 0.0]),
    ],
)
def test_spin_boson_open_reference_numbers(drive, omega, currents):
    found = analytic.spin_boson_currents(1.0, drive, omega, PAIR)
    assert_allclose(found, currents, rtol=1e-8, atol=1e-14)
    assert abs(found.sum()) < FIRST_LAW


def test_oscillator_open_reference_numbers():
    """Stated as currents into the baths."""
    found = analytic.oscillator_currents(1.0, 0.05, 0.7, PAIR)
    assert_allclose(-found[:2], [-5.89209315373e-4, 6.39972978901e-4], rtol=1e-8)


@pytest.mark.parametrize(("s", "power"), [(0.5, 7.27504839e-4), (1.0, 2.09564347e-3)])
def test_spin_open_reference_numbers(s, power):
    assert analytic.spin_currents(s, 1.0, 0.6, 0.75, PAIR)[-1] == pytest.approx(power, rel=1e-8)


def test_optical_bloch_open_reference_numbers():
    """The printed formula, and the factor 51 by which the full secular answer misses it."""
    j = 0.002 * np.exp(-0.1)
    g = j * (1 + 2 / np.expm1(1 / 0.4))
    drive = 0.1 * g
    pumping = drive**2 / g
    found = analytic.optical_bloch_currents(1.0, drive, 1.0, COLD)
    assert_allclose(found[-1], pumping * j / (g + 2 * pumping), rtol=1e-13)
    secular = analytic.spin_boson_currents(1.0, drive, 1.0, COLD)
    assert secular[-1] / found[-1] == pytest.approx(51.0, rel=1e-6)


OMEGAS = np.array([0.3, 0.8, 0.999, 1.0, 1.2, 1.9])


@pytest.mark.parametrize(
    "currents",
    [
        lambda: analytic.spin_boson_currents(1.0, 0.3, OMEGAS, PAIR),
        lambda: analytic.spin_currents(2.5, 1.0, 0.3, OMEGAS, PAIR),
        lambda: analytic.modulated_qubit_currents(1.0, 0.7, OMEGAS, PAIR),
        lambda: analytic.oscillator_currents(1.0, 0.3, OMEGAS[OMEGAS != 1.0], PAIR),
        lambda: analytic.oscillator_currents(1.0, 0.3, OMEGAS, PAIR, coherences=True),
        lambda: analytic.optical_bloch_currents(1.0, 0.01, OMEGAS, PAIR),
    ],
    ids=["spin-boson", "spin", "modulated", "oscillator", "oscillator with width", "Bloch"],
)
def test_laws(currents):
    """Terminals sum to zero and entropy is produced: the cold side may not heat the hot one for free."""
    found = currents()
    assert_allclose(found.sum(-1), 0.0, atol=1e-13 * abs(found).max())
    entropy = -found[:, 0] / 1.2 - found[:, 1] / 0.4
    assert (entropy > 0).all()


def test_equilibrium_carries_no_current():
    same = [sambe.Bath(n, spectrum=OHMIC, temperature=0.7) for n in ("a", "b")]
    for found in (
        analytic.spin_currents(1.5, 1.0, 0.0, 0.8, same),
        analytic.oscillator_currents(1.0, 0.0, 0.8, same),
        analytic.modulated_qubit_currents(1.0, 0.0, 0.8, same),
        analytic.optical_bloch_currents(1.0, 0.0, 1.0, same),
    ):
        assert_allclose(found, 0.0, atol=1e-18)


def test_channels_add_up_and_balance():
    """Each jump's energy and quanta are those of the docs, and the real channels move no net population."""
    channels = analytic.spin_boson_channels(1.0, 0.1, OMEGAS, PAIR)
    gap = np.hypot(1.0 - OMEGAS, 0.1)
    assert_allclose(channels.energy, np.stack([gap + OMEGAS, gap - OMEGAS, OMEGAS], axis=-1))
    assert_allclose(channels.rate[..., :2].sum((-1, -2)), 0.0, atol=1e-17)
    pseudo = -0.25 * (0.1 / gap) ** 2 * OHMIC(OMEGAS)
    assert_allclose(channels.rate[..., 2], np.stack([pseudo, pseudo], axis=-1), rtol=1e-10)
    total = channels.energy_current.sum((-1, -2)) + channels.pump_current.sum((-1, -2))
    assert_allclose(total, 0.0, atol=FIRST_LAW)
    populations = analytic.spin_boson_populations(1.0, 0.1, OMEGAS, PAIR)
    assert_allclose(populations, channels.population)
    assert_allclose(populations.sum(-1), 1.0)


def test_quasitemperature_does_not_depend_on_the_spin():
    found = [analytic.spin_channels(s, 1.0, 0.6, 0.75, PAIR).quasitemperature for s in (0.5, 1, 1.5, 6)]
    assert_allclose(found, found[0], rtol=1e-13)


def test_undriven_spin_has_the_bath_temperature():
    channels = analytic.spin_channels(1.5, 1.0, 0.0, 0.3, COLD)
    # the dressed splitting is 0.7 where the bare one is 1: quasienergies are shifted by the frame
    assert channels.quasitemperature == pytest.approx(0.7 * 0.4)
    assert_allclose(channels.population[1:] / channels.population[:-1], np.exp(-1 / 0.4))


def test_extreme_spins_and_temperatures_stay_finite():
    frozen = [sambe.Bath("frozen", spectrum=OHMIC, temperature=0.0)]
    for omega in (0.3, 1.7):
        channels = analytic.spin_channels(400.0, 1.0, 1e-3, omega, frozen)
        assert np.isfinite(channels.currents).all()
        assert_allclose(channels.population.sum(-1), 1.0)


def test_saturated_optical_bloch_power_is_half_the_emission():
    strong = analytic.optical_bloch_currents(1.0, 10.0, 1.0, COLD)
    assert strong[-1] == pytest.approx(0.5 * float(OHMIC(np.array(1.0))), rel=1e-5)


def test_oscillator_resonance():
    """Full secular diverges on resonance; with its width the power is 4 F^2 w / J."""
    with_width = analytic.oscillator_currents(1.0, 1e-4, 1.0, PAIR, coherences=True)
    total = 2 * float(OHMIC(np.array(1.0)))
    assert with_width[-1] == pytest.approx(4e-8 / total, rel=1e-12)
    without = analytic.oscillator_currents(1.0, 1e-4, 1.0, PAIR)
    assert without[-1] == np.inf
    assert np.isfinite(analytic.oscillator_currents(1.0, 0.0, 1.0, PAIR)).all()


def test_weakly_modulated_qubit_pumps_through_its_first_sidebands():
    """J_1(x)^2 = x^2/4 to leading order; at T = 0 the sidebands dissipate only the modulation's quanta."""
    frozen = [sambe.Bath("frozen", spectrum=OHMIC, temperature=0.0)]
    x, omega = 1e-3, 1.6
    heat, pump = analytic.modulated_qubit_currents(1.0, x * omega, omega, frozen)
    # up by W = w0 - w < 0 takes one quantum; all of that energy comes back down through w0
    assert pump == pytest.approx(omega * 0.25 * x**2 * float(OHMIC(np.array(omega - 1.0))), rel=1e-5)
    assert heat == pytest.approx(-pump)


@pytest.mark.parametrize("parameters", [(-0.5, 0.05, 0.4, 0.1), (0.3, 0.2, 0.7, 0.3), (0.3, -0.2, 0.7, 0.3)])
def test_kerr_photons_against_qutip(parameters):
    detuning, kerr, drive, rate = parameters
    a = qutip.destroy(60)
    h = detuning * a.dag() * a + kerr * a.dag() ** 2 * a**2 + drive * (a + a.dag())
    expected = qutip.expect(a.dag() * a, qutip.steadystate(h, [np.sqrt(rate) * a]))
    assert float(analytic.kerr_photons(*parameters)) == pytest.approx(expected, rel=1e-8)


def test_kerr_photons_of_a_strong_drive_are_semiclassical():
    """n [(D + 2 K n)^2 + J^2/4] = F^2 for many photons above the bistable region."""
    n = float(analytic.kerr_photons(0.2, 1e-4, 5.0, 0.1))
    assert n * ((0.2 + 2e-4 * n) ** 2 + 0.0025) == pytest.approx(25.0, rel=1e-3)
    assert float(analytic.kerr_photons(0.2, 1e-4, 0.0, 0.1)) == 0.0


def test_array_api_standard_gives_the_same():
    xp = array_api_strict
    omega = xp.asarray(OMEGAS)
    for call in (
        lambda w: analytic.spin_currents(1.0, 1.0, 0.3, w, PAIR),
        lambda w: analytic.optical_bloch_currents(1.0, 0.3, w, PAIR),
        lambda w: analytic.oscillator_currents(1.0, 0.3, w, PAIR, coherences=True),
    ):
        strict = call(omega)
        assert type(strict) is type(omega)
        assert_allclose(np.asarray(strict), call(OMEGAS), rtol=1e-13, atol=1e-18)


def test_bath_numbers_broadcast():
    temperatures = np.array([0.0, 0.2, 0.4])
    swept = [sambe.Bath("swept", spectrum=OHMIC, temperature=temperatures)]
    for call in (
        lambda baths: analytic.spin_boson_currents(1.0, 0.1, 0.8, baths),
        lambda baths: analytic.optical_bloch_currents(1.0, 0.1, 0.8, baths),
        lambda baths: analytic.oscillator_currents(1.0, 0.1, 0.8, baths),
        lambda baths: analytic.modulated_qubit_currents(1.0, 0.1, 0.8, baths),
    ):
        assert_allclose(call(swept)[2], call(COLD), rtol=1e-14, atol=1e-20)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: analytic.spin_currents(0.7, 1.0, 0.1, 1.0, PAIR), r"s = 0\.7"),
        (lambda: analytic.spin_boson_currents(1.0, 0.1, 1.0, []), r"baths = \[\]"),
        (
            lambda: analytic.spin_boson_currents(
                1.0, 0.1, 1.0, [sambe.Bath("z", sambe.sigmaz(), OHMIC, 1.0)]
            ),
            r"(?s)bath 'z'\.coupling = .*leave it out",
        ),
        (lambda: analytic.kerr_photons(0.1, 0.0, 0.1, 0.1), r"kerr, rate = "),
    ],
)
def test_bad_input_is_named(make, message):
    with pytest.raises(InputError, match=message):
        make()


SWEEP = sambe.axis("omega", [0.3, 0.8, 1.2])


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.SecularWarning")  # the ladder's top decays fast
@pytest.mark.parametrize(
    ("system", "expected"),
    [
        (models.spin_boson(omega=SWEEP), analytic.spin_boson_currents(1.0, 0.1, SWEEP.values, PAIR)),
        (
            models.spin(1.5, drive=0.6, omega=SWEEP),
            analytic.spin_currents(1.5, 1.0, 0.6, SWEEP.values, PAIR),
        ),
        (
            models.oscillator(omega=SWEEP - 0.25, drive=0.05),
            analytic.oscillator_currents(1.0, 0.05, SWEEP.values - 0.25, PAIR),
        ),
        (
            models.modulated_qubit(omega=SWEEP),
            analytic.modulated_qubit_currents(1.0, 0.2, SWEEP.values, PAIR),
        ),
    ],
    ids=["spin-boson", "spin", "oscillator", "modulated qubit"],
)
def test_the_engine_in_full_secular_gives_the_closed_form(system, expected):
    found = sambe.steady_state(system, secular="full").energy_current
    assert_allclose(found, expected, rtol=1e-8, atol=1e-12)


def test_the_engine_with_coherences_gives_the_optical_bloch_power():
    drive = sambe.axis("drive", np.array([0.1, 0.3, 1.0, 3.0, 10.0]) * 0.002)
    system = models.spin_boson(drive=drive, omega=1.0, baths=COLD)
    found = sambe.steady_state(system, secular="partial").energy_current
    assert_allclose(found, analytic.optical_bloch_currents(1.0, drive.values, 1.0, COLD), rtol=5e-3)
