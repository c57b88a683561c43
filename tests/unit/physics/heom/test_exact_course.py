"""The hierarchy in time: against QuTiP's own integration, towards the periodic state, and its limits."""

from __future__ import annotations

import numpy as np
import pytest
import qutip
from qutip.solver.heom import HEOMSolver

import sambe
from sambe.errors import ConvergenceError, InputError
from sambe.physics.heom import heom_currents
from sambe.physics.heom.exact_course import exact_course

BATH = sambe.Bath("bath", sambe.sigmax(), sambe.DrudeLorentz(0.02, cutoff=2.0), temperature=1.0)
QUBIT = sambe.models.spin_boson(drive=0.5, omega=0.8, baths=[BATH])
START = np.array([[0.3, 0.2 - 0.1j], [0.2 + 0.1j, 0.7]])


@pytest.mark.slow
def test_states_are_those_of_qutip() -> None:
    times = np.linspace(0.0, 10.0, 6)
    found = exact_course(QUBIT, START, times, tolerance=1e-4)
    # QuTiP's own bath and expansion, by four poles
    bath = qutip.DrudeLorentzEnvironment(T=1.0, lam=0.02, gamma=2.0)
    expanded = bath.approximate("pade", Nk=4)
    h = [0.5 * qutip.sigmaz(), [0.25 * qutip.sigmap(), lambda t: np.exp(-0.8j * t)],
         [0.25 * qutip.sigmam(), lambda t: np.exp(0.8j * t)]]  # fmt: skip
    solver = HEOMSolver(qutip.QobjEvo(h), (expanded, qutip.sigmax()), found.depth,
                        options={"rtol": 1e-8, "atol": 1e-10, "progress_bar": False})  # fmt: skip
    states = solver.run(qutip.Qobj(START), times).states
    np.testing.assert_allclose(found.states, [x.full() for x in states], atol=1e-3)


@pytest.mark.slow
def test_a_long_course_has_the_currents_of_the_periodic_state() -> None:
    strong = sambe.Bath("bath", sambe.sigmax(), sambe.DrudeLorentz(0.2, cutoff=2.0), temperature=1.0)
    qubit = sambe.models.spin_boson(drive=0.5, omega=0.8, baths=[strong])
    period = 2.0 * np.pi / 0.8
    times = 6 * period + np.array([-6 * period, 0.0, period])
    found = exact_course(qubit, START, times, tolerance=3e-3)
    mean = (found.taken[2] - found.taken[1]) / period
    np.testing.assert_allclose(mean, heom_currents(qubit, tolerance=3e-3).currents, rtol=2e-2)


def test_limits_are_told() -> None:
    with pytest.raises(ConvergenceError, match="max_unknowns"):
        exact_course(QUBIT, START, np.array([0.0, 1.0]), max_unknowns=4)
    with pytest.raises(ConvergenceError, match="max_depth"):
        exact_course(QUBIT, START, np.array([0.0, 1.0]), max_depth=2)
    with pytest.raises(InputError, match="tolerance"):
        exact_course(QUBIT, START, np.array([0.0, 1.0]), tolerance=2.0)
    still = exact_course(QUBIT, START, np.array([0.0, 0.0]))
    np.testing.assert_allclose(still.states, [START, START])


@pytest.mark.slow
def test_a_dot_between_bands_settles() -> None:
    d = sambe.fermion(0, 1)
    leads = [
        sambe.Lead(name, d, tunnelling=sambe.Lorentzian(g, 1.0), temperature=0.5, chemical_potential=mu)
        for name, g, mu in (("l", 0.2, 0.3), ("r", 0.1, -0.3))
    ]
    dot = sambe.System([(0.2, d.conj().T @ d)], baths=leads)
    found = exact_course(dot, np.diag([1.0, 0.0]), np.array([0.0, 1.0, 80.0]), tolerance=3e-3)
    steady = heom_currents(dot, tolerance=3e-3)
    np.testing.assert_allclose(found.currents[-1], steady.currents, atol=3e-3 * np.abs(steady.currents).max())
    # what the leads have given is in the level, and in the tunnelling between
    slope = np.trace(found.slopes[1] @ d.conj().T @ d).real
    assert slope > 0.01
    np.testing.assert_allclose(found.particles.sum(axis=-1)[1], slope, rtol=1e-9)
    np.testing.assert_allclose(found.particles[-1], steady.particles, atol=3e-3 * steady.particles.max())
