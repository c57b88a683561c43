"""Tones whose extended space does not converge: beats with and without effect, slow and strong tones."""

import numpy as np
import pytest

import sambe


def qubit(a: float, b: float, first: float, second: float, strength: float = 0.002) -> sambe.System:
    x, spectrum = sambe.sigmax(), sambe.Ohmic(strength, cutoff=10.0)
    baths = [sambe.Bath(n, x, spectrum, temperature=t) for n, t in (("hot", 1.2), ("cold", 0.4))]
    drive = {(1, 0): [(0.5 * a, x)], (0, 1): [(0.5 * b, x)]}
    return sambe.System([(0.5, sambe.sigmaz())], drive, (first, second), baths)


@pytest.mark.slow
def test_a_slow_beat_is_the_mean_over_the_phase() -> None:
    flow = sambe.steady_state(qubit(0.3, 0.2, 0.7, 1.4 + 1e-6), secular="full")
    turned = sambe.axis("turn", np.exp(2j * np.pi * np.arange(8) / 8))
    phases = qubit(0.3, 0.2, 0.7, 1.4)
    drive = {**phases.drive, (0, 1): [(0.1 * turned, sambe.sigmax())]}
    each = sambe.steady_state(phases.replace(drive=drive), secular="full").energy_current.values
    mean = each.mean(axis=0)
    assert np.ptp(each[:, 2]) > 0.3 * abs(mean[2])
    assert flow.energy_current.values == pytest.approx(mean, abs=1e-5 * abs(mean).max())
    assert abs(float(flow.first_law_residual)) < 1e-10 * abs(mean).max()


@pytest.mark.slow
def test_strong_tones_are_those_of_another_fraction() -> None:
    # of the golden ratio, which no extended space holds: one drive at 1/34 of a tone is as good
    flow = sambe.steady_state(qubit(1.5, 1.0, 0.7, 0.35 * (1.0 + 5.0**0.5)), secular="full")
    x = sambe.sigmax()
    one = qubit(1.5, 1.0, 0.7, 1.0).replace(drive={34: [(0.75, x)], 55: [(0.5, x)]}, omega=0.7 / 34)
    wanted = sambe.steady_state(one, secular="full").energy_current.values
    got = flow.energy_current.values
    assert [*got[:2], got[2:].sum()] == pytest.approx(wanted, abs=2e-3 * abs(wanted).max())


@pytest.mark.slow
def test_a_beat_that_relaxation_cannot_follow_is_refused() -> None:
    # the beat is as fast as relaxation: what the phase decides neither follows it nor is its mean
    with pytest.raises(sambe.ConvergenceError, match="does not converge"):
        sambe.steady_state(qubit(1.5, 1.2, 0.7, 1.4 + 2e-4, strength=1e-4), secular="full")
