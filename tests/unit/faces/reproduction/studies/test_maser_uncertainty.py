"""The maser's closed form against numbers derived elsewhere, and findings that fail where they should."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.lab import Lab
from sambe.faces.reproduction.studies import maser_uncertainty
from sambe.faces.reproduction.studies.maser_uncertainty import STUDY, Maser


def test_the_closed_form_has_derived_numbers_and_limits() -> None:
    plain = Maser(0.1, 0.1, 2.0, 0.5, 0.05)
    assert plain.statistics() == pytest.approx((0.003, 0.0088146), rel=1e-12)  # derived
    assert plain.uncertainty() == pytest.approx(2.036605046, rel=1e-9)
    strong = Maser(1.0, 100.0, 100.0, 0.27, 95.0)
    assert strong.statistics() == pytest.approx((15.1003946295, 19.3483707267), rel=1e-11)
    # far off resonance jumps are rare and independent: the noise of a Poisson process of both directions
    far = Maser(detuning=1e4)
    forward, reverse = 10.0 * 15.0 * 1.28, 11.0 * 15.0 * 0.28
    mean, noise = far.statistics()
    assert noise / mean == pytest.approx((forward + reverse) / (forward - reverse), rel=1e-3)


def test_the_closed_form_is_the_slope_of_the_characteristic_root() -> None:
    # largest eigenvalue of the Lindblad equation of populations and the coherence, with counting fields
    maser = Maser(detuning=4.0)

    def root(field: float) -> float:
        up, down, back, out = 10.0, 11.0, 15.0 * 0.28, 15.0 * 1.28
        e, g, d = 10.0, maser.decoherence, 4.0
        lindblad = np.array([  # populations of g, 1 and 2, real and imaginary part of the coherence
            [-up - back, out * np.exp(field), down, 0.0, 0.0],
            [back * np.exp(-field), -out, 0.0, 0.0, 2.0 * e],
            [up, 0.0, -down, 0.0, -2.0 * e],
            [0.0, 0.0, 0.0, -g, -d],
            [0.0, -e, e, d, -g],
        ])  # fmt: skip
        return float(np.linalg.eigvals(lindblad).real.max())

    h = 1e-3
    mean, noise = maser.statistics()
    assert mean == pytest.approx((root(h) - root(-h)) / (2.0 * h), rel=1e-5)
    assert noise == pytest.approx((root(h) + root(-h)) / h**2, rel=1e-4)


def test_numbers_known_from_elsewhere(measured: Callable[[str], Reproduction]) -> None:
    values = {(f.key, m.what): m.value for f in measured(STUDY.name).findings for m in f.measures}
    drives = np.geomspace(1.0, 200.0, STUDY.least)
    least = min(float(Maser(drive=e).uncertainty()) for e in drives)
    assert values["violation", "smallest Var σ/mean² of the coherent maser's quanta"] == pytest.approx(least)
    assert 1.94 < least < 1.97


@pytest.mark.slow
@pytest.mark.parametrize("finding", STUDY.findings)
def test_it_fails_where_no_quanta_are_counted(finding: Callable[[Lab], object]) -> None:
    with np.errstate(all="ignore"):
        assert not finding(Lab(11, "dressed")).passed  # type: ignore[attr-defined]


def test_coherences_are_what_breaks_the_bound() -> None:
    maser = Maser(drive=10.0)
    counted = maser_uncertainty._count(Lab(), maser)
    ratios = {name: float(data.ratio) for name, data in counted.items()}
    assert ratios["coherent"] < 2.0 < min(ratios["reference"], ratios["full"])
