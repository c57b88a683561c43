"""Cut ladders behind a change of the basis: disguises beside the ladder that each hides, and what is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.hilbert_space.ladders import cut_vectors, top_states

Array = Any
SX, SZ, LOWER = sambe.sigmax(), 0.37 * sambe.sigmaz(), sambe.sigmap().T
OHMIC = sambe.Ohmic(0.01, cutoff=10.0)


def turn(draw: np.random.Generator, size: int) -> Array:
    return np.linalg.qr(draw.normal(size=(size, size)) + 1j * draw.normal(size=(size, size)))[0]


def system(h: Array, couplings: list[Array], drive: Array = None, by: Array = None) -> sambe.System:
    """In the basis that ``by`` turns to."""
    u = np.eye(len(h)) if by is None else by
    h, *couplings = (u @ op @ u.conj().T for op in (h, *couplings))
    baths = [sambe.Bath(f"bath {k}", op, OHMIC, temperature=0.3) for k, op in enumerate(couplings)]
    pushed: Any = {} if drive is None else {"drive": {1: [(0.02, u @ drive @ u.conj().T)]}, "omega": 1.0}
    return sambe.System(h, baths=baths, **pushed)


def edge(found: sambe.System) -> Array:
    v = cut_vectors(found)
    return np.diag(top_states(found) + 0j) + v @ v.conj().T


def disguises(draw: np.random.Generator) -> dict[str, tuple[sambe.System, Array, float]]:
    """Systems with the projector on what is their edge, and how exactly that is to be found."""
    k = int(draw.integers(4, 8))
    a, u, one = sambe.destroy(k), turn(draw, k), np.eye(k)
    n, x, top = a.T @ a, a + a.T, np.diag(np.arange(k) == k - 1).astype(float)
    w, kerr, g = draw.uniform(0.5, 1.5), draw.uniform(-0.1, 3.0), draw.uniform(0.02, 0.12)
    steep, shift, phase = draw.uniform(0.2, 3.0), draw.normal(), np.exp(1j * draw.uniform(0.0, 6.0))
    curved, squeezed = n @ (n - one), a @ a + a.T @ a.T
    above = sambe.destroy(k + 1)[1:, 1:]  # the ground state cut off
    m, two = sambe.destroy(4), np.eye(4)
    both = w * np.kron(n, two) + 0.7 * np.kron(one, m.T @ m) + 0.05 * np.kron(a, m.T)
    both = both + 0.05 * np.kron(a.T, m)
    tops = np.eye(4 * k) - np.kron(one - top, two - np.diag([0.0, 0.0, 0.0, 1.0]))
    free = w * np.kron(n, np.eye(2)) + np.kron(one, SZ)
    pair, wide = [np.kron(x, np.eye(2)), np.kron(one, SX)], turn(draw, 2 * k)
    whole, high = np.kron(top, np.eye(2)), turn(draw, 4 * k)
    swap, modes = np.kron(a, LOWER.T) + np.kron(a.T, LOWER), [np.kron(x, two), np.kron(one, m + m.T)]
    pushed = a * phase + a.T / phase

    def hid(by: Array, h: Array, couplings: list[Array], what: Array, drive: Array = None) -> Any:
        return system(h, couplings, drive, by), by @ what @ by.conj().T, 1e-9

    def nearly(by: Array, h: Array, couplings: list[Array], what: Array) -> Any:
        return (
            system(h, couplings, None, by),
            by @ what @ by.conj().T,
            0.35,
        )  # to the order of what acts beside

    return {
        "turned": hid(u, w * n, [x], top),
        "driven": hid(u, w * n, [x], top, a.T),
        "anharmonic, scaled, shifted": hid(u, w * n + kerr * curved, [steep * x + shift * one], top),
        "of another phase": hid(u, w * n, [pushed], top),
        "displaced": hid(u, w * n + 0.3 * x, [x], top),
        "displaced and anharmonic": hid(u, w * n + 0.3 * x + 0.2 * curved, [x], top),
        "squeezed": hid(u, w * n + 0.15 * squeezed, [x], top),
        "without its ground state": hid(u, w * (n + one), [above + above.T], top),
        "without it, as given": hid(one, w * (n + one), [above + above.T], top),
        "also by two quanta": hid(u, w * n, [x, squeezed], top),
        "beside a qubit": hid(wide, free, pair, whole),
        "beside an idle qubit": hid(wide, w * np.kron(n, np.eye(2)), pair, whole),
        "dispersive or not": nearly(wide, free + g * swap, pair, whole),
        "each turned by itself": nearly(np.kron(u, turn(draw, 2)), free + g * swap, pair, whole),
        "two modes": nearly(high, both, modes, tops),
        "two modes, one turned": nearly(np.kron(one, turn(draw, 4)), both, modes, tops),
        "two modes in any order": hid(np.eye(4 * k)[draw.permutation(4 * k)], both, modes, tops),
    }


@pytest.mark.slow
def test_no_disguise_hides_a_ladder() -> None:
    """Seventeen kinds, 136 systems."""
    for seed in range(8):
        for name, (disguised, expected, error) in disguises(np.random.default_rng(seed)).items():
            found = edge(disguised)
            assert round(np.trace(found).real) == round(np.trace(expected).real), (seed, name)
            assert np.linalg.norm(found - expected, 2) < error, (seed, name)


def spin(s: float) -> tuple[Array, Array]:
    m = np.arange(s, -s - 1.0, -1.0)
    return np.diag(m), np.diag(np.sqrt(s * (s + 1.0) - m[1:] * (m[1:] + 1.0)), 1)


def strangers(draw: np.random.Generator) -> dict[str, sambe.System]:
    """What has no more levels than it is given."""
    n = int(draw.integers(3, 9))
    u, wide = turn(draw, n), turn(draw, 8)

    def full() -> Array:
        x = draw.normal(size=(n, n)) + 1j * draw.normal(size=(n, n))
        return x + x.conj().T

    sz, sp = spin(int(draw.integers(1, 8)) / 2)
    chain, hop = np.diag(draw.uniform(0.3, 1.5, n - 1), 1), np.eye(n, k=1)
    levels, charge = np.diag(np.sort(draw.uniform(0.0, 3.0, n))), np.arange(-6.0, 7.0)
    transmon = 4.0 * np.diag((charge - draw.uniform(0.0, 0.5)) ** 2) - draw.uniform(1.0, 60.0) / 2.0 * (
        np.eye(13, k=1) + np.eye(13, k=-1)
    )

    def site(op: Array, k: int) -> Array:
        return np.kron(np.kron(np.eye(2**k), op), np.eye(2 ** (2 - k)))

    qubits = sum((0.5 + 0.1 * k) * site(sambe.sigmaz(), k) for k in range(3))
    qubits = qubits + 0.1 * sum(site(SX, k) @ site(SX, k + 1) for k in range(2))
    collective = sum(site(SX, k) for k in range(3))
    # three points of a parabola have the elements 1 : 2 of a ladder of three levels
    place = np.diag(np.linspace(-1.0, 1.0, max(n, 4)))
    near = np.eye(len(place), k=1)
    return {
        "spin": system(0.9 * sz, [sp + sp.T], sp),
        "spin, turned": system(0.9 * sz + 0.2 * sz @ sz, [sp + sp.T], sp, turn(draw, len(sz))),
        "full": system(full(), [full(), full()], full() + 1j * full()),
        "chain": system(levels, [chain + chain.T], chain, u),
        "hopping": system(levels, [hop + hop.T], None, u),
        "qubits": system(qubits, [site(SX, 0), site(SX, 2)], site(sambe.sigmap(), 0), wide),
        "collective": system(sum(site(sambe.sigmaz(), k) for k in range(3)), [collective], None, wide),
        "transmon in charges": system(transmon, [np.diag(charge)]),
        "particle on a grid": system(2.0 * np.eye(len(place)) - near - near.T + place @ place, [place]),
    }


@pytest.mark.slow
def test_nothing_else_is_taken_for_a_ladder() -> None:
    """Nine kinds, 216 systems."""
    for seed in range(24):
        for name, stranger in strangers(np.random.default_rng(seed)).items():
            assert not edge(stranger).any(), (seed, name)


def test_a_lowering_operator_tells_its_last_level_whatever_the_hamiltonian() -> None:
    draw = np.random.default_rng(1)
    u, a = turn(draw, 6), sambe.destroy(6)
    h = draw.normal(size=(6, 6))
    bath = sambe.Bath("bath", u @ a @ u.conj().T, sambe.Flat(0.01), 0.3, rotating_wave=True)
    number = u @ np.diag(np.arange(6.0)) @ u.conj().T
    found = cut_vectors(sambe.System(number, baths=[bath]))
    np.testing.assert_allclose(np.abs(u[:, 5].conj() @ found), 1.0, rtol=1e-12)
    driven = system(h + h.T, [h + h.T], drive=u @ a.T @ u.conj().T)
    np.testing.assert_allclose(np.abs(u[:, 5].conj() @ cut_vectors(driven)), 1.0, rtol=1e-12)


def test_a_device_with_no_more_levels_says_so() -> None:
    a, u = sambe.destroy(5), turn(np.random.default_rng(0), 5)
    op = u @ (a + a.T) @ u.conj().T
    bath = sambe.Bath("bath", op, OHMIC, temperature=0.3)
    whole = sambe.System(u @ (a.T @ a) @ u.conj().T, baths=[bath], edge=())
    assert cut_vectors(whole).shape == (5, 0)


ANSWERS: dict[str, Callable[[sambe.System], Any]] = {
    "steady_state": lambda s: sambe.steady_state(s).edge_population,
    "full": lambda s: sambe.steady_state(s, secular="full").edge_population,
    "evolve": lambda s: sambe.evolve(s, "stationary", [0.0, 1.0]).edge_population,
    "relaxation": lambda s: sambe.relaxation(s).edge_population,
    "audit": lambda s: sambe.audit(s).top_population,
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.SecularWarning")
@pytest.mark.parametrize("verb", ANSWERS)
def test_a_turned_ladder_is_warned_of_as_it_would_be_in_its_own_basis(verb: str) -> None:
    a, u = sambe.destroy(6), turn(np.random.default_rng(3), 6)
    own, turned = (
        sambe.System(
            v @ (a.T @ a) @ v.conj().T,
            baths=[sambe.Bath("bath", v @ (a + a.T) @ v.conj().T, OHMIC, temperature=2.0)],
        )
        for v in (np.eye(6), u)
    )
    populations = []
    for one in (own, turned):
        if verb == "audit":
            populations.append(ANSWERS[verb](one))
            continue
        with pytest.warns(sambe.TruncationWarning):
            populations.append(ANSWERS[verb](one))
    ladder = np.exp(-np.arange(6.0) / 2.0)
    # the audit has the Lamb shift in it
    error = 0.03 if verb == "audit" else 1e-6
    np.testing.assert_allclose(populations[0], ladder[5] / ladder.sum(), rtol=error)
    np.testing.assert_allclose(populations[1], populations[0], rtol=1e-6)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::sambe.TruncationWarning")
def test_the_audit_takes_the_last_level_off_in_any_basis() -> None:
    a, u = sambe.destroy(6), turn(np.random.default_rng(0), 6)
    parts = []
    for v in (np.eye(6), u):
        drive = {1: [(0.02, v @ a.T @ v.conj().T)]}
        bath = sambe.Bath("bath", v @ (a + a.T) @ v.conj().T, sambe.Flat(0.01), temperature=0.0)
        audit = sambe.audit(sambe.System(v @ (a.T @ a) @ v.conj().T, drive, 1.0, [bath]))
        parts.append(float(audit.error_part.sel(part="truncation").max()))
    assert parts[0] > 0.1
    np.testing.assert_allclose(parts[1], parts[0], rtol=1e-4)
