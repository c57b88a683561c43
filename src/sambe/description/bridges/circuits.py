"""`sambe.from_scqubits`: superconducting circuits and composite systems of scqubits as a `System`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import InputError
from ...numerics.arrays import Number
from ..bath import Bath
from ..operators import onto_site
from ..system import System
from ..units.scale import Units
from .eigenbasis import by_name, in_lowest_levels

__all__ = ["from_scqubits"]

Matrix = npt.NDArray[Any]


def from_scqubits(
    device: Any,
    *,
    baths: Sequence[Bath],
    couplings: Mapping[str, str],
    drive: Mapping[int, Sequence[tuple[Number, str]]] | None = None,
    omega: Number = None,
    levels: int | None = None,
    units: Units | None = None,
    name: str = "system",
) -> System:
    r"""System from a qubit, circuit or HilbertSpace of scqubits, in its lowest eigenstates.

    .. math:: H = \sum_i (E_i - E_0)\,|i\rangle\langle i|,\qquad O \to \langle i|O|j\rangle,\qquad i, j < N .

    Parameters
    ----------
    device : Transmon, Fluxonium, Circuit, HilbertSpace, ...
        Its energies are frequencies :math:`E/h` in the unit that scqubits is set to, gigahertz by default.
    baths : sequence of Bath
        Without couplings.
    couplings : mapping of str to str
        The operator that each bath couples to, by the name of its method: ``"n_operator"``, and in a
        HilbertSpace ``"Transmon_1.n_operator"`` by the ``id_str`` of the subsystem where several have it.
        What is not Hermitian is made so by ``"creation_operator + h.c."``.
    drive : mapping of int to (coefficient, operator) pairs, optional
        As of a `System`, the operators by their names; with ``units`` a number may be ``"2 MHz"``.
    omega : number, optional
        Drive frequency, likewise.
    levels : int, optional
        Eigenstates of the whole that are kept; by default all of a HilbertSpace, and as many as its
        ``truncated_dim`` of one device.
    units : Units, optional
        By default the number 1 is h times the unit of scqubits.
    name : str

    Returns
    -------
    System

    Raises
    ------
    InputError
        If an operator or a bath is not there, or the device is not one of scqubits.

    Examples
    --------
    >>> import sambe, scqubits                                                # doctest: +SKIP
    >>> qubit = scqubits.Transmon(EJ=15.0, EC=0.25, ng=0.0, ncut=30)           # doctest: +SKIP
    >>> line = sambe.Bath("line", spectrum=sambe.Ohmic(1e-4, cutoff=50.0), temperature=1.0)  # doctest: +SKIP
    >>> system = from_scqubits(qubit, baths=[line], couplings={"line": "n_operator"})  # doctest: +SKIP
    """
    several = hasattr(device, "subsystem_list")
    if several:
        parts, kept = {part.id_str: part for part in device.subsystem_list}, levels
        dims = [part.truncated_dim for part in parts.values()]
    elif hasattr(device, "eigensys"):
        parts, kept = {getattr(device, "id_str", None) or "device": device}, levels or device.truncated_dim
        if kept > device.hilbertdim():
            raise InputError("levels", levels, f"the device has {device.hilbertdim()}")
        dims = [max(device.truncated_dim, kept)]
    else:
        raise InputError("device", device, "give a qubit, Circuit or HilbertSpace of scqubits")
    spectra = [part.eigensys(evals_count=n) for part, n in zip(parts.values(), dims, strict=True)]
    vectors = {id(part): states for part, (_, states) in zip(parts.values(), spectra, strict=True)}

    def operator(place: str, text: str) -> Matrix:
        return by_name(text, place, parts, lambda part, name: _operator(part, name, vectors[id(part)]), dims)

    levels_of = (np.diag(np.asarray(energies, complex)) for energies, _ in spectra)
    whole = sum(onto_site(matrix, k, dims) for k, matrix in enumerate(levels_of))
    if several and device.interaction_list:
        whole = whole + _dense(device.interaction_hamiltonian())
    return in_lowest_levels(
        np.asarray(whole, complex) * _unit(units), operator, baths=baths, couplings=couplings, drive=drive,
        omega=omega, levels=kept, units=units, name=name,
    )  # fmt: skip


def _operator(part: Any, name: str, states: Any) -> Matrix | None:
    """Operator of a part between its lowest eigenstates, by the name of its method, or None."""
    method = getattr(part, name, None)
    if not name.endswith("operator") or not callable(method):
        return None
    try:
        matrix, vectors = _dense(method()), np.asarray(states)
    except ValueError:  # the charge of an oscillator that has no length
        return None
    if hasattr(part, "E_osc"):  # an oscillator writes its operators in its own eigenstates
        return matrix[: vectors.shape[1], : vectors.shape[1]]
    rotated: Matrix = vectors.conj().T @ matrix @ vectors
    return rotated


def _dense(matrix: Any) -> Matrix:
    for name in ("full", "toarray"):
        if hasattr(matrix, name):
            matrix = getattr(matrix, name)()
    return np.asarray(matrix, complex)


def _unit(units: Units | None) -> float:
    """Number of the model for the unit that scqubits counts in."""
    if units is None:
        return 1.0
    return float(units(1.0, import_module("scqubits").get_units()))
