"""Courses of dressed states: their derivatives, what was counted, and Krylov steps against the spectrum."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sambe.physics.generators.redfield import make_redfield
from sambe.physics.in_time import courses as module
from sambe.physics.in_time.courses import coherent_course, populations_course
from sambe.physics.pipeline import jumps_of

START = np.array([[[0.3, 0.2 - 0.1j], [0.2 + 0.1j, 0.7]]])
TIMES = np.linspace(0.0, 40.0, 401)[None]
WHOLE = slice(None)


def test_derivatives_and_integrals_belong_to_the_course(batch: Any) -> None:
    jumps = jumps_of(*batch())
    for course in (
        populations_course(jumps, START, TIMES),
        coherent_course(make_redfield(jumps), START, TIMES),
    ):
        states, slopes = course.part(WHOLE)
        np.testing.assert_allclose(states[:, 0], START, atol=1e-14)
        np.testing.assert_allclose(np.gradient(states, 0.1, axis=1)[:, 1:-1], slopes[:, 1:-1], atol=5e-4)
        middle = 0.1 * (np.cumsum(course.counts, axis=1) - 0.5 * (course.counts + course.counts[:, :1]))
        np.testing.assert_allclose(course.taken, middle, atol=2e-6)


@pytest.mark.slow
def test_krylov_steps_give_what_the_spectrum_gives(batch: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    g = make_redfield(jumps_of(*batch()))
    wanted = coherent_course(g, START, TIMES)
    monkeypatch.setattr(module, "SPECTRAL_LEVELS", 1)
    found = coherent_course(g, START, TIMES)
    for name in ("states", "slopes", "counts", "taken"):
        np.testing.assert_allclose(getattr(found, name), getattr(wanted, name), atol=1e-10, err_msg=name)
    monkeypatch.setattr(module, "SPARSE", 1.0)
    few = coherent_course(g, START, TIMES[:, :40])
    np.testing.assert_allclose(few.states, wanted.states[:, :40], atol=1e-10)
    jumps = jumps_of(*batch())
    wide = populations_course(jumps, START, TIMES)
    monkeypatch.setattr(module, "SPECTRAL_POPULATIONS", 1)
    steps = populations_course(jumps, START, TIMES)
    np.testing.assert_allclose(steps.populations, wide.populations, atol=1e-10)
    np.testing.assert_allclose(steps.taken, wide.taken, atol=1e-10)
