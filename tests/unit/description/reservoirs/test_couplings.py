"""Coupling operators: one, several, sums of pairs; what else a bath's coupling can be is in test_bath.py."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

import sambe
from sambe import sigmax, sigmay, sigmaz
from sambe.description.reservoirs.couplings import correlated, couplings
from sambe.description.sums.modulation import Modulation
from sambe.errors import InputError

SX, SZ, SP = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap()


def test_one_several_and_sums() -> None:
    assert_array_equal(couplings(sigmax(), "f"), [sigmax()])
    assert_array_equal(couplings([sigmax(), sigmay()], "f"), [sigmax(), sigmay()])
    assert_array_equal(couplings([(0.5, sigmax()), (2.0, sigmaz())], "f"), [0.5 * sigmax() + 2.0 * sigmaz()])
    assert_array_equal(couplings([[0, 1], [1, 0]], "f"), [sigmax()])


def test_bad_couplings_are_named() -> None:
    with pytest.raises(InputError, match=r"f\[1\]\[0, 1\]"):
        couplings([sigmax(), np.triu(np.ones((2, 2)))], "f")
    with pytest.raises(InputError, match="at least one"):
        couplings([], "f")


# --- correlations ---------------------------------------------------------------------------------------

OHMIC = sambe.Ohmic(0.002, cutoff=10.0)
X1, X2 = (sambe.lift(sigmax(), site, (2, 2)) for site in (0, 1))


def two_qubits(coupling: Any, correlation: Any = None) -> sambe.System:
    """Detuned, exchange-coupled and driven on one side, a common hot bath and a cold one on each."""
    z = [sambe.lift(sigmaz(), site, (2, 2)) for site in (0, 1)]
    swap = sambe.lift(sambe.sigmap(), 0, (2, 2)) @ sambe.lift(sambe.sigmam(), 1, (2, 2))
    hot = sambe.Bath("hot", coupling, OHMIC, 1.2, correlation=correlation)
    cold = [sambe.Bath(f"cold {k}", x, OHMIC, 0.4) for k, x in enumerate((X1, X2))]
    return sambe.System(
        [(0.5, z[0]), (0.55, z[1]), (0.1, swap + swap.conj().T)],
        drive={1: [(0.05, sambe.lift(sambe.sigmap(), 0, (2, 2)))]}, omega=0.9, baths=[hot, *cold],
    )  # fmt: skip


@pytest.mark.parametrize("secular", ["full", "partial", "none", "ule", "clustered"])
def test_correlations_between_none_and_all(secular: str) -> None:
    """Rates are linear in C: half of the common modes and half of modes of one's own."""
    own, ones = np.eye(2), np.ones((2, 2))
    apart, common = two_qubits([X1, X2]), two_qubits(X1 + X2)
    assert_array_equal(currents(two_qubits([X1, X2], own), secular), currents(apart, secular))
    assert_array_equal(currents(two_qubits([X1, X2], ones), secular), currents(common, secular))
    opposed = currents(two_qubits([X1, X2], 2 * own - ones), secular)
    assert_allclose(opposed, currents(two_qubits(X1 - X2), secular), rtol=1e-12)
    assert np.abs(opposed - currents(common, secular)).max() > 1e-2 * np.abs(opposed).max()


def currents(system: sambe.System, secular: str) -> Any:
    return sambe.energy_currents(system, secular=secular)


