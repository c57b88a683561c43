"""Stationary states: where they are unique, where they are not, and what surrounds a bad point."""

import numpy as np
import pytest

import sambe
from sambe import models
from sambe.physics.dressing.dressing import ordered
from sambe.physics.equations import dressing_of
from sambe.physics.generators.jumps import make_jumps
from sambe.physics.generators.redfield import make_redfield
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.physics.states.iterations import refined_descent
from sambe.physics.states.stationary import redfield_state, stationary_populations

SX, SZ = sambe.sigmax(), sambe.sigmaz()
OHMIC = sambe.Ohmic(0.002, cutoff=10.0)


def test_two_levels() -> None:
    rates = np.array([[0.0, 3.0], [1.0, 0.0]])
    populations, unique = stationary_populations(rates)
    np.testing.assert_allclose(populations, [0.75, 0.25], rtol=1e-14)
    assert bool(unique)


def test_a_ring_of_one_way_jumps() -> None:
    # time spent in a state is inverse to its rate out
    out = np.array([1.0, 2.0, 4.0, 8.0])
    rates = np.zeros((4, 4))
    rates[[1, 2, 3, 0], [0, 1, 2, 3]] = out
    populations, unique = stationary_populations(rates)
    np.testing.assert_allclose(populations, (1 / out) / (1 / out).sum(), rtol=1e-13)
    assert bool(unique)


@pytest.mark.parametrize("scale", [1e-250, 1e-12, 1.0, 1e12])
def test_the_unit_of_time_does_not_matter(scale: float) -> None:
    rates = scale * np.random.default_rng(4).uniform(size=(3, 5, 5))
    populations, unique = stationary_populations(rates)
    np.testing.assert_allclose(populations, stationary_populations(rates / scale)[0], rtol=1e-11)
    assert unique.all()


def test_rates_over_many_orders() -> None:
    # a ladder cooled to p_n ~ 1e-9^n keeps its detailed balance as far as numbers reach
    down, up = 1.0, 1e-9
    rates = np.diag(np.full(4, down), 1) + np.diag(np.full(4, up), -1)
    populations, unique = stationary_populations(rates)
    assert bool(unique)
    np.testing.assert_allclose(populations[:2], [1.0, 1e-9], rtol=1e-6)
    assert (populations > -1e-15).all()


def test_disconnected_states_are_told_point_by_point() -> None:
    linked = np.random.default_rng(1).uniform(size=(4, 4))
    apart = linked.copy()
    apart[2:, :2] = apart[:2, 2:] = 0.0
    populations, unique = stationary_populations(np.stack([linked, apart, linked, np.zeros((4, 4))]))
    assert unique.tolist() == [True, False, True, False]
    np.testing.assert_allclose(populations[0], stationary_populations(linked)[0], rtol=1e-13)


@pytest.mark.parametrize("secular", ["full", "partial", "none"])
@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_a_point_without_a_coupling_leaves_its_neighbours_alone(equation: str, secular: str) -> None:
    strength = sambe.axis("strength", [0.002, 0.0, 0.001])
    bath = sambe.Bath("bath", spectrum=sambe.Ohmic(strength, cutoff=10.0), temperature=1.0)
    flow = sambe.steady_state(models.spin_boson(omega=0.8, baths=[bath]), equation=equation, secular=secular)
    assert flow.status.values.tolist() == [0, 2, 0]
    assert np.isnan(flow.energy_current.values[1]).all()
    assert np.isnan(flow.population.values[1]).all()
    assert flow.coherences_kept.values[1] == 0
    for k, s in ((0, 0.002), (2, 0.001)):
        one = sambe.Bath("bath", spectrum=sambe.Ohmic(s, cutoff=10.0), temperature=1.0)
        alone = sambe.energy_currents(
            models.spin_boson(omega=0.8, baths=[one]), equation=equation, secular=secular
        )
        np.testing.assert_allclose(flow.energy_current.values[k], alone, rtol=1e-8)


def test_a_hidden_symmetry_is_found_out() -> None:
    # connected in this basis, yet S commutes with H: no bath moves energy between the eigenstates
    h = np.array([[0.0, 1.0, 0.3], [1.0, 0.4, 1.0], [0.3, 1.0, -0.2]])
    system = sambe.System(h, baths=[sambe.Bath("bath", h @ h, OHMIC, 1.0)])
    for secular in ("full", "partial", "none"):
        with pytest.raises(sambe.InputError, match="not unique: a symmetry"):
            sambe.steady_state(system, secular=secular)


