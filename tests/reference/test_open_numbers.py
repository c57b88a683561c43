"""Published reference numbers: what the engine must return, digit by digit.

Sources are named above each number. Currents are positive into the system; a table that lists what
flows *into a bath* is the negative of that.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare

EQUATIONS = ("driven_dressed", "floquet")


def currents(system: sambe.System, equation: str, secular: str = "full") -> Any:
    return sambe.energy_currents(system, equation=equation, secular=secular)


# DESIGN section 6: circular spin-boson, w0 = 1, J = 0.002 w exp(-w/10) twice, T = 1.2 / 0.4
SPIN_BOSON = [
    (0.3, 3.29663768135e-4, -3.31424625467e-4, 1.76085733e-6),
    (0.8, 2.38586015092e-4, -3.69347408114e-4, 1.30761393e-4),
    (1.0, -9.02882260607e-4, -9.04640112159e-4, 1.80752237e-3),
    (1.2, 1.41799131725e-4, -4.26471910905e-4, 2.84672778e-4),
]


@pytest.mark.parametrize("equation", EQUATIONS)
@pytest.mark.parametrize(("omega", "left", "right", "pump"), SPIN_BOSON)
def test_driven_spin_boson(equation: str, omega: float, left: float, right: float, pump: float) -> None:
    found = currents(models.spin_boson(drive=0.1, omega=omega), equation)
    np.testing.assert_allclose(found, [left, right, pump], rtol=1e-8)


@pytest.mark.parametrize("secular", ["full", "partial"])
@pytest.mark.parametrize("equation", EQUATIONS)
@pytest.mark.parametrize("omega", [0.05, 0.5, 1.0, 1.7])
def test_undriven_spin_boson_does_not_see_the_frequency(equation: str, omega: float, secular: str) -> None:
    left, right, pump = currents(models.spin_boson(drive=0.0, omega=omega), equation, secular)
    assert left == pytest.approx(3.30766919541e-4, rel=1e-10)
    assert right == pytest.approx(-left, rel=1e-12)
    assert pump == 0.0


@pytest.mark.slow
@pytest.mark.parametrize("equation", EQUATIONS)
def test_driven_oscillator(equation: str) -> None:
    # DESIGN section 6: F = 0.05, w = 0.7, 40 levels; the list gives what flows into the baths. The
    # dressed ladder 0.3 n is degenerate modulo w = 0.7, which must not show.
    left, right, pump = currents(models.oscillator(drive=0.05, omega=0.7, levels=40), equation)
    np.testing.assert_allclose([-left, -right], [-5.89209315373e-4, 6.39972978901e-4], rtol=1e-8)
    assert pump == pytest.approx(6.39972978901e-4 - 5.89209315373e-4, rel=1e-8)


# DESIGN section 6: A = 0.6, w = 0.75, S = S+ + S-
@pytest.mark.parametrize("equation", EQUATIONS)
@pytest.mark.parametrize(("s", "pump"), [(0.5, 7.27504839e-4), (1.0, 2.09564347e-3)])
def test_spin_in_a_circular_field(equation: str, s: float, pump: float) -> None:
    assert currents(models.spin(s, drive=0.6, omega=0.75), equation)[-1] == pytest.approx(pump, rel=1e-8)


@pytest.mark.parametrize("s", [0.5, 1.0, 1.5, 3.0])
@pytest.mark.filterwarnings("ignore::sambe.errors.SecularWarning")  # a harmonic ladder
def test_quasitemperature_does_not_depend_on_the_spin(s: float) -> None:
    # Schmidt, Schnack and Holthaus, Phys. Rev. E 100, 042141 (2019): a Boltzmann ladder, one ratio
    flow = sambe.steady_state(models.spin(s, drive=0.6, omega=0.75), secular="full")
    ratio = flow.population.values[1:] / flow.population.values[:-1]
    gap = np.diff(flow.energy.values)
    np.testing.assert_allclose(gap, np.hypot(0.25, 0.6), rtol=1e-12)
    # from the s = 1/2 rates: R / ln(down/up), c = cos(theta/2)^2 and s = sin(theta/2)^2
    big, w = np.hypot(0.25, 0.6), 0.75
    c, z = 0.5 * (1 + 0.25 / big), 0.5 * (1 - 0.25 / big)
    up = c * c * _absorb(big + w) + z * z * _absorb(big - w)
    down = c * c * _absorb(-big - w) + z * z * _absorb(w - big)
    np.testing.assert_allclose(ratio, up / down, rtol=1e-10)


def _absorb(energy: float) -> float:
    """Rate of both default baths by the definition of DESIGN section 1."""
    j = 0.002 * abs(energy) * np.exp(-abs(energy) / 10.0)
    n = sum(1.0 / np.expm1(abs(energy) / t) for t in (1.2, 0.4))
    return float(j * n if energy > 0 else j * (n + 2.0))


COLD = 0.4
DENSITY = 0.002 * np.exp(-0.1)  # J(1)
RELAXATION = DENSITY / np.tanh(0.5 / COLD)  # g = J (1 + 2 n)


def one_bath(ratio: float) -> sambe.System:
    """Resonant qubit with A = ratio * g on a single bath."""
    bath = sambe.Bath("bath", spectrum=sambe.Ohmic(0.002, cutoff=10.0), temperature=COLD)
    return models.spin_boson(drive=ratio * RELAXATION, omega=1.0, baths=[bath])


def bloch_pump(ratio: float) -> float:
    """w W J/(g + 2W), W = A^2/g: steady state of the optical Bloch equations (DESIGN section 6)."""
    pumping = ratio**2 * RELAXATION
    return float(pumping * DENSITY / (RELAXATION + 2.0 * pumping))


@pytest.mark.parametrize("ratio", [0.1, 0.3, 1.0, 3.0, 10.0])
@pytest.mark.parametrize("equation", EQUATIONS)
def test_optical_bloch_saturation_with_coherences(equation: str, ratio: float) -> None:
    # asked for to 1 %; the formula neglects terms of order (A/w0)^2
    pump = currents(one_bath(ratio), equation, "partial")[-1]
    assert pump == pytest.approx(bloch_pump(ratio), rel=1e-7 + 10.0 * (ratio * RELAXATION) ** 2)


@pytest.mark.parametrize("equation", EQUATIONS)
def test_full_secular_is_51_times_too_large_at_a_tenth_of_the_relaxation_rate(equation: str) -> None:
    pump = currents(one_bath(0.1), equation, "full")[-1]
    # the Pauli answer is the saturated one, J/2, whatever the drive
    assert pump == pytest.approx(DENSITY / 2.0, rel=1e-6)
    assert pump / bloch_pump(0.1) == pytest.approx(51.0, rel=1e-6)


# HEOM at A = 0.5, w = 0.8, Drude-Lorentz (DESIGN section 6), into the baths; good to 1e-4
EXACT = (1.6087e-3, 2.4009e-3)


@pytest.mark.parametrize("equation", EQUATIONS)
def test_against_the_numerically_exact_currents(equation: str) -> None:
    spectrum = sambe.DrudeLorentz(0.005, 2.0)
    baths = [sambe.Bath(n, spectrum=spectrum, temperature=t) for n, t in (("hot", 1.0), ("cold", 0.5))]
    hot, cold, _ = currents(models.spin_boson(drive=0.5, omega=0.8, baths=baths), equation)
    np.testing.assert_allclose([-hot, -cold], [1.61714e-3, 2.42266e-3], rtol=3e-6)  # as printed
    np.testing.assert_allclose([-hot, -cold], EXACT, rtol=0.01)  # an error of order the coupling


def hypergeometric_02(a: complex, b: complex, z: float) -> complex:
    """0F2(a, b; z) from its series."""
    term, total = 1.0 + 0.0j, 1.0 + 0.0j
    for k in range(200):
        term *= z / ((a + k) * (b + k) * (k + 1))
        total += term
    return total


def drummond_walls(detuning: float, kerr: float, drive: float, damping: float) -> float:
    """Mean photon number of H = D n + U a†a†aa + F(a + a†), damping J: Drummond and Walls, J. Phys. A
    13, 725 (1980)."""
    c = (detuning - 0.5j * damping) / kerr
    z = 2.0 * (drive / kerr) ** 2
    top = hypergeometric_02(c + 1, np.conj(c) + 1, z)
    return float(((drive / kerr) ** 2 / abs(c) ** 2 * top / hypergeometric_02(c, np.conj(c), z)).real)


def photons(system: sambe.System, equation: str, secular: str) -> float:
    """<n> of the stationary state, turned back from the dressed to the Fock basis."""
    batched = system.map_numbers(lambda path, x: np.array([x]) if path == "omega" else x)
    found = solve_batch(batched, prepare(system, equation, secular, tolerance=1e-10))
    states, rho = found.jumps.dressing.states[0], found.state[0]
    if rho.ndim == 1:
        rho = np.diag(rho)
    fock = np.einsum("ni,ij,nj->n", states, rho, states.conj()).real
    assert fock.sum() == pytest.approx(1.0, rel=1e-12)
    assert fock[-3:].max() < 1e-6  # enough levels
    return float(np.arange(len(fock)) @ fock)


DRIVES: Sequence[tuple[float, float, float, float]] = [
    (-0.03, 0.01, 0.012, 0.02),  # below resonance, in the quantum regime
    (0.0, 0.02, 0.01, 0.01),  # on resonance
    (0.02, 0.01, 0.005, 0.02),  # weak
    (-0.06, 0.01, 0.02, 0.02),  # between the two branches
]


@pytest.mark.parametrize(("detuning", "kerr", "drive", "damping"), DRIVES)
def test_kerr_resonator_of_drummond_and_walls(
    detuning: float, kerr: float, drive: float, damping: float
) -> None:
    # flat J at T = 0 and w well above every dressed gap: only a, at one rate, is left of a + a†
    bath = sambe.Bath("vacuum", spectrum=sambe.Flat(damping), temperature=0.0)
    system = models.kerr_resonator(
        frequency=1.0, kerr=kerr, drive=drive, omega=1.0 - detuning, levels=18, baths=[bath]
    )
    exact = drummond_walls(detuning, kerr, drive, damping)
    for secular in ("partial", "none"):
        assert photons(system, "driven_dressed", secular) == pytest.approx(exact, rel=1e-8)
    # drive and damping alike: populations alone are not enough
    assert photons(system, "driven_dressed", "full") != pytest.approx(exact, rel=0.01)
