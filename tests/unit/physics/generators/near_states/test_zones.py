"""Zones of quasienergies: pairs that are near modulo omega, point by point."""

from dataclasses import replace
from typing import Any

import array_api_strict as strict
import numpy as np
import numpy.typing as npt
import pytest

import sambe
from sambe import models
from sambe.physics.currents.channels import channel_rates
from sambe.physics.dressing.dressing import shift_zone
from sambe.physics.equations import dressing_of
from sambe.physics.generators.jumps import make_jumps
from sambe.physics.generators.near_states import pair_effects, zones
from sambe.physics.generators.near_states.zones import align, wanted_elsewhere, zone_shift
from sambe.physics.generators.redfield import make_redfield
from sambe.physics.pipeline import jumps_of, solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.solution import Solution
from sambe.physics.states.stationary import stationary_populations
from sambe.physics.treatments import TREATMENTS


def joined(weight: npt.NDArray[Any], multiple: npt.NDArray[Any]) -> tuple[Any, Any]:
    """Shifts and groups by joining the heaviest pair first (Kruskal), one point."""
    n = len(weight)
    shift, group = np.zeros(n, dtype=np.intp), np.arange(n)
    i, j = np.triu_indices(n, 1)
    near = np.flatnonzero(weight[i, j])
    for k in near[np.argsort(-weight[i[near], j[near]])]:
        a, b = i[k], j[k]
        if group[a] != group[b]:
            moving = group == group[b]
            shift[moving] += shift[a] + multiple[a, b] - shift[b]
            group[moving] = group[a]
    return shift, group


@pytest.mark.parametrize("share", [0.05, 0.2, 1.0])
def test_all_points_at_once_are_aligned_as_the_heaviest_pairs_one_by_one(share: float) -> None:
    rng = np.random.default_rng(3)
    points, n = 40, 9
    weight = rng.uniform(size=(points, n, n))
    weight = np.where(rng.uniform(size=weight.shape) < share, weight, 0.0)
    weight = np.maximum(weight, weight.swapaxes(-1, -2))
    multiple = np.triu(rng.integers(-2, 3, size=weight.shape), 1)
    multiple = multiple - multiple.swapaxes(-1, -2)
    found = align(weight, multiple)
    for k in range(points):
        shift, group = joined(weight[k], multiple[k])
        for g in np.unique(group):  # a group as a whole may lie in any zone
            inside = group == g
            np.testing.assert_array_equal(np.ptp(found[k, inside] - shift[inside]), 0)


def solve(omega: Any, drive: Any, secular: str) -> Solution:
    system = models.kerr_resonator(omega=np.asarray(omega), drive=np.asarray(drive), levels=12)
    return solve_batch(system, prepare(system, secular=secular))


def test_zones_of_many_levels_need_no_double_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(8)
    h, s, drive = (x + x.T for x in rng.normal(size=(3, 6, 6)))
    bath = sambe.Bath("bath", s, sambe.Ohmic(0.02, cutoff=10.0), temperature=0.8)
    omega = np.linspace(0.3, 2.0, 60)
    system = sambe.System(h, drive={1: [(0.2, drive)]}, omega=omega, baths=[bath])
    jumps = jumps_of(system, prepare(system, equation="floquet"))
    double = zone_shift(jumps, stationary_populations, 1e-8)
    assert double.any()
    monkeypatch.setattr(pair_effects, "SINGLE_LEVELS", 1)
    np.testing.assert_array_equal(zone_shift(jumps, stationary_populations, 1e-8), double)


