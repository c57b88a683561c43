"""The audit as a whole: its progress, its executor, its exact answers, and its way through a file."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr

import sambe


def test_progress_counts_the_points_of_all_runs() -> None:
    seen: list[tuple[int, int]] = []
    omega = sambe.axis("omega", [0.8, 0.9])
    sambe.audit(sambe.models.spin_boson(omega=omega), progress=lambda done, total: seen.append((done, total)))
    done = [d for d, _ in seen]
    assert done == sorted(done)
    assert len(set(done)) > 8
    assert seen[-1][0] == seen[-1][1]


@pytest.mark.slow
def test_an_audit_runs_on_an_executor() -> None:
    from concurrent.futures import ThreadPoolExecutor

    system = sambe.models.spin_boson(omega=sambe.axis("omega", [0.8, 0.9]))
    with ThreadPoolExecutor(2) as pool:
        there = sambe.audit(system, executor=pool, workers=2)
    xr.testing.assert_allclose(there.estimated_error, sambe.audit(system).estimated_error)


@pytest.mark.slow
def test_exact_answers_have_the_counter_term_of_the_others() -> None:
    """A ladder's frequency is pulled down without it."""
    bath = sambe.Bath("b", spectrum=sambe.DrudeLorentz(0.01, cutoff=2.0), temperature=0.5)
    ladder = sambe.models.kerr_resonator(levels=3, kerr=0.1, drive=0.02, omega=0.95, baths=[bath])
    for shift in ("counter", "shift"):
        found = sambe.audit(
            ladder, equations=["driven_dressed"], secular=["partial"], exact=1, lamb_shift=shift
        )
        assert found.exact_error.item() < 0.1


@pytest.mark.slow
def test_an_audit_survives_netcdf(audited, tmp_path) -> None:
    audited.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as back:
        np.testing.assert_array_equal(back.verdict, audited.verdict)
        assert (back.reason.values == audited.reason.values).all()
        assert {v.attrs["units"] for v in (back.estimated_error, back.scale)} == {"1", "energy^2"}


def ladder(drive: dict[object, object], omega: object) -> sambe.System:
    up = sambe.transition
    cold, hot = up(3, 2, 1) + up(3, 1, 2), up(3, 2, 0) + up(3, 0, 2) + up(3, 1, 0) + up(3, 0, 1)
    spectrum = sambe.Ohmic(0.02, cutoff=10.0)
    baths = [sambe.Bath("hot", hot, spectrum, 1.2), sambe.Bath("cold", cold, spectrum, 0.4)]
    return sambe.System(np.diag([0.0, 0.9, 2.05]), drive, omega, baths)


@pytest.mark.slow
def test_an_audit_under_two_tones_is_that_of_the_same_drive_by_single_harmonics() -> None:
    """In a static frame, and folded without one. The power of each tone is judged, which says more than their
    sum does."""
    up = sambe.transition(3, 2, 0), sambe.transition(3, 2, 1)
    sideways = up[1] + up[1].T
    for second in (up[1], sideways):
        terms = [(0.05, up[0])], [(0.05, second)]
        both = sambe.audit(ladder({(1, 0): terms[0], (0, 1): terms[1]}, (2.2, 1.1)), equations=["floquet"])
        one = sambe.audit(ladder({2: terms[0], 1: terms[1]}, 1.1), equations=["floquet"])
        assert both.terminal.values.tolist() == ["hot", "cold", "pump 1", "pump 2"]
        np.testing.assert_allclose(both.energy_current[..., :2], one.energy_current[..., :2], rtol=1e-7)
        said, known = (x.error_part.sel(part="memory") for x in (both, one))
        np.testing.assert_allclose(said, known, rtol=0.05)
        assert (both.estimated_error > 0.99 * one.estimated_error).all()
        assert (both.estimated_error < 2.5 * one.estimated_error).all()
        np.testing.assert_allclose(both.markov_ratio, one.markov_ratio, rtol=1e-6)


@pytest.mark.slow
def test_an_audit_tells_what_a_slow_beat_does_to_an_equation_without_it() -> None:
    """Two tones whose beat is as slow as relaxation: populations alone are wrong, and the default is not."""
    up = sambe.transition(3, 2, 0), sambe.transition(3, 2, 1)
    slow = sambe.audit(ladder({(1, 0): [(0.05, up[0])], (0, 1): [(0.05, up[1])]}, (1.21, 1.2)))
    assert slow.verdict.sel(equation=["driven_dressed", "floquet"], secular="full").values.tolist() == [2, 2]
    assert slow.estimated_error.sel(equation="floquet", secular="auto").item() < 0.1
