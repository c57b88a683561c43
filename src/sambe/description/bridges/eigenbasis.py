"""A device of another package as a `System` in its lowest eigenstates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import InputError
from ...numerics.arrays import Number
from ..bath import Bath
from ..gate import size
from ..operators import is_hermitian, onto_site
from ..system import System
from ..units.scale import Units

__all__ = ["by_name", "in_lowest_levels"]

Matrix = npt.NDArray[Any]


def in_lowest_levels(
    hamiltonian: Matrix,
    operator: Callable[[str, str], Matrix],
    *,
    baths: Sequence[Bath],
    couplings: Mapping[str, str],
    drive: Mapping[int, Sequence[tuple[Number, str]]] | None,
    omega: Number,
    levels: int | None,
    units: Units | None = None,
    name: str,
) -> System:
    """The system of a Hamiltonian in its lowest eigenstates, ground state at zero.

    Parameters
    ----------
    hamiltonian : array (D, D)
        In the unit of the model.
    operator : callable
        From the place where it is asked for and a name to a matrix (D, D).
    baths : sequence of Bath
        Without couplings, or with couplings to the eigenstates that are kept.
    couplings : mapping of str to str
        Names of the operators of baths.
    drive : mapping of int to (coefficient, name) pairs
    omega : number
    levels : int, optional
        Eigenstates kept; all by default.
    units : Units, optional
        Reads numbers of the drive that are texts.
    name : str

    Raises
    ------
    InputError
        If an operator is not Hermitian where it has to be, or a bath is not there.
    """
    energies, vectors = np.linalg.eigh(hamiltonian)
    kept = energies.size if levels is None else size("levels", levels, least=2)
    if kept > energies.size:
        raise InputError("levels", levels, f"the device has {energies.size}")
    basis = vectors[:, :kept]

    def inside(place: str, text: str) -> Matrix:
        matrix: Matrix = basis.conj().T @ operator(place, text) @ basis
        return matrix

    def number(x: Number, field: str) -> Any:
        return units(x, field=field) if units is not None and isinstance(x, str) else x

    return System(
        hamiltonian=np.diag(energies[:kept] - energies[0]),
        drive={
            k: [(number(c, f"drive[{k}]"), inside(f"drive[{k}]", text)) for c, text in terms]
            for k, terms in (drive or {}).items()
        },
        omega=number(omega, "omega"),
        baths=_coupled(baths, couplings, inside),
        name=name,
        edge=(kept - 1,) if kept < energies.size else None,
    )


def _coupled(
    baths: Sequence[Bath], couplings: Mapping[str, str], inside: Callable[[str, str], Matrix]
) -> list[Bath]:
    """The baths with the couplings that are named."""
    unknown = set(couplings) - {bath.name for bath in baths}
    if unknown:
        raise InputError("couplings", sorted(unknown)[0], "there is no bath of that name")
    out = []
    for bath in baths:
        if bath.name in couplings:
            place, text = f"couplings[{bath.name!r}]", couplings[bath.name]
            matrix = inside(place, text)
            if not is_hermitian(matrix):
                raise InputError(place, text, "is not Hermitian; name a Hermitian operator, or a sum with "
                                 'its adjoint, "a + h.c."')  # fmt: skip
            bath = replace(bath, coupling=matrix)
        out.append(bath)
    return out


def by_name(
    text: str, place: str, sites: Mapping[str, Any], local: Callable[[Any, str], Matrix | None],
    dims: Sequence[int],
) -> Matrix:  # fmt: skip
    """Operator on the whole space from ``"name"`` or ``"site.name"``, with ``+ h.c.`` behind it if need be.

    Parameters
    ----------
    text, place : str
    sites : mapping of str to object
        The parts of the device, in their order.
    local : callable
        Operator of a part by name, None where it has no such operator.
    dims : sequence of int
        Levels of the parts.
    """
    head, plus, rest = text.partition("+")
    if plus and rest.strip() != "h.c.":
        raise InputError(place, text, 'give the name of an operator, or "name + h.c."')
    site, dot, operator = head.strip().rpartition(".")
    if dot and site not in sites:
        raise InputError(place, text, f"there is no part {site!r}; there are {', '.join(map(repr, sites))}")
    wanted = [site] if dot else list(sites)
    known = [(k, local(sites[s], operator)) for k, s in enumerate(sites) if s in wanted]
    matches = [(k, matrix) for k, matrix in known if matrix is not None]
    if len(matches) != 1:
        owners = "several parts have" if matches else "no part has"
        raise InputError(place, text, f'{owners} this operator; name one as "{next(iter(sites))}.operator"')
    k, matrix = matches[0]
    whole = onto_site(np.asarray(matrix, complex), k, dims)
    return whole + whole.conj().T if plus else whole
