"""Zones in which a squeezing stands still."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_allclose

import sambe
from sambe.description.reservoirs.squeezed import Squeezed
from sambe.physics.dressing.static_frame import driven_dressed
from sambe.physics.generators.near_states.standing_phase import (
    driven_at,
    in_standing_phase,
    squeezed_in_words,
    without_phases,
)


def bath(centre: float = 1.0) -> sambe.Bath:
    return sambe.Bath("b", sambe.destroy(3) + sambe.create(3), sambe.Flat(0.01),
                      state=Squeezed(0.5, 0.5, 0.0, centre))  # fmt: skip


def test_an_undriven_ladder_is_folded_by_the_centre() -> None:
    """Energies n of a ladder and w_s = 1: all meet, and each step absorbs one quantum of the pump's half."""
    h = np.diag([0.0, 1.0, 2.001])[None]
    bare = driven_dressed({0: h}, 1.0, bath().operators, (0, 0, 0))
    folded = in_standing_phase(bare, [bath()])
    assert_allclose(np.ptp(folded.energies), 0.001, atol=1e-12)
    assert folded.quanta[:2] == (0, 1)
    assert_allclose(folded.omega, [1.0])
    kept = folded.couplings[0, 0, 1]
    assert_allclose(np.sort(np.abs(kept[np.abs(kept) > 0])), [1.0, 2.0**0.5])
    assert in_standing_phase(bare, [sambe.Bath("t", sambe.sigmax(), sambe.Flat(0.1), 1.0)]) is bare


def test_a_phase_that_turns_folds_nothing() -> None:
    system = sambe.models.kerr_resonator(levels=3, omega=0.9, baths=bath())
    driven = driven_dressed(system.harmonics(), 0.9, system.baths[0].operators, (0, 1, 2))
    assert in_standing_phase(driven, [bath()]) is driven


def test_phases_are_told_and_left_out() -> None:
    system = sambe.models.kerr_resonator(levels=3, omega=0.9, baths=bath())
    assert driven_at(system) == 0.9
    assert driven_at(system.replace(drive=None)) is None
    assert squeezed_in_words(bath(), [bath()], 0.9, True) == "turning: N alone"
    assert squeezed_in_words(bath(), [bath()], 1.0, True).startswith("static")
    assert squeezed_in_words(bath(), [bath()], None, True).startswith("static")
    assert squeezed_in_words(bath(), [bath()], 1.0, False).startswith("N alone")
    assert squeezed_in_words(bath(), [bath()], np.array([1.0, 0.9]), True).endswith("drive frequency")
    said = squeezed_in_words(
        bath(1.2), [bath(), bath(1.2)], None, True
    )  # energies are counted modulo the first
    assert said.startswith("turning against that of b: N alone")
    (plain,) = without_phases(system).baths
    assert plain.anomalous(np.asarray(1.0)) is None
    assert bath().anomalous(np.asarray(1.0)) is not None


@pytest.mark.slow
def test_a_transformation_hides_what_is_looked_at() -> None:
    jax = pytest.importorskip("jax")
    x = sambe.sigmax()

    def current(energy):
        squeezed = sambe.Bath("b", x, sambe.Flat(0.01), state=Squeezed(0.5, 0.5, 0.0, 1.0))
        return sambe.energy_currents(
            sambe.System([(energy, sambe.sigmaz())], baths=[squeezed]), secular="full"
        )

    with jax.enable_x64(True), pytest.raises(sambe.InputError, match="JAX transformation"):
        jax.jit(current)(0.5)
