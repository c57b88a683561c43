"""Baths: detailed balance, limits, extremes, array libraries, QuTiP's environments, bad input."""

from __future__ import annotations

import array_api_strict
import numpy as np
import pytest
import qutip
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import sambe
from sambe.description.bath import expanded
from sambe.description.reservoir import occupation, thermal
from sambe.errors import InputError

SAMPLES = np.linspace(0.0, 8.0, 2001)
SPECTRA = {
    "ohmic": sambe.Ohmic(0.002, cutoff=10.0),
    "sub-ohmic": sambe.Ohmic(0.002, cutoff=10.0, exponent=0.5),
    "super-ohmic": sambe.Ohmic(0.002, cutoff=10.0, exponent=3.0),
    "drude": sambe.DrudeLorentz(0.01, cutoff=2.0),
    "underdamped": sambe.Underdamped(0.1, width=0.2, frequency=1.5),
    "flat": sambe.Flat(0.003),
    "band from zero": sambe.Window(0.01, low=0.0, high=2.0),
    "band": sambe.Window(0.01, low=0.5, high=2.0),
    "tabulated": sambe.Tabulated(SAMPLES, 0.002 * SAMPLES * np.exp(-SAMPLES / 3)),
    "callable": sambe.Custom(lambda w: 0.002 * w / (1 + w**2)),
}
every_spectrum = pytest.mark.parametrize("spectrum", SPECTRA.values(), ids=SPECTRA.keys())
positive = st.floats(1e-6, 1e3)
any_energy = st.floats(allow_nan=False, allow_infinity=False)
any_temperature = st.floats(min_value=0.0, allow_nan=False, allow_infinity=False)


def rate(spectrum, temperature, energy):
    return float(sambe.absorption_rate(spectrum, temperature, np.asarray(energy)))


@every_spectrum
@given(w=positive, temperature=positive)
def test_detailed_balance(spectrum, w, temperature):
    ratio = w / temperature
    up, down = rate(spectrum, temperature, w), rate(spectrum, temperature, -w)
    if ratio < 600:
        assert up == pytest.approx(down * np.exp(-ratio), rel=1e-9, abs=1e-300)
    else:
        assert up <= 1e-250


@every_spectrum
@given(w=any_energy, temperature=any_temperature)
def test_never_negative_infinite_or_nan(spectrum, w, temperature):
    """Warnings are errors here, so this also says: no overflow, no division by zero."""
    swept = np.array([temperature, 0.5, 0.0])
    for t in (temperature, swept):
        values = sambe.absorption_rate(spectrum, t, np.array([w, -w, 0.0]))
        assert np.isfinite(values).all()
        assert (values >= 0).all()


@pytest.mark.slow
@every_spectrum
@given(w=positive)
def test_zero_temperature_only_emits(spectrum, w):
    for cold in (0.0, np.zeros(1)):
        up, down = thermal(spectrum, cold).rates(np.array([w]))
        assert up[0] == 0.0
        assert down[0] == spectrum(np.array([w]))[0]
        assert rate(spectrum, 0.0, 0.0) == 0.0


@pytest.mark.parametrize(
    ("spectrum", "slope"),
    [
        (sambe.Ohmic(0.002, cutoff=10.0), 0.002),
        (sambe.Ohmic(0.002, cutoff=10.0, exponent=2.0), 0.0),
        (sambe.DrudeLorentz(0.01, cutoff=2.0), 4 * 0.01 / 2.0),
        (sambe.Underdamped(0.1, width=0.2, frequency=1.5), 2 * 0.01 * 0.2 / 1.5**4),
        (sambe.Window(0.01, low=0.5, high=2.0), 0.0),
        (sambe.Tabulated([1.0, 2.0], [0.3, 0.4]), 0.3),
        (sambe.Custom(lambda w: 0.7 * w), 0.7),
    ],
)
def test_zero_energy_rate_is_the_slope_times_temperature(spectrum, slope):
    """a(0) = J'(0) T, and nothing jumps there."""
    for energy in (0.0, 1e-9, -1e-9):
        assert rate(spectrum, 0.4, energy) == pytest.approx(0.4 * slope, rel=1e-8, abs=1e-9)


