"""A point has the same answer to the last bit whatever shares its sweep, its tile or its process.

The systems have no static frame: how many steps, samples and harmonics they take differs from point to point.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
import xarray as xr

import sambe
from sambe import models

POINTS = 12
TREATMENTS = ("auto", "partial", "none", "full", "ule", "clustered")
SX, SZ, SP = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()


def spread(seed: int, low: float, high: float) -> Any:
    """Numbers of the points, as many small ones as large ones."""
    draws = np.random.default_rng(seed).uniform(np.log(low), np.log(high), POINTS)
    return xr.DataArray(np.exp(draws), dims="point")


def linear(system: sambe.System) -> sambe.System:
    """The system with its circular drive made linear."""
    both = {k: [(c, op + op.conj().T) for c, op in terms] for k, terms in system.drive.items()}
    return system.replace(drive=both, frame=None)


def with_zero(values: Any) -> Any:
    """The same with no drive at the first point, whose Hamiltonian then has other elements."""
    values[0] = 0.0
    return values


def three_levels() -> sambe.System:
    """Two harmonics with operators of their own, which no splitting takes, and complex couplings."""
    rng = np.random.default_rng(3)

    def hermitian() -> Any:
        x = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
        return x + x.conj().T

    baths = [sambe.Bath("hot", hermitian(), sambe.Ohmic(0.003, 5.0), 1.0),
             sambe.Bath("cold", hermitian(), sambe.DrudeLorentz(0.004, 3.0), 0.2)]  # fmt: skip
    size = spread(1, 0.01, 0.4)
    drive = {1: [(size, hermitian())], 2: [(0.5 * size, hermitian())]}
    return sambe.System(np.diag([0.0, 0.7, 1.5]), drive, spread(2, 0.2, 2.0), baths)


def pair() -> sambe.System:
    """Two qubits whose exchange is driven near the difference of their splittings: zones differ."""
    left, right = (lambda op: np.kron(op, np.eye(2))), (lambda op: np.kron(np.eye(2), op))
    exchange = left(SP) @ right(SP).T + left(SP).T @ right(SP)
    strength = spread(3, 1e-4, 0.01)
    baths = [sambe.Bath("hot", left(SX), sambe.Ohmic(strength, cutoff=1e4), 0.45),
             sambe.Bath("cold", right(SX), sambe.Ohmic(2.0 * strength, cutoff=1e4), 0.2)]  # fmt: skip
    drive = {1: [(0.001, exchange)]}
    return sambe.System([(0.5, left(SZ)), (0.3, right(SZ))], drive, spread(4, 0.37, 0.43), baths)


SYSTEMS: dict[str, Callable[[], sambe.System]] = {
    "modulated qubit": lambda: models.modulated_qubit(omega=spread(5, 1e-3, 3.0)),
    "strong linear drive": lambda: linear(
        models.spin_boson(drive=with_zero(spread(6, 0.01, 3.0)), omega=spread(7, 0.05, 5.0))
    ),
    "two qubits": lambda: linear(
        models.two_qubits(drive=with_zero(spread(8, 0.01, 0.3)), omega=spread(9, 0.3, 1.5))
    ),
    "pair": pair,
    "three levels": three_levels,
    "ladder": lambda: linear(
        models.kerr_resonator(levels=6, drive=spread(10, 0.01, 0.3), omega=spread(11, 0.2, 1.5))
    ),
    "long ladder": lambda: linear(
        models.kerr_resonator(levels=12, drive=spread(12, 0.01, 0.1), omega=spread(13, 0.5, 1.5))
    ),
}


def some_of(system: sambe.System, points: npt.NDArray[np.intp]) -> sambe.System:
    """A sweep over some of the points, in their order."""
    return system.map_numbers(lambda _, x: x.isel(point=points) if isinstance(x, xr.DataArray) else x)


def assert_same_bits(found: xr.Dataset, wanted: xr.Dataset) -> None:
    assert set(found.variables) == set(wanted.variables)
    for name, values in wanted.data_vars.items():
        np.testing.assert_array_equal(found[name].values, values.values, err_msg=str(name))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("secular", TREATMENTS)
@pytest.mark.parametrize("name", SYSTEMS)
def test_tiles_neighbours_and_their_order_change_no_digit(name: str, secular: str) -> None:
    system = SYSTEMS[name]()
    whole = sambe.steady_state(system, secular=secular, workers=1)
    alone = sambe.steady_state(system, secular=secular, workers=1, memory="1 B")  # a point in each tile
    assert_same_bits(alone, whole)
    order = np.random.default_rng(14).permutation(POINTS)
    turned = sambe.steady_state(some_of(system, order), secular=secular, workers=1)
    assert_same_bits(turned, whole.isel(point=order))
    few = np.sort(order[:5])
    assert_same_bits(sambe.steady_state(some_of(system, few), secular=secular, workers=1),
                     whole.isel(point=few))  # fmt: skip


@pytest.mark.filterwarnings("ignore")
def test_a_point_of_its_own_tile_is_the_same_bit_for_bit() -> None:
    system = some_of(SYSTEMS["strong linear drive"](), np.arange(5))
    assert_same_bits(
        sambe.steady_state(system, workers=1, memory="1 B"), sambe.steady_state(system, workers=1)
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["strong linear drive", "two qubits"])
def test_channels_and_statistics_of_a_point_have_no_neighbours(name: str) -> None:
    system = SYSTEMS[name]()
    for verb in (sambe.channels, sambe.counting_statistics):
        whole, alone = verb(system, workers=1), verb(system, workers=1, memory="1 B")
        assert_same_bits(alone, whole)
