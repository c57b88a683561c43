"""`sambe.audit`: how far may each equation be trusted, point by point."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from ..description.gate import names_once
from ..description.system import System
from ..errors import ConvergenceError, InputError
from ..numerics.arrays import real_number, whole_number
from ..physics.equations import AUTO, EQUATIONS
from ..physics.generators.lamb_shift import NO_SHIFT
from ..physics.method import LAMB_SHIFT, Method
from ..physics.preparation import check_names, prepare
from ..physics.treatments import COHERENT, POPULATIONS
from ..sweep.axes import Sweep, check_axes
from ..sweep.catalogue import AUDIT_OWN, AUDIT_SHARED, AUDIT_TABLES, DIMENSIONS, flags, names_of
from ..sweep.labels import assemble, shaped
from ..sweep.progress import reporting
from ..sweep.run import Run
from ..sweep.units import in_own_unit
from ..verbs.options import SeveralOptions, divided, takes
from .budget import PARTS, REFERENCE, Budget, Setting
from .verdict import VERDICTS, cause_of, explain, judge

__all__ = ["audit"]

# Runs by which a `Budget` checks its reference, as the bar of progress counts them.
CHECKS = 5


@takes(without=("equation", "secular", "ambient", "store", "resume", "device"))
def audit(
    system: System, *, equations: Sequence[str] | None = None,
    secular: Sequence[str] = (POPULATIONS, REFERENCE), accuracy: float = 0.05, exact: int = 0,
    **options: Unpack[SeveralOptions],
) -> Any:  # fmt: skip
    r"""How far each equation can be trusted, for one point or a whole sweep.

    .. math:: \text{error}^2 = \frac{\max_u |J_u - J_u^\mathrm{ref} - \frac12\delta J_u|^2
              + \max_u |\frac12\delta J_u|^2}{\max_u |J_u^\mathrm{ref}|^2}
              + \text{what truncation, propagation and cuts change},

    with the reference of `sambe.trust.budget` and its first-order correction :math:`\delta J` by the baths'
    memory, of `sambe.trust.bath_memory`, which is held within bounds by the Markov ratio; or the largest
    :math:`|J_u - J_u^\mathrm{ref}|/|J_u^\mathrm{ref}|` with the same Lamb shift, where it says more.

    Parameters
    ----------
    system : System
        Labelled numbers are swept, as in `sambe.steady_state`.
    equations, secular : sequence of str
        Answers to judge: every equation with every secular treatment; by default the master equations.
        The reference always has a Lamb shift.
    accuracy : float
        Estimated error up to which an answer is trusted; from five times that it is wrong.
    exact : int
        Solve so many of the worst points, where even the best equation is doubtful, by HEOM.
    **options

    Returns
    -------
    xarray.Dataset
        ``verdict[equation, secular, ...]`` (CF flags trust, care, wrong, no_answer), ``reason`` and
        ``remedy`` as sentences, ``estimated_error`` and its ``error_part[..., part]``,
        ``energy_current[..., terminal]`` positive into the system, the measures of each answer and of each
        point, and with ``exact`` the ``exact_current[..., terminal]`` and ``exact_error``.

    Raises
    ------
    InputError
        If a value cannot be used, or no point can be solved.

    Examples
    --------
    >>> import sambe
    >>> audit = sambe.audit(sambe.models.spin_boson(drive=1e-3, omega=1.0))
    >>> audit.verdict.sel(equation="floquet", secular="full").item()  # wrong: it needs coherences
    2
    """
    chosen, running = divided(audit, options)
    masters = [name for name, record in EQUATIONS.items() if not record.exact]
    _check(accuracy, exact, equations=masters if equations is None else equations, secular=secular)
    names, kinds = list(masters if equations is None else equations), list(secular)
    # the hierarchy knows one tone, and no steps, and without exact= it is not asked
    alone = getattr(system, "tones", 1) == 1 and getattr(system, "steps", None) is None
    exactly = prepare(system, _exact_name() if alone or exact > 0 else AUTO, **chosen)
    run = Run(**running)
    shift = chosen.get("lamb_shift", LAMB_SHIFT)
    shift = ("shift" if shift else NO_SHIFT) if isinstance(shift, bool) else shift
    # all answers, those that tell their parts beside them, and the checks of the reference
    runs = len(names) * len({*kinds, REFERENCE, COHERENT}) + CHECKS
    check_axes(Sweep(system).names, names_of(AUDIT_SHARED, AUDIT_OWN, AUDIT_TABLES) | DIMENSIONS | {"part"})
    with reporting(run.progress, "audit") as report:
        setting = Setting(
            shift, exactly.tolerance, exactly.propagation_tolerance, replace(run, progress=report)
        )
        budget = Budget(system, setting, runs)
        results = _collect(budget, names, kinds)
        if exact:
            _add_exact(budget, results, exact, exactly)
        report(runs * budget.sweep.points, runs * budget.sweep.points)
    return _dataset(budget, results, names, kinds, accuracy)


def _check(accuracy: float, exact: int, **answers: Sequence[str]) -> None:
    """Refuse what an audit cannot judge."""
    if not real_number(accuracy) or not 0 < accuracy < 1:
        raise InputError("accuracy", accuracy, "give a number between 0 and 1")
    if not whole_number(exact, 0):
        raise InputError("exact", exact, "give the number of points to solve by HEOM, or 0")
    for field, names in answers.items():
        names_once(field, names)
    for kind in answers["secular"]:
        check_names(secular=kind)
    for name in answers["equations"]:
        check_names(equation=name)
        if name in EQUATIONS and EQUATIONS[name].exact:
            said = f"{name} is the exact answer: ask for it with exact="
            raise InputError("equations", list(answers["equations"]), said)


def _exact_name() -> str:
    return next(name for name, record in EQUATIONS.items() if record.exact)


def _collect(budget: Budget, equations: list[str], secular: list[str]) -> dict[str, Any]:
    """Arrays ``(equation, secular, points, ...)`` of all answers; parts with a last axis."""
    names = ("energy_current", "status", *(v.name for v in AUDIT_OWN if v.name != "estimated_error"))
    out: dict[str, list[Any]] = {name: [] for name in (*names, "estimated_error", "error_part")}
    for equation in equations:
        for kind in secular:
            answer, parts = budget.answer(equation, kind), budget.parts(equation, kind)
            total = budget.total(equation, kind, parts)
            lost = answer["status"] > 0
            for name in names:
                out[name].append(answer[name])
            out["estimated_error"].append(np.where(lost, np.nan, total))
            out["error_part"].append(np.stack([parts[p] for p in PARTS], axis=-1))
    shape = len(equations), len(secular)
    return {k: np.stack(v).reshape(*shape, *np.shape(v[0])) for k, v in out.items()}


def _add_exact(budget: Budget, results: dict[str, Any], count: int, method: Method) -> None:
    """Solve the worst points by HEOM: those where the best of the answers is the most doubtful."""
    from ..physics.heom.fields import exact_result

    best = np.nanmin(np.nan_to_num(results["estimated_error"], nan=np.inf), axis=(0, 1))
    worst = [int(k) for k in np.argsort(-best, kind="stable") if np.isfinite(best[k])][:count]
    exact = np.full((budget.sweep.points, len(budget.system.whole_terminals)), np.nan)
    scale = np.full(budget.sweep.points, np.nan)
    for k in worst:
        point = budget.sweep.part(np.array([k])).map_numbers(lambda _, x: np.asarray(x).ravel()[0].item())
        try:
            point, unit = in_own_unit(point, method)
            result = exact_result(point, method)
        except (ConvergenceError, InputError):
            continue  # too large or no expansion: the estimate stays
        exact[k], scale[k] = result.currents * unit**2, result.scale * unit**2
    results["exact_current"] = exact
    results["exact_error"] = np.abs(results["energy_current"] - exact).max(axis=-1) / scale


def _dataset(
    budget: Budget, results: dict[str, Any], equations: list[str], secular: list[str], accuracy: float
) -> Any:
    sweep = budget.sweep
    verdicts = _verdicts(budget, results, equations, secular, accuracy)
    fields = {**results, **{v.name: budget.reference[v.name] for v in AUDIT_SHARED}, **verdicts}
    meanings = {"verdict": flags(VERDICTS), "cause": flags({p: k for k, p in enumerate(PARTS)})}
    variables = [
        replace(v, attributes={**v.attributes, **meanings.get(v.name, {})})
        for v in (*AUDIT_SHARED, *AUDIT_OWN, *AUDIT_TABLES) if v.name in fields
    ]  # fmt: skip
    fields["status"] = fields["status"].astype(np.int8)
    arrays = {v.name: shaped(fields[v.name], sweep.shape, len(v.leading)) for v in variables}
    inner = {
        "equation": equations,
        "secular": secular,
        "part": PARTS,
        "terminal": budget.system.whole_terminals,
    }
    return assemble(
        sweep.dims, sweep.coords, variables, arrays,
        {dim: (dim, np.asarray(names, dtype=object)) for dim, names in inner.items()},
        {
            "system": budget.system.name, "accuracy": accuracy,
            "audit_reference": f"{budget.reference_name}, {REFERENCE} secular, "
            f"Lamb shift {budget.shift}",
            "lamb_shift": budget.setting.lamb_shift,
        },
    )  # fmt: skip


def _verdicts(
    budget: Budget, results: dict[str, Any], equations: list[str], secular: list[str], accuracy: float
) -> dict[str, npt.NDArray[Any]]:
    """Verdict, cause, reason and remedy, ``(equation, secular, points)`` each."""
    estimate = results["estimated_error"]
    measured = np.isfinite(results.get("exact_error", np.full(estimate.shape, np.nan)))
    error = np.where(measured, results.get("exact_error", estimate), estimate)
    verdict = judge(error, accuracy)
    cause = cause_of(np.moveaxis(results["error_part"], -1, 0))
    reason, remedy = np.empty(error.shape, dtype=object), np.empty(error.shape, dtype=object)
    for at in np.ndindex(error.shape):
        e, s, point = at
        size = float(results["error_part"][at][cause[at]])
        facts: dict[str, Any] = {n: float(budget.reference[n][point]) for n in names_of(AUDIT_SHARED)}
        inverted = _inverts(equations[e], results["energy_above_middle"][:, :, point], e, s)
        facts |= {"error": float(error[at]), "reference": budget.reference_name,
                  "inverted": "; it inverts the ladder of states" if inverted else ""}  # fmt: skip
        status, answer = int(results["status"][at]), (equations[e], secular[s])
        part = PARTS[cause[at]]
        if part == "propagation" and budget.system.steps is not None:  # which is exact there
            part = "harmonics"
        reason[at], remedy[at] = explain(
            int(verdict[at]), part, size, status, answer, facts, bool(measured[at])
        )
    return {"verdict": verdict, "cause": cause, "reason": reason, "remedy": remedy}


def _inverts(equation: str, above_middle: npt.NDArray[np.float64], e: int, s: int) -> bool:
    """Whether dropping the phase of the drive has inverted the ladder of states, where others do not."""
    least = float(np.min(np.nan_to_num(above_middle, nan=np.inf)))
    return not EQUATIONS[equation].keeps_phase and bool(above_middle[e, s] > max(0.0, least))
