"""Operators held by their elements: the same as dense ones in all that is asked of them, and lean."""

from __future__ import annotations

import pickle
from functools import reduce
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array, kron

import sambe
from sambe.description import sparse_operator
from sambe.description.hilbert_space.ladders import cut_states
from sambe.description.operators import as_operator
from sambe.description.sparse_operator import SparseOperator, add_to, elements_of, identity_like
from sambe.physics.pipeline import solve_batch
from sambe.physics.preparation import prepare
from sambe.sweep.storage.fingerprint import configuration

RANDOM = np.random.default_rng(5)
PRESENT = RANDOM.random((6, 6)) < 0.3
DENSE = np.where(PRESENT, RANDOM.normal(size=(6, 6)) + 1j * RANDOM.normal(size=(6, 6)), 0.0)
OTHER = np.diag([1.0, 2.0, 0.0, -1.0, 0.0, 3.0]).astype(complex)


def sparse(x: Any) -> SparseOperator:
    return SparseOperator(csr_array(x))


@pytest.mark.parametrize(
    "asked",
    [
        lambda a, b: a + b,
        lambda a, b: sum([a, b]),
        lambda a, b: a - b,
        lambda a, b: -a,
        lambda a, b: 2.5 * a,
        lambda a, b: a / 2.0,
        lambda a, b: a * b,
        lambda a, b: a @ b,
        lambda a, b: abs(a),
        lambda a, b: a.conj().T,
        lambda a, b: a.real,
        lambda a, b: a.imag,
        lambda a, b: np.abs(a) ** 2,
        lambda a, b: a != 0,
        lambda a, b: a * 0.0,
    ],
)
def test_what_stays_sparse_is_the_same(asked: Any) -> None:
    kept = asked(sparse(DENSE), sparse(OTHER))
    assert isinstance(kept, SparseOperator)
    assert_array_equal(np.asarray(kept), asked(DENSE, OTHER))


@pytest.mark.parametrize(
    "asked",
    [
        lambda a: a + 1.0,
        lambda a: a @ DENSE,
        lambda a: DENSE @ a,
        lambda a: DENSE + a,
        lambda a: a[2],
        lambda a: a[1, 2],
        lambda a: a[np.ix_([0, 2], [1, 4])],
        lambda a: np.diagonal(a, 1),
        lambda a: np.trace(a),
        lambda a: abs(a).max(),
        lambda a: abs(a).max(initial=9.0),
        lambda a: (-abs(a)).max(),
        lambda a: a.sum(),
        lambda a: a.sum(axis=-1),
        lambda a: np.vdot(a, a),
        lambda a: np.linalg.eigvals(a),
        lambda a: a.any(),
        lambda a: np.count_nonzero(a),
        lambda a: len(a),
        lambda a: a == DENSE,
        lambda a: np.any([a != 0], axis=0),
        lambda a: abs(a).argmax(),
        lambda a: np.kron(np.eye(2), a),
        lambda a: a.flatten(),
        lambda a: np.exp(a),
        lambda a: np.array_equal(a, a),
        lambda a: np.array_equal(a, DENSE),
        lambda a: np.inf * (a.real > 0),
    ],
)
@np.errstate(invalid="ignore")
def test_what_is_asked_of_an_array(asked: Any) -> None:
    assert_allclose(np.asarray(asked(sparse(DENSE))), np.asarray(asked(DENSE)), rtol=1e-14)


def test_parts_do_not_share_what_they_clean() -> None:
    op = sparse(DENSE + np.eye(6))
    assert op.imag.any()  # zeros of which are taken out of its own places
    assert_array_equal(np.asarray(op), DENSE + np.eye(6))


def test_it_is_not_written_to_and_travels() -> None:
    op = sparse(DENSE)
    with pytest.raises(TypeError):
        op[0, 0] = 1.0
    with pytest.raises(AttributeError):
        _ = op.dims
    assert_array_equal(np.asarray(pickle.loads(pickle.dumps(op))), DENSE)
    assert op.nbytes < 10 * 16 * np.count_nonzero(DENSE)


