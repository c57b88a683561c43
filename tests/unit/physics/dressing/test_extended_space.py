"""Sambe's extended space: quasienergies and couplings by one eigenproblem, beside propagation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.physics.dressing.extended_space import extended_floquet
from sambe.physics.dressing.frame import fold_of
from sambe.physics.equations import dressing_of as dress
from sambe.physics.preparation import prepare

RNG = np.random.default_rng(23)
RAISE = np.diag(np.sqrt(np.arange(1.0, 5.0)), 1)
FIELD = RAISE + RAISE.T
LADDER = np.diag(np.arange(5) + 0.07 * np.arange(5) ** 2)


def hermitian(levels: int, imaginary: bool = True) -> Any:
    x = RNG.normal(size=(levels, levels)) + 1j * imaginary * RNG.normal(size=(levels, levels))
    return 0.3 * (x + x.conj().T)


def baths(operator: Any, other: Any = None) -> list[sambe.Bath]:
    spectrum = sambe.Ohmic(0.002, cutoff=10.0)
    return [sambe.Bath("hot", operator, spectrum, 1.2),
            sambe.Bath("cold", operator if other is None else other, spectrum, 0.4)]  # fmt: skip


A = np.array([0.02, 0.1, 0.4])
W = np.array([1.3, 0.7, 0.31])
ONE = {
    "linear drive": ({1: [(A, FIELD)]}, LADDER, FIELD),
    "static part not diagonal": ({1: [(A, FIELD)]}, LADDER + 0.2 * FIELD + 0.1 * FIELD @ FIELD, FIELD),
    "two tones": ({1: [(A, FIELD)], 2: [(0.4 * A, FIELD)]}, LADDER, FIELD),
    "tones out of phase": ({1: [(A, FIELD)], 2: [(0.4j * A, FIELD)]}, LADDER, FIELD),
    "phase": ({1: [(np.exp(0.7j) * A, FIELD)]}, LADDER, FIELD),
    "complex operator": ({1: [(A, 1j * RAISE - 1j * RAISE.T)]}, LADDER, FIELD),
    "complex bath": ({1: [(A, FIELD)]}, LADDER, 1j * RAISE - 1j * RAISE.T),
    "no structure": ({1: [(A, hermitian(5))]}, hermitian(5), hermitian(5)),
    "modulation": ({1: [(A, LADDER)]}, LADDER, FIELD),
    "spin": ({1: [(A, hermitian(5, False))]}, hermitian(5, False), hermitian(5, False)),
    "third harmonic alone": ({3: [(A, FIELD)]}, LADDER, FIELD),
}


def system_of(case: Any) -> sambe.System:
    drive, static, coupling = case
    return sambe.System(static, drive, W, baths(coupling))


@pytest.mark.parametrize("name", ["linear drive", "two tones", "complex operator", "no structure"])
def test_quasienergies_are_those_of_the_extended_space(name: str) -> None:
    # no propagation there: eigenvalues of one matrix of all harmonics
    drive, static, coupling = ONE[name]
    system = sambe.System(
        static, {k: [(0.1, op) for _, op in v] for k, v in drive.items()}, 0.9, baths(coupling)
    )
    method = prepare(system, "floquet", propagation_tolerance=1e-12)
    found = dress(system, method).energies
    exact = extended_floquet(system.harmonics(), 0.9, method.operators, method.frame, 24).energies
    gap = np.exp(2j * np.pi * found / 0.9)[:, None] - np.exp(2j * np.pi * exact / 0.9)
    assert np.abs(gap).min(axis=0).max() / (2 * np.pi) < 1e-12
    assert np.abs(gap).min(axis=1).max() / (2 * np.pi) < 1e-12


@pytest.mark.parametrize("name", ["linear drive", "phase"])
def test_harmonics_that_are_never_reached_are_left_out(name: str) -> None:
    system = system_of(ONE[name])
    method = prepare(system, "floquet")
    fold = fold_of(system.masks(), method.frame)
    assert fold > 1
    case = system.harmonics(), W, method.operators, method.frame, 24
    small, large = extended_floquet(*case, fold), extended_floquet(*case)
    assert len(small.quanta) <= len(large.quanta) // 2 + 1
    # labels are multiples of the fold there, of one here: modes are told by their quasienergies
    turn = np.exp(2j * np.pi * small.energies / W[:, None])[:, :, None]
    here = np.exp(2j * np.pi * large.energies / W[:, None])[:, None, :]
    same = np.argmin(np.abs(turn - here), axis=-1)
    assert np.abs(turn[..., 0] - np.take_along_axis(here[:, 0], same, axis=-1)).max() < 1e-10
    strength = []
    for d in (small, large):
        signs = np.where(np.asarray(d.quanta) == 0, 1.0, 2.0)[:, None, None]
        strength.append((np.abs(d.couplings) ** 2 * signs).sum(axis=(1, 2)))
    diagonal = [np.diagonal(x, axis1=-2, axis2=-1) for x in strength]
    np.testing.assert_allclose(
        diagonal[0], np.take_along_axis(diagonal[1], same, axis=-1), rtol=1e-9, atol=1e-12
    )
