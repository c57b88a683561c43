"""From a user's choice to a `Method`: names and numbers are checked, and the frame is found, once."""

from __future__ import annotations

import difflib
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..description.gate import is_labelled, truth
from ..description.hilbert_space.ladders import cut_states, cut_vectors
from ..description.hilbert_space.sectors import projected, starts
from ..description.hilbert_space.symmetry import check_unique
from ..description.observables import observables_of
from ..description.reservoirs.squeezed import refuse_squeezing
from ..description.system import System
from ..description.tones.drives import refuse_several
from ..errors import InputError
from ..numerics.arrays import real_number
from .currents.entropy import ACCOUNTS, NAIVE
from .currents.particles import PARTICLES
from .dressing.frame import frame_of
from .equations import AUTO, EQUATIONS, equation_names
from .generators.coupling_parts import coupling_parts, switched_parts
from .generators.lamb_shift import LAMB_SHIFTS, NO_SHIFT, TABLE_FROM
from .method import LAMB_SHIFT, Branch, Method, heom_options
from .steps.strokes import LARGEST_LEVELS
from .treatments import DEFAULT, EXACT, TREATMENTS, follows_period, treatment_names

__all__ = ["asking_for", "check_names", "check_system", "prepare", "prepare_course",
           "prepare_from"]  # fmt: skip


@np.errstate(all="ignore")  # elements near the end of the format: what is too large is told by the status
def prepare(
    system: System,
    equation: str = AUTO,
    secular: str = DEFAULT,
    tolerance: float = 1e-8,
    propagation_tolerance: float = 1e-10,
    lamb_shift: str | bool = LAMB_SHIFT,
    heom: Mapping[str, float] | None = None,
    ambient: float | str | None = None,
) -> Method:
    """Check the choice of equation and find the frame.

    Parameters
    ----------
    system : System
    equation : {"auto", "driven_dressed", "floquet", "dressed", "heom"}
        ``"auto"`` takes ``"driven_dressed"`` where a static rotating frame exists, else
        ``"floquet"``. ``"dressed"`` is the traditional approximation. ``"heom"`` is numerically exact, for
        small systems: a point takes a second or so, and `secular` and the tolerances do not enter.
    secular : {"auto", "partial", "full", "none", "ule", "clustered"}
        Populations with the coherences that matter (``"partial"``), populations alone, or the Redfield
        equation with every coherence (for ``"floquet"`` and where couplings are modulated the complete one,
        with the terms between different quanta). ``"auto"`` (default) is ``"partial"``, and the complete
        equation at the points where those terms move a current, as under a slow drive. Completely positive
        are the universal Lindblad equation and the clustered one, which also obeys the second law exactly;
        see `sambe.physics.generators.positive`.
    tolerance : float
        Relative change of the currents at which the coherences count as converged; where states lie within a
        few linewidths the currents may be a hundred times as far from their limit.
    propagation_tolerance : float
        On quasienergies, in units of omega.
    lamb_shift : {"auto", "none", "shift", "counter"} or bool
        Level shifts by the baths: without them, for the coupling S (x) B as it stands, or with the
        counter-term that undoes its static part; ``"auto"`` shifts by each bath whose shift does not
        diverge. The populations of ``"full"`` feel none; ``"heom"`` always has the shift, and the
        counter-term with ``"counter"``.
    heom : mapping, optional
        Options of `sambe.physics.heom.heom_currents` for ``"heom"``, such as ``{"tolerance": 1e-3}`` (1e-4
        of the largest current by default) or ``{"max_unknowns": 300_000}``, which bounds the memory.
    ambient : float or str, optional
        Temperature against which the preparation of reservoirs that are not thermal is counted, or the name
        of the bath that has it; that of the coldest thermal bath by default.

    Returns
    -------
    Method

    Raises
    ------
    InputError
        Unknown equation, secular treatment or Lamb shift, or a system whose stationary state is not
        unique.
    FrameError
        If the equation needs a static frame and there is none.
    """
    check_system(system)
    check_unique(system)
    return _checked(system, equation, secular, tolerance, propagation_tolerance, lamb_shift, heom, ambient)