@given(w=positive, temperature=positive)
def test_occupation(w, temperature):
    expected = 1 / np.expm1(min(w / temperature, 700.0))
    assert float(occupation(np.array(w), temperature)) == pytest.approx(expected, rel=1e-12)


@every_spectrum
def test_swept_temperature_gives_the_single_values(spectrum):
    energies = np.array([-2.0, -0.3, 0.0, 0.3, 2.0])
    temperatures = np.array([0.0, 0.1, 1.0, 30.0])
    together = sambe.absorption_rate(spectrum, temperatures[:, None], energies)
    apart = [sambe.absorption_rate(spectrum, t, energies) for t in temperatures.tolist()]
    assert_allclose(together, apart, rtol=1e-13)


@pytest.mark.parametrize("name", [n for n in SPECTRA if n != "callable"])
def test_array_api_standard_gives_the_same(name):
    xp, spectrum = array_api_strict, SPECTRA[name]
    energies = np.array([[-2.0, -0.3, 0.0], [0.3, 2.0, 9.0]])
    for temperature in (0.0, 0.4):
        ours = sambe.absorption_rate(spectrum, xp.asarray(temperature), xp.asarray(energies))
        assert type(ours) is type(xp.asarray(0.0))
        assert_allclose(np.asarray(ours), sambe.absorption_rate(spectrum, temperature, energies))


def test_single_precision_stays_finite():
    w = np.array([-10.0, -1e-30, 0.0, 1e-30, 10.0], dtype=np.float32)
    values = sambe.absorption_rate(sambe.Ohmic(0.002, cutoff=10.0), 0.5, w)
    assert values.dtype == np.float32
    assert_allclose(values[1:4], 0.001, rtol=1e-5)


@pytest.mark.parametrize(
    ("environment", "ours"),
    [
        (qutip.OhmicEnvironment(T=0.7, alpha=0.05, wc=3.0, s=1.0), sambe.Ohmic(0.1, 3.0)),
        (qutip.OhmicEnvironment(T=0.7, alpha=0.05, wc=3.0, s=2.0), sambe.Ohmic(0.1, 3.0, 2.0)),
        (qutip.DrudeLorentzEnvironment(T=0.7, lam=0.05, gamma=2.0), sambe.DrudeLorentz(0.05, 2.0)),
        (
            qutip.UnderDampedEnvironment(T=0.7, lam=0.3, gamma=0.1, w0=1.2),
            sambe.Underdamped(0.3, 0.1, 1.2),
        ),
    ],
)
def test_qutip_environments_are_doubled_into_the_rate_convention(environment, ours):
    """J here is twice QuTiP's, and its power spectrum S(w) is the emission rate a(-w)."""
    bath = sambe.Bath("qutip", sambe.sigmax(), environment)
    assert bath.temperature == 0.7
    w = np.array([-3.0, -1.0, -0.1, 0.1, 1.0, 3.0])
    theirs = sambe.absorption_rate(bath.spectrum, bath.temperature, w)
    assert_allclose(theirs, environment.power_spectrum(-w), rtol=1e-10)
    assert_allclose(theirs, sambe.absorption_rate(ours, 0.7, w), rtol=1e-10)
    positive_w = w[3:]
    assert_allclose(bath.spectrum(positive_w), 2 * environment.spectral_density(positive_w), rtol=1e-10)
    assert rate(bath.spectrum, 0.7, 0.0) == pytest.approx(rate(ours, 0.7, 0.0), rel=1e-6, abs=1e-9)


