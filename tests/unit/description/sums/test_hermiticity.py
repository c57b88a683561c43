"""The anti-Hermitian part of a sum of terms, against the sum written out."""

from __future__ import annotations

import numpy as np
import pytest

from sambe.description.sums.hermiticity import skew_part


@pytest.mark.parametrize("seed", range(6))
def test_the_worst_element_is_that_of_the_sum_written_out(seed) -> None:
    random = np.random.default_rng(seed)
    terms = [(complex(*random.normal(size=2)), random.normal(size=(4, 4)) + 1j * random.normal(size=(4, 4)))
             for _ in range(3)]  # fmt: skip
    total = sum(c * op for c, op in terms)
    gap = abs(total - total.conj().T)
    skew = skew_part(terms)
    assert bool(skew.broken)
    assert gap[skew.row, skew.column] == pytest.approx(gap.max(), rel=1e-12)


def test_terms_that_make_each_other_good_are_no_fault() -> None:
    op = np.triu(np.arange(9.0).reshape(3, 3), 1).astype(complex)
    c = np.exp(1j * np.linspace(0.0, 6.0, 7))
    assert not np.any(skew_part([(c, op), (np.conj(c), op.conj().T)]).broken)
    assert np.all(skew_part([(c, op), (c, op.conj().T)]).broken[1:])


def test_real_numbers_of_hermitian_operators_need_no_look() -> None:
    assert (
        skew_part([(np.linspace(0, 1, 5), np.eye(2, dtype=complex)), (2.0, np.diag([1.0 + 0j, -1]))]) is None
    )
