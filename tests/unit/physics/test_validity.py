"""What a solution says of its own validity: rates that diverge, ladders cut too short."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import sambe
from sambe import models


def dephased(spectrum: object, **changes: object) -> sambe.System:
    """A driven qubit whose first bath couples to its levels themselves."""
    other = sambe.Bath("other", sambe.sigmax(), sambe.Ohmic(0.01, cutoff=5.0), 0.5)
    numbers = {"omega": 0.9, "temperature": 0.5, **changes}
    bath = sambe.Bath("dephasing", sambe.sigmaz(), spectrum, numbers["temperature"])
    return sambe.System(
        [(0.5, sambe.sigmaz())], drive={1: [(0.05, sambe.sigmap())]}, omega=numbers["omega"],
        baths=[bath, other],
    )  # fmt: skip


@pytest.mark.parametrize("spectrum", [
    sambe.Ohmic(0.01, cutoff=5.0, exponent=0.5), sambe.Ohmic(0.01, cutoff=5.0, exponent=0.99),
    sambe.Flat(0.01), sambe.Window(0.01, low=0.0, high=3.0),
])  # fmt: skip
@pytest.mark.parametrize(("equation", "secular"), [
    ("driven_dressed", "partial"), ("driven_dressed", "full"), ("floquet", "none"), ("dressed", "ule"),
])  # fmt: skip
def test_a_rate_without_bound_is_called_that(spectrum, equation, secular) -> None:
    how = {"equation": equation, "secular": secular}
    with pytest.raises(sambe.InputError, match=r"diverging rate.*Ohmic, super-Ohmic"):
        sambe.steady_state(dephased(spectrum), **how)
    assert np.isnan(sambe.energy_currents(dephased(spectrum), **how)).all()
    warm = sambe.steady_state(dephased(spectrum, temperature=sambe.axis("T", [0.0, 0.5])), **how)
    assert warm.status.values.tolist() == [0, 4]
    assert np.isfinite(warm.energy_current[0]).all()
    assert warm.energy_current[1].isnull().all()


def test_only_elements_at_zero_energy_make_a_rate_diverge() -> None:
    white = [sambe.Bath("white", spectrum=sambe.Flat(0.01), temperature=0.5)]
    system = models.spin_boson(drive=0.1, omega=0.9, baths=white)
    flow = sambe.compare(system, equations=["driven_dressed", "floquet"])
    assert flow.status.values.tolist() == [0, 0]
    with pytest.raises(sambe.InputError, match="keeps the phase of the drive"):
        sambe.steady_state(system, equation="dressed")


def test_levels_near_modulo_the_drive_that_nothing_joins_are_not_counted() -> None:
    """Levels of a ladder meet modulo twice the drive, where no two jumps do anything: `full` is right."""
    full = sambe.steady_state(models.kerr_resonator(levels=12, omega=0.7), secular="full")  # does not warn
    every = sambe.energy_currents(models.kerr_resonator(levels=12, omega=0.7), secular="none")
    np.testing.assert_allclose(full.energy_current, every, rtol=1e-4)
    assert full.secular_ratio > 10.0


def three_states(gap: float, phase: complex) -> sambe.System:
    """Three levels, two of them close, on two baths whose couplings to them have other phases."""

    def coupling(first: complex, second: complex) -> np.ndarray:
        out = np.zeros((3, 3), dtype=complex)
        out[2, :2] = first, second
        return out + out.conj().T

    baths = [
        sambe.Bath("hot", coupling(1.0, 0.6), sambe.Ohmic(1e-3, cutoff=5.0), 2.0),
        sambe.Bath("cold", coupling(1.0, 0.6 * phase), sambe.Ohmic(1e-3, cutoff=5.0), 1.5),
    ]
    return sambe.System(np.diag([0.0, gap, 1.0]), baths=baths)


@pytest.mark.parametrize("secular", ["full", "ule", "clustered"])
@pytest.mark.parametrize("phase", [1.0, 1j])
def test_what_a_treatment_does_to_coherences_is_what_partial_tells(secular: str, phase: complex) -> None:
    for gap in (0.004, 0.04):
        system = three_states(gap, phase)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            flow = sambe.steady_state(system, secular=secular)
        whole = sambe.steady_state(system, secular="partial").energy_current
        moved = float(abs(flow.energy_current - whole).max() / abs(whole).max())
        assert flow.coherence_shift == pytest.approx(moved, rel=0.15, abs=3e-3)
        told = any("does to coherences" in str(x.message) or "lie closer" in str(x.message) for x in caught)
        assert told == (moved > 1e-2)


def test_phases_of_couplings_bring_coherences_far_from_one_another_into_the_currents() -> None:
    """To first order in the rate over the gap where couplings have phases, to second where they are real."""
    real, turned = (sambe.steady_state(three_states(0.04, p), secular="full") for p in (1.0, 1j))
    assert turned.secular_ratio > 10
    assert turned.coherence_shift > 3 * real.coherence_shift


def test_in_equilibrium_nothing_is_said_of_currents_that_are_none() -> None:
    baths = [
        sambe.Bath(n, sambe.sigmax() + 0.3 * sambe.sigmaz(), sambe.Ohmic(1e-2, cutoff=5.0), 0.5) for n in "ab"
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        flow = sambe.steady_state(sambe.System(0.5 * sambe.sigmaz(), baths=baths), secular="ule")
    assert flow.coherence_shift < 1e-2
