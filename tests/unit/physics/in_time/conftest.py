"""Batches of one point, as kernels take them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sambe
from sambe.physics.method import Method
from sambe.physics.preparation import prepare_course

Batch = Callable[..., tuple[sambe.System, Method]]


@pytest.fixture(scope="session")
def batch() -> Batch:
    """A qubit as a batch with one axis of points, and how it is solved."""

    def make(polarization: str = "circular", secular: str = "partial", **numbers: Any) -> Any:
        given = {"drive": 0.5, "omega": 0.8, **numbers}
        system = sambe.models.spin_boson(polarization=polarization, **given)
        method = prepare_course(system, secular=secular)
        return system.map_numbers(lambda _, x: np.full(1, x)), method

    return make
