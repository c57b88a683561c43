"""Completely positive equations: Lindblad's form, the laws, weak coupling, resonance, Lamb shift."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_less

import sambe
from sambe.physics.equations import dressing_of as dress
from sambe.physics.generators.jumps import make_jumps
from sambe.physics.generators.lamb_shift import lamb_shift
from sambe.physics.generators.near_states.coherences import relaxation_rates
from sambe.physics.generators.positive import cluster_jumps, make_clustered, make_universal
from sambe.physics.generators.redfield import pack, unpack
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare

KINDS = ("ule", "clustered")
both_kinds = pytest.mark.parametrize("kind", KINDS)
temperature = st.floats(0.0, 3.0)
omega = st.floats(0.3, 2.0)
amplitude = st.floats(1e-3, 0.6)
strength = st.floats(1e-5, 2e-2)


def two_baths(strength, hot, cold):
    spectrum = sambe.Ohmic(strength, cutoff=10.0)
    return [
        sambe.Bath("hot", spectrum=spectrum, temperature=hot),
        sambe.Bath("cold", spectrum=spectrum, temperature=cold),
    ]


def systems(strength, hot, cold, omega, drive):
    """One of each kind: coupled, degenerate, spread out, with and without a frame."""
    baths = two_baths(strength, hot, cold)
    return [
        sambe.models.spin_boson(drive=drive, omega=omega, baths=baths),
        sambe.models.spin_boson(drive=drive, omega=omega, baths=baths, polarization="linear"),
        sambe.models.two_qubits(coupling=0.03, drive=drive, omega=omega, baths=baths),
        sambe.models.three_level(drive=drive, omega=omega, baths=baths),
        sambe.models.kerr_resonator(kerr=0.05, drive=0.2 * drive, omega=omega, levels=5, baths=baths),
    ]


def solve(system, kind, shift="none"):
    """Solution of one point, as a batch of one."""
    one = system.map_numbers(lambda path, x: np.full(1, x) if path == "hamiltonian[0]" else x)
    return solve_batch(one, prepare(one, "auto", kind, lamb_shift=shift))


@pytest.mark.slow
@both_kinds
@pytest.mark.parametrize("shift", ["none", "shift"])
@settings(max_examples=12, deadline=None)
@given(strength=strength, hot=temperature, cold=st.floats(0.05, 3.0), omega=omega, drive=amplitude)
def test_positive_state_and_first_law(kind, shift, strength, hot, cold, omega, drive):
    for system in systems(strength, hot, cold, omega, drive):
        found = solve(system, kind, shift)
        assert found.unique.all()
        assert np.linalg.eigvalsh(found.state).min() >= -1e-12
        assert_allclose(np.trace(found.state[0]).real, 1.0, rtol=1e-12)
        size = np.abs(found.currents).max() + 1e-3 * strength
        assert abs(found.currents.sum()) < 1e-7 * size


@pytest.mark.slow
@pytest.mark.parametrize("shift", ["none", "counter"])
@settings(max_examples=12, deadline=None)
@given(strength=strength, hot=st.floats(0.05, 3.0), cold=st.floats(0.05, 3.0), omega=omega, drive=amplitude)
def test_second_law_of_the_clustered_equation(shift, strength, hot, cold, omega, drive):
    for system in systems(strength, hot, cold, omega, drive):
        j = solve(system, "clustered", shift).currents[0]
        assert -j[0] / hot - j[1] / cold >= -1e-8 * (np.abs(j).max() + strength) / min(hot, cold)


@both_kinds
def test_equilibrium(kind):
    """One temperature and no drive: no current and, up to the levels that share an energy, Gibbs' state."""
    baths = two_baths(0.001, 0.7, 0.7)
    system = sambe.models.two_qubits(splittings=(1.0, 1.4), coupling=0.1, drive=0.0, omega=1.2, baths=baths)
    found = solve(system, kind)
    reference = np.abs(solve(system, "full").jumps.forward[0]).max()
    assert np.abs(found.currents).max() < (1e-12 if kind == "clustered" else 1e-3) * reference
    h = sambe.description.operators.lift
    ground = 0.5 * h(sambe.sigmaz(), 0, [2, 2]) + 0.7 * h(sambe.sigmaz(), 1, [2, 2])
    hop = np.kron(sambe.sigmap(), sambe.sigmam())
    levels = np.linalg.eigvalsh(ground + 0.1 * (hop + hop.T))
    gibbs = np.exp(-levels / 0.7)
    expected = np.sort(gibbs / gibbs.sum())
    assert_allclose(np.sort(found.populations[0]), expected, rtol=1e-9 if kind == "clustered" else 1e-4)


def bloch(ratio):
    """A qubit in one bath at T = 0.4, driven on resonance with A = ratio x relaxation rate."""
    bath = sambe.Bath("bath", spectrum=sambe.Ohmic(1e-5, cutoff=10.0), temperature=0.4)
    j = 1e-5 * np.exp(-0.1)
    rate = j * (1.0 + 2.0 / np.expm1(1.0 / 0.4))
    drive = ratio * rate
    pumping = drive**2 / rate
    power = pumping * j / (rate + 2.0 * pumping)
    return sambe.models.spin_boson(drive=drive, omega=1.0, baths=[bath]), power


