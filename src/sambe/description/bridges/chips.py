"""`sambe.from_quchip`: chips of quchip as a `System`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from ...errors import InputError
from ...numerics.arrays import Number
from ..bath import Bath
from ..system import System
from ..units.scale import Units
from .eigenbasis import by_name, in_lowest_levels

__all__ = ["from_quchip"]

Matrix = npt.NDArray[Any]


def from_quchip(
    chip: Any,
    *,
    baths: Sequence[Bath],
    couplings: Mapping[str, str],
    drive: Mapping[int, Sequence[tuple[Number, str]]] | None = None,
    omega: Number = None,
    levels: int | None = None,
    units: Units | None = None,
    name: str = "system",
) -> System:
    r"""System from a chip of quchip, in its lowest eigenstates.

    Parameters
    ----------
    chip : quchip.Chip
        Its energies are frequencies :math:`E/h` in gigahertz. What it says of drives, baths and lifetimes is
        not read: terminals are given here.
    baths : sequence of Bath
        Without couplings.
    couplings : mapping of str to str
        The operator that each bath couples to, by the label of a device and the name of its method:
        ``"q.lowering_operator + h.c."``; the label may be left out where one device has it.
    drive : mapping of int to (coefficient, operator) pairs, optional
        As of a `System`, the operators by their names; with ``units`` a number may be ``"2 MHz"``.
    omega : number, optional
        Drive frequency, likewise.
    levels : int, optional
        Eigenstates of the whole that are kept, all by default.
    units : Units, optional
        By default the number 1 is h times a gigahertz.
    name : str

    Returns
    -------
    System

    Raises
    ------
    InputError
        If an operator or a bath is not there, or the chip is not one of quchip.

    Examples
    --------
    >>> import quchip, sambe                                                  # doctest: +SKIP
    >>> chip = quchip.Chip([quchip.DuffingTransmon(5.0, -0.3, label="q")])     # doctest: +SKIP
    >>> line = sambe.Bath("line", spectrum=sambe.Ohmic(1e-4, cutoff=50.0), temperature=1.0)  # doctest: +SKIP
    >>> system = from_quchip(chip, baths=[line],
    ...     couplings={"line": "q.lowering_operator + h.c."})                 # doctest: +SKIP
    """
    if not hasattr(chip, "devices") or not hasattr(chip, "hamiltonian"):
        raise InputError("chip", chip, "give a quchip.Chip")
    parts = {device.label: device for device in chip.devices}
    dims = [int(n) for n in chip.dims]

    def local(device: Any, operator: str) -> Matrix | None:
        method = getattr(device, operator, None)
        if not operator.endswith("operator") or not callable(method):
            return None
        return np.asarray(method().full(), complex)

    gigahertz = 1.0 if units is None else float(units(1.0, "GHz"))
    return in_lowest_levels(
        np.asarray(chip.hamiltonian().matrix(), complex) * gigahertz,
        lambda place, text: by_name(text, place, parts, local, dims),
        baths=baths, couplings=couplings, drive=drive, omega=omega, levels=levels, units=units, name=name,
    )  # fmt: skip