@np.errstate(all="ignore")
def prepare_course(system: System, **options: Any) -> Method:
    """As `prepare`, for what is followed in time: any number of states may be stationary."""
    check_system(system)
    return _checked(system, **options)


@np.errstate(all="ignore")
def prepare_from(system: System, initial: Any, **options: Any) -> Method:
    """As `prepare`, with a method for each part of the system that an initial state reaches.

    Parameters
    ----------
    system : System
    initial : int, ket or density matrix
        See `sambe.description.hilbert_space.sectors.starts`.
    **options
        Those of `prepare`.
    """
    check_system(system)
    refuse_several(system.omega, "where one begins is asked of one alone; take sector= instead of initial=")
    method = _checked(system, **options)
    if EQUATIONS[method.equation].exact:
        raise InputError("initial", initial, "the exact hierarchy begins in no state; take sector= instead")
    branches = tuple(
        Branch(start, prepare(projected(system, start.basis), **options)) for start in starts(system, initial)
    )
    return replace(method, branches=branches)


def asking_for(method: Method, system: System, observables: Any = None, states: bool = False) -> Method:
    """The method with what is asked for beside the currents.

    Parameters
    ----------
    observables : mapping of str to operator, optional
        On the levels of the system.
    states : bool
        Whether density matrices are reported.

    Raises
    ------
    InputError
        If an operator does not fit, or the equation has no state of that kind.
    """
    truth("states", states)
    chosen = observables_of(observables, system.levels)
    if states and EQUATIONS[method.equation].exact:
        raise InputError("states", states, "the exact hierarchy reports the mean of its state over a period, "
                         "by observables=")  # fmt: skip
    branches = tuple(
        replace(branch, method=replace(
            branch.method, observables=tuple(x.projected(branch.start.basis) for x in chosen), states=states,
        ))
        for branch in method.branches
    )  # fmt: skip
    by_strokes = bool(method.stepped) and not branches and follows_period(method)
    strokes = by_strokes and system.levels <= LARGEST_LEVELS
    return replace(method, observables=chosen, states=states, branches=branches, strokes=strokes)


def _checked(
    system: System,
    equation: str = AUTO,
    secular: str = DEFAULT,
    tolerance: float = 1e-8,
    propagation_tolerance: float = 1e-10,
    lamb_shift: str | bool = LAMB_SHIFT,
    heom: Mapping[str, float] | None = None,
    ambient: float | str | None = None,
) -> Method:
    """The method, whether its stationary state is the only one or not."""
    if isinstance(lamb_shift, bool):
        lamb_shift = "shift" if lamb_shift else NO_SHIFT
    check_names(equation=equation, secular=secular, lamb_shift=lamb_shift)
    for field, number in (("tolerance", tolerance), ("propagation_tolerance", propagation_tolerance)):
        if not real_number(number) or not 0 < number < 1:
            raise InputError(field, number, "give a number between 0 and 1")
    schedules: tuple[str, ...] = ()
    operators, wiring, mixing = coupling_parts(system.baths)
    if system.steps is not None:
        _check_steps(system, equation)
        (operators, wiring, mixing), schedules = switched_parts(system.baths, system.steps.switched)
    turned = cut_vectors(system)
    special: dict[str, Any] = {
        "edge": cut_states(system), "edge_vectors": turned if turned.size else None,
        "accounts": _accounts(system), "ambient": _ambient(system, ambient), "mixing": mixing,
        "schedules": schedules, "stepped": 0 if system.steps is None else len(system.steps.steps),
        "tabled": () if lamb_shift == NO_SHIFT else _tabled(system),
    }  # fmt: skip
    if equation in EQUATIONS and EQUATIONS[equation].exact:
        refuse_several(system.omega, "the exact hierarchy knows one; take a master equation")
        shift = "counter" if lamb_shift == "counter" else "shift"
        return Method(equation, EXACT, tolerance, propagation_tolerance, (), operators, wiring,
                      shift, heom_options(heom or {}), **special)  # fmt: skip
    chosen, frame, static = _chosen(system, equation)
    shift = lamb_shift if TREATMENTS[secular].shifted else NO_SHIFT
    return Method(chosen, secular, tolerance, propagation_tolerance, frame, operators, wiring, shift,
                  static=static and not mixing, **special)  # fmt: skip


