"""The equations, each a record: how it dresses the system, what it costs, how it is cited and drawn.

A new equation is one entry of `EQUATIONS`, with a dressing of its own; nothing else in the package compares
their names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.bath import Bath
from ..description.steps.protocol import Steps
from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Fields, expand, is_array, is_concrete, is_numpy, namespace, to_numpy
from ..numerics.invariant_subspaces import ROUNDING, beyond_rounding
from .dressing.dressing import Dressing, observing
from .dressing.floquet import floquet
from .dressing.frame import fold_of
from .dressing.frequencies import Tones, drive_frequency
from .dressing.particle_sectors import in_sectors
from .dressing.static_frame import driven_dressed, traditional
from .dressing.step_estimates import propagation_load
from .dressing.tones.extended import tone_load, tone_modes
from .generators.coupling_parts import with_modulation
from .generators.jumps import Jumps, make_jumps
from .method import Method
from .steps.dressing import most_harmonics, step_load, stepped_dressing

__all__ = ["AUTO", "EQUATIONS", "Equation", "dressing_of", "equation_names", "quanta_meet"]

AUTO = "auto"  # the first equation of the table that the drive allows
Dresser = Callable[[System, Method], Dressing]
Load = Callable[[System, Method], tuple[int, int]]


@dataclass(frozen=True)
class Equation:
    """An equation of motion.

    Attributes
    ----------
    name : str
        Value of ``equation``.
    title : str
        In figures and tables.
    dress : callable, optional
        Energies and coupling harmonics of a batch; None where the equation knows no dressed states.
    load : callable
        Coupling harmonics that are held, and complex (N, N) matrices of work for the propagation.
    framed : bool
        Whether it needs a static rotating frame.
    folded : bool
        Whether its energies are defined modulo the drive frequency.
    keeps_phase : bool
        Whether a bath sees the phase that the drive leaves on its coupling.
    answer : callable, optional
        Fields of a batch, for an equation without dressed states.
    refusal : callable, optional
        Raises what it has against a point, where `answer` had none.
    variables : tuple of str
        What it reports beside the others.
    citations : tuple of str
        Keys of `sambe.cite`, or BibTeX entries.
    line : mapping
        Its line in figures, in the terms of matplotlib.
    """

    name: str
    title: str
    dress: Dresser | None
    load: Load = lambda _system, _method: (1, 0)
    framed: bool = False
    folded: bool = False
    keeps_phase: bool = True
    answer: Callable[[System, Method, int], Fields] | None = None
    refusal: Callable[[System, Method], None] | None = None
    variables: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    line: Mapping[str, Any] = field(default_factory=dict)

    @property
    def exact(self) -> bool:
        """Whether it is numerically exact, and no master equation that a secular treatment could enter."""
        return self.answer is not None

    @property
    def authority(self) -> int:
        """Which of several equations the others are held to: the largest."""
        return 2 if self.exact else int(self.folded)


def _dress_driven(system: System, method: Method) -> Dressing:
    return driven_dressed(system.harmonics(), drive_frequency(system.omega), method.operators, method.frame)


def _dress_traditional(system: System, method: Method) -> Dressing:
    return traditional(system.harmonics(), drive_frequency(system.omega), method.operators, method.frame)


def _dress_floquet(system: System, method: Method) -> Dressing:
    if system.steps is not None:
        return _dress_steps(system.steps, system, method)
    omega = drive_frequency(system.omega)
    if isinstance(omega, Tones):
        return tone_modes(system.harmonics(), omega, method.operators, method.frame)
    return floquet(
        system.harmonics(), omega, method.operators, method.frame, method.propagation_tolerance,
        method.harmonics, fold_of(system.masks(), method.frame),
    )  # fmt: skip


def _dress_steps(steps: Steps, system: System, method: Method) -> Dressing:
    numbers = system.numbers()
    batch = np.broadcast_shapes(*map(np.shape, numbers.values()))

    def pick(x: Any, points: npt.NDArray[np.intp]) -> Any:
        return np.broadcast_to(x, batch).reshape(-1)[points] if is_array(x) else x

    def jumps(dressing: Dressing, points: npt.NDArray[np.intp]) -> Jumps:
        dressing = with_modulation(
            dressing, method.mixing, {path: pick(x, points) for path, x in numbers.items()}
        )
        baths = [bath.map_numbers(lambda _, x: pick(x, points)) for bath in system.baths]
        return make_jumps(dressing, baths, method.wiring)

    if not is_numpy(namespace(*filter(is_array, numbers.values()))):
        raise InputError("steps", "another array library", "steps are propagated by NumPy; give its arrays")
    schedules = (*method.schedules, *("" for _ in method.operators[len(method.schedules) :]))
    return stepped_dressing(
        steps, system.omega, method.operators, schedules, batch, jumps, method.harmonics, method.frame
    )


def _framed_load(_system: System, method: Method) -> tuple[int, int]:
    turns = np.abs(np.subtract.outer(method.frame, method.frame))
    return len(np.unique(turns[np.any([op != 0 for op in method.operators], axis=0)])), 0


def _floquet_load(system: System, method: Method) -> tuple[int, int]:
    if system.steps is not None:
        return step_load(_step_harmonics(system, method), system.levels, len(method.operators))
    if system.tones > 1:
        return tone_load(system, method.frame)
    return propagation_load(system, method.frame, method.propagation_tolerance)


def _step_harmonics(system: System, method: Method) -> int:
    """Coupling harmonics of a point of a period in steps; the most of one that has no dressing."""
    try:
        return len(_dress_floquet(system, method).quanta)
    except InputError:
        return most_harmonics(system.levels, len(method.operators))


def _folded_refusal(system: System, method: Method) -> None:
    """Say what the extended space of several tones has against a point, which nothing else tells."""
    if system.tones > 1:
        _dress_floquet(system, method)


def _exact_answer(system: System, method: Method, failed: int) -> Fields:
    from .heom.fields import exact_fields  # QuTiP only where it is needed

    return exact_fields(system, method, failed)


def _exact_refusal(system: System, method: Method) -> None:
    from .heom.fields import exact_result, point_of

    exact_result(point_of(system, 0), method)


def equation_names() -> tuple[str, ...]:
    """Those that a user can ask for."""
    return (AUTO, *EQUATIONS)


def dressing_of(system: System, method: Method) -> Dressing:
    """Dressing of a batch by the equation of the method.

    Raises
    ------
    InputError
        If the equation knows no dressed states.
    """
    make = EQUATIONS[method.equation].dress
    if make is None:
        raise no_jumps(method)
    dressing = _with_observables(make, system, method)
    if method.mixing:
        dressing = with_modulation(dressing, method.mixing, system.numbers())
    return _without_rounding(dressing, system.baths, method)


def _with_observables(make: Dresser, system: System, method: Method) -> Dressing:
    """The dressing of the coupling operators, and beside it that of what is observed."""
    observables = tuple(op for observable in method.observables for op in observable.parts)
    if observables:
        whole = replace(method, operators=(*method.operators, *observables))
        return observing(_in_sectors(make, system, whole), len(method.operators))
    return _in_sectors(make, system, method)


def _in_sectors(make: Dresser, system: System, method: Method) -> Dressing:
    """The dressing, its states of one number of particles each where leads count them."""
    particles = next((bath.particles for bath in system.baths if bath.particles is not None), None)
    if particles is None:
        return make(system, method)
    folded = EQUATIONS[method.equation].folded
    return in_sectors(lambda moved: make(moved, method), system, particles, folded, method.frame)


def quanta_meet(method: Method) -> bool:
    """Whether every coherence is to be had with the terms between different quanta alone: where energies are
    folded, and where a coupling turns by itself."""
    return EQUATIONS[method.equation].folded or bool(method.mixing)


def no_jumps(method: Method) -> InputError:
    """What an equation without dressed states has against questions about them."""
    return InputError(
        "equation", method.equation, "the exact hierarchy knows no jumps between dressed states; it "
        "answers steady_state and compare",
    )  # fmt: skip


def _without_rounding(dressing: Dressing, baths: Sequence[Bath], method: Method) -> Dressing:
    """The dressing with coupling elements of rounding size removed, if a rate that is infinite at rest would
    make something of them."""
    energies = dressing.energies
    xp = namespace(energies)
    numbers = (x for bath in baths for x in bath.reservoir.numbers().values())
    if not all(map(is_concrete, (energies, *numbers))):
        return dressing
    # on the host, as the numbers of a bath may be of another library than those of the Hamiltonian
    known = (
        bath.reservoir.map_numbers(lambda _, x: expand(to_numpy(x), 1) if is_array(x) else x)
        for bath in baths
    )
    if not any(reservoir.singular_at_zero(np, np.float64).any() for reservoir in known):
        return dressing
    # elements between Floquet modes err by about as much as the propagation does
    propagated = EQUATIONS[method.equation].folded
    accuracy = max(ROUNDING, 10.0 * method.propagation_tolerance * propagated)
    beyond = beyond_rounding(dressing.couplings, energies[..., None, :], accuracy)
    return replace(dressing, couplings=xp.where(beyond, dressing.couplings, 0.0 * dressing.couplings))


EQUATIONS: dict[str, Equation] = {
    equation.name: equation
    for equation in (
        Equation(
            "driven_dressed", "driven-dressed", _dress_driven, _framed_load, framed=True,
            citations=("Kong2026",),
            line={"color": "#000000", "lw": 1.1, "ls": (0, (5, 2)), "zorder": 4},
        ),
        Equation(
            "floquet", "Floquet", _dress_floquet, _floquet_load, folded=True, refusal=_folded_refusal,
            citations=("Sambe1973", "Grifoni1998", "Blanes2009", "Blanes1999", "Chin2010"),
            # the benchmark is a broad light line, so that what lies on it shows
            line={"color": "#56B4E9", "lw": 3.6, "ls": "-", "zorder": 2},
        ),
        Equation(
            "dressed", "dressed", _dress_traditional, framed=True, keeps_phase=False,
            citations=("Kong2026",),
            line={"color": "#D55E00", "lw": 1.1, "ls": (0, (5, 1.5, 1, 1.5)), "zorder": 3},
        ),
        Equation(
            "heom", "HEOM", None, answer=_exact_answer, refusal=_exact_refusal,
            variables=("hierarchy_error", "hierarchy_movement"),
            citations=("Tanimura1989", "Lambert2023"),
            line={"color": "#009E73", "lw": 0, "marker": "o", "ms": 3.2, "mfc": "none", "zorder": 5},
        ),
    )
}  # fmt: skip
