"""Options of a method are checked by name and by value."""

from __future__ import annotations

import pytest

import sambe
from sambe import models


def test_values_of_the_wrong_kind_are_named() -> None:
    qubit = models.spin_boson(omega=0.8)
    for field, options in (("tolerance", {"tolerance": "small"}), ("heom", {"heom": "x"}),
                           ("heom.tolerance", {"heom": {"tolerance": "x"}})):  # fmt: skip
        with pytest.raises(sambe.InputError) as caught:
            sambe.steady_state(qubit, equation="heom", **options)
        assert caught.value.field == field
    for verb in (sambe.steady_state, sambe.compare, sambe.audit, sambe.channels):
        with pytest.raises(sambe.InputError, match="system"):
            verb(sambe.sigmax())
    with pytest.raises(sambe.InputError, match="omega"):
        sambe.energy_currents(models.spin_boson(omega=sambe.axis("omega", [0.8, 0.9])))
