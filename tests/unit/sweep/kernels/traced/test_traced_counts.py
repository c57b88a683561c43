"""Statistics by way of JAX, here on a processor: the numbers of NumPy's."""

from __future__ import annotations

import os

os.environ.setdefault("NPROC", "1")  # see sambe.sweep.places.device.backend

import numpy as np
import pytest

import sambe
from sambe.errors import InputError
from sambe.physics.preparation import prepare
from sambe.sweep.kernels.traced.traced_counts import traced_counts

pytestmark = pytest.mark.xdist_group("jax")


def lead(name: str, potential: float) -> sambe.Lead:
    return sambe.Lead(name, tunnelling=0.02, temperature=0.3, chemical_potential=potential)


SYSTEMS = {
    "qubit": lambda: sambe.models.spin_boson(omega=sambe.axis("omega", np.linspace(0.5, 1.5, 9)), drive=0.1),
    "dot": lambda: sambe.models.quantum_dot(
        sambe.axis("epsilon", np.linspace(0.2, 0.6, 5)), baths=[lead("l", 0.2), lead("r", -0.2)]
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize(("name", "secular"), [("qubit", "partial"), ("dot", "full")])
def test_cumulants_are_those_of_numpy(name: str, secular: str) -> None:
    """Up to the third: a rounding of the inverse that each of them takes."""
    pytest.importorskip("jax")
    system = SYSTEMS[name]()
    wanted = sambe.counting_statistics(system, 3, secular=secular)
    given = sambe.counting_statistics(system, 3, secular=secular, device="jax")
    assert list(given) == list(wanted)
    for variable in given:
        if variable in ("cross_term_shift", "first_law_residual"):  # an estimate, and rounding
            continue
        assert given[variable].dims == wanted[variable].dims
        size = np.abs(wanted[variable].values[np.isfinite(wanted[variable].values)]).max(initial=0.0)
        np.testing.assert_allclose(
            given[variable], wanted[variable], rtol=1e-9, atol=1e-9 * size, err_msg=variable
        )


def test_how_many_are_asked_has_to_be_said() -> None:
    system = sambe.models.spin_boson()
    with pytest.raises(InputError, match="how many cumulants"):
        traced_counts(system, prepare(system))
