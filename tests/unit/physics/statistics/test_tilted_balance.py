"""The generating function under several tones: its derivatives are the cumulants, tones that nearly fold give
what folded ones do, and energy is conserved."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe

SX = sambe.sigmax()


def qubit(second: float) -> sambe.System:
    """Two tones on a qubit that relaxes so fast that every term counts."""
    spectrum = sambe.Ohmic(0.02, cutoff=10.0)
    baths = [sambe.Bath(n, SX, spectrum, temperature=t) for n, t in (("hot", 1.2), ("cold", 0.4))]
    drive = {(1, 0): [(0.02, SX)], (0, 1): [(0.02, SX)]}
    return sambe.System([(0.5, sambe.sigmaz())], drive, (1.3, second), baths)


def scgf(system: sambe.System, **fields: Any) -> complex:
    names = {"one": "pump 1", "two": "pump 2"}
    told = sambe.generating_function(system, {names.get(k, k): x for k, x in fields.items()}, secular="none")
    return complex(told.item())


@pytest.mark.slow
def test_its_derivatives_are_mean_and_noise() -> None:
    system, h = qubit(2.27), 2e-3
    counted = sambe.counting_statistics(system, secular="none")
    mean, noise = counted.energy_current.values, counted.energy_noise.values
    size = noise.max()
    for k, name in ((2, "one"),):
        ahead, behind = (scgf(system, **{name: x}).real for x in (h, -h))
        # the third cumulant over six, times the square of the step, is less than that
        np.testing.assert_allclose((ahead - behind) / (2 * h), mean[k], atol=2.0 * h**2 * size)
        np.testing.assert_allclose((ahead + behind) / h**2, noise[k, k], atol=5e-6 * size)


@pytest.mark.slow
def test_tones_that_nearly_fold_and_the_conservation_of_energy() -> None:
    fields = {"hot": 0.3 + 0.6j, "cold": -0.2, "one": 0.15, "two": 0.15}
    folded, near = (scgf(qubit(w), **fields) for w in (2.6, 2.6002))
    assert abs(folded - near) < 1e-3 * abs(folded)
    shifted = scgf(qubit(2.6002), **{k: x + 0.4 for k, x in fields.items()})
    # the complete equation conserves energy to the order of the coupling
    assert abs(shifted - near) < 2e-3 * abs(near)
