"""What a solution says of its own validity: rates that diverge, ladders cut too short."""

from __future__ import annotations

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
    """Levels of a ladder meet modulo twice the drive, where no two jumps do anything: `full` is right
    there."""
    full = sambe.steady_state(
        models.kerr_resonator(levels=12, omega=0.7), secular="full"
    )  # warnings are errors
    every = sambe.energy_currents(models.kerr_resonator(levels=12, omega=0.7), secular="none")
    np.testing.assert_allclose(full.energy_current, every, rtol=1e-4)
    assert full.secular_ratio > 10.0
