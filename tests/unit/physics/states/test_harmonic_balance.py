"""Harmonic balance by iteration: the answer of the matrix, at sizes that no matrix reaches."""

import time
from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.states import harmonic_balance
from sambe.physics.states import harmonic_iteration as time_balance


def baths(op: Any, strength: float = 0.002) -> list[sambe.Bath]:
    spectrum = sambe.Ohmic(strength, cutoff=10.0)
    return [sambe.Bath(name, op, spectrum, temperature=t) for name, t in (("hot", 1.2), ("cold", 0.4))]


def ladder(drive: float, omega: float, levels: int, kerr: float = 0.01) -> sambe.System:
    """Kerr resonator under a linear drive: no static frame."""
    circular = models.kerr_resonator(drive=drive, omega=omega, levels=levels, kerr=kerr)
    both = {k: [(c, op + op.conj().T) for c, op in terms] for k, terms in circular.drive.items()}
    return circular.replace(drive=both, frame=None)


def two_tones(drive: float, omega: float) -> sambe.System:
    """Seven levels without any symmetry, complex operators, two couplings that do not commute."""
    rng = np.random.default_rng(5)
    a, b, c = (x + x.conj().T for x in rng.normal(size=(3, 7, 7)) + 1j * rng.normal(size=(3, 7, 7)))
    up = np.diag(np.sqrt(np.arange(1.0, 7.0)), 1)
    energies = np.diag([0.0, 0.9, 1.75, 2.7, 3.3, 4.4, 5.2])
    both = [sambe.Bath("hot", 0.3 * b, sambe.Ohmic(0.004, cutoff=8.0), 1.0),
            sambe.Bath("cold", [0.3 * c, 0.2 * a], sambe.DrudeLorentz(0.002, cutoff=3.0), 0.3)]  # fmt: skip
    return sambe.System([(1.0, energies)], {1: [(drive, up + up.T)], 2: [(0.5j * drive, up)]}, omega, both)


SYSTEMS = {
    "ladder off resonance": lambda: ladder(0.05, 0.9, 9),
    "ladder on resonance, hardly driven": lambda: ladder(1e-5, 1.0, 9),
    "harmonic ladder, every gap alike": lambda: ladder(1e-3, 1.0, 8, kerr=0.0),
    "slow drive, many harmonics": lambda: ladder(0.2, 0.45, 7),
    "two tones": lambda: two_tones(0.1, 0.85),
    "circular drive, taken as any": lambda: models.kerr_resonator(drive=0.02, omega=0.98, levels=8),
}


def currents(system: sambe.System, **more: Any) -> Any:
    return sambe.energy_currents(system, equation="floquet", secular="none", **more)


@pytest.mark.slow
@pytest.mark.parametrize("shift", ["none", "shift"])
@pytest.mark.parametrize("name", SYSTEMS)
def test_iteration_finds_what_the_matrix_does(name: str, shift: str, monkeypatch: Any) -> None:
    system = SYSTEMS[name]()
    found = currents(system, lamb_shift=shift)
    monkeypatch.setattr(harmonic_balance, "DENSE_LEVELS", 100)
    wanted = currents(system, lamb_shift=shift)
    np.testing.assert_allclose(found, wanted, rtol=0, atol=2e-9 * np.abs(wanted).max())


@pytest.mark.slow
def test_a_hundred_levels_without_a_frame() -> None:
    # at a resonance without a drive to speak of populations alone are wrong; beyond 30 levels the state
    # knows no longer where the ladder ends
    system = ladder(1e-3, 1.0, 100)
    begun = time.process_time()
    found = currents(system)
    assert time.process_time() - begun < 60.0
    np.testing.assert_allclose(
        found, currents(ladder(1e-3, 1.0, 30)), rtol=0, atol=1e-6 * np.abs(found).max()
    )
    assert abs(found.sum()) < 1e-3 * np.abs(found).max()


def test_where_iteration_fails_the_matrix_answers_or_says_why_not(monkeypatch: Any) -> None:
    wanted = currents(ladder(0.05, 0.9, 7))
    for name in ("DIRECTIONS", "KEPT", "CYCLES"):
        monkeypatch.setattr(time_balance, name, 1)
    np.testing.assert_allclose(currents(ladder(0.05, 0.9, 7)), wanted, rtol=0, atol=1e-9 * wanted.max())
    with pytest.raises(sambe.ConvergenceError, match=r"did not converge by iteration.*secular='partial'"):
        currents(ladder(0.05, 0.9, 40))


def test_a_state_that_is_not_unique_gets_no_number() -> None:
    # all of it commutes, so that no bath moves energy, which no element of the matrices shows
    h = np.random.default_rng(3).normal(size=(8, 8))
    h = h + h.T
    system = sambe.System([(1.0, h)], {1: [(0.1, h)]}, 0.9, baths(h @ h))
    with pytest.raises(sambe.InputError, match="not unique"):
        sambe.steady_state(system, equation="floquet", secular="none")
    assert np.isnan(currents(system)).all()