def test_qutip_environment_known_by_its_power_spectrum():
    ohmic = sambe.Ohmic(0.1, cutoff=3.0)
    environment = qutip.BosonicEnvironment.from_power_spectrum(
        lambda w: sambe.absorption_rate(ohmic, 0.7, -w), wMax=30.0, T=0.7
    )
    bath = sambe.Bath("qutip", sambe.sigmax(), environment)
    w = np.array([-1.0, 0.0, 1e-12, 1.0])
    expected = sambe.absorption_rate(ohmic, 0.7, w)
    assert_allclose(sambe.absorption_rate(bath.spectrum, 0.7, w), expected, rtol=1e-6)


def test_numbers_are_found_and_exchanged():
    bath = sambe.Bath("left", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), 1.0)
    seen = {}
    doubled = bath.map_numbers(lambda path, x: seen.setdefault(path, x) * 2)
    assert seen == {
        "spectrum.strength": 0.002,
        "spectrum.cutoff": 10.0,
        "spectrum.exponent": 1.0,
        "temperature": 1.0,
    }
    assert doubled.temperature == 2.0
    assert bath.temperature == 1.0
    swept = expanded(bath.map_numbers(lambda _, x: np.array([x, x])), 2)
    assert swept.spectrum.strength.shape == (2, 1, 1)


def test_several_operators_on_one_bath():
    bath = sambe.Bath("all", [sambe.sigmax(), qutip.sigmay()], sambe.Flat(0.1), 0.0)
    assert len(bath.operators) == 2
    assert_array_equal(bath.operators[1], sambe.sigmay())
    nested = sambe.Bath("one", [[0, 1], [1, 0]], sambe.Flat(0.1), 0.0)
    assert len(nested.operators) == 1


def make(**changes):
    good = {"name": "left", "coupling": sambe.sigmax(), "spectrum": sambe.Flat(0.1), "temperature": 1.0}
    return sambe.Bath(**(good | changes))


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: make(name="pump"), r"bath\.name = 'pump'"),
        (lambda: make(name=""), r"bath\.name = ''"),
        (lambda: make(spectrum=None), r"bath 'left'\.spectrum = None: give a spectral density"),
        (lambda: make(spectrum=0.1), r"bath 'left'\.spectrum = 0\.1"),
        (lambda: make(spectrum=lambda w: -w), r"bath 'left'\.spectrum = .*not negative"),
        (lambda: make(spectrum=lambda w: w / 0), r"bath 'left'\.spectrum = .*J\(0\.5\) is inf"),
        (lambda: make(spectrum=lambda w: w[:1]), r"bath 'left'\.spectrum = .*real number for each"),
        (lambda: make(temperature=None), r"bath 'left'\.temperature = None: give a temperature"),
        (lambda: make(coupling=sambe.sigmap()), r"bath 'left'\.coupling\[0, 1\] = \(1\+0j\).*Hermitian"),
        (lambda: make(coupling=[sambe.sigmax(), sambe.sigmam()]), r"coupling\[1\]\[0, 1\] = 0j.*Hermitian"),
        (lambda: make(coupling=[]), r"bath 'left'\.coupling = \[\]"),
        (lambda: make(coupling=np.ones(3)), r"bath 'left'\.coupling = \(3,\): give a square"),
        (lambda: sambe.Bath("x", spectrum=sambe.Flat(1.0), temperature=1.0).operators, r"coupling = None"),
        (lambda: sambe.Window(0.1, low=2.0, high=1.0), r"Window\.high = 1\.0: must lie above low = 2\.0"),
        (lambda: sambe.Tabulated([1.0], [1.0]), r"Tabulated\.frequency = \[1\.0\]: .*two"),
        (lambda: sambe.Tabulated([2.0, 1.0], [1.0, 1.0]), r"Tabulated\.frequency.*increase"),
        (lambda: sambe.Tabulated([-1.0, 1.0], [1.0, 1.0]), r"Tabulated\.frequency.*positive"),
        (lambda: sambe.Tabulated([1.0, 2.0], [1.0, -1.0]), r"Tabulated\.values.*not negative"),
        (lambda: sambe.Tabulated([1.0, 2.0], [1.0, np.nan]), r"Tabulated\.values.*finite"),
        (lambda: sambe.Tabulated([1.0, 2.0], [1.0]), r"Tabulated\.values = "),
        (lambda: sambe.Tabulated([1.0, 2.0, 3.0], [1.0, 2.0]), r"Tabulated\.values = \(2,\): give 3"),
        (lambda: sambe.Tabulated([0.0, 2.0], [1.0, 1.0]), r"Tabulated\.values\[0\] = .*J is odd"),
        (lambda: sambe.Tabulated("ab", [1.0, 1.0]), r"Tabulated\.frequency = 'ab'"),
    ],
)
def test_bad_input_is_named(build, message):
    with pytest.raises(InputError, match=message):
        build()