@given(seed=st.integers(0, 10**6))
@settings(max_examples=10, deadline=None, phases=[Phase.generate])
def test_rates_are_those_of_the_matrix(seed: int) -> None:
    """sum_k S'_k x S'_k = sum_ab C_ab S_a x S_b, of which a generator is made, for any rank."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(3, rng.integers(1, 4)))
    ops = [x + x.conj().T for x in rng.normal(size=(3, 3, 3)) + 1j * rng.normal(size=(3, 3, 3))]
    c = root @ root.T
    mixed = correlated(ops, c, "f")
    assert len(mixed) == root.shape[1]
    wanted = np.einsum("ab,aij,bkl->ijkl", c, ops, ops)
    assert_allclose(sum(np.multiply.outer(s, s) for s in mixed), wanted, atol=1e-12 * np.abs(wanted).max())


@pytest.mark.parametrize(
    ("correlation", "message"),
    [
        ([[1.0, 1.5], [1.5, 1.0]], r"bath 'hot'\.correlation = .*eigenvalue -0\.5"),
        ([[1.0, 0.5], [0.4, 1.0]], "symmetric"),
        ([[0.0, 0.0], [0.0, 0.0]], "positive"),
        ([[1.0]], "2 rows of 2"),
        ([[1.0, 1j], [-1j, 1.0]], "real"),
        ([[1.0, np.nan], [np.nan, 1.0]], "finite"),
        ("ones", "2 rows of 2"),
    ],
)
def test_bad_correlations_are_named(correlation: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        two_qubits([X1, X2], correlation)


def test_correlations_of_a_model_s_own_coupling() -> None:
    bath = sambe.Bath("b", spectrum=OHMIC, temperature=1.0, correlation=[[4.0]])
    assert_array_equal(sambe.models.spin_boson(baths=bath).baths[0].operators, [2.0 * sigmax()])


def turning_bath(coupling: Any) -> sambe.Bath:
    return sambe.Bath("b", coupling, sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)


def test_a_mapping_stands_wherever_an_operator_does() -> None:
    turning = {0: SX, 1: [(0.2, SP)]}
    assert [isinstance(x, Modulation) for x in couplings(turning, "c")] == [True]
    assert [isinstance(x, Modulation) for x in couplings([turning, SZ], "c")] == [True, False]
    assert [isinstance(x, Modulation) for x in couplings((SZ, turning, {0: SX}), "c")] == [False, True, False]
    # made once, it is taken as it is
    made = couplings([turning, SZ], "c")
    assert couplings(made, "c")[0] is made[0]


def test_pairs_are_summed_and_operators_are_not() -> None:
    (both,) = couplings([(0.5, SX), (0.2, SZ)], "c")
    np.testing.assert_array_equal(both, 0.5 * SX + 0.2 * SZ)
    assert len(couplings([SX, SZ], "c")) == 2


def test_a_bath_knows_its_modulated_couplings() -> None:
    turning = turning_bath([{0: SX, 1: SP}, SZ])
    assert (turning.modulated, turning_bath(SX).modulated) == (True, False)
    assert (len(turning.couplings), len(turning.operators)) == (2, 4)  # sigma_x, two of sigma_+, sigma_z
    doubled = turning.turned(lambda op: 2.0 * op)
    np.testing.assert_array_equal(doubled.operators[-1], 2.0 * SZ)
    np.testing.assert_array_equal(doubled.operators[0], 2.0 * SX)


def test_a_modulated_coupling_needs_the_drive_frequency() -> None:
    with pytest.raises(sambe.InputError, match="modulated coupling of bath 'b' needs the drive frequency"):
        sambe.System(SZ, baths=turning_bath({1: SX}))
    # nothing turns in a coupling whose strength is swept
    assert sambe.System(SZ, baths=turning_bath({0: [(sambe.axis("g", [0.5, 1.0]), SX)]})).omega is None


@pytest.mark.parametrize("turning", [np.eye(2), 0.0 * SX])
def test_a_modulated_coupling_that_exchanges_no_energy_is_refused(turning: Any) -> None:
    with pytest.raises(sambe.InputError, match="multiple of the identity"):
        sambe.System(SZ, omega=0.3, baths=turning_bath({1: turning}))


def test_numbers_of_a_coupling_have_paths_and_are_frozen() -> None:
    depth = sambe.axis("depth", [0.1, 0.2])
    system = sambe.System(SZ, omega=0.3, baths=turning_bath([SZ, {0: SX, 2: [(0.5, SX), (depth, SX)]}]))
    path = "bath 'b'.coupling[1][2][0]"
    depth[0] = 7.0
    assert system.numbers()[path].values.tolist() == [0.1, 0.2]
    assert system.number_fault(path, 1j) is None
    assert system.number_fault("bath 'b'.coupling[1][0][0]", 1j) == "must be real"


def test_what_turns_has_modes_of_its_own_and_is_not_lowered() -> None:
    turning = {0: SX, 1: SX}
    with pytest.raises(sambe.InputError, match="stands still"):
        sambe.Bath("b", turning, sambe.Flat(0.01), 0.0, rotating_wave=True)
    with pytest.raises(sambe.InputError, match="modes of their own"):
        sambe.Bath("b", [turning, SZ], sambe.Flat(0.01), 0.0, correlation=np.eye(2))


def test_a_sum_beyond_what_a_double_holds_is_refused() -> None:
    with pytest.raises(sambe.InputError, match="beyond what a double can hold"):
        sambe.Bath("b", [(1e308, 2 * SX)], sambe.Flat(0.01), 0.0)


def test_a_rotating_wave_coupling_lowers_the_energy() -> None:
    """Its adjoint would leave hardly a jump, and a current some hundred times too small."""

    def made(c: Any, splitting: Any = 1.0) -> sambe.System:
        bath = sambe.Bath("b", c, sambe.Ohmic(0.002, cutoff=10.0), 0.5, rotating_wave=True)
        return sambe.System([(0.5 * splitting, SZ)], {1: [(0.05, SX)]}, 0.8, [bath])

    made(SP.T)
    made(SP, -1.0)  # the first state is the lower one
    made(SP.T + 0.3 * SP)
    made(SP, sambe.axis("splitting", [-1.0, 1.0]))  # at one of the points
    for c, splitting in ((SP, 1.0), (SP.T, -1.0), (SP, sambe.axis("splitting", [0.5, 1.0]))):
        with pytest.raises(InputError, match=r"bath 'b'.coupling.*raises the energy.*adjoint"):
            made(c, splitting)
    bath = sambe.Bath("b", SP.T, sambe.Ohmic(0.002, cutoff=10.0), 0.5, rotating_wave=True)
    terms = [(sambe.axis("x", [0.5, k]), SZ) for k in (0.6, 0.7)]  # one point in common
    sambe.System(terms, baths=[bath])
    terms[1] = (sambe.axis("x", [0.1, 0.2]), SZ)
    with pytest.raises(InputError, match="do not fit together"):
        sambe.steady_state(sambe.System(terms, baths=[bath]))
