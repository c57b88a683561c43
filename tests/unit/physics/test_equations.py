"""The records of equations: what each says of itself is what its dressing does."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.equations import EQUATIONS, dressing_of, equation_names
from sambe.physics.preparation import prepare

LINEAR = models.spin_boson(drive=0.2, omega=0.8, polarization="linear")
CIRCULAR = models.spin_boson(drive=0.2, omega=0.8)


@pytest.mark.parametrize("name", [n for n, e in EQUATIONS.items() if e.dress is not None])
def test_a_record_says_what_its_dressing_does(name: str) -> None:
    equation = EQUATIONS[name]
    assert equation.name == name
    if equation.framed:
        with pytest.raises(sambe.FrameError):
            prepare(LINEAR, name)
    else:
        assert prepare(LINEAR, name).equation == name
    method = prepare(CIRCULAR, name)
    assert (dressing_of(CIRCULAR, method).quanta != (0,)) == equation.keeps_phase
    np.testing.assert_allclose(np.ptp(dressing_of(CIRCULAR, method).energies) % 0.8, np.hypot(0.2, 0.2) % 0.8)


def test_an_equation_without_dressed_states_says_so() -> None:
    for name in (n for n, e in EQUATIONS.items() if e.exact):
        with pytest.raises(sambe.InputError, match="no jumps between dressed states"):
            dressing_of(CIRCULAR, prepare(CIRCULAR, name))


def test_names_and_looks_are_told_apart() -> None:
    assert set(EQUATIONS) <= set(equation_names())
    assert len({e.title for e in EQUATIONS.values()}) == len(EQUATIONS)
    assert len({(str(e.line.get("color")), str(e.line.get("ls"))) for e in EQUATIONS.values()}) == len(
        EQUATIONS
    )