def _check_steps(system: System, equation: str) -> None:
    """Refuse what is not known of a period in steps."""
    if equation in EQUATIONS and EQUATIONS[equation].exact:
        raise InputError(
            "equation", equation, "the hierarchy knows a drive by its harmonics, and steps have no last "
            "one; take 'floquet', and check it by secular='none'",
        )  # fmt: skip
    refuse_squeezing(system.baths, "a squeezed bath beside steps is not known: its phase would have to be "
                     "followed through each step; take a state without <bb>")  # fmt: skip


def _tabled(system: System) -> tuple[bool, ...]:
    """Of each bath, whether the whole sweep asks for the level shifts of one of its kind at so many energies
    that a table of them is made: a tile alone could not say, and would change the last digits."""
    numbers = system.numbers()
    energies = 2 * system.levels**2 * _points(numbers)
    kinds = [_points({path: x for path, x in numbers.items() if path.startswith(f"{bath.label}.")})
             for bath in system.baths]  # fmt: skip
    return tuple(energies >= TABLE_FROM * kind for kind in kinds)


def _points(numbers: Mapping[str, Any]) -> int:
    """Points on the axes of some numbers, labelled or plain."""
    sizes: dict[Any, int] = {}
    for x in numbers.values():
        axes = x.sizes if is_labelled(x) else dict(enumerate(reversed(np.shape(x))))
        sizes |= {axis: max(size, sizes.get(axis, 1)) for axis, size in axes.items()}
    return math.prod(sizes.values())


def _accounts(system: System) -> tuple[str, ...]:
    """Variables that the reservoirs of a system call for beside those of every system."""
    squeezed = any(bath.squeezing_centre is not None for bath in system.baths)
    every = ACCOUNTS + (NAIVE if squeezed else ())
    leads = PARTICLES if any(bath.particles is not None for bath in system.baths) else ()
    return (() if all(bath.temperature is not None for bath in system.baths) else every) + leads


def _ambient(system: System, ambient: float | str | None) -> float | str | None:
    """The ambient temperature, or the bath that has it, checked."""
    if ambient is None:
        return None
    if isinstance(ambient, str):
        thermal = [bath.name for bath in system.baths if bath.temperature is not None]
        if ambient not in thermal:
            known = f"the thermal baths are {', '.join(thermal)}" if thermal else "there is no thermal bath"
            raise InputError("ambient", ambient, f"give a temperature or the name of a thermal bath; {known}")
        return ambient
    if not real_number(ambient) or ambient < 0:
        raise InputError("ambient", ambient, "give a temperature that is not negative, or the name of a bath")
    return float(ambient)


def check_names(**choices: object) -> None:
    """Refuse an equation, a treatment or a Lamb shift that there is not, each under its keyword."""
    known = {"equation": equation_names(), "secular": treatment_names(), "lamb_shift": LAMB_SHIFTS}
    for field, value in choices.items():
        if not isinstance(value, str) or value not in known[field]:
            near = difflib.get_close_matches(value, known[field], n=1) if isinstance(value, str) else []
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise InputError(field, value, f"choose one of {', '.join(known[field])}{hint}")


def check_system(system: object) -> None:
    """Refuse what is no System, before it is asked anything."""
    if not isinstance(system, System):
        raise InputError("system", system, "give a sambe.System, such as one of sambe.models")


def _chosen(system: System, equation: str) -> tuple[str, tuple[int, ...], bool]:
    """Name of the equation that is solved, its frame, and whether the drive stands still in that."""
    frame, contradiction = frame_of(system)
    if contradiction is not None:
        if equation in EQUATIONS and EQUATIONS[equation].framed:
            raise contradiction
        return next(name for name, record in EQUATIONS.items() if record.folded), frame, False
    # without a drive the Floquet modes are the levels, which the framed equation has at once
    undriven = system.omega is None and not (equation in EQUATIONS and EQUATIONS[equation].framed)
    first = next(name for name, record in EQUATIONS.items() if record.framed)
    return (first if equation not in EQUATIONS or undriven else equation), frame, True
