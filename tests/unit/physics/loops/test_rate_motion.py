"""Derivatives of generators through the rates: against differences of the sixth order, and exact where those
are not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.reservoir import ReservoirState
from sambe.physics.loops.nearby import slopes, standing
from sambe.physics.loops.rate_motion import rate_motion
from sambe.physics.pipeline import jumps_of
from sambe.physics.preparation import prepare

ONE = np.ones(2)


@dataclass(frozen=True)
class Weighted(ReservoirState):
    """A state of a user's, which gives its rates alone."""

    p: Any

    def rates(self, spectrum: Any, energy: Any) -> Any:
        up = spectrum.density(np.abs(energy) + 1e-9) * self.p
        return up, up * np.exp(energy)


def qubit() -> sambe.System:
    """A driven qubit between two baths."""
    baths = [sambe.Bath("left", None, sambe.Ohmic(0.002 * ONE, cutoff=10.0), 1.2 * ONE),
             sambe.Bath("right", None, sambe.DrudeLorentz(0.003, cutoff=2.0), 0.4)]  # fmt: skip
    return sambe.models.spin_boson(drive=0.3 * ONE, omega=np.array([0.8, 0.95]), baths=baths)


def dots() -> sambe.System:
    """Two dots in a row."""
    one, two = sambe.fermion(0, 2), sambe.fermion(1, 2)
    hop = one.conj().T @ two
    return sambe.System(
        [(0.5 * ONE, one.conj().T @ one), (0.6, two.conj().T @ two), (0.02, hop + hop.conj().T)],
        baths=[sambe.Lead("left", one, tunnelling=0.01, temperature=0.3, chemical_potential=0.2),
               sambe.Lead("right", two, tunnelling=sambe.Lorentzian(0.01, 2.0), temperature=0.2)],
    )  # fmt: skip


THERMAL = {"bath 'left'.temperature": 0.5 * ONE, "bath 'left'.spectrum.strength": 0.001 * ONE,
           "bath 'right'.spectrum.cutoff": np.array([0.3, 0.0])}  # fmt: skip
LEADS = {"lead 'left'.temperature": 0.1 * ONE, "lead 'left'.chemical_potential": 0.2 * ONE,
         "lead 'left'.tunnelling": 0.003 * ONE, "lead 'right'.tunnelling.centre": ONE}  # fmt: skip


@pytest.mark.parametrize("secular", ["full", "partial", "none"])
@pytest.mark.parametrize(("system", "motion"), [(qubit(), THERMAL), (dots(), LEADS)])
def test_the_generator_and_its_currents_move_with_the_rates(
    system: sambe.System, motion: dict[str, Any], secular: str
) -> None:
    method = prepare(system, secular=secular)
    jumps = jumps_of(system, method)
    here = standing(system, method, jumps)
    moving, left = rate_motion(system, motion, here)
    assert moving is not None
    assert not left
    wanted = slopes(system, motion, method, np.full(2, 1e-2), jumps.dressing.states)
    n = here.levels if secular == "full" else here.levels**2
    x = np.random.default_rng(1).random((2, n))
    for got, other in ((moving.act(x), wanted.act(x)), (moving.currents(x), wanted.currents(x))):
        np.testing.assert_allclose(got, other, atol=1e-9 * np.abs(other).max())


def test_what_is_in_no_rate_or_has_no_slope_is_left() -> None:
    system = qubit()
    method = prepare(system, secular="full")
    here = standing(system, method, jumps_of(system, method))
    moving, left = rate_motion(system, {"omega": ONE, **THERMAL}, here)
    assert moving is not None
    assert list(left) == ["omega"]
    assert rate_motion(system, {"omega": ONE}, here) == (None, {"omega": ONE})
    table = sambe.Bath("left", sambe.sigmax(), sambe.Tabulated([0.5, 1.5], [0.1, 0.2]), 0.4)
    static = sambe.System([(0.5 * ONE, sambe.sigmaz())], baths=[table])
    there = standing(static, method, jumps_of(static, method))
    assert rate_motion(static, {"bath 'left'.temperature": ONE}, there)[1] == {}  # which asks for J alone
    own = sambe.Bath("own", sambe.sigmax(), sambe.Flat(0.01), state=Weighted(0.7))
    static = sambe.System([(0.5 * ONE, sambe.sigmaz())], baths=[own])
    there = standing(static, method, jumps_of(static, method))
    unknown = {"bath 'own'.state.p": ONE}  # a state of a user's says nothing of its slopes
    assert rate_motion(static, unknown, there) == (None, unknown)


def test_a_sharp_dependence_asks_for_no_step() -> None:
    """By differences the rates of a lead far below its level are lost in rounding and in their step."""
    mu = sambe.axis("mu", [0.40, 0.42, 0.44])
    gamma = sambe.axis("gamma", [0.01, 0.011])
    d = sambe.fermion(0, 1)
    dot = sambe.System([(0.5, d.conj().T @ d)], baths=[
        sambe.Lead("left", d, tunnelling=gamma, temperature=1e-3, chemical_potential=0.2),
        sambe.Lead("right", d, tunnelling=0.01, temperature=1e-3, chemical_potential=mu)])  # fmt: skip
    found = sambe.pump_curvature(dot, "mu", "gamma", secular="full")
    # n = (Gl fl + Gr fr)/G; charge through the left lead is (Gl/G) dn, curvature d(Gl/G)/dGl of -dn/dmu
    x = np.exp((0.5 - mu.values) / 1e-3)
    g = gamma.values[:, None] + 0.01
    slope = (0.01 / g) * x / (1 + x) ** 2 / 1e-3
    wanted = -(0.01 / g**2) * slope
    got = found.curvature_particles.sel(terminal="left").transpose("gamma", "mu").values
    np.testing.assert_allclose(got, wanted, rtol=1e-8)