def test_what_is_held_by_its_elements() -> None:
    assert elements_of(np.diag(np.ones(255), 1)[:255, :255]) is None  # too small to be worth it
    large = np.diag(np.ones(256))
    assert elements_of(large).nnz == 256
    assert elements_of(large + 1.0) is None
    assert elements_of([[0.0, 1.0], [1.0, 0.0]]) is None
    assert isinstance(as_operator(csr_array(large), "x"), SparseOperator)
    assert isinstance(as_operator(csr_array(np.eye(2)), "x"), np.ndarray)
    with pytest.raises(sambe.InputError, match="finite"):
        as_operator(np.nan * large, "x")


@pytest.mark.slow  # imports QuTiP
def test_elements_of_qutip_are_taken_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    qutip = pytest.importorskip("qutip")
    monkeypatch.setattr(sparse_operator, "LEAN_LEVELS", 4)
    monkeypatch.setattr(sparse_operator, "FEW", 0.5)
    given = qutip.tensor(qutip.sigmax(), qutip.qeye(2))
    assert_array_equal(np.asarray(as_operator(given, "x")), given.full())
    assert isinstance(as_operator(given, "x"), SparseOperator)


def test_sums_in_the_memory_of_a_dense_matrix() -> None:
    total = np.zeros((2, 6, 6), dtype=complex)
    add_to(total, np.array([1.0, 2.0]), sparse(DENSE))
    add_to(total, 0.5, OTHER)
    assert_allclose(total, np.array([1.0, 2.0])[:, None, None] * DENSE + 0.5 * OTHER)
    assert_array_equal(np.asarray(identity_like(sparse(DENSE))), identity_like(DENSE))


def chain(spins: int) -> sambe.System:
    """A chain of spins between two baths, of SciPy's sparse operators."""
    up, z, x, one = (csr_array(a.real) for a in (sambe.sigmap(), sambe.sigmaz(), sambe.sigmax(), np.eye(2)))

    def at(operators: dict[int, Any]) -> Any:
        return reduce(lambda a, b: kron(a, b, format="csr"), [operators.get(k, one) for k in range(spins)])

    static = [(0.5 + 0.03 * k, at({k: z})) for k in range(spins)]
    for k in range(spins - 1):
        hop = at({k: up, k + 1: up.T})
        static.append((0.15, hop + hop.T))
    ohmic = sambe.Ohmic(0.002, cutoff=10.0)
    ends = (("left", 0, 1.2), ("right", spins - 1, 0.4))
    baths = [sambe.Bath(name, at({k: x}), ohmic, temperature=t) for name, k, t in ends]
    return sambe.System(static, {1: [(0.05, at({0: up}))]}, 0.9, baths)


def arrays_in(value: Any, seen: set[int]) -> int:
    """Memory of all arrays that can be reached from an object, in bytes."""
    if id(value) in seen or isinstance(value, str | int | float | complex | type):
        return 0
    seen.add(id(value))
    if isinstance(value, np.ndarray | SparseOperator):
        return int(value.nbytes)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    fields = vars(value).values() if hasattr(value, "__dict__") else ()
    return sum(arrays_in(x, seen) for x in (*parts, *fields))


def test_a_large_system_holds_no_dense_matrix() -> None:
    system = chain(8)
    method = prepare(system, secular="full")
    dense = 16 * system.levels**2
    # 18 operators of 256 levels, of which a quarter to one element is in a row
    assert arrays_in(system, set()) < 0.3 * dense
    assert arrays_in(method, set()) < 0.1 * dense


def test_it_changes_no_number(monkeypatch: pytest.MonkeyPatch) -> None:
    dense, found = chain(4), []
    assert isinstance(dense.baths[0].operators[0], np.ndarray)
    monkeypatch.setattr(sparse_operator, "LEAN_LEVELS", 16)
    monkeypatch.setattr(sparse_operator, "FEW", 1.0)
    lean = chain(4)
    assert isinstance(lean.baths[0].operators[0], SparseOperator)
    for system in (dense, lean):
        method = prepare(system)
        currents = solve_batch(system, method).currents
        found.append((currents, configuration(system, method), cut_states(system)))
    assert_allclose(found[1][0], found[0][0], rtol=1e-12)
    assert found[0][1:] == found[1][1:]
