"""The reaction coordinate against the exact hierarchy where weak coupling fails, and its structure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.physics.generators.lamb_shift import reorganisation_energy
from sambe.physics.heom import heom_currents

MODE = sambe.Underdamped(strength=0.15, width=0.05, frequency=1.0)


def qubit(spectrum: Any = MODE, cold: float = 0.5, **changes: Any) -> sambe.System:
    baths = [
        sambe.Bath("hot", spectrum=sambe.DrudeLorentz(0.02, cutoff=2.0), temperature=1.0),
        sambe.Bath("cold", spectrum=spectrum, temperature=cold),
    ]
    return sambe.models.spin_boson(**{"drive": 0.0, "omega": 0.8, "baths": baths, **changes})


@pytest.mark.slow
@pytest.mark.parametrize(("strength", "width"), [(0.15, 0.05), (0.3, 0.1)])
def test_heat_through_a_sharp_mode(strength: float, width: float) -> None:
    """Within 1 % of HEOM, where the weak-coupling current is 50 % too large or more."""
    system = qubit(sambe.Underdamped(strength, width, frequency=1.0))
    exact = heom_currents(system, tolerance=3e-3).currents
    weak = sambe.energy_currents(system, secular="none")
    wider = [
        sambe.energy_currents(sambe.reaction_coordinate(system, "cold", levels=n)) for n in (4, 6, 8, 10)
    ]
    assert weak[0] > 1.5 * exact[0]
    np.testing.assert_allclose(wider[-1][:2], exact[:2], rtol=0.01)
    steps = np.abs(np.diff(wider, axis=0)).max(axis=-1) / exact[0]
    assert (np.diff(steps) < 0).all()
    assert steps[-1] < 1e-4


@pytest.mark.slow
def test_the_mapping_is_exact() -> None:
    """HEOM with the mode outside and inside; the residual bath's cutoff errs by width / cutoff."""
    system = qubit(sambe.Underdamped(0.1, 0.05, frequency=1.0), cold=0.3)
    outside = heom_currents(system, tolerance=2e-3).currents
    wider = sambe.reaction_coordinate(system, "cold", levels=4, cutoff=20.0)
    with pytest.warns(sambe.TruncationWarning):  # rightly, but it is the cutoff that errs here
        inside = sambe.steady_state(wider, equation="heom", lamb_shift="counter", heom={"tolerance": 2e-3})
    np.testing.assert_allclose(inside.energy_current[:2], outside[:2], rtol=5e-3)


@pytest.mark.slow
def test_driven_through_a_sharp_mode() -> None:
    """Within 2 % of the largest current and 6 % of the hot one, where weak coupling errs by 40 % and 80 %."""
    system = qubit(cold=0.3, drive=0.2)
    exact = heom_currents(system, tolerance=1e-2).currents
    weak = sambe.energy_currents(system, secular="none")
    wider = sambe.energy_currents(
        sambe.reaction_coordinate(system, "cold", levels=4), secular="none", lamb_shift="auto"
    )
    assert (np.abs(weak - exact) > 0.2 * np.abs(exact)).all()
    np.testing.assert_allclose(wider, exact, rtol=0.06, atol=0)
    assert np.abs(wider - exact).max() < 0.02 * np.abs(exact).max()


def test_weak_coupling_is_its_limit() -> None:
    """A mode far from resonance between slow baths: the same answer with the mode inside and outside."""
    baths = [
        sambe.Bath("hot", spectrum=sambe.DrudeLorentz(1e-5, cutoff=2.0), temperature=1.0),
        sambe.Bath("cold", spectrum=sambe.Underdamped(3e-3, width=0.05, frequency=1.6), temperature=0.3),
    ]
    system = qubit(baths=baths)
    outside = sambe.energy_currents(system)
    inside = sambe.energy_currents(sambe.reaction_coordinate(system, "cold", levels=5))
    np.testing.assert_allclose(inside[:2], outside[:2], rtol=0.01)


