"""Coherences in single precision, refined, against the null vector of the whole generator."""

from __future__ import annotations

import numpy as np
import pytest
from tests.unit.physics.states.iterations.test_conjugate_residuals import CASES, exact, generator, ladder

from sambe import models
from sambe.physics.states.iterations import coherence_equation, refined_descent
from sambe.physics.states.iterations.conjugate_residuals import Corrector, Scratch
from sambe.physics.states.iterations.refined_descent import refine


@pytest.mark.parametrize("tolerance", [1e-6, 1e-8, 1e-11])
@pytest.mark.parametrize("name", CASES)
def test_it_comes_as_near_to_the_null_vector_as_was_asked(name: str, tolerance: float) -> None:
    g = generator(CASES[name]())
    correct = Corrector(g, 0)
    state, done = refine(g, correct, correct.start(), tolerance, Scratch())
    assert done.all()
    wanted = exact(g)
    flow = np.asarray(g.currents(wanted))
    off = np.abs(g.currents(state) - flow).max(axis=-1)
    # the last step moves less than the tolerance, and what is left after it is of its size
    assert (off < 4.0 * tolerance * np.abs(flow).max(axis=-1)).all()
    np.testing.assert_allclose(np.trace(state, axis1=1, axis2=2), 1.0, rtol=0, atol=1e-14)


def test_a_point_ends_as_it_would_among_fewer() -> None:
    """To the last bit, though its neighbours take more steps or fewer."""
    omega = np.linspace(0.9, 1.2, 60)
    g = generator(models.kerr_resonator(omega=omega, drive=0.03, levels=12))
    correct = Corrector(g, 0)
    together, _ = refine(g, correct, correct.start(), 1e-8, Scratch())
    for part in (np.arange(3, 60, 7), np.arange(17, 24), np.array([30])):
        some = correct.take(part)
        fewer, _ = refine(g.take(part), some, some.start(), 1e-8, Scratch())
        np.testing.assert_array_equal(fewer, together[part])


@pytest.mark.parametrize("unit", [1e-12, 1e12])
def test_units_do_not_meet_the_range_of_single_precision(unit: float) -> None:
    system = ladder()
    g = generator(system)
    scaled = type(g)(
        unit * g.gaps, 1e-20 * g.coupling, unit * 1e20 * g.forward, unit * g.drift, unit**2 * g.heat
    )
    correct, other = Corrector(g, 0), Corrector(scaled, 0)
    state, _ = refine(g, correct, correct.start(), 1e-10, Scratch())
    same, done = refine(scaled, other, other.start(), 1e-10, Scratch())
    assert done.all()
    np.testing.assert_allclose(same, state, rtol=0, atol=1e-9)


def test_nothing_is_multiplied_that_is_below_the_normal_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a ladder whose upper states are empty: a processor may take a hundred times as long for such
    numbers, and the answer does not need them."""
    seen: list[np.ndarray] = []
    direction, image = (
        coherence_equation.CoherenceEquation.direction,
        coherence_equation.CoherenceEquation.image,
    )

    def directed(self: coherence_equation.CoherenceEquation, left: np.ndarray) -> coherence_equation.Change:
        step = direction(self, left)
        seen.extend(y.copy() for y in (self.tall, self.side, left, step.packed))
        return step

    def imaged(self: coherence_equation.CoherenceEquation, step: coherence_equation.Change) -> np.ndarray:
        out = image(self, step)
        seen.extend(y.copy() for y in (out, step.populations, step.top))
        return out

    monkeypatch.setattr(coherence_equation.CoherenceEquation, "direction", directed)
    monkeypatch.setattr(coherence_equation.CoherenceEquation, "image", imaged)
    g = generator(models.kerr_resonator(omega=np.linspace(0.5, 1.5, 12), drive=0.05, levels=30))
    assert ((g.forward != 0.0) & (np.abs(g.forward) < 1e-40)).any()
    correct = Corrector(g, 0)
    state, _ = refine(g, correct, correct.start(), 1e-8, Scratch())
    assert len(seen) > 10
    for numbers in seen:
        assert not ((numbers != 0.0) & (np.abs(numbers) < np.finfo(np.float32).tiny)).any()
    flow = np.asarray(g.currents(exact(g)))
    assert (np.abs(g.currents(state) - flow).max(axis=-1) < 4e-8 * np.abs(flow).max(axis=-1)).all()


def test_what_single_precision_does_not_reach_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    g = generator(ladder())
    correct = Corrector(g, 0)
    monkeypatch.setattr(refined_descent, "CYCLES", 1)
    assert not refine(g, correct, correct.start(), 1e-11, Scratch())[1].any()
