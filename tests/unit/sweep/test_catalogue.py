"""The catalogue: variables whose dimensions a result has, and flags by the CF conventions."""

from __future__ import annotations

import numpy as np
import pytest

import sambe
from sambe.physics.preparation import prepare
from sambe.sweep.catalogue import DIMENSIONS, Variable, flags, names_of, status_variable, variables_of
from sambe.sweep.units import energy_power


@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_a_result_is_what_the_catalogue_says(equation: str) -> None:
    system = sambe.models.spin_boson(drive=0.1, omega=sambe.axis("omega", [0.8, 0.9]))
    flow = sambe.steady_state(system, equation=equation)
    variables = variables_of(prepare(system, equation))
    assert {v.name for v in variables} == set(flow) == names_of(variables)
    for variable in variables:
        assert flow[variable.name].dims == (*variable.leading, "omega", *variable.dims)
        assert flow[variable.name].attrs["long_name"] == variable.long_name
        assert flow[variable.name].dtype == np.dtype(variable.dtype)
        assert set(variable.dims) <= DIMENSIONS


def test_blanks_and_units() -> None:
    assert np.isnan(Variable("x", "an x").blank)
    assert Variable("n", "a count", dtype=np.int64).blank == 0
    assert Variable("y", "a y", "energy").described() == {"long_name": "a y", "units": "energy"}


def test_two_variables_of_one_name_have_one_unit() -> None:
    """A kernel's field is scaled by the unit of its name, from the unit of energy of its points."""
    Variable("made_up", "an energy per time", "energy^2")
    assert energy_power("made_up") == 2
    with pytest.raises(TypeError, match=r"made_up is in 'energy\^2', and here in '1'"):
        Variable("made_up", "a bare number")


def test_flags_and_statuses() -> None:
    found = flags({"ok": 0, "lost": 3})
    assert found["flag_values"].tolist() == [0, 3]
    assert found["flag_meanings"] == "ok lost"
    more = status_variable("no_static_frame").described()
    assert more["flag_meanings"].split()[-1] == "no_static_frame"
    assert "units" not in more
