"""Several stationary states: refused at their points alone, and resolved by where one begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

import sambe

OHMIC = sambe.Ohmic(0.002, cutoff=10.0)
AXES = (sambe.spin_jx, sambe.spin_jy, sambe.spin_jz)
TREATMENTS = ("full", "partial", "none", "ule", "clustered")


def two_baths(op: np.ndarray, temperatures: Sequence[Any] = (1.0, 0.4)) -> list[sambe.Bath]:
    return [sambe.Bath(n, op, OHMIC, t) for n, t in zip("ab", temperatures, strict=True)]


def total(op: np.ndarray, count: int) -> np.ndarray:
    return sum(sambe.lift(op, k, (2,) * count) for k in range(count))


def square(count: int) -> np.ndarray:
    return sum(total(axis(0.5), count) @ total(axis(0.5), count) for axis in AXES)


def spins(count: int, detunings: Sequence[Any] = (), linear: bool = False, **kind: Any) -> sambe.System:
    """Spins that share baths and drive, some of them detuned."""
    h = [(0.5, total(sambe.sigmaz(), count))]
    h += [(d, sambe.lift(sambe.sigmaz(), k, (2,) * count)) for k, d in enumerate(detunings)]
    op = sambe.sigmax() if linear else sambe.sigmap()
    baths = two_baths(total(sambe.sigmax(), count), **kind)
    return sambe.System(h, {1: [(0.05, total(op, count))]}, 0.8, baths)


def one_spin(j: float, linear: bool = False) -> sambe.System:
    jx = sambe.spin_jx(j)
    up = 2.0 * jx if linear else sambe.spin_jp(j)
    return sambe.System([(1.0, sambe.spin_jz(j))], {1: [(0.05, up)]}, 0.8, two_baths(2.0 * jx))


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("secular", TREATMENTS)
def test_collective_spins_have_no_one_stationary_state(count: int, secular: str) -> None:
    with pytest.raises(sambe.InputError, match="not unique: a symmetry"):
        sambe.steady_state(spins(count), secular=secular)


@pytest.mark.filterwarnings("ignore::sambe.SecularWarning")
@pytest.mark.parametrize("secular", TREATMENTS)
@pytest.mark.parametrize("count", [2, 4])
def test_a_symmetry_at_one_point_is_a_matter_of_that_point(count: int, secular: str) -> None:
    d = sambe.axis("d", [-0.1, -1e-3, 0.0, 1e-3, 0.1])
    flow = sambe.steady_state(spins(count, [d, 2.2 * d, 0.3 * d][: count - 1]), secular=secular)
    assert flow.status.values.tolist() == [0, 0, 2, 0, 0]
    assert np.isnan(flow.energy_current.values[2]).all()


def test_equal_frequencies_are_seen_without_a_zero_of_a_coefficient() -> None:
    w = sambe.axis("w", [0.9, 1.0, 1.1])
    sites = (2, 2)
    h = [(0.5, sambe.lift(sambe.sigmaz(), 0, sites)), (0.5 * w, sambe.lift(sambe.sigmaz(), 1, sites))]
    baths = two_baths(total(sambe.sigmax(), 2))
    for secular in ("full", "partial"):
        assert sambe.steady_state(sambe.System(h, baths=baths), secular=secular).status.values.tolist() == [
            0,
            2,
            0,
        ]


@pytest.mark.parametrize("linear", [False, True])
@pytest.mark.parametrize(("count", "j"), [(2, 1.0), (3, 1.5), (3, 0.5), (4, 2.0), (4, 1.0)])
@pytest.mark.parametrize("secular", ["full", "partial"])
def test_a_sector_is_one_spin(count: int, j: float, secular: str, linear: bool) -> None:
    part = sambe.steady_state(
        spins(count, linear=linear), sector=[(square(count), j * (j + 1))], secular=secular
    )
    whole = sambe.steady_state(one_spin(j, linear), secular=secular)
    np.testing.assert_allclose(part.energy_current, whole.energy_current, rtol=1e-7, atol=1e-15)
    np.testing.assert_allclose(np.sort(part.population), np.sort(whole.population), rtol=1e-7, atol=1e-15)


@pytest.mark.parametrize("secular", TREATMENTS)
def test_an_initial_state_weighs_the_sectors(secular: str) -> None:
    # one spin of four down: a quarter in j = 2, the rest in j = 1 (Clebsch and Gordan)
    flow = sambe.steady_state(spins(4), initial=1, secular=secular)
    parts = [sambe.steady_state(one_spin(j), secular=secular).energy_current for j in (2.0, 1.0)]
    np.testing.assert_allclose(flow.energy_current, 0.25 * parts[0] + 0.75 * parts[1], rtol=1e-6)
    assert flow.population.sum() == pytest.approx(1.0)
    # a coherence between the sectors moves no energy
    tilted = np.zeros(16)
    tilted[[0, 1]] = 0.6, 0.8
    mixed = sambe.steady_state(spins(4), initial=tilted, secular=secular).energy_current
    np.testing.assert_allclose(mixed, 0.52 * parts[0] + 0.48 * parts[1], rtol=1e-6)


def test_the_singlet_carries_nothing() -> None:
    singlet = np.array([0.0, 1.0, -1.0, 0.0]) / np.sqrt(2.0)
    for system in (spins(2), spins(2, linear=True)):
        flow = sambe.steady_state(system, initial=singlet)
        assert flow.status == 0
        np.testing.assert_array_equal(flow.energy_current, 0.0)
        alone = sambe.steady_state(system, sector=[(square(2), 0.0)])
        np.testing.assert_array_equal(alone.energy_current, 0.0)


def test_an_initial_state_is_followed_through_a_special_point() -> None:
    d = sambe.axis("d", [-0.1, 0.0, 0.1])
    flow = sambe.steady_state(spins(2, [d]), initial=1)
    assert flow.status.values.tolist() == [0, 0, 0]
    single = sambe.steady_state(spins(2), initial=1).energy_current
    np.testing.assert_allclose(flow.energy_current.sel(d=0.0), single, rtol=1e-6)
    anywhere = sambe.steady_state(spins(2, [d]), initial=0)  # where one state is stationary, all lead to it
    np.testing.assert_allclose(flow.energy_current[::2], anywhere.energy_current[::2], rtol=1e-12)


@pytest.mark.parametrize("secular", ["full", "partial", "none"])
@pytest.mark.parametrize("ratio", [1.0, 3.0])
def test_dark_states_share_what_decays_by_their_rates(secular: str, ratio: float) -> None:
    # at T = 0 an excited level decays into two ground states by baths of their own
    couplings = []
    for k, size in ((1, 1.0), (2, np.sqrt(ratio))):
        op = np.zeros((3, 3))
        op[0, k] = op[k, 0] = size
        couplings.append(op)
    baths = [sambe.Bath(f"{k}", op, OHMIC, 0.0) for k, op in enumerate(couplings)]
    system = sambe.System(np.diag([1.0, 0.0, 0.0]), baths=baths)
    with pytest.raises(sambe.InputError, match="2 dark states"):
        sambe.steady_state(system, secular=secular)
    flow = sambe.steady_state(system, initial=0, secular=secular)
    np.testing.assert_allclose(
        np.sort(flow.population), np.sort([0.0, 1.0 / (1.0 + ratio), ratio / (1.0 + ratio)]), atol=1e-9
    )
    # what is dark stays as it is, coherence included
    ket = np.array([0.0, 0.6, 0.8j])
    kept = sambe.steady_state(system, initial=ket, secular=secular)
    assert kept.status == 0
    np.testing.assert_allclose(kept.energy_current, 0.0, atol=1e-15)


def test_a_dark_state_of_many_levels_is_seen_at_zero_temperature_alone() -> None:
    # nine degenerate ground states, one excited level: with a common coupling eight of them are dark always,
    # with one bath for each they are so at T = 0
    n = 10
    t = sambe.axis("t", [0.0, 0.3])
    ops = []
    for k in range(1, n):
        op = np.zeros((n, n))
        op[0, k] = op[k, 0] = 1.0 + 0.1 * k
        ops.append(op)
    baths = [sambe.Bath(f"{k}", op, OHMIC, t) for k, op in enumerate(ops)]
    system = sambe.System(np.diag([1.0] + [0.0] * (n - 1)), baths=baths)
    for secular in ("full", "partial"):
        assert sambe.steady_state(system, secular=secular).status.values.tolist() == [2, 0]


@pytest.mark.parametrize("seed", range(8))
def test_random_hidden_parts_are_refused_and_solved(seed: int) -> None:
    r = np.random.default_rng(seed)
    small = int(r.integers(2, 5))

    def hermitian(n: int) -> np.ndarray:
        x = r.normal(size=(n, n))
        return x + x.T

    turn = np.linalg.qr(r.normal(size=(2 * small, 2 * small)))[0]
    h, s = hermitian(small), hermitian(small)
    one = sambe.System(h, baths=two_baths(s))
    pair = sambe.System(
        turn @ np.kron(h, np.eye(2)) @ turn.T, baths=two_baths(turn @ np.kron(s, np.eye(2)) @ turn.T)
    )
    with pytest.raises(sambe.InputError, match="not unique"):
        sambe.steady_state(pair)
    expected = sambe.steady_state(one).energy_current
    found = sambe.steady_state(pair, initial=0).energy_current
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-12 * float(abs(expected).max()))


@pytest.mark.slow
@pytest.mark.parametrize("secular", ["auto", *TREATMENTS])
@pytest.mark.parametrize("order", [1, -1])
def test_a_part_that_a_bath_does_not_reach_exchanges_nothing_with_it(secular: str, order: int) -> None:
    # a driven qubit beside a single level or another driven qubit, to which the cold bath is not coupled
    for rest in (1, 2):
        n = 2 + rest
        hot, cold, drive = (np.zeros((n, n)) for _ in range(3))
        hot[:2, :2] = cold[:2, :2] = drive[:2, :2] = sambe.sigmax().real
        hot[2:, 2:] = drive[2:, 2:] = sambe.sigmax().real if rest == 2 else 0.7
        baths = two_baths(hot)[:1] + two_baths(cold)[1:]
        whole = sambe.System(np.diag(np.arange(n) * 1.0), {1: [(0.2, drive)]}, 0.7, baths[::order])
        flow = sambe.steady_state(whole, initial=2, equation="floquet", secular=secular).energy_current
        assert abs(flow.sel(terminal="b")) < 1e-14
        qubit = whole.replace(hamiltonian=np.diag([2.0, 3.0]), drive={1: [(0.2, sambe.sigmax())]},
                              baths=two_baths(sambe.sigmax())[:1])  # fmt: skip
        alone = sambe.steady_state(qubit, secular=secular).energy_current if rest == 2 else 0.0 * flow
        for name in ("a", "pump"):
            assert flow.sel(terminal=name).item() == pytest.approx(alone.sel(terminal=name).item(), rel=1e-6)


@pytest.mark.parametrize("secular", ["auto", *TREATMENTS])
@pytest.mark.parametrize("detuned", [0.0, 0.3])
def test_a_part_that_no_bath_reaches_exchanges_nothing(secular: str, detuned: float) -> None:
    # the singlet of two spins with one collective coupling, and a qubit that is driven alone
    beside = np.diag([0.0, 1.0, 3.0, 3.0 + detuned]), np.zeros((4, 4)), np.zeros((4, 4))
    beside[1][:2, :2] = beside[2][:2, :2] = sambe.sigmax().real
    beside[2][2:, 2:] = 0.4 * sambe.sigmax().real
    driven = sambe.System(beside[0], {1: [(0.2, beside[2])]}, 0.7, two_baths(beside[1]), edge=())
    singlet = np.array([0.0, 1.0, -1.0, 0.0]) / np.sqrt(2.0)
    for system, state in ((spins(2, linear=True), singlet), (driven, 2)):
        flow = sambe.steady_state(system, initial=state, equation="floquet", secular=secular)
        assert abs(flow.energy_current).max() < 1e-14


@pytest.mark.slow
def test_both_doors_work_with_stores_and_lazily(tmp_path: Any) -> None:
    pytest.importorskip("zarr")
    import xarray as xr

    w = np.linspace(0.7, 0.9, 4)
    system = spins(3).replace(omega=sambe.axis("w", w))
    flow = sambe.steady_state(system, initial=1)
    kept = sambe.steady_state(system, initial=1, store=tmp_path / "a.zarr").load()
    np.testing.assert_array_equal(kept.energy_current, flow.energy_current)
    with pytest.raises(sambe.SambeError, match="another configuration"):
        sambe.steady_state(system, initial=0, store=tmp_path / "a.zarr", resume=True)
    lazy = spins(3).replace(omega=xr.DataArray(w, dims="w", coords={"w": w}).chunk({"w": 2}))
    np.testing.assert_allclose(
        sambe.steady_state(lazy, initial=1).energy_current, flow.energy_current, rtol=1e-12
    )


def test_the_doors_are_narrow() -> None:
    with pytest.raises(sambe.InputError, match="not both"):
        sambe.steady_state(spins(2), initial=0, sector=[(square(2), 2.0)])
    with pytest.raises(sambe.InputError, match="sector="):
        sambe.steady_state(spins(2), initial=0, equation="heom")


@pytest.mark.slow
def test_a_symmetry_is_seen_in_every_array_library(jax: Any) -> None:
    with pytest.raises(sambe.InputError, match="not unique"):
        sambe.energy_currents(spins(3, [jax.numpy.zeros(2)]))
    d = np.array([0.0, 0.1])
    for secular in ("full", "partial"):
        currents = lambda x: sambe.energy_currents(spins(2, [x]), secular=secular)  # noqa: B023, E731
        for found in (currents(d), jax.jit(currents)(jax.numpy.asarray(d))):
            assert np.isnan(np.asarray(found)).all(axis=-1).tolist() == [True, False]
