"""The collection of models: each is registered, works as it comes, and takes axes for all its numbers."""

from __future__ import annotations

import pytest
from numpy.testing import assert_allclose

import sambe
from sambe import models
from sambe.models.arguments import COOL


def test_every_model_is_registered_and_works_as_it_comes():
    assert sorted(models.MODELS) == sorted(set(models.__all__) - {"MODELS"})
    for name, model in models.MODELS.items():
        system = model()
        assert isinstance(system, sambe.System), name
        if isinstance(system.baths[0], sambe.Lead):
            assert [b.chemical_potential for b in system.baths[:2]] == [0.2, -0.2]
            continue
        assert tuple(b.temperature for b in system.baths) in {(1.2, 0.4), COOL}
        assert system.baths[0].spectrum == sambe.Ohmic(0.002, cutoff=10.0)


AXIS = sambe.axis("x", [0.3, 0.6])


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (models.spin_boson, {"splitting": AXIS, "drive": AXIS, "omega": AXIS}),
        (models.two_qubits, {"splittings": (AXIS, 1.0), "coupling": AXIS, "drive": AXIS, "omega": AXIS}),
        (models.kerr_resonator, {"frequency": AXIS, "kerr": AXIS, "drive": AXIS, "omega": AXIS}),
        (models.oscillator, {"frequency": AXIS, "drive": AXIS, "omega": AXIS}),
        (models.spin, {"splitting": AXIS, "drive": AXIS, "omega": AXIS}),
        (models.modulated_qubit, {"splitting": AXIS, "modulation": AXIS, "omega": AXIS}),
        (models.three_level, {"energies": (0.0, AXIS, AXIS), "drive": AXIS, "omega": AXIS}),
        (models.quantum_dot, {"epsilon": AXIS, "drive": AXIS, "omega": AXIS}),
        (models.double_dot, {"energies": (AXIS, AXIS), "hopping": AXIS, "interaction": AXIS, "drive": AXIS}),
        (models.anderson_dot, {"epsilon": AXIS, "interaction": AXIS, "field": AXIS}),
        (models.molecular_junction, {"epsilon": AXIS, "frequency": AXIS, "coupling": AXIS}),
        (models.parametric_converter, {"frequencies": (AXIS, 0.6), "coupling": AXIS, "omega": (1.0, AXIS)}),
    ],
)
def test_every_number_may_be_an_axis(model, changes):
    system = model(**changes)
    swept = [x for x in system.numbers().values() if getattr(x, "dims", ()) == ("x",)]
    assert len(swept) == sum(
        sum(part is AXIS for part in value) if isinstance(value, tuple) else 1 for value in changes.values()
    )
    first = system.map_numbers(lambda _, x: x[0].item() if hasattr(x, "dims") else x)
    plain = model(
        **{
            name: tuple(0.3 if part is AXIS else part for part in value) if isinstance(value, tuple) else 0.3
            for name, value in changes.items()
        }
    )
    for k, h in plain.harmonics().items():
        assert_allclose(first.harmonics()[k], h)
