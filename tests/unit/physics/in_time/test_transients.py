"""States on their way: which route is taken, and the energy balance of each."""

from __future__ import annotations

import warnings
from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import sambe
from sambe.physics.generators.lamb_shift import lamb_shift_pair
from sambe.physics.in_time.transients import origin_of, transient_of
from sambe.physics.method import Method, Moving

START = np.array([[0.3, 0.2 - 0.1j], [0.2 + 0.1j, 0.7]])


def moving(method: Method, **more: Any) -> Moving:
    return Moving(**({f.name: getattr(method, f.name) for f in fields(method)} | more))


@pytest.mark.parametrize("polarization", ["circular", "linear"])
@pytest.mark.parametrize("secular", ["full", "ule", "clustered"])
def test_what_the_terminals_give_is_stored(batch: Any, polarization: str, secular: str) -> None:
    system, method = batch(polarization, secular)
    found = transient_of(system, moving(method, times=np.linspace(0.3, 30.0, 40), start=START, states=True))
    seen = found.history
    assert found.converged.all()
    np.testing.assert_allclose(seen.matrix[0, 0], START, atol=1e-9)
    np.testing.assert_allclose(seen.residual, 0.0, atol=1e-12)
    stored = seen.stored - seen.stored[:, :1]
    np.testing.assert_allclose(seen.transferred.sum(axis=-1), stored, atol=1e-10)


def test_the_drive_alone_gives_its_mechanical_power_in_the_complete_equation(batch: Any) -> None:
    system, method = batch("linear", "none")
    times = np.linspace(0.0, 12.0, 25)
    seen = transient_of(system, moving(method, times=times, start=START, states=True)).history
    slope = -0.5 * 0.8 * np.sin(0.8 * times)  # of the drive's cosine on sigma_x
    found = slope * 2.0 * seen.matrix[0, :, 0, 1].real
    np.testing.assert_allclose(seen.current[0, :, -1], found, atol=1e-9)


def test_terms_between_quanta_are_kept_where_nothing_stands_still(batch: Any) -> None:
    slow = batch("linear", "auto", omega=0.01)
    assert origin_of(*slow).complete.all()
    framed = batch("circular", "auto", omega=0.01)
    assert not origin_of(*framed).complete.any()


def undriven(levels: int, baths: int, strength: float = 0.02) -> Any:
    draw = np.random.default_rng(levels + baths)

    def hermitian() -> Any:
        x = draw.normal(size=(levels, levels)) + 1j * draw.normal(size=(levels, levels))
        return (x + x.conj().T) / np.sqrt(levels)

    energies = np.sort(draw.uniform(0.0, 3.0, levels))
    return sambe.System(np.diag(energies), baths=[
        sambe.Bath(f"bath {k}", hermitian(), sambe.Ohmic(strength, cutoff=5.0), temperature=t)
        for k, t in zip(range(baths), (0.7, 0.3), strict=False)
    ])  # fmt: skip


def integrated(system: Any, lamb_shift: str, start: Any, times: Any) -> tuple[Any, Any]:
    """Energies from the baths since the first time, and currents, by Redfield's equation written out: each
    bath gives Tr[E D rho], with D all that it does to the state."""
    e = np.diag(system.harmonics()[0]).real
    w = e[:, None] - e
    parts = []
    for bath in system.baths:
        s, (up, _) = bath.operators[0], bath.rates(w)
        half = 0.5 * np.asarray(up) + 0j
        if lamb_shift == "shift":
            half = half + 1j * np.asarray(lamb_shift_pair(bath.reservoir, w)[0])
        parts.append((s, half * s))

    def slope(_time: float, x: Any) -> Any:
        rho = x[: e.size**2].reshape(e.size, -1)
        baths = [l @ rho @ s.conj().T - s.conj().T @ l @ rho for s, l in parts]
        baths = [d + d.conj().T for d in baths]
        flows = [np.sum(e * np.diag(d)) for d in baths]
        return np.concatenate([(sum(baths) - 1j * w * rho).ravel(), flows])

    begin = np.concatenate([np.asarray(start, dtype=complex).ravel(), np.zeros(len(parts))])
    found = solve_ivp(slope, (times[0], times[-1]), begin, "DOP853", times, rtol=1e-11, atol=1e-13).y.T
    flows = np.array([slope(0.0, x)[e.size**2 :] for x in found])
    return found[:, e.size**2 :].real, flows.real


@pytest.mark.slow
@pytest.mark.parametrize("lamb_shift", ["none", "shift"])
@pytest.mark.parametrize(("levels", "baths"), [(3, 1), (4, 2), (9, 2), (13, 1)])
def test_undriven_courses_count_what_each_bath_gives_to_the_system(
    lamb_shift: str, levels: int, baths: int
) -> None:
    """Counted as what leaves the baths, up to 30 % of the largest current was missing, and with the shift
    more energy than the whole change."""
    system, times = undriven(levels, baths), np.linspace(0.0, 60.0, 31)
    start = np.zeros((levels, levels))
    start[-2:, -2:] = 0.5
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sambe.PositivityWarning)  # Redfield's equation, from a coherence
        seen = sambe.evolve(system, start, times, lamb_shift=lamb_shift)
    energies, currents = integrated(system, lamb_shift, start, times)
    taken, flows = seen.energy_transferred.values, seen.energy_current.values
    np.testing.assert_allclose(taken[:, :-1], energies, atol=1e-8 * np.abs(energies).max())
    np.testing.assert_allclose(flows[:, :-1], currents, atol=1e-8 * np.abs(currents).max())
    stored = seen.stored_energy.values
    np.testing.assert_allclose(taken.sum(axis=-1), stored - stored[0], atol=1e-9 * np.ptp(stored))


@pytest.mark.parametrize("levels", [4, 10])
def test_what_a_named_treatment_misses_of_the_first_law_is_told(levels: int) -> None:
    system, times = undriven(levels, 2), np.linspace(0.0, 40.0, 21)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        seen = sambe.evolve(system, levels - 1, times, secular="partial", lamb_shift="shift")
    assert any("on the two sides" in str(w.message) for w in told)
    missed = seen.energy_transferred.sum("terminal") - (seen.stored_energy - seen.stored_energy[0])
    share = float(np.abs(missed).max() / np.abs(seen.energy_transferred).max())
    assert seen.cross_term_shift.item() >= share > 0.01
