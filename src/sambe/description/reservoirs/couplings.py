"""What couples a system to a reservoir: operators, (coefficient, operator) pairs that are summed, or
mappings from harmonics to these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ...errors import InputError
from ...numerics.arrays import finite_number
from ..operators import Operator, as_operator, is_hermitian
from ..sums.modulation import Modulation, modulation

__all__ = ["check_lowering", "correlated", "couplings", "lowering", "quadratures"]

# Negative part of a matrix of correlations, and its asymmetry, over its largest element, that is rounding;
# and the energy that an operator gains, over what it might.
ROUNDING = 1e-12

Check = Callable[[Any, str], Operator | Modulation]


def couplings(
    x: Any, field: str, lowering: bool = False, check: Check | None = None
) -> tuple[Operator | Modulation, ...]:
    """The couplings of a bath, checked to be Hermitian, or where they lower not to be, or by ``check``."""
    check = check or (_lowering if lowering else _coupling)
    if callable(x) and not hasattr(x, "full"):  # f(t), a QobjEvo
        raise InputError(
            field, x, "a coupling that depends on time is given by its harmonics, {0: S0, 1: S1}, S_q that "
            "of exp(-i q omega t) with the conjugates implied",
        )  # fmt: skip
    if isinstance(x, list | tuple) and not len(x):
        raise InputError(field, x, "give at least one operator")
    if _is_weighted(x):
        return (check(_weighted_sum([x], field), field),)
    if isinstance(x, list | tuple) and any(map(_is_weighted, x)):
        return (check(_weighted_sum(x, field), field),)
    several = isinstance(x, list | tuple) and (
        any(isinstance(part, Mapping | Modulation) or hasattr(part, "full") for part in x) or _depth(x) > 2
    )
    parts: Sequence[Any] = x if several else [x]
    return tuple(check(part, f"{field}[{k}]" if several else field) for k, part in enumerate(parts))


def _coupling(x: Any, field: str) -> Operator | Modulation:
    """One coupling, fixed or modulated."""
    if isinstance(x, Modulation):
        return x
    return modulation(x, field) if isinstance(x, Mapping) else _hermitian(x, field)


def _depth(x: Any) -> int:
    """Dimensions of an array, or of lists inside each other, by their first elements; 3 for more than 2."""
    if hasattr(x, "ndim"):
        return int(x.ndim)
    if isinstance(x, list | tuple) and x:
        first = x[0]
        if isinstance(first, list | tuple) and first and isinstance(first[0], list | tuple):
            return 3
        return 1 + (_depth(first) if hasattr(first, "ndim") else isinstance(first, list | tuple))
    return 0


def _is_weighted(x: Any) -> bool:
    """Whether this is a (coefficient, operator) pair, as in a Hamiltonian."""
    if not isinstance(x, list | tuple) or len(x) != 2:
        return False
    if isinstance(x[0], list | tuple | Mapping | Modulation) or hasattr(x[0], "full") or _depth(x[0]) > 1:
        return False
    return hasattr(x[1], "full") or _depth(x[1]) == 2


def _weighted_sum(pairs: Sequence[Any], field: str) -> Operator:
    """The sum of (coefficient, operator) pairs: one operator on one common set of modes."""
    total: Any = None
    for k, pair in enumerate(pairs):
        if not _is_weighted(pair):
            raise InputError(
                f"{field}[{k}]", pair, "give (coefficient, operator) pairs, whose sum couples to one set of "
                "modes, or operators that each couple to modes of their own; not both in one list",
            )  # fmt: skip
        if not finite_number(pair[0]):
            raise InputError(
                f"{field}[{k}][0]", pair[0], "the weight of a coupling is one finite number; for a sweep "
                "give an axis to the strength of the spectrum, which goes with its square",
            )  # fmt: skip
        op = as_operator(pair[1], f"{field}[{k}][1]")
        if total is not None and op.shape != total.shape:
            raise InputError(f"{field}[{k}][1]", op.shape, f"the first operator is {total.shape}")
        with np.errstate(over="ignore", invalid="ignore"):
            total = pair[0] * op + (0.0 if total is None else total)
        if not np.isfinite(total).all():
            raise InputError(f"{field}[{k}]", pair[0], "the sum is beyond what a double can hold, 1.8e308")
    out: Operator = total
    return out


def _hermitian(x: Any, field: str) -> Operator:
    op = as_operator(x, field)
    if not is_hermitian(op):
        skew = abs(op - op.conj().T)
        i, j = (int(k) for k in np.unravel_index(int(skew.argmax()), skew.shape))
        raise InputError(
            f"{field}[{i}, {j}]", complex(op[i, j]),
            f"a coupling operator must be Hermitian, but element [{j}, {i}] is {complex(op[j, i])}; "
            "for a ladder use a + a†",
        )  # fmt: skip
    return op


def _lowering(x: Any, field: str) -> Operator:
    return lowering(
        x, field, "with rotating_wave=True give an operator that stands still; leave rotating_wave out for a "
        "coupling that the pump modulates",
        "with rotating_wave=True give the operator that lowers the energy, such as sigmam() or "
        "destroy(levels); leave rotating_wave out for a Hermitian coupling",
    )  # fmt: skip


def check_lowering(baths: Sequence[Any], hamiltonian: Sequence[tuple[Any, Operator]]) -> None:
    r"""Refuse rotating-wave couplings that raise the energy where they should lower it.

    .. math:: \mathrm{Tr}\,H_0[c, c^\dagger] = \sum_{ij}(E_i - E_j)|c_{ij}|^2

    is negative for an operator that lowers; with its adjoint in the place of c hardly a jump would be left,
    as each had an energy of the wrong sign.

    Parameters
    ----------
    baths : sequence of Bath
    hamiltonian : sequence of (coefficient, operator)
        The static terms; swept ones have to agree at all points.
    """
    known = [finite_number(x) or isinstance(getattr(x, "data", None), np.ndarray) for x, _ in hamiltonian]
    for bath in baths if all(known) else ():
        for c in bath.coupling if bath.rotating_wave else ():
            turned = c @ c.conj().T - c.conj().T @ c
            gains = [x * float(np.trace(op @ turned).real) for x, op in hamiltonian]
            size = sum(abs(x) * abs(op).max() for x, op in hamiltonian) * float(abs(turned).sum())
            more = np.real(sum(gains)) > ROUNDING * size  # of no point where axes do not fit, as a sweep says
            if np.size(more) and bool(np.all(more)):
                raise InputError(
                    f"{bath.label}.coupling", "an operator that raises the energy",
                    "with rotating_wave=True give the operator that lowers it, such as sigmam() or "
                    "destroy(levels); here that is the adjoint",
                )  # fmt: skip


def lowering(x: Any, field: str, still: str, one_way: str) -> Operator:
    """An operator that changes something one way: neither modulated nor Hermitian, with the ways out."""
    if isinstance(x, Mapping | Modulation):
        raise InputError(field, "a modulated coupling", still)
    op = as_operator(x, field)
    if is_hermitian(op):
        raise InputError(field, "a Hermitian operator", one_way)
    return op


def quadratures(c: Operator) -> tuple[Operator, Operator]:
    """X = (c + c†)/sqrt 2 and Y = i(c - c†)/sqrt 2.

    >>> from sambe import sigmam, sigmax, sigmay
    >>> x, y = quadratures(sigmam())
    >>> bool(abs(x - sigmax() / 2**0.5).max() < 1e-15 and abs(y - sigmay() / 2**0.5).max() < 1e-15)
    True
    """
    half = 0.5**0.5
    out = half * (c + c.conj().T), half * 1j * (c - c.conj().T)
    for op in out:
        op.setflags(write=False)
    return out


def correlated(
    operators: Sequence[Operator | Modulation], correlation: Any, field: str
) -> tuple[Operator, ...]:
    r"""Operators on modes of their own that are together what correlated ones are.

    .. math:: \langle B_\alpha(t) B_\beta\rangle = C_{\alpha\beta}\,\langle B(t) B\rangle,\qquad
              C = R R^T,\qquad \sum_\alpha S_\alpha \otimes B_\alpha
              = \sum_k \Big(\sum_\alpha R_{\alpha k} S_\alpha\Big) \otimes B'_k

    with independent :math:`B'_k`. The identity leaves the operators as they are; a matrix of ones gives their
    sum.

    Parameters
    ----------
    operators : sequence of array (N, N)
    correlation : array_like (n, n)
        C, real, symmetric and positive semidefinite; one row for each operator.
    field : str

    Raises
    ------
    InputError
        If C is none of that.

    Examples
    --------
    >>> from sambe import sigmax, sigmay
    >>> (both,) = correlated([sigmax(), sigmay()], [[1, 1], [1, 1]], "correlation")
    >>> bool((both == sigmax() + sigmay()).all())
    True
    """
    fixed = [op for op in operators if not isinstance(op, Modulation)]
    if len(fixed) < len(operators):
        raise InputError(field, correlation, "couplings that the pump modulates have modes of their own each")
    c = _correlations(correlation, len(operators), field)
    scale, rest, out = c.diagonal().max(), c.copy(), []
    while rest.diagonal().max() > ROUNDING * scale:  # Cholesky's root, the largest pivot first
        k = int(rest.diagonal().argmax())
        column = rest[:, k] / np.sqrt(rest[k, k])
        rest = rest - np.outer(column, column)
        rest[k], rest[:, k] = 0.0, 0.0
        total = sum(r * op for r, op in zip(column, fixed, strict=True) if r)
        out.append(as_operator(total, field))
    return tuple(out)


def _correlations(x: Any, count: int, field: str) -> Any:
    """A matrix of correlations, checked."""
    try:
        c = np.array(x, dtype=float)
    except (TypeError, ValueError, OverflowError):
        c = np.zeros(0)
    if c.shape != (count, count) or not np.isfinite(c).all():
        raise InputError(
            field, x, f"give {count} rows of {count} finite real numbers, one for each coupling operator; "
            "they cannot be swept",
        )  # fmt: skip
    largest = np.abs(c).max()
    if np.abs(c - c.T).max() > ROUNDING * largest:
        raise InputError(field, x, "correlations are symmetric; give C[i][j] = C[j][i]")
    c = 0.5 * (c + c.T)
    least = np.linalg.eigvalsh(c)[0]
    if largest == 0 or least < -ROUNDING * count * largest:
        raise InputError(
            field, x, f"correlations are positive semidefinite, but there is the eigenvalue {least:.3g}; for "
            "two operators of weight one give a number between -1 and 1 beside the diagonal",
        )  # fmt: skip
    return c