@pytest.mark.parametrize("secular", ["full", "partial", "none"])
def test_the_traditional_equation_has_no_stationary_state_on_resonance(secular: str) -> None:
    # there the dressed states are those of sigma_x, which is the coupling; only rounding moves them
    omega = sambe.axis("omega", [0.9, 1.0, 1.1])
    flow = sambe.steady_state(models.spin_boson(omega=omega), equation="dressed", secular=secular)
    assert flow.status.values.tolist() == [0, 2, 0]


@pytest.mark.parametrize("secular", ["full", "partial", "none"])
def test_a_bath_at_zero_temperature_empties_the_excited_state(secular: str) -> None:
    cold = sambe.Bath("cold", SX, OHMIC, 0.0)
    flow = sambe.steady_state(sambe.System([(0.5, SZ)], baths=[cold]), secular=secular)
    np.testing.assert_allclose(flow.population.values, [1.0, 0.0], atol=1e-13)
    np.testing.assert_allclose(flow.energy_current.values, 0.0, atol=1e-16)
    assert flow.entropy_production.item() == 0.0


def test_a_hot_bath_beside_one_at_zero_temperature() -> None:
    # p_e = n/(1 + 2n + 1): the cold bath only takes; J_u |S|^2 w p_e into it
    baths = [sambe.Bath("hot", SX, OHMIC, 1.0), sambe.Bath("cold", SX, OHMIC, 0.0)]
    flow = sambe.steady_state(sambe.System([(0.5, SZ)], baths=baths))
    n, j = 1.0 / np.expm1(1.0), 0.002 * np.exp(-0.1)
    excited = n / (2 * n + 2)
    assert flow.energy_current.sel(terminal="cold").item() == pytest.approx(-j * excited, rel=1e-6)
    assert flow.energy_current.sel(terminal="hot").item() == pytest.approx(j * excited, rel=1e-6)
    assert flow.entropy_production.item() == np.inf


def test_a_tolerance_that_is_not_one_is_refused() -> None:
    for name, value in (("tolerance", 0.0), ("tolerance", 2.0), ("propagation_tolerance", -1.0)):
        with pytest.raises(sambe.InputError) as caught:
            sambe.steady_state(models.spin_boson(), **{name: value})
        assert caught.value.field == name
        assert caught.value.value == value


def test_the_tolerance_is_met_above_eight_levels() -> None:
    system = models.kerr_resonator(omega=0.99, drive=0.01, levels=16)
    exact = sambe.energy_currents(system, secular="none")
    error = []
    for tolerance in (1e-4, 1e-6, 1e-8):
        found = sambe.energy_currents(system, secular="partial", tolerance=tolerance)
        error.append(np.abs(found - exact).max() / np.abs(exact).max())
        assert error[-1] < 10 * tolerance


def test_a_generator_that_has_been_looked_at_can_still_be_solved() -> None:
    """What a generator caches is no field of it: a copy made of all its attributes would not fit."""
    system = sambe.models.kerr_resonator(levels=12, omega=np.linspace(0.9, 1.1, 3))
    method = prepare(system)
    jumps = make_jumps(ordered(dressing_of(system, method)), system.baths, method.wiring)
    fresh, read = make_redfield(jumps), make_redfield(jumps)
    assert read.own.shape == read.gaps.shape
    before, after = redfield_state(fresh, 1e-8), redfield_state(read, 1e-8)
    assert np.array_equal(before.currents, after.currents)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.SecularWarning")  # the terms of 2 omega are beyond its judgement
@pytest.mark.parametrize("levels", [20, 30])
def test_a_resonantly_driven_oscillator_of_many_levels_is_solved(levels: int) -> None:
    """Its frame has gaps of the size of the rates throughout: n = (2 F / kappa)^2 for a linear drive F."""
    ladder = sambe.destroy(levels)
    line = sambe.Bath("line", ladder + ladder.T, sambe.Flat(0.02), temperature=0.0)
    oscillator = sambe.models.oscillator(drive=0.01, omega=1.0, levels=levels, baths=[line])
    flow = sambe.steady_state(oscillator, observables={"n": sambe.num(levels)})
    assert flow.expectation.item() == pytest.approx(1.0, rel=1e-6)
    assert flow.energy_current.sel(terminal="pump").item() == pytest.approx(0.02, rel=1e-5)


