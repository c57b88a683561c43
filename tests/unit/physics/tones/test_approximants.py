"""Fractions for the ratio of two tones, and the commensurate drive in their place."""

import numpy as np
import pytest

import sambe
from sambe.physics.tones.approximants import Approximant, approximant, slowest_rate

BATHS = [sambe.Bath("a", sambe.sigmax(), sambe.Ohmic(0.002, cutoff=10.0), temperature=0.5)]
GOLDEN = 0.5 * (1.0 + 5.0**0.5)


@pytest.mark.parametrize(("most", "p", "q"), [(5, 5, 3), (40, 34, 21), (1000, 987, 610)])
def test_the_golden_ratio_has_those_of_fibonacci(most: int, p: int, q: int) -> None:
    nearly = approximant(1.0, GOLDEN, most)
    assert (nearly.p, nearly.q) == (p, q)
    assert nearly.beat == pytest.approx(5.0**-0.5 / q, rel=0.2 / q)  # g^-n, and F_n is g^n over root five


def test_ratios_of_integers_have_no_beat() -> None:
    for p, q in ((1, 1), (3, 2), (25, 31), (1, 40)):
        nearly = approximant(0.7, 0.7 * p / q, 100)
        assert (nearly.p, nearly.q) == (p, q)
        assert nearly.beat < 1e-13


def test_the_drive_turns_with_both_frequencies() -> None:
    x = sambe.sigmax()
    given = sambe.System(
        [(0.5, sambe.sigmaz())], {(1, 0): [(0.1, x)], (1, -2): [(0.2, x)]}, (1.0, 1.51), BATHS
    )
    nearly = Approximant(1.0, 1.51, 3, 2)
    assert nearly.system(given, 0.0, 0.0).omega == (1.0, 1.5)
    assert nearly.system(given, 1.0, 0.0).omega == pytest.approx((1.51 / 1.5, 1.51))
    # a third of the turn: the second tone is ahead by 2 pi / 6
    drive = nearly.system(given, 0.5, 1.0 / 3.0).drive
    assert drive[1, 0][0][0] == pytest.approx(0.1)
    assert drive[1, -2][0][0] == pytest.approx(0.2 * np.exp(2j * np.pi / 3.0))


def test_the_slowest_rate_of_three_levels() -> None:
    # 2 -> 1 at 3, 1 -> 0 at 0.5
    assert slowest_rate(np.array([[0.0, 0.5, 0.0], [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]])) == pytest.approx(0.5)
