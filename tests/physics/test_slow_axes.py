"""Levels next to one another and couplings along one axis: what is slow there is slower than any rate tells.

A spin without a field relaxes along the axis of its only coupling not at all. Beside it every answer that
leaves something out is off by more than rates over gaps say; against the complete equation.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import sambe

SX, SY, SZ = sambe.sigmax(), sambe.sigmay(), sambe.sigmaz()
RAISING = np.array([[0.0, 1.0], [0.0, 0.0]])


def hermitian(rng: np.random.Generator, levels: int) -> np.ndarray:
    a = rng.normal(size=(levels, levels)) + 1j * rng.normal(size=(levels, levels)) * rng.integers(2)
    return a + a.conj().T


def near_one_axis(seed: int) -> sambe.System:
    """Levels within their rates, and two baths whose couplings differ little."""
    rng = np.random.default_rng(seed)
    levels = int(rng.integers(2, 5))
    drive = hermitian(rng, levels) * 10 ** rng.uniform(-4, -1.5)
    axis, other = hermitian(rng, levels), hermitian(rng, levels)
    baths = [sambe.Bath("hot", axis, sambe.Ohmic(10 ** rng.uniform(-4, -2), 5.0), rng.uniform(0.2, 2.0)),
             sambe.Bath("cold", axis + 10 ** rng.uniform(-3, 0) * other,
                        sambe.Ohmic(10 ** rng.uniform(-4, -2), 3.0), 0.3)]  # fmt: skip
    field = hermitian(rng, levels) * 10 ** rng.uniform(-6, -2)
    return sambe.System(field, {1: np.triu(drive)}, rng.uniform(0.3, 3.0), baths, edge=())


def answer(system: sambe.System, secular: str, equation: str = "floquet") -> tuple[Any, bool]:
    """The answer, and whether it warns."""
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        out = sambe.steady_state(system, secular=secular, equation=equation)
    return out, any(issubclass(x.category, sambe.SecularWarning) for x in told)


def error(one: Any, other: Any) -> float:
    """Largest difference of a current, of the largest."""
    a, b = (np.asarray(x.energy_current) for x in (one, other))
    return float(np.abs(a - b).max() / max(np.abs(a).max(), np.abs(b).max()))


def test_a_coherence_that_one_axis_leaves_undamped_is_told() -> None:
    baths = [sambe.Bath("hot", SX + 0.3 * SZ, sambe.Ohmic(1e-3, 5.0), 1.0),
             sambe.Bath("cold", SX - 0.5 * SY, sambe.DrudeLorentz(7e-4, 3.0), 0.0)]  # fmt: skip
    system = sambe.System(0.0 * SZ, {1: 1e-3 * (RAISING + 0.5 * SZ)}, 1.8, baths, edge=())
    full, warned = answer(system, "full")
    whole, _ = answer(system, "none")
    assert error(full, whole) > 0.5
    assert warned
    assert float(full.secular_ratio) < 1.0
    assert float(full.coherence_shift) == pytest.approx(error(full, whole), rel=0.01)


@pytest.mark.slow
def test_populations_alone_warn_where_they_are_wrong() -> None:
    """Of those that are wrong only what terms between different quanta do may go untold."""
    wrong = 0
    for seed in range(40):
        system = near_one_axis(seed)
        full, warned = answer(system, "full")
        partial, _ = answer(system, "partial")
        if error(full, partial) > 0.012:
            wrong += 1
            assert warned, seed
            assert np.isfinite(full.secular_ratio), seed
    assert wrong > 10


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(12))
def test_the_default_is_the_complete_equation(seed: int) -> None:
    default, warned = answer(near_one_axis(seed), "auto")
    assert not warned
    assert error(default, answer(near_one_axis(seed), "none")[0]) < 1e-3


@pytest.mark.parametrize("drive", [1e-3, 1e-2])
def test_a_current_next_to_nothing_beside_the_traffic_is_found(drive: float) -> None:
    """A drive that turns against the levels, twice their energy from resonance, beside baths that dephase: in
    the static frame the terms left out move what little it pumps, however slow the relaxation."""
    lowering = np.diag(np.ones(2), 1)
    turning = np.array([[0.0, -drive, 0.0], [0.0, 0.0, 1.6 * drive], [0.0, 0.0, 0.0]])
    baths = [sambe.Bath("hot", np.diag([-0.97, -0.55, -0.89]), sambe.Ohmic(4.7e-4, 5.0), 0.74),
             sambe.Bath("cold", np.diag([-0.97, -0.55, -0.89]) + 0.05 * (lowering + lowering.T),
                        sambe.Ohmic(3.7e-3, 3.0), 0.3)]  # fmt: skip
    system = sambe.System(np.diag([0.0, 2.3, 4.6]), {1: turning}, 2.3, baths, edge=())
    whole = answer(system, "none")[0]
    partial, warned = answer(system, "partial", "auto")
    assert error(partial, whole) > 0.01
    assert warned
    default, warned = answer(system, "auto", "auto")
    assert error(default, whole) < 0.01
    assert not warned