@pytest.mark.parametrize("secular", ["auto", "ule", "clustered"])
def test_particles_settle_where_they_carry_no_energy(secular: str) -> None:
    """Four levels at the zero of energy, above what one matrix holds: wide bands make the matrix
    C_ij = <d_j† d_i> obey (G C + C G)/2 = sum_u f_u G_u (derived)."""
    rng, mu, rates = np.random.default_rng(3), np.array([0.5, -0.1]), np.array([0.01, 0.02])
    vectors = rng.normal(size=(2, 2, 4))
    gammas = rates[:, None, None] * np.einsum("uki,ukj->uij", vectors, vectors)
    f = 1.0 / (1.0 + np.exp(-mu / 0.3))
    half = 0.5 * gammas.sum(axis=0)
    kron = np.kron(half, np.eye(4)) + np.kron(np.eye(4), half)
    c = np.linalg.solve(kron, np.tensordot(f, gammas, 1).ravel()).reshape(4, 4)
    d = [sambe.fermion(k, 4) for k in range(4)]
    leads = [
        sambe.Lead(name, [sum(x * op for x, op in zip(row, d, strict=True)) for row in rows], tunnelling=g,
                   temperature=0.3, chemical_potential=m)
        for name, rows, g, m in zip("lr", vectors, rates, mu, strict=True)
    ]  # fmt: skip
    system = sambe.System(np.zeros((16, 16)), baths=leads)
    flow = sambe.steady_state(system, secular=secular)
    wanted = [np.trace(g @ (x * np.eye(4) - c)) for g, x in zip(gammas, f, strict=True)]
    np.testing.assert_allclose(flow.particle_current[:2], wanted, rtol=1e-6)
    with pytest.warns(sambe.SecularWarning):
        sambe.steady_state(system, secular="full")


@pytest.mark.parametrize("levels", [2, 10])  # in one matrix, and by iteration
@pytest.mark.parametrize("driven", [False, True])
def test_in_the_limit_of_weak_coupling_currents_are_in_proportion_to_it(levels: int, driven: bool) -> None:
    """However far rates lie below gaps, they alone say what is unique, and q != q' does nothing."""
    rng = np.random.default_rng(3)

    def some(size: float) -> np.ndarray:
        op = rng.normal(size=(levels, levels)) + 1j * rng.normal(size=(levels, levels))
        return size * (op + op.conj().T) / 2

    h, drive, couplings = some(1.0), some(0.03), [some(1.0), some(1.0)]

    def currents(strength: float) -> np.ndarray:
        baths = [
            sambe.Bath(name, s, sambe.Ohmic(strength, cutoff=5.0), temperature)
            for name, s, temperature in zip("lr", couplings, (1.0, 0.3), strict=True)
        ]
        system = sambe.System(h, {1: drive} if driven else None, 0.7 if driven else None, baths)
        flow = sambe.steady_state(system)
        assert flow.status == 0
        return flow.energy_current.values / strength

    weak = currents(1e-6)
    for strength in (1e-14, 1e-60):
        found = currents(strength)
        np.testing.assert_allclose(found, weak, rtol=0, atol=1e-4 * np.abs(weak).max())  # of the order 1e-6


def test_a_point_that_arrives_late_is_left_to_the_next_band(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ladder above its second resonance: not to be solved by a matrix of 400 unknowns at once."""
    system = models.kerr_resonator(levels=20, drive=np.array([0.022, 0.054]), omega=np.array([1.22, 1.14]))
    method = prepare(system, secular="partial")
    monkeypatch.setattr(refined_descent, "CYCLES", 1)
    generator = make_redfield(solve_batch(system, method).jumps)
    first, both, whole = (redfield_state(generator, 1e-8, bands=bands) for bands in ((0,), (0, 1), (1,)))
    assert first.unique.all()
    assert not first.converged.any()
    assert both.converged.all()
    np.testing.assert_array_equal(both.kept, 19)  # every pair of neighbours, and no other
    np.testing.assert_allclose(
        both.currents, whole.currents, rtol=0, atol=1e-7 * np.abs(whole.currents).max()
    )
