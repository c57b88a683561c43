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
