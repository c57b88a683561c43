"""Which equation is solved, and with what treatment: checked once, before the numbers are looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..errors import FrameError, InputError
from ..numerics.arrays import finite_number
from .dressing.dressing import Dressing
from .dressing.floquet import floquet
from .dressing.frame import check_frame, find_frame, nearest_frame
from .dressing.static_frame import driven_dressed, traditional
from .generators.jumps import Wiring, bath_operators
from .generators.lamb_shift import LAMB_SHIFTS

__all__ = ["Method", "dress", "prepare"]

EQUATIONS = ("auto", "driven_dressed", "floquet", "dressed", "heom")

HEOM_OPTIONS = ("tolerance", "expansion_tolerance", "max_depth", "max_exponents", "max_unknowns")

HEOM_LIMITS = ("depth", "exponents", "harmonics")  # each raised until the currents stand still

POSITIVE = ("ule", "clustered")

SECULAR = ("partial", "full", "none", *POSITIVE)

LAMB_SHIFT = "none"  # of the coherence-keeping equations


@dataclass(frozen=True)
class Method:
    """How to solve: the equation and what it needs to know about the system's structure.

    Attributes
    ----------
    equation : {"driven_dressed", "floquet", "dressed", "heom"}
    secular : {"partial", "full", "none", "ule", "clustered", "exact"}
        ``"exact"`` for `heom`, which is no master equation.
    tolerance : float
        On the currents, relative to the largest, for the coherence-keeping generators.
    propagation_tolerance : float
        On the quasienergies, in units of omega.
    frame : tuple of int
        Static frame, or for `floquet` the labels of the modes.
    operators : tuple of array (N, N)
        Distinct coupling operators.
    wiring : tuple of tuple of int
        Operators of each bath.
    lamb_shift : {"none", "shift", "counter", "auto"}
        See `sambe.physics.generators.lamb_shift.with_shift`; ``"none"`` for the populations of ``"full"``.
    heom : tuple of (str, number)
        Options of `sambe.physics.heom.heom_currents`.
    harmonics : int, optional
        Of the extended space, for `floquet` outside NumPy; see `sambe.physics.dressing.floquet.floquet`.
    """

    equation: str
    secular: str
    tolerance: float
    propagation_tolerance: float
    frame: tuple[int, ...]
    operators: tuple[npt.NDArray[Any], ...]
    wiring: Wiring
    lamb_shift: str = "none"
    heom: tuple[tuple[str, float], ...] = ()
    harmonics: int | None = None


def prepare(
    system: System,
    equation: str = "auto",
    secular: str = "partial",
    tolerance: float = 1e-8,
    propagation_tolerance: float = 1e-10,
    lamb_shift: str | bool = LAMB_SHIFT,
    heom: Mapping[str, float] | None = None,
) -> Method:
    """Check the choice of equation and find the frame.

    Raises
    ------
    InputError
        Unknown equation, secular treatment or Lamb shift, or a system whose stationary state is not
        unique.
    FrameError
        If the equation needs a static frame and there is none.
    """
    if isinstance(lamb_shift, bool):
        lamb_shift = "shift" if lamb_shift else "none"
    for field, value, known in (
        ("equation", equation, EQUATIONS),
        ("secular", secular, SECULAR),
        ("lamb_shift", lamb_shift, LAMB_SHIFTS),
    ):
        if value not in known:
            raise InputError(field, value, f"choose one of {', '.join(known)}")
    for field, number in (
        ("tolerance", tolerance),
        ("propagation_tolerance", propagation_tolerance),
    ):
        if not finite_number(number) or not 0 < number < 1:
            raise InputError(field, number, "give a number between 0 and 1")
    if not isinstance(system, System):
        raise InputError("system", system, "give a sambe.System, such as one of sambe.models")
    _check_connected(system)
    operators, wiring = bath_operators(system.baths)
    if equation == "heom":
        options = _heom_options(heom or {})
        return Method("heom", "exact", tolerance, propagation_tolerance, (), tuple(operators), wiring,
                      "counter" if lamb_shift == "counter" else "shift", options)  # fmt: skip
    chosen, frame = _frame_for(system, equation)
    shift = "none" if secular == "full" else lamb_shift
    return Method(chosen, secular, tolerance, propagation_tolerance, frame, tuple(operators), wiring, shift)


def _heom_options(options: Mapping[str, float]) -> tuple[tuple[str, float], ...]:
    if not isinstance(options, Mapping):
        raise InputError("heom", options, "give a mapping of options to numbers")
    for name, value in options.items():
        if name not in HEOM_OPTIONS:
            raise InputError("heom", name, f"the options of HEOM are {', '.join(HEOM_OPTIONS)}")
        if name.startswith("max_") and (not isinstance(value, int) or value < 1):
            raise InputError(f"heom.{name}", value, "give a positive whole number")
        if not name.startswith("max_") and not (finite_number(value) and 0 < value < 1):
            raise InputError(f"heom.{name}", value, "give a number between 0 and 1")
    return tuple(sorted(options.items()))


def _frame_for(system: System, equation: str) -> tuple[str, tuple[int, ...]]:
    masks = system.masks()
    if system.frame is not None:
        check_frame(masks, system.frame)  # a frame that was given has to fit, whatever the equation
    try:
        frame = system.frame if system.frame is not None else find_frame(masks)
    except FrameError:
        if equation in ("driven_dressed", "dressed"):
            raise
        bare = np.real(np.diagonal(sum(op for _, op in system.hamiltonian)))
        return "floquet", nearest_frame(masks, bare)
    if equation == "floquet" and system.omega is not None:
        return "floquet", frame
    return ("dressed" if equation == "dressed" else "driven_dressed"), frame


def _check_connected(system: System) -> None:
    """Refuse a system that falls apart: each part keeps its share of the population for ever."""
    from scipy.sparse.csgraph import connected_components

    linked: Any = sum(system.masks().values())
    for bath in system.baths:
        for op in bath.operators:
            linked = linked | (op != 0)
    count, label = connected_components(linked, directed=False)
    if count > 1:
        parts = [np.flatnonzero(label == k).tolist() for k in range(min(count, 4))]
        shown = " and ".join(map(str, parts)) + (" and more" if count > 4 else "")
        raise InputError(
            "baths", [b.name for b in system.baths],
            f"the stationary state is not unique: nothing connects the basis states {shown}; "
            "give a bath a coupling operator with matrix elements between them",
        )  # fmt: skip


def dress(system: System, method: Method) -> Dressing:
    """Dressing of a batch by the chosen equation."""
    if method.equation == "heom":
        raise InputError(
            "equation", "heom", "the exact hierarchy knows no jumps between dressed states; it answers "
            "steady_state and compare",
        )  # fmt: skip
    harmonics = system.harmonics()
    omega = 1.0 if system.omega is None else system.omega
    if method.equation == "floquet":
        tolerance, cutoff = method.propagation_tolerance, method.harmonics
        return floquet(harmonics, omega, method.operators, method.frame, tolerance, cutoff)
    make = driven_dressed if method.equation == "driven_dressed" else traditional
    return make(harmonics, omega, method.operators, method.frame)
