"""A bath as a driven qubit looks at it, and its expansion in exponentials."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

import sambe
from sambe.description.reservoir import absorption_rate
from sambe.description.spectral_density import SpectralDensity
from sambe.physics.heom.expansion import Expansion, expand
from sambe.physics.heom.jump_lines import Lines

JUMPS = np.array([-1.8, -1.0, -0.8, -0.2, 0.2, 0.8, 1.0, 1.8])


def look(spectrum: SpectralDensity, temperature: float) -> Lines:
    rates = absorption_rate(spectrum, temperature, JUMPS)
    return Lines(JUMPS, np.ones(len(JUMPS)), rates, 1.8)


def expanded(spectrum: SpectralDensity, temperature: float, tolerance: float = 1e-4) -> Expansion:
    bath = sambe.Bath("b", sambe.sigmax(), spectrum, temperature)
    return expand(bath, look(spectrum, temperature), tolerance, 12)


@pytest.fixture
def lines() -> Callable[..., Lines]:
    return look


@pytest.fixture
def expansion() -> Callable[..., Expansion]:
    return expanded
