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


def tones() -> sambe.System:
    """A qubit under two tones of no common period, one of which is absent at the first point."""
    drive = {(1, 0): [(with_zero(spread(15, 0.01, 0.3)), SX)], (0, 1): [(spread(16, 0.01, 0.2), SX)]}
    baths = [sambe.Bath("hot", SX, sambe.Ohmic(0.003, 5.0), 1.0),
             sambe.Bath("cold", SX + 0.3 * SZ, sambe.Ohmic(0.002, 8.0), 0.3)]  # fmt: skip
    return sambe.System([(0.5, SZ)], drive, (spread(17, 0.4, 1.5), spread(18, 0.3, 0.9)), baths)


def commensurate() -> sambe.System:
    """The same with the second tone at twice the frequency of the first."""
    system = tones()
    return system.replace(omega=(system.omega[0], 2.0 * system.omega[0]))


def converter() -> sambe.System:
    """Two tones that stand still in a frame."""
    omega = (spread(19, 0.9, 1.1), spread(20, 0.38, 0.42))
    return models.parametric_converter(
        coupling=spread(21, 1e-4, 0.01), drive=spread(22, 1e-4, 0.01), omega=omega, levels=(2, 3)
    )


def loop() -> sambe.System:
    """A slow loop of splitting and coupling under a linear drive, wide or narrow."""
    angle = sambe.axis("loop", np.arange(16) * np.pi / 8)
    splitting = 1.0 + spread(23, 0.05, 0.2) * np.cos(angle)
    baths = [sambe.Bath("left", SX, sambe.Ohmic(0.002 * (1.0 + 0.5 * np.sin(angle)), 10.0), 1.2),
             sambe.Bath("right", SX, sambe.Ohmic(0.002, 10.0), 0.4)]  # fmt: skip
    return sambe.System([(0.5 * splitting, SZ)], {1: [(spread(24, 0.02, 0.2), SX)]}, spread(25, 0.5, 1.5),
                        baths)  # fmt: skip


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
    return system.map_numbers(
        lambda _, x: x.isel(point=points) if isinstance(x, xr.DataArray) and "point" in x.dims else x
    )


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


COURSE = np.array([0.0, 3.0, 40.0, 900.0])
VERBS: dict[str, Callable[..., xr.Dataset]] = {
    "relaxation": lambda system, **options: sambe.relaxation(system, 0, **options),
    "evolve": lambda system, **options: sambe.evolve(system, 0, COURSE, **options),
    "cycle": lambda system, **options: sambe.cycle(system, phases=8, **options),
}


def assert_no_neighbours(verb: Callable[..., xr.Dataset], system: sambe.System, **options: Any) -> None:
    """Some points alone, in tiles of one, and in another order, against all of them together."""
    whole = verb(system, workers=1, **options)
    assert_same_bits(verb(system, workers=1, memory="1 B", **options), whole)
    order = np.arange(whole.sizes["point"])[::-1]
    turned = verb(some_of(system, order), workers=1, **options)
    assert_same_bits(turned, whole.isel(point=order))
    one = order[:1]
    assert_same_bits(verb(some_of(system, one), workers=1, **options), whole.isel(point=one))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", ["modulated qubit", "two qubits", "three levels"])
def test_courses_and_decays_of_a_point_have_no_neighbours(name: str, verb: str) -> None:
    system = some_of(SYSTEMS[name](), np.arange(6))
    assert_no_neighbours(VERBS[verb], system, secular="partial")


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("secular", ["auto", "full"])
@pytest.mark.parametrize("make", [tones, commensurate, converter])
def test_a_point_under_two_tones_has_no_neighbours(make: Callable[[], sambe.System], secular: str) -> None:
    assert_no_neighbours(sambe.steady_state, some_of(make(), np.arange(4)), secular=secular)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_slow_loop_has_no_neighbours() -> None:
    assert_no_neighbours(sambe.pump_cycle, some_of(loop(), np.arange(3)))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.xdist_group("jax")
def test_a_point_by_way_of_jax_has_no_neighbours() -> None:
    pytest.importorskip("jax")
    system = models.spin_boson(drive=spread(26, 0.01, 0.5), omega=spread(27, 0.3, 2.0))
    assert_no_neighbours(sambe.steady_state, some_of(system, np.arange(5)), secular="partial", device="jax")