@both_kinds
def test_resonance_against_the_optical_bloch_equations(kind):
    """Where the secular equation is up to 5000 times too large."""
    for ratio in (0.01, 0.1, 0.5, 1.0, 3.0, 10.0):
        system, power = bloch(ratio)
        assert_allclose(solve(system, kind).currents[0, -1], power, rtol=2e-4 if ratio < 5 else 3e-2)


def test_the_secular_equation_fails_there():
    system, power = bloch(0.01)
    assert solve(system, "full").currents[0, -1] > 4000.0 * power


@pytest.mark.slow
@pytest.mark.parametrize("detuning", [0.0, 0.02, 0.3])
@pytest.mark.parametrize(
    ("kind", "errors"),
    [("ule", {1e-3: 2e-4, 1e-4: 2e-6, 1e-5: 2e-8}), ("clustered", {1e-3: 1e-2, 1e-4: 2e-3, 1e-5: 2e-4})],
)
def test_weak_coupling_is_redfields(kind, errors, detuning):
    """The universal equation differs in second order of the coupling, the clustered one by its clusters."""
    for strength, error in errors.items():
        for system in systems(strength, 1.2, 0.4, 1.0 + detuning, 0.02):
            expected = solve(system, "none").currents
            assert_allclose(
                solve(system, kind).currents, expected, rtol=0, atol=error * np.abs(expected).max()
            )


def test_equal_qubits_keep_the_coherence_that_hopping_needs():
    """Hopping slower than relaxation: a full secular answer does not see it."""
    system = sambe.models.two_qubits(coupling=1e-4, drive=0.0, omega=0.5, baths=two_baths(0.01, 1.2, 0.4))
    expected = solve(system, "none").currents[0]
    for kind in KINDS:
        assert_allclose(solve(system, kind).currents[0], expected, rtol=0, atol=0.01 * np.abs(expected).max())
    assert np.abs(solve(system, "full").currents[0]).max() > 100.0 * np.abs(expected).max()


def lindblad(rho, operators, gaps):
    total = -1j * gaps * rho
    for a in operators:
        rate = a.conj().T @ a
        total += a @ rho @ a.conj().T - 0.5 * (rate @ rho + rho @ rate)
    return total


def generator_of(system, kind):
    one = system.map_numbers(lambda path, x: np.full(1, x) if path == "hamiltonian[0]" else x)
    method = prepare(one, "auto", kind)
    jumps = make_jumps(dress(one, method), one.baths, method.wiring)
    if kind == "ule":
        return make_universal(jumps), jumps, None
    moved, inside = cluster_jumps(jumps, one.baths, relaxation_rates(jumps))
    return make_clustered(moved, inside), moved, inside


@both_kinds
def test_the_generator_is_lindblads(kind):
    """Against jump operators written out one by one."""
    system = sambe.models.two_qubits(coupling=0.003, drive=0.01, omega=0.5, baths=two_baths(0.01, 1.2, 0.4))
    g, jumps, inside = generator_of(system, kind)
    n = g.levels
    random = np.random.default_rng(1).normal(size=(2, n, n))
    rho = random[0] + 1j * random[1]
    rho = rho @ rho.conj().T
    blocks = [np.ones(n, bool)] if inside is None else [row > 0 for row in np.unique(inside[0], axis=0)]
    assert len(blocks) == (1 if kind == "ule" else 3)
    if inside is not None:
        rho = rho * inside[0]
    operators = []
    for u, own in enumerate(jumps.wiring):
        for c in own:
            for k, q in enumerate(jumps.dressing.quanta):
                s = jumps.dressing.couplings[0, c, k]
                up, down = np.sqrt(jumps.forward[u][0, k]) * s, np.sqrt(jumps.backward[u][0, k]) * s
                for to in blocks:
                    for start in blocks:
                        part = np.outer(to, start)
                        operators += [up * part] + ([(down * part).conj().T] if q else [])
    expected = lindblad(rho, operators, g.gaps[0])
    assert_allclose(unpack(g.apply(pack(rho)[None]))[0], expected, atol=1e-15)


@pytest.mark.parametrize("kind", [*KINDS, "partial", "none"])
@pytest.mark.parametrize("shift", ["none", "shift"])
def test_channels_sum_to_the_terminals(kind, shift):
    system = sambe.models.two_qubits(coupling=0.003, drive=0.01, omega=1.0, baths=two_baths(0.003, 1.2, 0.4))
    options = {"secular": kind, "lamb_shift": shift}
    flow = sambe.steady_state(system, **options).energy_current
    parts = sambe.channels(system, **options)
    for name in ("hot", "cold"):
        total = parts.energy_current.where(parts.bath == name, 0.0).sum()
        assert_allclose(total, flow.sel(terminal=name), rtol=1e-9, atol=1e-15)
    assert_allclose(parts.pump_current.sum(), flow.sel(terminal="pump"), rtol=1e-9)


