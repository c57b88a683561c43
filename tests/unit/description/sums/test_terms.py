"""Terms from an operator, a pair or a list of pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

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
