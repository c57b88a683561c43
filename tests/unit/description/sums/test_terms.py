"""Terms from an operator, a pair or a list of pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.sums.terms import as_terms
from sambe.errors import InputError

SZ = np.diag([1.0, -1.0])


@pytest.mark.parametrize("given", [SZ, SZ.tolist(), (1.0, SZ), [(1.0, SZ)], [[0.5, SZ], [0.5, SZ.tolist()]]])
def test_every_way_to_write_an_operator_gives_it(given: Any) -> None:
    terms = as_terms(given, "hamiltonian")
    assert all(not op.flags.writeable and op.dtype == complex for _, op in terms)
    np.testing.assert_array_equal(sum(c * op for c, op in terms), SZ)


@pytest.mark.parametrize("given", [[], 3.0, [SZ[0], 2.0], [(1.0, SZ), SZ], "sz"])
def test_what_is_no_term_is_refused(given: Any) -> None:
    with pytest.raises(InputError, match="hamiltonian"):
        as_terms(given, "hamiltonian")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_an_operator_may_be_an_array_of_dynamiqs() -> None:
    dynamiqs = pytest.importorskip("dynamiqs", reason="dynamiqs is not installed")
    bath = sambe.Bath("b", dynamiqs.sigmax(), sambe.Ohmic(0.01, cutoff=3.0), temperature=1.0)
    system = sambe.System(dynamiqs.sigmaz(), drive={1: [(0.1, dynamiqs.sigmap())]}, omega=1.5, baths=[bath])
    ours = sambe.System(sambe.sigmaz(), drive={1: [(0.1, sambe.sigmap())]}, omega=1.5,
                        baths=[sambe.Bath("b", sambe.sigmax(), bath.spectrum, temperature=1.0)])  # fmt: skip
    found, wanted = (sambe.steady_state(s).energy_current.values for s in (system, ours))
    assert found == pytest.approx(wanted, rel=1e-6)


def test_an_operator_before_its_coefficient_is_told() -> None:
    for turned in ([(sambe.sigmaz(), 0.5)], [(0.5, sambe.sigmaz()), (sambe.sigmax(), 0.1)]):
        with pytest.raises(InputError, match="the coefficient first"):
            as_terms(turned, "hamiltonian")
    assert as_terms([[1.0, 0.0], [0.0, 2.0]], "hamiltonian")[0][1].shape == (2, 2)  # a matrix as lists
