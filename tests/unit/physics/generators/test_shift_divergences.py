"""Shifts that diverge: what is alike for all levels beside limits of large cutoffs, the rest refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.reservoir import thermal
from sambe.physics.generators.lamb_shift import unchecked_pair

SX, SZ, SP, ONE = sambe.sigmax(), sambe.sigmaz(), sambe.sigmap(), np.eye(2)
A = sambe.destroy(4)
PAIR = 0.5 * np.kron(SZ, ONE) + 0.4 * np.kron(ONE, SZ) + 0.1 * (np.kron(SP, SP.T) + np.kron(SP.T, SP))
# Hamiltonian, the coupling to the bath without an end, another one, and the drive
SYSTEMS: dict[str, tuple[Any, Any, Any, Any]] = {
    "qubit": (0.5 * SZ, SX, SX, None),
    "tilted": (0.5 * SZ + 0.2 * SX, SX, SZ, None),
    "circular": (0.5 * SZ, SX, SX, SP),
    "linear": (0.5 * SZ, SX, SX, SX),
    "by two operators": (0.5 * SZ, [SX, SZ], SX, None),
    "pair": (PAIR, np.kron(SX, ONE), np.kron(ONE, SX), None),
    "sum": (PAIR, np.kron(SX, ONE) + np.kron(ONE, SX), np.kron(ONE, SX), None),
    "ladder": (A.T @ A + 0.1 * A.T @ A.T @ A @ A, A + A.T, A + A.T, None),
}


def endless(end: float = np.inf, slow: bool = False) -> sambe.SpectralDensity:
    """A density that becomes flat, or falls as one over a logarithm, with an end or without."""
    if slow:
        return sambe.Custom(lambda w: 0.01 * w / (w + 1.0) / np.log(w + 3.0) / (1.0 + (w / end) ** 2))
    return sambe.Custom(lambda w: 0.01 * w**2 / (w**2 + 0.25) / (1.0 + (w / end) ** 2))


def shifted(name: str, spectrum: sambe.SpectralDensity, lamb_shift: str, temperature: float = 0.3) -> Any:
    h, coupling, beside, drive = SYSTEMS[name]
    baths = [
        sambe.Bath("endless", coupling, spectrum, temperature),
        sambe.Bath("other", beside, sambe.Ohmic(0.005, 8.0), 0.8),
    ]
    pushed: Any = {} if drive is None else {"drive": {1: [(0.1, drive)]}, "omega": 0.9}
    system = sambe.System(h, baths=baths, edge=(), **pushed)
    return sambe.steady_state(system, lamb_shift=lamb_shift).energy_current.values


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.SecularWarning")
@pytest.mark.parametrize("slow", [False, True])
@pytest.mark.parametrize(
    ("name", "lamb_shift"),
    [*((name, "shift") for name in SYSTEMS if name not in ("sum", "ladder")),
     *((name, "counter") for name in ("tilted", "sum", "ladder", "pair"))],
)  # fmt: skip
def test_a_divergence_that_is_alike_leaves_the_limit_of_large_cutoffs(
    name: str, lamb_shift: str, slow: bool
) -> None:
    found = shifted(name, endless(slow=slow), lamb_shift)
    far, farther = (np.abs(shifted(name, endless(end, slow), lamb_shift) - found).max() for end in (1e3, 1e6))
    largest = np.abs(found).max()
    assert farther < 1e-7 * largest
    assert far < 1e-4 * largest
    assert farther < 1e-2 * far or far < 1e-6 * largest


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.SecularWarning")
@pytest.mark.parametrize("name", ["sum", "ladder"])
def test_what_is_refused_has_no_such_limit(name: str) -> None:
    # of two nearly equal temperatures the current is what is left of two, which feels the shift
    far, farther = (shifted(name, endless(end), "shift", 0.75) for end in (1e3, 1e6))
    assert np.abs(far - farther).max() > 0.02 * np.abs(farther).max()
    with pytest.raises(sambe.InputError, match=r"at high frequencies.*'counter'"):
        shifted(name, endless(), "shift")


def test_a_density_that_rises_without_end_is_refused_in_words() -> None:
    with pytest.raises(sambe.InputError, match="rises without end; give it a cutoff"):
        shifted("qubit", sambe.Custom(lambda w: 0.01 * w**0.5), "counter")


def test_at_rest_what_diverges_is_no_harm_where_nothing_else_is_felt() -> None:
    """sz on a band down to zero: its jumps take no energy, and move no level."""
    still = sambe.System(0.5 * SZ, baths=[
        sambe.Bath("band", SZ, sambe.Window(0.01, 0.0, 3.0), 0.0),
        *(sambe.Bath(name, SX, sambe.Ohmic(0.005, 8.0), t) for name, t in (("hot", 0.8), ("cold", 0.2))),
    ])  # fmt: skip
    with_shift, without = (
        sambe.steady_state(still, lamb_shift=x).energy_current.values for x in (True, False)
    )
    np.testing.assert_allclose(with_shift, without, atol=1e-9 * np.abs(without).max())


def test_white_noise_needs_no_counter_term_where_it_shifts_all_alike() -> None:
    found = [shifted("qubit", sambe.Flat(0.01), x, 0.0) for x in ("shift", "counter")]
    np.testing.assert_array_equal(*found)


def test_a_rule_that_looks_at_no_values_gives_no_number_for_what_does_not_end() -> None:
    jax = pytest.importorskip("jax")
    reservoir = thermal(endless(), 0.3)

    @jax.jit
    def pair(w: Any) -> Any:
        return unchecked_pair(reservoir, w, False)[0]

    w = jax.numpy.asarray([0.5, -1.0])
    assert np.isnan(pair(w)).all()
    ends = thermal(endless(100.0), 0.3)
    found = jax.jit(lambda w: unchecked_pair(ends, w, False)[0])(w)
    np.testing.assert_allclose(found, unchecked_pair(ends, np.asarray(w), False)[0], rtol=1e-5)
