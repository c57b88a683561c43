r"""A part of a system that nothing leaves, as a system of its own: a sector, or what a state reaches.

With an isometry V onto a subspace that every :math:`H_k` and every coupling leaves invariant, the part has
the operators :math:`V^\dagger H_k V` and :math:`V^\dagger S_u V`. A state :math:`\rho_0` has the share
:math:`\mathrm{Tr}\,V^\dagger\rho_0 V` in it, for ever; coherences between parts move no energy through a
terminal, as everything that a current counts leaves both parts invariant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import InputError
from ...numerics.arrays import finite_number, whole_number
from ..gate import unchecked
from ..operators import Operator, as_operator, is_hermitian
from ..system import System, Terms
from .symmetry import generating_operators, invariant_parts

__all__ = ["Start", "density_matrix", "projected", "sector_basis", "starts"]

COMMUTING = 1e-9  # largest element of a commutator, over those of its operators, that rounding explains
EIGENVALUE = 1e-6  # distance of a given eigenvalue from the true one, over the operator's largest element
STATE = 1e-8  # of a state's trace and eigenvalues; states come from files with so many digits
SHARE = 1e-12  # of an initial state in a part that it does not reach, by rounding
CLEAN = 1e-13  # element of an operator in a part, over its largest, that is rounding

Basis = npt.NDArray[np.complex128]


@dataclass(frozen=True, eq=False)
class Start:
    """What an initial state holds in one irreducible part of a system, equivalent ones added.

    Attributes
    ----------
    share : float
        Its population, conserved.
    basis : array (N, d)
        Isometry onto the part.
    state : array (d, d)
        Initial state in it, trace one.
    """

    share: float
    basis: Basis
    state: Basis


def projected(system: System, basis: Basis) -> System:
    """The System in an invariant subspace, unchecked: a bath may exchange nothing there.

    Parameters
    ----------
    basis : array (N, d)
        Isometry.
    """

    def turned(op: Operator) -> Operator:
        out = basis.conj().T @ op @ basis
        for part in (out.real, out.imag):
            part[np.abs(part) <= CLEAN * np.abs(op).max()] = 0.0
        out.setflags(write=False)
        return out

    def terms(pairs: Terms) -> Terms:
        return tuple((c, turned(op)) for c, op in pairs)

    weight = np.abs(basis) ** 2
    values = {
        "hamiltonian": terms(system.hamiltonian),
        "drive": {k: terms(pairs) for k, pairs in system.drive.items()},
        "baths": tuple(bath.turned(turned) for bath in system.baths),
        "steps": None if system.steps is None else system.steps.turned(turned),
        "frame": None if system.frame is None else _frame(np.asarray(system.frame), basis),
        "edge": None
        if system.edge is None
        else tuple(np.flatnonzero(weight[list(system.edge)].sum(axis=0) > 0.5).tolist()),
    }
    return unchecked(type(system), system, **values)


def _frame(integers: npt.NDArray[np.intp], basis: Basis) -> tuple[int, ...] | None:
    """Integers of a frame in a part, None where a basis state of it has no single one."""
    inside = basis.conj().T @ (integers[:, None] * basis)
    whole = np.rint(np.diagonal(inside).real)
    return tuple(map(int, whole)) if np.allclose(inside, np.diag(whole), rtol=0.0, atol=STATE) else None


def _aligned(basis: Basis) -> Basis:
    """Orthonormal basis of the same subspace, of vectors with as few elements as the original basis allows.

    From columns of the projector: where it keeps the integers of a frame, each has one of them.
    """
    from scipy.linalg import qr

    if basis.shape[0] == basis.shape[1]:
        return np.eye(len(basis), dtype=complex)
    projector = basis @ basis.conj().T
    projector[np.abs(projector) <= CLEAN] = 0.0
    q, _, _ = qr(projector, mode="economic", pivoting=True)
    out = q[:, : basis.shape[1]].astype(complex)
    for part in (out.real, out.imag):
        part[np.abs(part) <= CLEAN] = 0.0
    return np.asarray(out)


def sector_basis(system: System, sector: Any) -> Basis:
    """Isometry ``(N, d)`` onto a joint eigenspace of operators that commute with a system.

    Parameters
    ----------
    system : System
    sector : sequence of (operator, eigenvalue)
        Operators that commute with every H_k, every coupling and one another. Of equivalent parts, between
        which the eigenvalues do not choose and which carry the same currents, one is taken.

    Raises
    ------
    InputError
        If an operator does not commute, a value is no eigenvalue, or several unlike parts are left.

    Examples
    --------
    >>> import numpy as np, sambe
    >>> exchange = np.eye(4)[[0, 2, 1, 3]]
    >>> both = sum(sambe.lift(sambe.sigmax(), k, (2, 2)) for k in (0, 1))
    >>> pair = sambe.System(np.diag([1.0, 0.0, 0.0, -1.0]), baths=[
    ...     sambe.Bath("hot", both, sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)])
    >>> projected(pair, sector_basis(pair, [(exchange, 1.0)])).levels
    3
    """
    basis = np.eye(system.levels, dtype=complex)
    acting = generating_operators(system)
    chosen = _pairs(sector)
    for k, (operator, value) in enumerate(chosen):
        field = f"sector[{k}]"
        op = as_operator(operator, field)
        if op.shape[0] != system.levels:
            raise InputError(field, op.shape, f"give an operator on the {system.levels} levels of the system")
        if not finite_number(value):
            raise InputError(field, value, "give one finite eigenvalue for each operator")
        if not is_hermitian(op, COMMUTING):
            raise InputError(field, op, "give a Hermitian operator")
        for other in (*acting, *(as_operator(o, field) for o, _ in chosen[:k])):
            if not _commute(op, other):
                raise InputError(
                    field, op, "it does not commute with the Hamiltonian, the drive, every coupling and the "
                    "other operators, so that its value is not conserved; give one that does",
                )  # fmt: skip
        basis = basis @ _eigenspace(op, basis, complex(value).real, field)
    parts = invariant_parts(projected(system, basis))
    if len(parts) > 1:
        sizes = ", ".join(str(part.shape[-1]) for part in parts)
        raise InputError(
            "sector", [value for _, value in chosen],
            f"it holds several parts that nothing connects, of dimensions {sizes}; add an operator that "
            "tells them apart, or give initial= instead",
        )  # fmt: skip
    return _aligned(basis @ parts[0][0])


def _pairs(sector: Any) -> list[tuple[Any, Any]]:
    items = sector
    if isinstance(items, tuple) and len(items) == 2 and finite_number(items[1]):
        items = [items]
    fine = isinstance(items, Sequence) and len(items) > 0
    if not fine or not all(isinstance(pair, Sequence) and len(pair) == 2 for pair in items):
        raise InputError("sector", sector, "give (operator, eigenvalue) pairs")
    return [(op, value) for op, value in items]


def _commute(a: Operator, b: Operator) -> bool:
    scale = np.abs(a).max() * np.abs(b).max() * len(a)
    return all(np.abs(a @ x - x @ a).max() <= COMMUTING * scale for x in (b, b.conj().T))


def _eigenspace(op: Operator, within: Basis, value: float, field: str) -> Basis:
    values, v = np.linalg.eigh(within.conj().T @ op @ within)
    fits = np.abs(values - value) <= EIGENVALUE * max(np.abs(op).max(), np.abs(values).max())
    if not fits.any():
        known = ", ".join(f"{x:.6g}" for x in np.unique(values.round(9)))
        raise InputError(field, value, f"it is no eigenvalue in that sector; there are {known}")
    return np.asarray(v[:, fits])


def starts(system: System, initial: Any) -> list[Start]:
    """What an initial state holds in each irreducible part that it reaches.

    Parameters
    ----------
    system : System
    initial : int, ket or density matrix
        Number of a basis state, ``(N,)`` or ``(N, N)``; arrays or `Qobj`. For a driven system at t = 0.

    Raises
    ------
    InputError
        If it is no state of the system.
    """
    state = density_matrix(initial, system.levels)
    out = []
    for copies in invariant_parts(system):
        basis = _aligned(copies[0])
        turn = copies[0].conj().T @ basis
        inside = sum(w.conj().T @ state @ w for w in (copy @ turn for copy in copies))
        share = float(np.trace(inside).real)
        if share > SHARE:
            out.append(Start(share, basis, np.asarray(inside / share)))
    return out


def density_matrix(state: Any, levels: int) -> Basis:
    """Density matrix from the number of a basis state, a ket or a density matrix."""
    if whole_number(state):
        if not 0 <= state < levels:
            raise InputError("initial", state, f"basis states are numbered 0 to {levels - 1}")
        state = np.eye(levels)[int(state)]
    full = getattr(state, "full", None)
    try:
        x = np.array(full() if callable(full) else state, dtype=complex)
    except (TypeError, ValueError, OverflowError, RecursionError):
        x = np.zeros(0, dtype=complex)
    if x.shape in ((levels,), (levels, 1)):
        x = np.outer(x, x.conj())
    if x.shape != (levels, levels) or not np.isfinite(x).all():
        raise InputError(
            "initial",
            state,
            f"give the number of a basis state, {levels} amplitudes, or a density matrix of that size",
        )
    fair = abs(np.trace(x) - 1.0) <= STATE and np.abs(x - x.conj().T).max() <= STATE
    if not fair or np.linalg.eigvalsh(x)[0] < -STATE:
        raise InputError("initial", state, "a state is Hermitian, has trace one and no negative eigenvalue")
    return x
