"""Vectors of quanta as integers: addition and sign go over, and the way back is exact."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sambe.description.tones.quanta import MOST_QUANTA, RADIX, code_of, codes_of, vectors_of

quanta = st.integers(-MOST_QUANTA, MOST_QUANTA)


@pytest.mark.parametrize("tones", [2, 3, 4])
@given(data=st.data())
def test_sums_and_signs_go_over(tones: int, data: st.DataObject) -> None:
    a, b = (data.draw(st.tuples(*[quanta] * tones)) for _ in range(2))
    both = tuple(x + y for x, y in zip(a, b, strict=True))
    assert code_of(a) + code_of(b) == code_of(both)
    assert code_of(tuple(-x for x in a)) == -code_of(a)
    assert tuple(vectors_of([code_of(both)], tones)[0]) == both


def test_arrays_of_any_shape() -> None:
    vectors = np.array([[[1, 0], [0, 1]], [[-3, 7], [2, -1]]])
    codes = codes_of(vectors)
    assert codes.tolist() == [[1, RADIX], [7 * RADIX - 3, 2 - RADIX]]
    assert (vectors_of(codes, 2) == vectors).all()