def test_a_mode_alone_keeps_its_golden_rule_rate() -> None:
    """Far from the qubit the mode relaxes at the width of its peak: J_res(w0) = width."""
    wider = sambe.reaction_coordinate(qubit(sambe.Underdamped(0.1, 0.07, 1.7)), "cold")
    assert float(wider.baths[1].spectrum(1.7)) == pytest.approx(0.07)
    spectrum = sambe.reaction_coordinate(qubit(sambe.Underdamped(0.1, 0.07, 1.7)), "cold", cutoff=300.0)
    assert float(spectrum.baths[1].spectrum(1.7)) == pytest.approx(0.07, rel=1e-4)


def test_counter_term_is_the_reorganisation_energy() -> None:
    plain, lifted = (
        sambe.reaction_coordinate(qubit(), "cold", levels=3, counter=c).harmonics()[0] for c in (False, True)
    )
    np.testing.assert_allclose(lifted - plain, reorganisation_energy(MODE) * np.eye(6), atol=1e-15)


def test_the_whole_system_is_lifted() -> None:
    baths = [
        sambe.Bath("hot", [np.diag([0.0, 1.0, 2.0]), np.eye(3)[::-1]], sambe.Ohmic(0.01, 5.0), 1.0),
        sambe.Bath("cold", spectrum=MODE, temperature=0.4),
    ]
    ladder = sambe.models.oscillator(drive=0.1, omega=0.8, levels=3, baths=baths)
    wider = sambe.reaction_coordinate(ladder, "cold", levels=4)
    assert wider.levels == 12
    assert wider.edge == (3, 7, 8, 9, 10, 11)
    assert wider.terminals == ladder.terminals
    assert [len(b.operators) for b in wider.baths] == [2, 1]
    one = np.eye(4)
    np.testing.assert_array_equal(wider.harmonics()[1], np.kron(ladder.harmonics()[1], one))
    np.testing.assert_array_equal(wider.baths[0].operators[1], np.kron(np.eye(3)[::-1], one))


def test_numbers_of_the_mode_may_be_swept() -> None:
    strength = sambe.axis("strength", [0.05, 0.15])
    system = qubit(sambe.Underdamped(strength, width=0.05, frequency=1.0))
    swept = sambe.steady_state(sambe.reaction_coordinate(system, "cold", levels=5)).energy_current
    alone = sambe.energy_currents(sambe.reaction_coordinate(qubit(), "cold", levels=5))
    np.testing.assert_allclose(swept[1], alone, rtol=1e-9, atol=1e-15)


def test_any_density_of_one_mode_will_do() -> None:
    same = qubit(lambda w: MODE.density(w))
    fitted, known = (sambe.reaction_coordinate(s, "cold", levels=4).harmonics()[0] for s in (same, qubit()))
    np.testing.assert_allclose(fitted, known, atol=1e-9)


@pytest.mark.parametrize(
    ("system", "bath", "options", "message"),
    [
        (qubit(), "warm", {}, "the baths are hot, cold"),
        (qubit(), "hot", {}, "damped"),
        (qubit(sambe.Ohmic(0.01, cutoff=3.0)), "cold", {}, "one damped mode misses it"),
        (qubit(sambe.Underdamped(0.1, 2.0, 1.0)), "cold", {}, "overdamped"),
        (qubit(), "cold", {"levels": 1}, "at least 2"),
    ],
    ids=["no such bath", "Drude-Lorentz", "broad", "overdamped", "levels"],
)
def test_what_is_refused(system: sambe.System, bath: str, options: dict[str, Any], message: str) -> None:
    with pytest.raises(sambe.InputError, match=message):
        sambe.reaction_coordinate(system, bath, **options)


def test_several_operators_are_refused() -> None:
    split = sambe.Bath("split", [sambe.sigmax(), sambe.sigmay()], MODE, 0.5)
    with pytest.raises(sambe.InputError, match="modes of their own"):
        sambe.reaction_coordinate(qubit(baths=[split]), "split")


def test_a_static_pull_without_a_bound_is_refused() -> None:
    with pytest.raises(sambe.InputError, match="diverges"):
        sambe.steady_state(sambe.reaction_coordinate(qubit(), "cold", levels=3), lamb_shift="shift")
