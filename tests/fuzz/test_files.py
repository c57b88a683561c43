"""Three thousand mutated input files: each is refused by a typed error, or gives numbers with its status."""

from __future__ import annotations

import pytest

from .files import fuzz


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_file_does_what_is_not_documented(seed: int) -> None:
    out = fuzz(1000, seed, solves=40)
    assert not out.faults, "\n\n".join(f"{said}\n{text[:2000]}" for said, text in out.faults[:3])
    assert out.counts["refused"] > 300  # else the mutations do not bite
    assert out.counts["solved"] == 40  # or spoil every file
    assert out.counts["read"] > 20
