"""Currents without jumps: neighbouring points of a fine axis differ by what a halved step halves.

A treatment that sorts states into near ones and others draws a line somewhere; nothing may change there by
more than the equation is good to, or the point has to be flagged.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import sambe
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.solution import Solution

PATH = Path(__file__).parents[2] / "benchmarks" / "fine_axes.py"
SPEC = importlib.util.spec_from_file_location("fine_axes", PATH)
fine_axes = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(fine_axes)
jumps_along = fine_axes.jumps_along

SX, SZ, SP = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()
Axis = Callable[..., sambe.System]


def on(site: int, op: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.kron(op, np.eye(2)) if site == 0 else np.kron(np.eye(2), op)


EXCHANGE = on(0, SP) @ on(1, SP).T + on(0, SP).T @ on(1, SP)


def pair(omega: Any = 0.4, drive: Any = 0.001, strength: Any = 0.01) -> sambe.System:
    """Two qubits whose exchange is driven near the difference of their splittings, at which their states
    coincide modulo omega; the counter-rotating half leaves no static frame."""
    baths = [
        sambe.Bath("hot", on(0, SX), sambe.Ohmic(strength, cutoff=1e4), 0.45),
        sambe.Bath("cold", on(1, SX), sambe.Ohmic(2.0 * strength, cutoff=1e4), 0.2),
    ]
    return sambe.System([(0.5, on(0, SZ)), (0.3, on(1, SZ))], {1: [(drive, EXCHANGE)]}, omega, baths)


def ohmic(strength: Any) -> list[sambe.Bath]:
    return [
        sambe.Bath("left", SX, sambe.Ohmic(strength, cutoff=10.0), 1.2),
        sambe.Bath("right", SX, sambe.Ohmic(strength, cutoff=10.0), 0.4),
    ]


def linear(omega: Any = 0.337, drive: Any = 0.1, strength: Any = 0.002) -> sambe.System:
    return sambe.models.spin_boson(omega=omega, drive=drive, baths=ohmic(strength), polarization="linear")


def circular(omega: Any = 1.0, drive: Any = 0.1, strength: Any = 0.002) -> sambe.System:
    return sambe.models.spin_boson(omega=omega, drive=drive, baths=ohmic(strength))


def coupled(omega: Any = 1.0, drive: Any = 0.05, strength: Any = 0.002) -> sambe.System:
    baths = [sambe.Bath(b.name, spectrum=b.spectrum, temperature=b.temperature) for b in ohmic(strength)]
    return sambe.models.two_qubits(
        splittings=(1.0, 1.0), coupling=0.02, omega=omega, drive=drive, baths=baths
    )


AXES: dict[str, tuple[Axis, str, tuple[float, float]]] = {
    "pair, omega": (pair, "omega", (0.37, 0.43)),
    "pair, strength": (pair, "strength", (1e-4, 0.01)),
    "linear, omega": (linear, "omega", (0.32, 0.355)),
    "circular, drive": (circular, "drive", (1e-4, 0.1)),
    "coupled, omega": (coupled, "omega", (0.9, 1.1)),
    "coupled, strength": (coupled, "strength", (1e-4, 0.02)),
}


def solver(system: Axis, name: str, secular: str) -> Callable[[Any], Solution]:
    def solve(values: Any) -> Solution:
        points = system(**{name: values})
        points = points.map_numbers(
            lambda path, x: x * np.ones_like(values) if path == "hamiltonian[0]" else x
        )
        return solve_batch(points, prepare(points, secular=secular))

    return solve


@pytest.mark.slow
@pytest.mark.parametrize("secular", ["partial", "ule", "clustered"])
@pytest.mark.parametrize("axis", AXES)
def test_nothing_jumps_along_an_axis_or_it_is_flagged(axis: str, secular: str) -> None:
    system, name, (low, high) = AXES[axis]
    solve = solver(system, name, secular)
    for at, size in jumps_along(solve, np.linspace(low, high, 31)):
        # clusters are formed or not: the points around are told how much hangs on it
        spread = solve(np.array([at])).spread
        assert spread is not None, f"{axis}: a jump of {size:.1e} at {at:g}"
        assert spread[0] > 0.3 * size, f"{axis}: a jump of {size:.1e} at {at:g}, flagged by {spread[0]:.1e}"


def test_a_gap_in_the_middle_between_two_multiples_of_omega_makes_no_jump() -> None:
    """Its coherence does more at the farther multiple: with the nearer one the currents changed by 1.2 %."""
    system, _ = fine_axes.random_axis(10)
    at = 0.004219106871788454
    around = system(np.array([at * (1.0 - 1e-6), at * (1.0 + 1e-6)]))
    before, behind = solve_batch(around, prepare(around, secular="clustered")).currents
    assert np.abs(behind - before).max() < 1e-6 * np.abs(before).max()


def test_clusters_tell_of_a_pair_that_a_loop_might_as_well_leave_out() -> None:
    """Of two pairs that no choice of zones brings together at once, another is left out on the other side."""
    system, _ = fine_axes.random_axis(96)
    at = 0.04989526453018188
    around = system(np.array([at * (1.0 - 1e-6), at * (1.0 + 1e-6)]))
    solution = solve_batch(around, prepare(around, secular="clustered"))
    before, behind = solution.currents
    jump = np.abs(behind - before).max() / np.abs(before).max()
    assert jump > 5e-3
    assert solution.spread.max() > 0.5 * jump


def test_a_jump_is_found() -> None:
    """A step among slopes is told from them, where it is and how high."""

    def step(values: npt.NDArray[Any]) -> Any:
        currents = np.stack([1.0 + 0.3 * values, 1.0 * (values > 0.511)], axis=-1)
        return type("Found", (), {"currents": currents})()

    (found,) = jumps_along(step, np.linspace(0.0, 1.0, 21))
    assert found[0] == pytest.approx(0.511, abs=1e-3)
    assert found[1] == pytest.approx(1.0 / 1.15, rel=0.1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [3, 12, 41, 72])
def test_random_axes_have_no_jump_that_is_not_told(seed: int) -> None:
    """Some of the two hundred of `benchmarks/fine_axes.py`, by every treatment."""
    for row in fine_axes.scanned(seed):
        assert all(told for *_, told in row["jumps"]), row


def test_a_resonant_pair_is_joined_before_pairs_half_a_quantum_away() -> None:
    # three levels whose pairs close no loop: two of them far, the third within its line, and by their effects
    # to first order alone their order turns over between these drives
    system, _ = fine_axes.random_axis(121)
    near = system(sambe.axis("drive", np.array([0.003605, 0.00362])))
    every = sambe.steady_state(near, equation="floquet", secular="none").energy_current
    for secular in ("auto", "partial"):
        flow = sambe.steady_state(near, secular=secular).energy_current
        assert np.abs(flow - every).max() < 3e-5 * np.abs(every).max()