@pytest.mark.parametrize("margin", [1.0, 1.2])
@pytest.mark.parametrize("system", [
    models.kerr_resonator(levels=12, drive=0.3, omega=np.linspace(0.3, 0.9, 12)),
    models.spin_boson(drive=0.1, omega=np.array([0.25, 1 / 3, 0.5, 0.98]), polarization="linear"),
], ids=["ladder", "qubit"])  # fmt: skip
def test_points_that_stay_are_told_part_by_part(
    system: sambe.System, margin: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    jumps = jumps_of(system, prepare(system, secular="partial"))
    whole = zone_shift(jumps, stationary_populations, 1e-8, margin)
    moved = whole.any(axis=-1)
    assert moved.any()
    assert not moved.all()
    monkeypatch.setattr(zones, "PART_LEVELS", 0)
    monkeypatch.setattr(zones, "PART", 5)
    monkeypatch.setattr(zones, "CHUNK", 1)
    np.testing.assert_array_equal(zone_shift(jumps, stationary_populations, 1e-8, margin), whole)


def test_other_arrays_ask_for_several_least_effects_at_once() -> None:
    def asked(question: Any, wrap: Any, least: Any) -> Any:
        given = models.kerr_resonator(omega=wrap(np.linspace(0.45, 1.45, 9)), drive=0.3, levels=8)
        method = prepare(given, secular="full")
        jumps = make_jumps(dressing_of(given, method), given.baths, method.wiring)
        return np.asarray(question(jumps, stationary_populations, least))

    least = [1e-8, 1e-2, 1.0]
    several = strict.asarray(least)[:, None, None, None]
    found = asked(zone_shift, strict.asarray, several)
    wanted = [asked(zone_shift, np.asarray, x) for x in least]
    np.testing.assert_array_equal(found, wanted)
    assert len({w.any(axis=-1).sum() for w in wanted}) > 1
    # where nothing is asked for nothing moves, and here the other way round too
    np.testing.assert_array_equal(asked(wanted_elsewhere, strict.asarray, several), np.any(wanted, axis=-1))


@pytest.mark.parametrize("secular", ["partial", "none"])
def test_a_moved_point_does_not_depend_on_its_neighbours(secular: str) -> None:
    omega, drive = np.linspace(0.45, 1.45, 24), np.full(24, 0.3)
    whole = solve(omega, drive, secular)
    assert whole.shift is not None
    moved = whole.shift.any(axis=-1)
    assert moved.any()
    assert not moved.all()
    for k in (*np.flatnonzero(moved)[:3], *np.flatnonzero(~moved)[:2]):
        alone = solve(omega[k : k + 1], drive[k : k + 1], secular)
        np.testing.assert_array_equal(whole.currents[k], alone.currents[0])
        np.testing.assert_array_equal(whole.energies[k], alone.energies[0])
        np.testing.assert_array_equal(whole.populations[k], alone.populations[0])


def test_jumps_and_state_of_moved_points_belong_together() -> None:
    omega, drive = np.linspace(0.45, 1.45, 12), np.full(12, 0.3)
    found = solve(omega, drive, "partial")
    assert found.shift is not None
    assert found.shift.any()
    np.testing.assert_allclose(found.jumps.dressing.energies, found.energies, atol=1e-13)
    order = found.order
    assert order is not None
    again = np.take_along_axis(found.plain_populations, order, axis=-1)
    np.testing.assert_array_equal(again, found.populations)
    forward, backward = channel_rates(found.jumps, found.state)
    heat = np.sum((forward - backward) * found.jumps.energy[:, None], axis=(-3, -2, -1))
    scale = np.abs(found.currents).max(axis=-1, keepdims=True)
    np.testing.assert_allclose(heat / scale, found.currents[:, :-1] / scale, atol=1e-9)


def test_a_batch_of_any_shape_is_solved_as_a_flat_one() -> None:
    omega, drive = np.linspace(0.45, 1.45, 12), np.full(12, 0.3)
    flat, square = (solve(omega.reshape(s), drive.reshape(s), "partial") for s in ((12,), (3, 4)))
    np.testing.assert_array_equal(square.currents.reshape(flat.currents.shape), flat.currents)
    np.testing.assert_array_equal(square.energies.reshape(flat.energies.shape), flat.energies)


def test_a_generator_in_zones_of_its_own_is_that_of_shifted_states() -> None:
    """Harmonics held modulo a number against those that are moved one by one, for shifts of any size."""
    system = models.kerr_resonator(omega=np.array([0.47, 0.61, 1.3]), drive=np.full(3, 0.3), levels=5)
    method = prepare(system)
    plain = make_jumps(dressing_of(system, method), system.baths, method.wiring)
    shift = np.array([[0, 0, 0, 0, -2], [1, 0, -1, 3, 0], [0, 0, 0, 0, 0]])
    found = make_redfield(plain, shift)
    moved = make_jumps(shift_zone(plain.dressing, shift), system.baths, method.wiring)
    wanted = make_redfield(moved)
    for name in ("gaps", "drift", "heat"):
        here, there = getattr(found, name), getattr(wanted, name)
        np.testing.assert_allclose(here, there, rtol=0, atol=1e-14 * np.abs(there).max())
    matrix = wanted.superoperator()
    np.testing.assert_allclose(found.superoperator(), matrix, rtol=0, atol=1e-14 * np.abs(matrix).max())
    packed = np.random.default_rng(5).normal(size=(3, 5, 5))
    applied = np.matmul(matrix, packed.reshape(3, 25, 1)).reshape(packed.shape)
    np.testing.assert_allclose(applied, wanted.apply(packed), rtol=0, atol=1e-13)


@pytest.mark.parametrize("width", [0.01, 0.1, 1.0, 3.0])
def test_no_width_of_a_line_parts_states_that_coincide_modulo_omega(width: float) -> None:
    """Two qubits with a driven exchange at the difference of their splittings; the complete equation, with
    every term between different quanta, measures them. The full secular equation gives 42 times as
    much."""
    sx, sz, sp = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()
    one, two = (lambda op: np.kron(op, np.eye(2))), (lambda op: np.kron(np.eye(2), op))
    swap = one(sp) @ two(sp).T
    baths = [
        sambe.Bath("a", one(sx), sambe.Ohmic(0.01 * width, cutoff=1e4), 0.45),
        sambe.Bath("b", two(sx), sambe.Ohmic(0.02 * width, cutoff=1e4), 0.2),
    ]
    drive = {1: [(0.001 * width, swap + swap.T)]}
    system = sambe.System([(0.5, one(sz)), (0.3, two(sz))], drive, 0.4, baths)
    wanted = sambe.energy_currents(system, secular="none")
    assert wanted[0] == pytest.approx(7.66e-6 * width, rel=0.01)  # in units of the rates, all but the same
    for secular in ("partial", "ule", "clustered"):
        found = sambe.energy_currents(system, secular=secular)
        # of the heat; what q != q' does to the pump power is of the order of width over frequency
        np.testing.assert_allclose(found[:2], wanted[:2], rtol=0.003 + 0.01 * width)


TIE = 0.3396218510812493  # where three quanta fit, and other gaps lie about half-way between multiples


def tied_qubits(omega: Any = TIE, scale: float = 1.0, order: Any = range(4)) -> sambe.System:
    """Two exchange-coupled qubits under a linear drive, in some unit of energy and order of the basis."""
    place = np.ix_(list(order), list(order))

    def on(site: int, op: Any) -> Any:
        return (np.kron(op, np.eye(2)) if site == 0 else np.kron(np.eye(2), op))[place]

    sx, sz, sp = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()
    swap = on(0, sp) @ on(1, sp).T
    baths = [
        sambe.Bath(name, on(site, sx), sambe.Ohmic(strength, cutoff=10.0 * scale), t * scale)
        for name, site, strength, t in (("hot", 0, 0.002, 1.2), ("cold", 1, 0.003, 0.4))
    ]
    static = [(0.5 * scale, on(0, sz)), (0.35 * scale, on(1, sz)), (0.05 * scale, swap + swap.T)]
    return sambe.System(static, {1: [(0.05 * scale, on(0, sx))]}, scale * omega, baths)


def test_no_gauge_basis_or_unit_chooses_between_two_multiples_that_are_about_as_near() -> None:
    wanted = sambe.energy_currents(tied_qubits(), secular="partial")
    complete = sambe.energy_currents(tied_qubits(), secular="none")
    close = {"rtol": 0, "atol": 1e-8 * np.abs(wanted).max()}  # the modes come by two ways
    np.testing.assert_allclose(wanted, complete, rtol=0, atol=1e-4 * np.abs(wanted).max())
    for order in ((3, 2, 1, 0), (2, 0, 3, 1)):
        found = sambe.energy_currents(tied_qubits(order=order), secular="partial")
        np.testing.assert_allclose(found, wanted, **close)
    found = sambe.energy_currents(tied_qubits(scale=3.0), secular="partial")
    np.testing.assert_allclose(found / 9.0, wanted, **close)
    other = sambe.energy_currents(tied_qubits(strict.asarray(TIE)), secular="partial")
    np.testing.assert_allclose(np.asarray(other), wanted, **close)
    system = tied_qubits(np.array([TIE]))
    method = prepare(system, secular="partial")
    dressing = dressing_of(system, method)
    for shift in ((0, 0, -2, -2), (0, -2, 0, -2), (1, 1, -1, -1), (0, 4, 0, 2)):
        moved = make_jumps(shift_zone(dressing, np.array([shift])), system.baths, method.wiring)
        found = TREATMENTS["partial"].solve(moved, system, method).currents[0]
        np.testing.assert_allclose(found, wanted, **close)


@pytest.mark.parametrize("omega", [0.25, 0.5, 0.8])
def test_no_rounding_chooses_between_two_multiples_that_are_as_near(omega: float) -> None:
    system = models.spin_boson(drive=1.5, omega=np.array([omega]), polarization="linear")
    method = prepare(system, secular="partial")
    plain = dressing_of(system, method)

    def shift(off: float) -> list[int]:
        energies = plain.energies.copy()  # quanta are odd, their differences even: half of a step is omega
        energies[0, 1] = energies[0, 0] + (1.0 + off) * omega
        jumps = make_jumps(replace(plain, energies=energies), system.baths, method.wiring)
        return zone_shift(jumps, stationary_populations, method.tolerance)[0].tolist()

    assert [shift(off) for off in (-1e-3, -1e-13, 0.0, 1e-13, 1e-3)] == 5 * [[0, -2]]
