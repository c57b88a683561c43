"""Propagation over a period: unitary, convergent, and right where it can be solved by hand."""

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.errors import ConvergenceError
from sambe.physics.dressing.floquet import floquet
from sambe.physics.equations import dressing_of as dress
from sambe.physics.preparation import prepare

RNG = np.random.default_rng(11)


def quasienergies(system: sambe.System, tolerance: float = 1e-10) -> Any:
    method = prepare(system, "floquet", propagation_tolerance=tolerance)
    return np.sort(dress(system, method).energies)


def test_quasienergies_of_a_circular_drive() -> None:
    # -+ half the dressed gap, about the mean energy of the rotating frame
    for omega in (0.05, 0.3, 0.8, 1.0, 2.0):
        found = quasienergies(models.spin_boson(drive=0.4, omega=omega))
        gap = np.hypot(1.0 - omega, 0.4)
        shift = found.mean() / omega
        assert np.diff(found) == pytest.approx([gap], abs=3e-10 * omega)
        assert 2 * shift == pytest.approx(round(2 * shift), abs=1e-9)


@pytest.mark.parametrize("tolerance", [1e-6, 1e-8, 1e-10, 1e-12])
@pytest.mark.parametrize("levels", [2, 3])
def test_the_tolerance_is_met(levels: int, tolerance: float) -> None:
    drive = {1: [(0.7, np.diag(np.ones(levels - 1), 1))], 2: [(0.3, np.diag(np.arange(levels) * 1.0))]}
    bath = sambe.Bath("bath", np.ones((levels, levels)), sambe.Ohmic(0.01, 10.0), 1.0)
    system = sambe.System(np.diag(np.arange(levels) * 1.3), drive, 0.37, [bath])
    exact = quasienergies(system, 1e-13) / 0.37
    found = quasienergies(system, tolerance) / 0.37
    error = np.abs(np.exp(2j * np.pi * found) - np.exp(2j * np.pi * exact)).max() / (2 * np.pi)
    assert error < tolerance


@pytest.mark.parametrize(("modulation", "omega"), [(0.2, 0.3), (1.3, 0.41), (1.0, 0.1), (3.0, 0.05)])
def test_every_sideband_of_a_strong_modulation_is_resolved(modulation: float, omega: float) -> None:
    # the propagator over a whole period is exact here in any number of steps: it says nothing about
    # the path, nor about the 60 sidebands of the last case
    system = models.modulated_qubit(1.0, modulation, omega)
    wanted = sambe.analytic.modulated_qubit_currents(1.0, modulation, omega, system.baths)
    found = sambe.energy_currents(system, secular="full")
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-9 * np.abs(wanted).max())
    # beside an idle qubit with a bath of its own, four levels take the general route
    pair, idle = (
        [2, 2],
        sambe.Bath("idle", sambe.lift(sambe.sigmax(), 1, [2, 2]), sambe.Ohmic(0.002, 10.0), 0.7),
    )
    baths = [sambe.Bath(b.name, sambe.lift(sambe.sigmax(), 0, pair), b.spectrum, b.temperature)
             for b in system.baths]  # fmt: skip
    sz = sambe.lift(sambe.sigmaz(), 0, pair)
    h = [(0.5, sz), (0.185, sambe.lift(sambe.sigmaz(), 1, pair))]
    four = sambe.System(h, {1: [(0.25 * modulation, sz)]}, omega, [*baths, idle])
    found = sambe.energy_currents(four, secular="full")
    np.testing.assert_allclose(found[[0, 1, 3]], wanted, rtol=0, atol=1e-8 * np.abs(wanted).max())
    assert abs(found[2]) < 1e-8 * np.abs(wanted).max()


def test_dressings_of_different_points_of_a_batch() -> None:
    # points that need different steps and harmonics, solved together and alone
    omega = np.array([0.05, 0.3, 1.0, 5.0])
    system = models.spin(1.0, drive=np.array([0.01, 1.0, 0.2, 0.6]), omega=omega)
    together = sambe.energy_currents(system, equation="floquet", secular="full")
    for k, (a, w) in enumerate(zip((0.01, 1.0, 0.2, 0.6), omega, strict=True)):
        one = models.spin(1.0, drive=a, omega=w)
        alone = sambe.energy_currents(one, equation="floquet", secular="full")
        np.testing.assert_allclose(together[k], alone, rtol=0, atol=1e-8 * np.abs(alone).max())


@pytest.mark.slow
def test_what_does_not_converge_says_so() -> None:
    # a drive twenty thousand times its frequency
    for levels in (2, 3):
        h = np.diag(np.arange(levels) * 1.0)
        x = np.ones((levels, levels))
        with pytest.raises(ConvergenceError, match="raise omega, lower the drive"):
            floquet({0: h, 1: 20.0 * x, -1: 20.0 * x}, 1e-3, [x], (0,) * levels)


@pytest.mark.slow
def test_a_sweep_keeps_its_other_points_where_one_does_not_converge() -> None:
    drive = sambe.axis("drive", [0.1, 3e3, 0.2])
    system = models.spin_boson(drive=drive, omega=0.02, polarization="linear")
    flow = sambe.steady_state(system, equation="floquet", secular="full")
    assert flow.status.values.tolist() == [0, 3, 0]
    assert np.isnan(flow.energy_current.values[1]).all()
    assert np.isfinite(flow.energy_current.values[[0, 2]]).all()
