"""The noise of the pump where coherences and terms between different quanta are kept.

What the pump gives is what the baths take, up to the energy of the system, which is bounded: its noise is
that of their sum. And a drive does not know by which of its multiples it is called: {1: X} at omega is {2: X}
at omega / 2, though the zone of quasienergies is another then.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe

LEVELS = 3


def system(times: int, seed: int) -> sambe.System:
    """Three levels under two harmonics, relaxing fast enough for coherences to count."""
    rng = np.random.default_rng(seed)

    def operator() -> Any:
        return rng.normal(size=(LEVELS, LEVELS)) / np.sqrt(LEVELS) + 0.5 * np.eye(LEVELS, k=1)

    first, second, hot, cold = (operator() for _ in range(4))
    drive = {times: 0.3 * first, 2 * times: 0.3 * second}
    baths = [sambe.Bath("hot", hot + hot.T, sambe.Ohmic(0.02, 5.0), 1.1),
             sambe.Bath("cold", cold + cold.T, sambe.DrudeLorentz(0.014, 3.0), 0.3)]  # fmt: skip
    return sambe.System(np.diag([0.0, 0.7, 1.5]), drive, 1.1 / times, baths)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_noise_of_the_pump_is_that_of_what_the_baths_take(seed: int) -> None:
    found = [
        sambe.counting_statistics(system(times, seed), cumulants=3, secular=secular)
        for times, secular in ((1, "auto"), (1, "none"), (2, "none"))
    ]
    size = found[0].energy_noise.max().item()
    for each in found:
        assert each.cross_terms_kept == 1
        assert np.abs(each.energy_noise.sum("other")).max() < 1e-9 * size
        np.testing.assert_allclose(each.energy_noise, found[0].energy_noise, atol=1e-6 * size)
        np.testing.assert_allclose(each.energy_cumulant, found[0].energy_cumulant, rtol=1e-5)
        np.testing.assert_allclose(each.energy_cumulant[0], each.energy_current, rtol=1e-6)


@pytest.mark.slow
def test_a_field_on_every_terminal_changes_nothing() -> None:
    fields = {"hot": 0.3, "cold": -0.2, "pump": 0.25}
    found = [
        sambe.generating_function(each, {name: x + more for name, x in fields.items()}, secular="none").item()
        for each, more in ((system(1, 1), 0.0), (system(1, 1), 0.4), (system(2, 1), 0.0))
    ]
    np.testing.assert_allclose(found, found[0], rtol=1e-6)