@pytest.mark.parametrize("kind", [*KINDS, "partial", "none"])
@pytest.mark.parametrize("shift", ["shift", "counter"])
def test_driven_oscillator_against_its_exact_response(kind, shift):
    r"""<a> follows the classical equation with the bath's response K(w) = -s(w) - s(-w) + i J(w)/2 at T = 0.

    The shift moves the resonance by several linewidths; the counter-term takes that back.
    """
    bath, drive = sambe.DrudeLorentz(0.01, cutoff=2.0), 0.005
    w = np.linspace(0.9, 1.1, 12)
    counter = shift == "counter"
    k = 0.5j * bath(w) - sum(lamb_shift(bath, 0.0, x, counter=counter) for x in (w, -w))
    x = -drive * (1.0 + w) / (1.0 - w * w - 2.0 * k)
    amplitude = (k * x - drive) / (1.0 - w)
    power = -2.0 * drive * w * amplitude.imag
    system = sambe.models.oscillator(
        drive=drive, omega=w, levels=6, baths=[sambe.Bath("bath", spectrum=bath, temperature=0.0)]
    )
    pump = {
        s: solve_batch(system, prepare(system, "auto", kind, lamb_shift=s)).currents[:, -1]
        for s in ("none", shift)
    }
    assert np.abs(pump[shift] - power).max() < (0.01 if counter else 0.04) * power.max()
    assert np.abs(pump["none"] - power).max() > 0.3 * power.max()


@pytest.mark.parametrize("equation", ["driven_dressed", "floquet"])
def test_counter_term_does_nothing_to_a_spin(equation):
    """sigma_x^2 = 1."""
    system = sambe.models.spin_boson(drive=0.1, omega=np.array([0.8, 1.0]), baths=two_baths(0.01, 1.0, 0.5))
    for kind in ("partial", "none", *KINDS):
        shift, counter = (
            solve_batch(system, prepare(system, equation, kind, lamb_shift=s)).currents
            for s in ("shift", "counter")
        )
        assert_allclose(shift, counter, rtol=1e-8)


def test_the_full_secular_equation_feels_no_shift():
    system = sambe.models.spin_boson(drive=0.1, omega=0.8)
    one, two = (sambe.energy_currents(system, secular="full", lamb_shift=s) for s in (False, True))
    assert_allclose(one, two, rtol=0, atol=0)


def test_white_noise_that_shifts_levels_unequally_has_no_shift_and_says_so():
    bath = sambe.Bath("bath", spectrum=sambe.Flat(0.001), temperature=0.0)
    system = sambe.models.kerr_resonator(omega=0.8, levels=5, baths=[bath])
    with pytest.raises(sambe.InputError, match="diverges at high"):
        sambe.energy_currents(system, lamb_shift="shift")
    plain = sambe.energy_currents(system, lamb_shift="none")
    assert_allclose(sambe.energy_currents(system, lamb_shift="auto"), plain, rtol=1e-12)


def test_compare_takes_several_secular_treatments():
    system = sambe.models.spin_boson(omega=sambe.axis("omega", [0.8, 0.9]))
    data = sambe.compare(
        system, equations=["driven_dressed", "floquet"], secular=["none", "ule", "clustered"]
    )
    assert data.energy_current.dims == ("equation", "secular", "omega", "terminal")
    one = sambe.steady_state(system, equation="floquet", secular="ule")
    assert_allclose(data.energy_current.sel(equation="floquet", secular="ule"), one.energy_current)
    with pytest.raises(sambe.InputError, match="secular"):
        sambe.compare(system, secular=["ule", "ule"])


def test_a_sweep_is_its_points():
    """Clusters are formed point by point, whatever else is in the batch."""
    w = np.linspace(0.97, 1.03, 7)
    sweep = sambe.models.two_qubits(coupling=0.01, drive=0.01, omega=w, baths=two_baths(0.002, 1.2, 0.4))
    for kind in KINDS:
        every = solve_batch(sweep, prepare(sweep, "auto", kind)).currents
        for k, x in enumerate(w):
            point = sambe.models.two_qubits(
                coupling=0.01, drive=0.01, omega=float(x), baths=two_baths(0.002, 1.2, 0.4)
            )
            assert_allclose(every[k], solve(point, kind).currents[0], rtol=0, atol=1e-12)


@both_kinds
def test_a_ladder_beyond_the_dense_solver(kind):
    """Twelve levels near resonance, where most of the ladder is one cluster."""
    w = np.array([0.95, 1.0, 1.2])
    system = sambe.models.kerr_resonator(drive=0.01, omega=w, levels=12, baths=two_baths(0.002, 0.5, 0.2))
    expected = solve_batch(system, prepare(system, "auto", "none")).currents
    found = solve_batch(system, prepare(system, "auto", kind))
    assert found.converged.all()
    assert np.linalg.eigvalsh(found.state).min() >= -1e-10
    assert_array_less(np.abs(found.currents - expected).max(axis=-1), 0.05 * np.abs(expected).max(axis=-1))
