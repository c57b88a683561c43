"""How a sweep is run, as one record: the budget, the workers, and where results go."""

from __future__ import annotations

import os
from concurrent.futures import Executor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..description.gate import truth
from ..errors import InputError
from .progress import Progress

__all__ = ["Run"]


@dataclass(frozen=True)
class Run:
    """How a sweep is run; nothing in it changes a number.

    Parameters
    ----------
    device : {"cpu", "gpu", "jax"}
        Where points are solved: ``"gpu"`` hands the bulk of them to a graphics card by way of JAX, the rest
        to NumPy; ``"jax"`` takes the first device that JAX knows. Currents agree to 1e-9 of the largest of
        the point, or 1e-7 where other coherences are formed.
    memory : str
        Budget for the work arrays of the points under way, such as ``"500 MB"``; with an ``executor`` that
        of each block.
    workers : int, optional
        Threads over blocks of points; all cores by default. With an ``executor``: how many blocks it
        is to be kept busy with.
    executor : concurrent.futures.Executor, optional
        Where the blocks run instead, such as ``dask.distributed.Client(...).get_executor()``.
    store : path, optional
        Zarr store that takes each block as it is finished. The Dataset then reads from it, so that it
        may be larger than the memory.
    resume : bool
        Continue a store that was begun with the same system and options; the result is the same to the
        last bit, whatever ended the first run.
    progress : bool or callable, optional
        True for a bar on standard error; or a function, called with (points done, points in all).

    Raises
    ------
    InputError
        If there is something to resume and no store.
    """

    device: str = "cpu"
    memory: str = "1 GB"
    workers: int | None = None
    executor: Executor | None = None
    store: str | Path | None = None
    resume: bool = False
    progress: bool | Progress | None = None

    def __post_init__(self) -> None:
        if self.store is not None and not isinstance(self.store, str | os.PathLike):
            raise InputError("store", self.store, "give a path")
        truth("resume", self.resume)
        if self.resume and self.store is None:
            raise InputError("resume", self.resume, "name the store to continue with store=")
        if self.device != "cpu" and self.executor is not None:
            raise InputError(
                "device", self.device, "an executor solves on its own machines; give one of the two"
            )
        if self.executor is not None and not callable(getattr(self.executor, "submit", None)):
            raise InputError("executor", self.executor, "give a concurrent.futures.Executor")
        if not (self.progress is None or isinstance(self.progress, bool) or callable(self.progress)):
            raise InputError(
                "progress", self.progress, "give True for a bar, or a function of (points, points in all)"
            )

    @property
    def remote(self) -> bool:
        """Whether blocks run elsewhere, each with the whole budget to itself."""
        return self.executor is not None

    def reading(self) -> AbstractContextManager[Any]:
        """Where a Dataset is looked at that may still be in its store.

        It is read in this process, even if a cluster is Dask's default, which may not see our disk. To know a
        scheduler by its name Dask imports `distributed`, which takes a second.
        """
        if self.store is None:
            return nullcontext()
        import dask
        import dask.threaded

        here: AbstractContextManager[Any] = dask.config.set(scheduler=dask.threaded.get)
        return here
