"""Options of a run: defaults, where it is remote, and no resuming without a store."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import sambe
from sambe.sweep.run import Run


def test_blocks_are_here_unless_there_is_an_executor() -> None:
    assert not Run().remote
    with ThreadPoolExecutor(1) as executor:
        assert Run(executor=executor).remote


def test_nothing_to_resume_without_a_store(tmp_path) -> None:
    with pytest.raises(sambe.InputError, match="store=") as caught:
        Run(resume=True)
    assert caught.value.field == "resume"
    assert Run(resume=True, store=tmp_path / "a.zarr").resume


def test_a_store_is_read_in_this_process(tmp_path) -> None:
    import dask
    import dask.threaded

    with Run().reading() as nothing:
        assert nothing is None
    with Run(store=tmp_path / "a.zarr").reading():
        assert dask.config.get("scheduler") is dask.threaded.get  # a name would import `distributed`