def test_a_qutip_environment_at_another_temperature_is_refused():
    environment = qutip.OhmicEnvironment(T=0.7, alpha=0.05, wc=3.0, s=1.0)
    with pytest.raises(InputError, match=r"temperature = 0\.5: the QuTiP environment has T = 0\.7"):
        make(spectrum=environment, temperature=0.5)


@settings(max_examples=20)
@given(strength=st.floats(0.0, 10.0))
def test_rates_are_linear_in_the_strength(strength):
    one, scaled = sambe.Ohmic(1.0, cutoff=5.0), sambe.Ohmic(strength, cutoff=5.0)
    assert rate(scaled, 0.5, 0.7) == pytest.approx(strength * rate(one, 0.5, 0.7), rel=1e-12)


def test_weighted_couplings_are_summed_as_in_a_hamiltonian() -> None:
    sx, sz = sambe.sigmax(), sambe.sigmaz()
    for coupling, total in (
        ([(0.5, sx)], 0.5 * sx), ((0.5, sx), 0.5 * sx), ([(0.5, sx), (0.2, sz)], 0.5 * sx + 0.2 * sz),
        ([(1j, sambe.sigmap()), (-1j, sambe.sigmam())], 1j * (sambe.sigmap() - sambe.sigmam())),
    ):  # fmt: skip
        (op,) = sambe.Bath("b", coupling, sambe.Ohmic(0.1, cutoff=1.0), 1.0).operators
        assert_array_equal(op, total)


@pytest.mark.parametrize(("coupling", "message"), [
    ([(0.5, sambe.sigmax()), sambe.sigmaz()], "not both in one list"),
    ([(sambe.axis("g", [0.5, 1.0]), sambe.sigmax())], "strength of the spectrum"),
    ([(float("nan"), sambe.sigmax())], "finite number"),
    ([(1.0, sambe.sigmax()), (1.0, np.eye(3))], "3, 3"),
    ({1: sambe.sigmax(), -1: sambe.sigmax()}, "whole numbers from 0 on"),
    (lambda t: sambe.sigmax(), "depends on time"),
])  # fmt: skip
def test_couplings_that_are_none_say_the_way(coupling: object, message: str) -> None:
    with pytest.raises(InputError, match=f"bath 'b'.coupling.*{message}"):
        sambe.Bath("b", coupling, sambe.Ohmic(0.1, cutoff=1.0), 1.0)


def test_rates_are_those_of_every_point_of_the_numbers() -> None:
    energy, hot = np.array([-1.0, 0.5, 1.0]), np.array([[0.0], [0.2], [0.4], [0.9]])
    bath = sambe.Bath("bath", spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=hot)
    for k, every in enumerate(bath.rates(energy)):
        assert every.shape == (4, 3)
        for t, here in zip(hot[:, 0], every, strict=True):
            alone = sambe.Bath("bath", spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=t).rates(energy)
            np.testing.assert_array_equal(here, alone[k])
