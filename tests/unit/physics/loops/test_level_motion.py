"""Derivatives of generators through the Hamiltonian of a frame: against differences of the sixth order."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.loops.level_motion import level_motion
from sambe.physics.loops.nearby import slopes, standing
from sambe.physics.pipeline import jumps_of
from sambe.physics.preparation import prepare

ONE = np.ones(2)
OMEGA = np.array([0.9, 1.1])


def dots() -> sambe.System:
    """Two dots in a row."""
    one, two = sambe.fermion(0, 2), sambe.fermion(1, 2)
    hop = one.conj().T @ two
    return sambe.System(
        [(0.5 * ONE, one.conj().T @ one), (0.6, two.conj().T @ two), (0.02, hop + hop.conj().T)],
        baths=[sambe.Lead("left", one, tunnelling=0.01, temperature=0.3, chemical_potential=0.2),
               sambe.Lead("right", two, tunnelling=sambe.Lorentzian(0.01, 2.0), temperature=0.2)],
    )  # fmt: skip


def pair(gap: float = 0.2) -> sambe.System:
    return models.two_qubits(splittings=(1.0, 1.0 + gap), coupling=0.2 * ONE, drive=0.1, omega=OMEGA)


SYSTEMS = {
    "qubit": models.spin_boson(drive=0.3 * ONE, omega=OMEGA),
    "pair": pair(),
    "ladder": models.kerr_resonator(levels=4, omega=OMEGA, drive=0.1),
    "dots": dots(),
}


@pytest.mark.parametrize("secular", ["full", "none"])
@pytest.mark.parametrize("name", SYSTEMS)
def test_generator_and_currents_move_with_every_number_of_the_hamiltonian(name: str, secular: str) -> None:
    system = SYSTEMS[name]
    draw = np.random.default_rng(2)
    paths = [p for p in system.numbers() if p.startswith(("hamiltonian", "drive", "omega"))]
    motion = {path: 0.3 * draw.normal(size=2) for path in paths}
    method = prepare(system, secular=secular, equation="driven_dressed")
    jumps = jumps_of(system, method)
    here = standing(system, method, jumps)
    moving, left = level_motion(system, motion, method, here)
    assert moving is not None
    assert not left
    wanted = slopes(system, motion, method, np.full(2, 2e-4), jumps.dressing.states)
    x = draw.random((2, here.levels if secular == "full" else here.levels**2))
    for got, other in ((moving.act(x), wanted.act(x)), (moving.currents(x), wanted.currents(x))):
        np.testing.assert_allclose(got, other, atol=1e-9 * np.abs(other).max())


def test_levels_too_close_to_turn_are_known_as_functions_of_the_hamiltonian() -> None:
    """Two qubits of one splitting without a coupling: a coupling that begins turns them at once."""
    system = models.two_qubits(splittings=(1.0, 1.0), coupling=0.0 * ONE, drive=0.0, omega=OMEGA)
    method = prepare(system, secular="none", equation="driven_dressed")
    jumps = jumps_of(system, method)
    here = standing(system, method, jumps)
    path = next(p for p, x in system.numbers().items() if p.startswith("hamiltonian") and np.ndim(x))
    moving, _ = level_motion(system, {path: ONE}, method, here)
    wanted = slopes(system, {path: ONE}, method, np.full(2, 1e-3), jumps.dressing.states)
    x = np.random.default_rng(3).random((2, 16))
    np.testing.assert_allclose(moving.act(x), wanted.act(x), atol=1e-8)
    np.testing.assert_allclose(moving.currents(x), wanted.currents(x), atol=1e-9)
    # populations alone jump there, and are left to differences, which will say so
    method = prepare(system, secular="full", equation="driven_dressed")
    here = standing(system, method, jumps_of(system, method))
    assert level_motion(system, {path: ONE}, method, here) == (None, {path: ONE})


def test_what_is_no_frame_or_no_level_is_left() -> None:
    system = SYSTEMS["qubit"]
    motion: dict[str, Any] = {"omega": ONE, "bath 'left'.temperature": ONE}
    framed = prepare(system, secular="full", equation="driven_dressed")
    here = standing(system, framed, jumps_of(system, framed))
    assert list(level_motion(system, motion, framed, here)[1]) == ["bath 'left'.temperature"]
    folded = prepare(system, secular="full", equation="floquet")
    assert level_motion(system, motion, folded, here) == (None, motion)
