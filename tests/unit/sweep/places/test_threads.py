"""One BLAS thread inside the blocks, and its own number after them."""

from __future__ import annotations

import threading

import numpy as np
import threadpoolctl

import sambe
from sambe.physics.preparation import prepare
from sambe.sweep import blocks
from sambe.sweep.axes import Sweep
from sambe.sweep.blocks import run_blocks
from sambe.sweep.kernels.fields import point_fields
from sambe.sweep.run import Run


def qubit(points: int = 40, **changes: object) -> sambe.System:
    values = {"omega": sambe.axis("omega", np.linspace(0.5, 1.5, points)), "drive": 0.1, **changes}
    return sambe.models.spin_boson(**values)


def blas_limits() -> set[int]:
    return {x["num_threads"] for x in threadpoolctl.threadpool_info() if x["user_api"] == "blas"}


def test_blas_has_one_thread_inside_and_its_own_number_after() -> None:
    before, inside = blas_limits(), []

    def kernel(system, method):
        inside.append(blas_limits())
        return point_fields(system, method)

    system = qubit(2000)
    run_blocks(Sweep(system), prepare(system), kernel, Run(workers=2))
    assert inside
    assert all(limits == {1} for limits in inside)
    assert blas_limits() == before


def test_the_limit_lasts_until_the_last_thread_leaves() -> None:
    """The first to come, which sets the limit, leaves first."""
    before, come, leave = blas_limits(), threading.Barrier(2), threading.Event()

    def last() -> None:
        with blocks.blas_threads():
            come.wait()
            leave.wait()

    other = threading.Thread(target=last)
    with blocks.blas_threads():
        other.start()
        come.wait()
    assert blas_limits() == {1}
    leave.set()
    other.join()
    assert blas_limits() == before
