"""Coupling elements of rounding size meet no infinite rate, and real ones do."""

from __future__ import annotations

import numpy as np
import pytest

import sambe


def two_oscillators(spectrum: sambe.SpectralDensity, levels: tuple[int, int] = (3, 3), second: float = 0.7):
    """Coupled oscillators with a bath each."""
    a, b = (sambe.lift(sambe.destroy(n), k, levels) for k, n in enumerate(levels))
    h = [(1.0, a.T @ a), (second, b.T @ b), (0.1, a.T @ b + b.T @ a)]
    baths = [sambe.Bath("l", a + a.T, spectrum, 0.5), sambe.Bath("r", b + b.T, spectrum, 0.3)]
    return sambe.System(h, baths=baths)


def softened(width: float) -> sambe.SpectralDensity:
    """The flat spectrum with an Ohmic edge at so low a frequency that no jump sees it."""
    return sambe.Custom(lambda w: 0.01 * w / (w + width))


@pytest.mark.filterwarnings("ignore::sambe.SecularWarning", "ignore::sambe.TruncationWarning")
@pytest.mark.parametrize("secular", ["full", "partial", "none", "ule", "clustered"])
@pytest.mark.parametrize(("levels", "second"), [((3, 3), 0.7), ((3, 3), 1.0), ((2, 4), 0.45), ((4, 2), 0.9)])
def test_white_noise_on_oscillators_has_an_answer(
    secular: str, levels: tuple[int, int], second: float
) -> None:
    flow, soft = (
        sambe.steady_state(two_oscillators(j, levels, second), secular=secular)
        for j in (sambe.Flat(0.01), softened(1e-7))
    )
    assert flow.status == 0
    np.testing.assert_allclose(flow.energy_current, soft.energy_current, rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize("secular", ["full", "partial", "none"])
def test_floquet_modes_that_white_noise_does_not_dephase_have_an_answer(secular: str) -> None:
    def system(spectrum: sambe.SpectralDensity) -> sambe.System:
        baths = [sambe.Bath(n, sambe.sigmax(), spectrum, t) for n, t in (("l", 0.5), ("r", 0.3))]
        return sambe.System([(0.5, sambe.sigmaz())], {1: [(0.05, sambe.sigmax())]}, 0.8, baths)

    flow, soft = (sambe.steady_state(system(j), secular=secular) for j in (sambe.Flat(0.01), softened(1e-7)))
    np.testing.assert_allclose(flow.energy_current, soft.energy_current, rtol=1e-4)


def test_what_white_noise_dephases_has_none() -> None:
    for tilt in (0.3, 1e-4):
        h = 0.5 * sambe.sigmaz() + tilt * sambe.sigmax()
        system = sambe.System(h, baths=[sambe.Bath("b", sambe.sigmax(), sambe.Flat(0.01), 0.5)])
        with pytest.raises(sambe.InputError, match="diverging rate"):
            sambe.steady_state(system)
