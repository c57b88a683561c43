"""What every model takes: numbers, sizes, and a place for each bath."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import sambe
from sambe import models
from sambe.errors import InputError


def bath(name, **changes):
    return sambe.Bath(name, spectrum=sambe.Flat(0.01), temperature=0.5, **changes)


def test_baths_keep_a_coupling_of_their_own():
    system = models.spin_boson(baths=[bath("x"), bath("z", coupling=sambe.sigmaz())])
    assert_array_equal(system.baths[0].operators[0], sambe.sigmax())
    assert_array_equal(system.baths[1].operators[0], sambe.sigmaz())
    third = bath("extra", coupling=np.kron(sambe.sigmaz(), np.eye(2)))
    assert models.two_qubits(baths=[bath("l"), bath("r"), third]).terminals == ("l", "r", "extra", "pump")
    assert models.spin_boson(baths=bath("only")).terminals == ("only", "pump")


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: models.spin_boson(splitting=np.nan), r"splitting = nan: give a finite number"),
        (lambda: models.spin_boson(drive="strong"), r"drive = 'strong'"),
        (lambda: models.spin_boson(splitting=[1.0, 2.0]), r"splitting = \[1\.0, 2\.0\]: .*sambe\.axis"),
        (lambda: models.spin_boson(drive=np.zeros(0)), r"drive = \(0,\): a sweep axis needs"),
        (lambda: models.spin_boson(omega=-1.0), r"omega = -1\.0"),
        (lambda: models.spin_boson(omega=None), r"omega = None"),
        (lambda: models.spin_boson(splitting=1j), r"hamiltonian\[0, 0\] = 0\.5j"),
        (lambda: models.spin_boson(baths=[]), r"baths = \[\]"),
        (lambda: models.spin_boson(baths=["left"]), r"baths = \['left'\]"),
        (lambda: models.spin_boson(baths=3), r"baths = 3"),
        (lambda: models.two_qubits(splittings=1.0), r"splittings = 1\.0: give 2 numbers"),
        (lambda: models.two_qubits(splittings=(1.0, None)), r"splittings\[1\] = None"),
        (lambda: models.two_qubits(splittings="ab"), r"splittings = 'ab'"),
        (lambda: models.two_qubits(baths=[bath("l")]), r"baths = \['l'\]: this model has 2 places"),
        (
            lambda: models.two_qubits(baths=[bath("a"), bath("b"), bath("c")]),
            r"baths = \['a', 'b', 'c'\]: .*coupling of its own",
        ),
    ],
)
def test_bad_input_is_named_as_the_caller_wrote_it(make, message) -> None:
    with pytest.raises(InputError, match=message):
        make()


@pytest.mark.parametrize("make", [getattr(models, name) for name in models.__all__])
def test_a_model_as_it_is_warns_of_nothing(make):
    data = sambe.steady_state(make())  # a warning would be an error
    assert data.status == 0
