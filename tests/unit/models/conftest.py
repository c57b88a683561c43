"""The test of a ready-made model: the Hamiltonian that its docstring prints, at every time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import sambe

Formula = Callable[[float], Any]


@pytest.fixture
def is_formula() -> Callable[[sambe.System, Formula, Sequence[Any]], None]:
    """Check of a System against its formula, a QuTiP operator at a time, and the couplings of its baths."""

    def check(system: sambe.System, formula: Formula, couplings: Sequence[Any]) -> None:
        for t in (0.0, 0.4, 3.1):
            h = sum(hk * np.exp(-1j * k * system.omega * t) for k, hk in system.harmonics().items())
            np.testing.assert_allclose(h, formula(t).full(), atol=1e-14)
        for bath, coupling in zip(system.baths, couplings, strict=True):
            assert len(bath.operators) == 1
            np.testing.assert_allclose(bath.operators[0], coupling, atol=1e-14)

    return check
