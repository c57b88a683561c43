"""Where a rotating frame exists the dressed and the Floquet equation are the same equation.

They share no code before the dressing: one diagonalises a static matrix, the other propagates over a
period. The frequencies include those at which dressed states are degenerate modulo omega.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models

OMEGAS = np.array([0.05, 0.2, 0.3, 1 / 3, 0.5, 0.6, 0.7, 0.8, 0.95, 1.0, 1.05, 1.25, 1.5, 2.0])

FRAMED: dict[str, Callable[[Any], sambe.System]] = {
    "qubit": lambda w: models.spin_boson(drive=0.1, omega=w),
    "strongly driven qubit": lambda w: models.spin_boson(drive=0.5, omega=w),
    "weakly driven qubit": lambda w: models.spin_boson(drive=1e-3, omega=w),
    "equal qubits": lambda w: models.two_qubits(omega=w),
    "unequal qubits": lambda w: models.two_qubits(splittings=(1.0, 1.3), omega=w),
    "spin 1": lambda w: models.spin(1.0, drive=0.6, omega=w),
    "spin 3/2": lambda w: models.spin(1.5, drive=0.1, omega=w),
    "amplifier": lambda w: models.three_level(drive=0.1, omega=w),
    "Kerr resonator": lambda w: models.kerr_resonator(drive=0.05, omega=w, levels=10),
    "Kerr resonator, softening": lambda w: models.kerr_resonator(kerr=-0.02, drive=0.05, omega=w, levels=9),
}


def worst(found: Any, wanted: Any) -> float:
    """Largest difference over the points, relative to the largest current of the point."""
    return float((np.abs(found - wanted).max(axis=-1) / np.abs(wanted).max(axis=-1)).max())


@pytest.mark.parametrize("secular", ["full", "partial"])
@pytest.mark.parametrize("name", FRAMED)
def test_floquet_agrees_with_driven_dressed(name: str, secular: str) -> None:
    system = FRAMED[name](OMEGAS)
    wanted = sambe.energy_currents(system, equation="driven_dressed", secular=secular)
    found = sambe.energy_currents(system, equation="floquet", secular=secular)
    assert worst(found, wanted) < 1e-7


@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
@pytest.mark.parametrize("omega", [0.7, 1.3, 1.5])
def test_harmonic_ladder_with_quasienergies_degenerate_modulo_the_frequency(
    equation: str, omega: float
) -> None:
    # at w = 0.7 the dressed ladder 0.3 n meets itself seven levels up, at 1.5 three levels up
    system = models.oscillator(drive=0.02, omega=omega, levels=30)
    wanted = sambe.analytic.oscillator_currents(1.0, 0.02, omega, system.baths)
    found = sambe.energy_currents(system, equation=equation, secular="full")
    assert worst(found, wanted) < 1e-8


def test_harmonic_ladder_on_resonance_where_it_collapses() -> None:
    # every dressed level at one energy: the coherences are the answer
    system = models.oscillator(drive=0.002, omega=1.0, levels=24)
    wanted = sambe.energy_currents(system, equation="driven_dressed", secular="none")
    found = sambe.energy_currents(system, equation="floquet", secular="partial")
    assert worst(found, wanted) < 1e-7
    # a driven oscillator stays a displaced thermal state: coherent amplitude 2F/g on resonance, and
    # pump power w0 g |alpha|^2; g = J_left + J_right at w0, whatever the temperatures
    damping = 2 * 0.002 * np.exp(-0.1)
    assert wanted[-1] == pytest.approx(damping * (2 * 0.002 / damping) ** 2, rel=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("detuning", [0.0, 1e-9, 1e-7, 1e-6, 1e-5, 1e-4])
@pytest.mark.parametrize("drive", [1e-1, 1e-2, 1e-3, 1e-4])
def test_near_a_multiple_of_the_frequency(drive: float, detuning: float) -> None:
    # close to w0/2 the propagator over a period has two eigenvalues that all but coincide
    for model in (models.spin_boson, models.two_qubits):
        system = model(drive=drive, omega=0.5 + detuning)
        for secular in ("full", "partial"):
            wanted = sambe.energy_currents(system, equation="driven_dressed", secular=secular)
            found = sambe.energy_currents(system, equation="floquet", secular=secular)
            assert worst(found, wanted) < 1e-7


def test_the_phase_of_the_drive_is_what_tells_the_equations_apart() -> None:
    # dropping it (the traditional dressed equation) must show; undriven it must not
    omega = np.array([0.5, 0.9, 1.1, 1.6])
    wanted = sambe.energy_currents(models.spin_boson(drive=0.1, omega=omega), secular="full")
    dropped = sambe.energy_currents(
        models.spin_boson(drive=0.1, omega=omega), equation="dressed", secular="full"
    )
    assert (np.abs(dropped - wanted).max(axis=-1) > 0.5 * np.abs(wanted).max(axis=-1)).all()
    assert (dropped[:, -1] == 0.0).all()  # no phase, no pump
    still = sambe.energy_currents(models.spin_boson(drive=0.0, omega=0.5), secular="full")
    traditional = sambe.energy_currents(
        models.spin_boson(drive=0.0, omega=0.5), equation="dressed", secular="full"
    )
    np.testing.assert_allclose(traditional, still, rtol=1e-12)


def test_circular_is_not_linear() -> None:
    # even as A -> 0: the counter-rotating half of a linear drive pumps as well
    drive = 0.05
    circular, linear = (
        sambe.energy_currents(models.spin_boson(drive=drive, omega=0.4, polarization=p), secular="full")[-1]
        for p in ("circular", "linear")
    )
    # pump power ~ A^2 on both sides of second-order perturbation theory: amplitudes 1/(w0-w), 1/(w0+w)
    assert linear > 1.05 * circular
    small = [
        sambe.energy_currents(
            models.spin_boson(drive=0.1 * drive, omega=0.4, polarization=p), secular="full"
        )[-1]
        for p in ("circular", "linear")
    ]
    assert linear / circular == pytest.approx(small[1] / small[0], rel=0.01)


@pytest.mark.parametrize("secular", ["full", "partial"])
@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
@pytest.mark.parametrize("name", ["qubit", "spin 3/2", "amplifier", "Kerr resonator"])
def test_a_point_does_not_depend_on_its_neighbours_in_a_sweep(name: str, equation: str, secular: str) -> None:
    swept = sambe.energy_currents(FRAMED[name](OMEGAS), equation=equation, secular=secular)
    alone = [
        sambe.energy_currents(FRAMED[name](float(w)), equation=equation, secular=secular)
        for w in OMEGAS[[2, 4, 6, 7, 12]]
    ]
    assert worst(swept[[2, 4, 6, 7, 12]], np.array(alone)) < 1e-7
