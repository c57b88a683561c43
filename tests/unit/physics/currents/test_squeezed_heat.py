"""Heat of the thermal modes of a squeezed bath, against sums over levels and the operator R."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sambe
from sambe.physics.accounts import account_fields
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare

R, T = 0.6, 0.5


def mode(w: float) -> float:
    return 1.0 / np.expm1(w / T)


@pytest.mark.parametrize("centre", [0.9, 0.3])
def test_heat_of_a_phase_that_turns(centre: float) -> None:
    """Emission of w through d_w takes w, and through d' of the mirrored mode gives 2 w_s - w; outside of the
    squeezed band, w > 2 w_s, all is heat."""
    squeezed = sambe.Bath("s", sambe.sigmax(), sambe.Flat(0.01), state=sambe.Squeezed(T, R, 0.0, centre))
    other = sambe.Bath("t", sambe.sigmax(), sambe.Flat(0.02), 0.3)
    system = sambe.models.spin_boson(omega=0.7, drive=1e-9, baths=[squeezed, other])
    method = prepare(system, secular="full")
    found = solve_batch(system, method)
    heat = account_fields(system, method, found)["energy_current"][0]
    ground, excited = np.sort(found.populations)[::-1]
    inside, mirror = 2 * centre > 1.0, 2 * centre - 1.0
    ch, sh = (np.cosh(R) ** 2, np.sinh(R) ** 2) if inside else (1.0, 0.0)
    n, n2 = mode(1.0), mode(mirror) if inside else 0.0
    gives = -(1 + n) * ch + (mirror * n2 * sh if inside else 0.0)
    takes = n * ch - (mirror * (1 + n2) * sh if inside else 0.0)
    assert_allclose(heat, 0.01 * (gives * excited + takes * ground), rtol=1e-7)


@pytest.mark.parametrize("phase", [0.0, 2.0])
def test_heat_by_the_operator_r(phase: float) -> None:
    """Resonant drive, every coherence: Q_th = -w G [(n + 1)<R'R> - n <RR'>] in the state of the frame."""
    g, n = 0.01, mode(1.0)
    squeezed = sambe.Bath("s", sambe.sigmam(), sambe.Flat(g), state=sambe.Squeezed(T, R, phase),
                          rotating_wave=True)  # fmt: skip
    system = sambe.models.spin_boson(omega=1.0, drive=0.004, baths=[squeezed])
    method = prepare(system, secular="none")
    found = solve_batch(system, method)
    v = found.jumps.dressing.states
    rho = v @ found.state @ v.conj().T
    lower = sambe.sigmam()
    r = np.cosh(R) * lower - np.exp(1j * phase) * np.sinh(R) * lower.conj().T
    both = (np.trace(x @ rho).real for x in (r.conj().T @ r, r @ r.conj().T))
    given, taken = both
    wanted = -g * ((n + 1) * given - n * taken)
    assert_allclose(account_fields(system, method, found)["energy_current"][0], wanted, rtol=5e-3)
