"""Several equations side by side: labels, those without an answer, and what cannot be compared."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe import models


def sweep() -> sambe.System:
    return models.spin_boson(omega=sambe.axis("omega", [0.7, 0.9, 1.2]))


def test_compare_refuses_what_makes_no_sense() -> None:
    for equations in ([], ["floquet", "floquet"]):
        with pytest.raises(sambe.InputError, match="each once"):
            sambe.compare(sweep(), equations=equations)
    with pytest.raises(sambe.InputError, match="choose one of"):
        sambe.compare(sweep(), equations=["floquet", "lindblad"])


def test_an_equation_without_an_answer_leaves_those_of_the_others() -> None:
    """On resonance the traditional equation has no unique state: so it is with all defaults."""
    with pytest.warns(sambe.NoAnswerWarning, match=r"^dressed has no answer: .*not unique"):
        flow = sambe.compare(models.spin_boson(drive=0.1, omega=1.0))
    assert flow.status.values.tolist() == [0, 0, 2]
    alone = sambe.steady_state(models.spin_boson(drive=0.1, omega=1.0), equation="floquet")
    assert np.array_equal(flow.energy_current.sel(equation="floquet"), alone.energy_current)
    assert np.isnan(flow.energy_current.sel(equation="dressed")).all()


def test_a_bath_that_heom_cannot_take_does_not_lose_the_other_equations() -> None:
    flat = sambe.Bath("flat", spectrum=sambe.Flat(0.002), temperature=0.5)
    qubit = models.spin_boson(omega=0.8, baths=[flat])
    with pytest.warns(sambe.NoAnswerWarning, match="heom has no answer: bath 'flat'"):
        flow = sambe.compare(qubit, equations=["driven_dressed", "heom"])
    assert flow.status.values.tolist() == [0, 3]


def test_a_comparison_without_any_answer_is_an_error() -> None:
    with pytest.raises(sambe.InputError, match="not unique"):
        sambe.compare(models.spin_boson(omega=1.0), equations=["dressed"])
    with pytest.raises(sambe.InputError, match="omega"):
        sambe.compare(models.spin_boson(omega=sambe.axis("omega", [-1.0, -2.0])))


def test_a_comparison_takes_the_equations_that_there_are() -> None:
    linear = models.spin_boson(omega=0.8, polarization="linear")
    assert sambe.compare(linear).equation.values.tolist() == ["floquet"]
    circular = sambe.compare(models.spin_boson(omega=0.8))
    assert circular.equation.values.tolist() == ["driven_dressed", "floquet", "dressed"]
    with pytest.raises(sambe.FrameError, match="static"):
        sambe.compare(linear, equations=["driven_dressed", "floquet"])
