"""Bloch vectors against matrices: the same quasienergies, harmonics and rates by the extended space."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.errors import ConvergenceError
from sambe.physics.dressing.dressing import Dressing
from sambe.physics.dressing.extended_space import extended_floquet
from sambe.physics.dressing.two_level import floquet_two

SX, SY, SZ = sambe.sigmax(), sambe.sigmay(), sambe.sigmaz()
OMEGA = np.array([0.37, 0.8, 1.3])


def both_signs(parts: dict[int, Any]) -> dict[int, Any]:
    return {**parts, **{-k: h.conj().swapaxes(-1, -2) for k, h in parts.items() if k}}


HARMONICS = {
    "linear": both_signs({0: 0.5 * SZ, 1: 0.15 * SX}),
    "two tones, complex": both_signs(
        {0: 0.4 * SZ + 0.2 * SY + 0.3 * np.eye(2), 1: 0.1 * (SX + 1j * SZ), 2: 0.1j * SX}
    ),
    "circular": both_signs({0: 0.5 * SZ, 1: 0.1 * sambe.sigmap()}),
    "swept": both_signs({0: np.array([0.3, 0.5, 0.7])[:, None, None] * SZ, 1: 0.15 * SX}),
}  # fmt: skip
RATES = (np.ones_like, np.square, lambda w: np.exp(-((w - 0.3) ** 2)), lambda w: np.tanh(w) ** 2)
OPERATORS = [SX, SZ + 0.3 * SY + 0.2 * np.eye(2)]


def point_of(harmonics: dict[int, Any], point: int) -> dict[int, Any]:
    return {k: h[point] if h.ndim == 3 else h for k, h in harmonics.items()}


def spectrum(d: Dressing, point: int | None, operator: int) -> Any:
    """Jump energies modulo nothing and weights |S^(q)_ij|^2, sorted: what every rate is made of."""
    pick = (lambda x: x) if point is None else (lambda x: x[point])
    energies, couplings = np.asarray(pick(d.energies)), np.asarray(pick(d.couplings))
    omega = float(np.asarray(d.omega if point is None or np.ndim(d.omega) == 0 else d.omega[point]))
    rows = []
    for k, q in enumerate(d.quanta):
        s = couplings[operator, k]
        for i in range(2):
            for j in range(2):
                w = energies[i] - energies[j] - q * omega
                weight = abs(s[i, j]) ** 2
                rows += [(w, weight)] + ([(-w, weight)] if q else [])
    return np.array(rows)


def moment(rows: Any, function: Any) -> float:
    return float(np.sum(rows[:, 1] * function(rows[:, 0])))


@pytest.mark.parametrize("name", HARMONICS)
def test_every_rate_is_that_of_the_extended_space(name: str) -> None:
    harmonics = HARMONICS[name]
    groups = floquet_two(harmonics, OMEGA, OPERATORS, (0, 0), 1e-11)
    assert sorted(np.concatenate([points for points, _ in groups])) == [0, 1, 2]
    for points, dressing in groups:
        for place, point in enumerate(points):
            wanted = extended_floquet(point_of(harmonics, point), OMEGA[point], OPERATORS, (0, 0), 30)
            gaps = [np.ptp(e) % OMEGA[point] for e in (dressing.energies[place], np.asarray(wanted.energies))]
            assert min(abs(gaps[0] - gaps[1]), abs(sum(gaps) - OMEGA[point])) < 1e-9
            for c in range(2):
                ours, theirs = spectrum(dressing, place, c), spectrum(wanted, None, c)
                for f in RATES:
                    assert moment(ours, f) == pytest.approx(moment(theirs, f), rel=1e-8)


def test_states_are_orthonormal() -> None:
    (group, *_) = floquet_two(HARMONICS["linear"], OMEGA, OPERATORS, (0, 0), 1e-11)
    v = group[1].states
    product = np.conj(np.swapaxes(v, 1, 2)) @ v
    np.testing.assert_allclose(product, np.broadcast_to(np.eye(2), v.shape), atol=1e-12)


@pytest.mark.parametrize("tolerance", [1e-6, 1e-9])
def test_the_tolerance_is_on_the_quasienergies(tolerance: float) -> None:
    exact = dict(_energies(1e-13))
    for point, energies in _energies(tolerance):
        error = (np.ptp(energies) - np.ptp(exact[point])) / OMEGA[point]
        assert abs(error - round(error)) < tolerance


def _energies(tolerance: float) -> list[tuple[int, Any]]:
    groups = floquet_two(HARMONICS["two tones, complex"], OMEGA, OPERATORS, (0, 0), tolerance)
    return [(int(p), d.energies[k]) for points, d in groups for k, p in enumerate(points)]


def test_no_drive_leaves_the_levels_where_they_are() -> None:
    ((_, d),) = floquet_two({0: 0.5 * SZ, 1: 0.0 * SX, -1: 0.0 * SX}, OMEGA[:1], [SX], (0, 0), 1e-10)
    np.testing.assert_allclose(d.energies, [[-0.5, 0.5]], atol=1e-12)
    assert d.quanta == (0,)
    np.testing.assert_allclose(np.abs(d.couplings[0, 0, 0]), [[0.0, 1.0], [1.0, 0.0]], atol=1e-12)


def test_a_gap_whose_square_overflows_is_refused() -> None:
    with np.errstate(over="ignore", invalid="ignore"), pytest.raises(ConvergenceError, match="raise omega"):
        floquet_two(
            both_signs({0: 0.5e300 * SZ, 1: 0.1 * SZ + 0.1 * SX}), np.array([0.3]), [SX], (0, 0), 1e-10
        )


@pytest.mark.slow
def test_a_drive_beyond_all_steps_is_refused() -> None:
    with pytest.raises(ConvergenceError, match="raise omega"):
        floquet_two(both_signs({0: 0.5 * SZ, 1: 2e3 * SX}), np.array([0.01]), [SX], (0, 0), 1e-10)
