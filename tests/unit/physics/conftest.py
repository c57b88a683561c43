"""Systems under two tones."""

from collections.abc import Callable

import numpy as np
import pytest

import sambe

SX = sambe.sigmax()


@pytest.fixture(scope="session")
def baths() -> list[sambe.Bath]:
    """The default baths of the models, on sigma_x."""
    return [
        sambe.Bath(name, SX, sambe.Ohmic(0.002, cutoff=10.0), temperature=t)
        for name, t in (("left", 1.2), ("right", 0.4))
    ]


@pytest.fixture(scope="session")
def linear(baths: list[sambe.Bath]) -> Callable[..., sambe.System]:
    """H = sz/2 + [A_1 cos w_1 t + A_2 cos w_2 t] sx, which no frame makes static."""

    def made(first: float, second: float, a: float = 0.3, b: complex = 0.2) -> sambe.System:
        drive = {(1, 0): [(0.5 * a, SX)], (0, 1): [(0.5 * b, SX)]}
        return sambe.System([(0.5, sambe.sigmaz())], drive=drive, omega=(first, second), baths=baths)

    return made


@pytest.fixture(scope="session")
def ladder() -> Callable[..., sambe.System]:
    """Three levels, two transitions of which have a circular tone each: static in a frame of vectors."""

    def unit(i: int, j: int) -> np.ndarray:
        out = np.zeros((3, 3))
        out[i, j] = 1.0
        return out

    def made(first: float, second: float, drive: float = 0.05, strength: float = 0.002) -> sambe.System:
        hot, cold = unit(0, 2) + unit(2, 0) + unit(0, 1) + unit(1, 0), unit(1, 2) + unit(2, 1)
        spectrum = sambe.Ohmic(strength, cutoff=10.0)
        return sambe.System(
            np.diag([0.0, 0.9, 2.05]),
            drive={(1, 0): [(drive, unit(2, 0))], (0, 1): [(drive, unit(2, 1))]},
            omega=(first, second),
            baths=[
                sambe.Bath("hot", hot, spectrum, temperature=1.2),
                sambe.Bath("cold", cold, spectrum, temperature=0.4),
            ],
        )

    return made
