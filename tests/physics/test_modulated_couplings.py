r"""Couplings that the pump modulates, S(t) = S_0 + (S_1 e^{-iwt} + h.c.): derived numbers, limits and laws.

What a bath sees follows from S(t) alone, so that the same physics can be written in several ways; the exact
hierarchy holds S(t) itself and knows nothing of dressings.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.physics.heom.exact_currents import heom_currents

SX, SZ, SP = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()
OHMIC, DRUDE = sambe.Ohmic(0.002, cutoff=10.0), sambe.DrudeLorentz(0.002, cutoff=2.0)
MASTERS = ["driven_dressed", "floquet"]
TREATMENTS = ["full", "partial", "none", "ule", "clustered", "auto"]
CIRCULAR, LINEAR = {1: [(0.2, SP)]}, {1: [(0.2, SX)]}


def qubit(depth: Any, omega: Any, drive: Any = None, spectrum: Any = OHMIC, s: Any = SX) -> sambe.System:
    """Splitting 1, S = s (1 + depth cos wt) on the left, s on the right."""
    return sambe.System(0.5 * SZ, drive, omega, [
        sambe.Bath("left", {0: s, 1: [(depth, 0.5 * s)]}, spectrum, temperature=1.2),
        sambe.Bath("right", s, spectrum, temperature=0.4),
    ])  # fmt: skip


@pytest.mark.parametrize("equation", [*MASTERS, "dressed"])
@pytest.mark.parametrize("secular", ["full", "partial", "ule", "clustered"])
def test_derived_currents_of_an_undriven_qubit(equation: str, secular: str) -> None:
    """Derived: rates sum_q |S^(q)|^2 a(w0 - q w); without a drive the frame has no phase to drop."""
    flow = sambe.steady_state(qubit(0.6, 0.3), equation=equation, secular=secular)
    wanted = [0.0003351536243, -0.000348228931, 1.307530675e-05]
    np.testing.assert_allclose(flow.energy_current, wanted, rtol=1e-9)
    assert flow.population.values[1] == pytest.approx(0.2390902145, rel=1e-9)


def test_a_longitudinal_modulation_dissipates_into_its_bath_alone() -> None:
    """Derived: S = sz cos wt, pump = w J(w) / 4; a faint bath on sx makes the state unique."""
    baths = [sambe.Bath("left", {1: 0.5 * SZ}, OHMIC, temperature=1.2),
             sambe.Bath("right", 1e-4 * SX, OHMIC, temperature=0.4)]  # fmt: skip
    flow = sambe.steady_state(sambe.System(0.5 * SZ, omega=0.5, baths=baths), secular="full")
    np.testing.assert_allclose(
        flow.energy_current, [-0.0001189036781, 0.0, 0.0001189036781], rtol=1e-5, atol=1e-10
    )


@pytest.mark.parametrize("equation", MASTERS)
def test_derived_currents_under_a_drive_that_the_modulation_interferes_with(equation: str) -> None:
    """Derived, full secular: circular A = 0.4, w = 0.9, depth 0.5."""
    flow = sambe.steady_state(qubit(0.5, 0.9, CIRCULAR), equation=equation, secular="full")
    wanted = [-0.0006949855889, -0.0007294523824, 0.001424437971]
    np.testing.assert_allclose(flow.energy_current, wanted, rtol=1e-7)
    # cos(wt + pi/2): what matters is the phase relative to the drive's
    turned = sambe.steady_state(qubit(-0.5j, 0.9, CIRCULAR), equation=equation, secular="full")
    assert float(abs(turned.energy_current - flow.energy_current).max()) > 1e-6


@pytest.mark.filterwarnings("ignore::sambe.SecularWarning")
@pytest.mark.parametrize("secular", TREATMENTS)
def test_floquet_is_driven_dressed(secular: str) -> None:
    system = qubit(0.6, sambe.axis("omega", [0.07, 0.31, 1.01, 1.7]), CIRCULAR)
    framed, folded = (sambe.steady_state(system, equation=name, secular=secular) for name in MASTERS)
    size = abs(framed.energy_current).max("terminal")
    assert float((abs(framed.energy_current - folded.energy_current) / size).max()) < 1e-8


@pytest.mark.parametrize("secular", ["full", "none", "clustered"])
def test_without_depth_it_is_the_fixed_coupling(secular: str) -> None:
    fixed = qubit(0.0, 0.8, LINEAR)
    assert not fixed.baths[0].modulated
    swept = sambe.steady_state(qubit(sambe.axis("depth", [0.0, 0.3]), 0.8, LINEAR), secular=secular)
    alone = sambe.steady_state(fixed, secular=secular).energy_current
    size = float(abs(alone).max())
    np.testing.assert_allclose(swept.energy_current.sel(depth=0.0), alone, atol=1e-12 * size)


@pytest.mark.parametrize("secular", ["full", "partial", "auto"])
def test_only_the_phases_relative_to_each_other_count(secular: str) -> None:
    """Another origin of time gives H_k and S_k the phase e^{ik phi}."""
    turn = np.exp(0.7j)
    both = sambe.axis("depth", [0.5, 0.5 * turn]), sambe.axis("depth", [0.2, 0.2 * turn])
    depth = both[0].assign_coords(depth=[0.0, 1.0])
    drive = {1: [(both[1].assign_coords(depth=[0.0, 1.0]), SX)]}
    current = sambe.steady_state(qubit(depth, 0.8, drive), secular=secular).energy_current
    np.testing.assert_allclose(current[0], current[1], rtol=0, atol=1e-9 * float(abs(current).max()))


@pytest.mark.slow
@pytest.mark.parametrize("secular", ["full", "none", "auto"])
def test_a_coupling_that_turns_is_another_splitting(secular: str) -> None:
    """S = s+ e^{-iwt} + h.c. is sx to a qubit of splitting w0 - w; each quantum that it takes from a bath
    comes with one of the pump."""
    turning = {1: SP}
    baths = [sambe.Bath("left", turning, OHMIC, temperature=1.2),
             sambe.Bath("right", turning, OHMIC, temperature=0.4)]  # fmt: skip
    flow = sambe.steady_state(sambe.System(0.5 * SZ, omega=0.3, baths=baths), secular=secular)
    still = [sambe.Bath(bath.name, SX, OHMIC, temperature=bath.temperature) for bath in baths]
    slow = sambe.steady_state(sambe.System(0.35 * SZ, baths=still), secular=secular)
    np.testing.assert_allclose(flow.energy_current, slow.energy_current, atol=1e-15)
    # one bath alone is no thermal equilibrium: the other turns the other way
    baths[1] = sambe.Bath("right", SX, OHMIC, temperature=1.2)
    pumped = sambe.steady_state(sambe.System(0.5 * SZ, omega=0.3, baths=baths), secular="full")
    quanta = pumped.energy_current.values[0] / 0.7
    np.testing.assert_allclose(pumped.energy_current, [0.7 * quanta, -quanta, 0.3 * quanta], rtol=1e-12)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.SecularWarning")
def test_laws_of_thermodynamics_at_random() -> None:
    rng = np.random.default_rng(5)
    for _ in range(12):
        n = int(rng.integers(2, 5))

        def matrix(n: int = n) -> Any:
            return rng.normal(size=(n, n)) + 1j * rng.normal(size=(n, n))

        h, fixed = (x + x.conj().T for x in (matrix(), matrix()))
        drive = {1: [(0.2, matrix())]} if rng.random() < 0.5 else None
        system = sambe.System(h, drive, float(rng.uniform(0.3, 3.0)), [
            sambe.Bath("left", {0: fixed, 1: 0.5 * matrix(), 2: 0.2 * matrix()}, OHMIC, temperature=0.7),
            sambe.Bath("right", [{1: matrix()}, fixed], OHMIC, temperature=float(rng.uniform(0.2, 2.0))),
        ], edge=())  # fmt: skip
        flow = sambe.steady_state(system, secular="full")
        size = float(abs(flow.energy_current).max())
        assert abs(float(flow.first_law_residual)) < 1e-12 * size
        assert float(flow.entropy_production) >= -1e-12 * size


def test_a_slow_modulation_is_followed() -> None:
    """The state follows the rates (1 + depth cos wt)^2: the mean of J = w0 (u_l d_r - d_l u_r)/sum over a
    period; the work goes to zero."""
    depth, omega = 0.6, 2e-5
    flow = sambe.steady_state(qubit(depth, omega))
    assert flow.cross_terms_kept == 1
    phase = 2 * np.pi * (np.arange(64) + 0.5) / 64
    (ul, dl), (ur, dr) = (
        [float(rate) for rate in sambe.Bath("b", SX, OHMIC, temperature=t).rates(np.array(1.0))]
        for t in (1.2, 0.4)
    )
    strength = (1 + depth * np.cos(phase)) ** 2
    heat = np.mean(strength * (ul * dr - dl * ur) / (strength * (ul + dl) + ur + dr))
    np.testing.assert_allclose(flow.energy_current, [heat, -heat, 0.0], rtol=1e-3, atol=1e-3 * heat)
    with pytest.warns(sambe.SecularWarning, match="different quanta"):
        partial = sambe.steady_state(qubit(depth, omega), secular="partial")
    assert abs(float(partial.energy_current[0]) / heat - 1.0) > 0.05


@pytest.mark.slow
@pytest.mark.parametrize(("omega", "drive", "depth"), [
    (0.02, None, 1.0),  # as slow as a relaxation or two
    (0.9, CIRCULAR, -0.5j),
])  # fmt: skip
def test_the_default_agrees_with_the_exact_hierarchy(omega: float, drive: Any, depth: complex) -> None:
    """Second order in the coupling: HEOM within a per cent at these rates, as for fixed couplings."""
    system = qubit(depth, omega, drive, DRUDE)
    exact = heom_currents(system, tolerance=1e-3)
    assert abs(exact.residual) < 1e-12
    flow = sambe.steady_state(system, lamb_shift="shift").energy_current.values
    np.testing.assert_allclose(flow, exact.currents, atol=0.01 * np.abs(exact.currents).max())
    # the pump's share of it is held to itself
    assert flow[-1] == pytest.approx(exact.currents[-1], rel=0.03)


@pytest.mark.slow
def test_the_hierarchy_turns_as_its_coupling_does() -> None:
    """S = s+ e^{-iwt} + h.c. on both baths: exactly a qubit of splitting w0 - w, whatever the coupling."""
    drude = sambe.DrudeLorentz(0.01, cutoff=2.0)
    baths = [sambe.Bath(name, {1: SP}, drude, temperature=t) for name, t in (("l", 1.0), ("r", 0.5))]
    still = [sambe.Bath(bath.name, SX, drude, temperature=bath.temperature) for bath in baths]
    turning = heom_currents(sambe.System(0.5 * SZ, omega=0.3, baths=baths), tolerance=1e-3)
    slow = heom_currents(sambe.System(0.35 * SZ, baths=still), tolerance=1e-3)
    np.testing.assert_allclose(turning.currents, slow.currents, atol=1e-3 * abs(slow.currents[0]))


@pytest.mark.slow
def test_a_counter_term_turns_with_its_coupling() -> None:
    """lambda_R S(t)^2 in the Hamiltonian: with S = sx (1 + depth cos wt) a number that depends on time."""
    system = qubit(0.6, 0.3, None, DRUDE)
    options: Any = {"equation": "heom", "heom": {"tolerance": 1e-3}}
    with_term = sambe.steady_state(system, lamb_shift="counter", **options).energy_current
    without = sambe.steady_state(system, **options).energy_current
    np.testing.assert_allclose(with_term, without, rtol=1e-3)


@pytest.mark.slow
def test_jax_gives_the_numbers_of_numpy_and_their_slopes() -> None:
    jax = pytest.importorskip("jax")

    def currents(depth: Any) -> Any:
        return sambe.energy_currents(qubit(depth, 0.9, CIRCULAR), secular="full")

    with jax.enable_x64(True):
        traced, slopes = jax.jit(lambda depth: jax.jvp(currents, (depth,), (1.0,)))(0.6)
    np.testing.assert_allclose(np.asarray(traced), currents(0.6), rtol=1e-12)
    step = 1e-5
    difference = (currents(0.6 + step) - currents(0.6 - step)) / (2 * step)
    np.testing.assert_allclose(np.asarray(slopes), difference, rtol=1e-6)


def test_channels_add_up_to_the_work_of_drive_and_modulation() -> None:
    system = qubit(0.5, 0.9, CIRCULAR)
    pump = sambe.steady_state(system, secular="full").energy_current.sel(terminal="pump")
    np.testing.assert_allclose(sambe.channels(system, secular="full").pump_current.sum(), pump, rtol=1e-12)
    # without the drive the modulation is all the work there is
    idle = sambe.channels(qubit(0.5, 0.9), secular="full")
    assert set(idle.quanta.values[idle.bath.values == "left"].tolist()) == {-1, 0, 1}
    assert set(idle.quanta.values[idle.bath.values == "right"].tolist()) == {0}


@pytest.mark.slow
def test_expectation_values_are_those_of_the_exact_hierarchy() -> None:
    """The state follows the modulation as well as the drive: <sx> by their interference."""
    system, asked = qubit(0.8, 0.004, {1: [(0.1, SP)]}, DRUDE), {"x": SX, "z": SZ}
    exact = sambe.steady_state(system, equation="heom", heom={"tolerance": 1e-3}, observables=asked)
    default = sambe.steady_state(system, lamb_shift="shift", observables=asked)
    np.testing.assert_allclose(default.expectation, exact.expectation, atol=3e-3)
    assert abs(float(exact.expectation.sel(observable="x"))) > 0.01


def test_a_modulation_that_breaks_a_symmetry_makes_the_state_unique() -> None:
    """A common coupling keeps the exchange of two qubits; one that turns on a single qubit does not."""
    first, second = (sambe.lift(SX, k, (2, 2)) for k in (0, 1))
    h = 0.5 * sum(sambe.lift(SZ, k, (2, 2)) for k in (0, 1))
    common = sambe.Bath("bath", first + second, OHMIC, temperature=1.0)
    with pytest.raises(sambe.InputError, match="not unique"):
        sambe.steady_state(sambe.System(h, omega=0.3, baths=common))
    broken = sambe.Bath("bath", {0: first + second, 1: 0.2 * first}, OHMIC, temperature=1.0)
    flow = sambe.steady_state(sambe.System(h, omega=0.3, baths=broken))
    assert flow.status == 0
    assert float(flow.energy_current.sel(terminal="pump")) > 0
    # modulated together, the sector with the larger spin has a state of its own
    together = sambe.Bath("bath", {0: first + second, 1: 0.2 * (first + second)}, OHMIC, temperature=1.0)
    swap = np.eye(4)[[0, 2, 1, 3]]
    triplet = sambe.steady_state(sambe.System(h, omega=0.3, baths=together), sector=(swap, 1.0))
    assert triplet.status == 0


@pytest.mark.slow
def test_the_audit_trusts_the_complete_equation_of_a_slow_modulation() -> None:
    system = qubit(0.6, sambe.axis("omega", [0.002, 0.5]), None, DRUDE)
    audit = sambe.audit(system, secular=["full", "auto"], equations=["driven_dressed"])
    verdict = audit.verdict.sel(equation="driven_dressed")
    assert verdict.sel(secular="auto").values.tolist() == [0, 0]
    assert verdict.sel(secular="full").values.tolist() == [1, 0]


def test_a_closed_form_and_the_reaction_coordinate_refuse_a_modulated_coupling() -> None:
    bath = sambe.Bath("hot", {0: SX, 1: 0.1 * SX}, sambe.Underdamped(0.3, width=0.05, frequency=1.0),
                      temperature=1.0)  # fmt: skip
    system = sambe.System(0.5 * SZ, omega=0.3, baths=bath)
    with pytest.raises(sambe.InputError, match="fixed coupling"):
        sambe.reaction_coordinate(system, "hot", levels=4)
    with pytest.raises(sambe.InputError, match="coupling"):
        sambe.analytic.spin_boson_currents(splitting=1.0, drive=0.1, omega=0.3, baths=[bath])
