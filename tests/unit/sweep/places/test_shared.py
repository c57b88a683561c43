"""Arrays that processes of one machine write into."""

from __future__ import annotations

import numpy as np

from sambe.sweep.places import shared
from sambe.sweep.places.shared import shared_memory


def test_shared_memory_is_gone_with_its_arrays(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(shared, "IN_MEMORY", tmp_path)
    blanks = {"x": np.full((1, 2), np.nan), "status": np.zeros(1, np.int8)}
    with shared_memory(blanks, 3) as memory:
        assert memory is not None
        fields = memory.fields
        memory.put(np.arange(3), [(np.array([0, 2]), {"x": np.ones((2, 2)), "status": np.zeros(2, int)})])
    np.testing.assert_array_equal(fields["x"], [[1, 1], [np.nan, np.nan], [1, 1]])
    assert not list(tmp_path.iterdir())
    with shared_memory(blanks, 2**60) as memory:  # no machine has so much
        assert memory is None
    assert not list(tmp_path.iterdir())
