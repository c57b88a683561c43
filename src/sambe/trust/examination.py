"""`sambe.audit`: how far may each equation be trusted, point by point."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..errors import ConvergenceError, InputError
from ..physics.method import LAMB_SHIFT, Method, prepare
from ..physics.validity import STATUS
from ..sweep.axes import Sweep, check_axes
from ..sweep.blocks import Progress
from ..sweep.labels import CONVENTIONS
from .budget import NO_FRAME, PARTS, Budget, Setting
from .verdict import VERDICTS, cause_of, explain, judge

__all__ = ["audit"]

SHARED = {
    "secular_ratio": ("smallest gap, modulo the drive frequency, over relaxation rate", "1"),
    "relaxation_rate": ("mean rate of leaving a state", "energy"),
    "bath_correlation_rate": ("scale on which the baths' rates and shifts vary", "energy"),
    "markov_ratio": ("relaxation rate over bath correlation rate", "1"),
    "temperature_ratio": ("relaxation rate over lowest temperature", "1"),
    "one_way_flow": ("largest energy per time that one bath gives or takes", "energy^2"),
    "carnot_factor": ("1 - lowest over highest temperature", "1"),
    "top_population": ("population of the top levels of truncated ladders", "1"),
    "degenerate_block": ("states in the largest block closer than its relaxation rate", "1"),
    "scale": ("current that errors are relative to", "energy^2"),
}
OWN = {
    "estimated_error": ("estimated error of the largest current", "1"),
    "first_law_residual": ("sum of the currents over the terminals", "energy^2"),
    "entropy_production": ("entropy production rate", "energy"),
    "smallest_eigenvalue": ("smallest eigenvalue of the state", "1"),
    "energy_above_middle": ("mean energy over that at infinite temperature, in half the spread", "1"),
}
TABLES = ("part", "error_part", "exact_current", "exact_error", "verdict", "cause", "reason", "remedy")


def audit(
    system: System,
    *,
    equations: Sequence[str] = ("driven_dressed", "floquet", "dressed"),
    secular: Sequence[str] = ("full", "partial"),
    lamb_shift: str | bool = LAMB_SHIFT,
    accuracy: float = 0.05,
    exact: int = 0,
    heom: Mapping[str, float] | None = None,
    tolerance: float = 1e-8,
    propagation_tolerance: float = 1e-10,
    memory: str = "1 GB",
    workers: int | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Any:
    r"""How far each equation can be trusted, for one point or a whole sweep.

    .. math:: \text{error}^2 = \frac{\max_u |J_u - J_u^\mathrm{ref} - \frac12\delta J_u|^2
              + \max_u |\frac12\delta J_u|^2}{\max_u |J_u^\mathrm{ref}|^2}
              + \text{what truncation, propagation and cuts change},

    with the reference of `sambe.trust.budget` and its first-order correction :math:`\delta J` by the baths'
    memory, of `sambe.trust.bath_memory`, which is held within bounds by the Markov ratio.

    Parameters
    ----------
    system : System
        Labelled numbers are swept, as in `sambe.steady_state`.
    equations, secular : sequence of str
        Answers to judge: every equation with every secular treatment.
    lamb_shift : {"auto", "none", "shift", "counter"} or bool
        With which the coherence-keeping answers are made; the reference always has a shift.
    accuracy : float
        Estimated error up to which an answer is trusted; from five times that it is wrong.
    exact : int
        Solve so many of the worst points, where even the best equation is doubtful, by HEOM.
    heom : mapping, optional
        Options of those solutions, as for `sambe.steady_state`.
    tolerance, propagation_tolerance, memory, workers, executor
        As for `sambe.steady_state`.
    progress : callable, optional
        Called with (points done, points in all), each point counted once for every run that it takes part in.

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
    >>> found = sambe.audit(sambe.models.spin_boson(drive=1e-3, omega=1.0))
    >>> found.verdict.sel(equation="floquet", secular="full").item()  # wrong: populations do not do here
    2
    """
    if not 0 < accuracy < 1:
        raise InputError("accuracy", accuracy, "give a number between 0 and 1")
    if isinstance(exact, bool) or not isinstance(exact, int) or exact < 0:
        raise InputError("exact", exact, "give the number of points to solve by HEOM, or 0")
    for field, names in (("equations", equations), ("secular", secular)):
        if isinstance(names, str) or not names or len(set(names)) != len(names):
            raise InputError(field, names, "name one or more in a list, each once")
    if "heom" in equations:
        raise InputError("equations", list(equations), "heom is the exact answer: ask for it with exact=")
    exactly = prepare(system, "heom", lamb_shift=lamb_shift, heom=heom)
    shift = ("shift" if lamb_shift else "none") if isinstance(lamb_shift, bool) else lamb_shift
    setting = Setting(shift, tolerance, propagation_tolerance, memory, workers, executor)
    # all answers, those by the partial equation beside them, and five checks of the reference
    runs = len(equations) * (len(secular) + ("partial" not in secular)) + 5
    check_axes(Sweep(system).dims, (*SHARED, *OWN, *TABLES))
    budget = Budget(system, setting, progress, runs)
    found = _collect(budget, list(equations), list(secular))
    if exact:
        _add_exact(budget, found, exact, exactly)
    if progress is not None:
        progress(runs * budget.sweep.points, runs * budget.sweep.points)
    return _dataset(budget, found, list(equations), list(secular), accuracy)


def _collect(budget: Budget, equations: list[str], secular: list[str]) -> dict[str, Any]:
    """Arrays ``(equation, secular, points, ...)`` of all answers; parts with a last axis."""
    names = ("energy_current", "status", *(n for n in OWN if n != "estimated_error"))
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


def _add_exact(budget: Budget, found: dict[str, Any], count: int, method: Method) -> None:
    """Solve the worst points by HEOM: those where the best of the answers is the most doubtful."""
    from ..physics.heom.fields import exact_result

    best = np.nanmin(np.nan_to_num(found["estimated_error"], nan=np.inf), axis=(0, 1))
    worst = [int(k) for k in np.argsort(-best, kind="stable") if np.isfinite(best[k])][:count]
    exact = np.full((budget.sweep.points, len(budget.system.terminals)), np.nan)
    scale = np.full(budget.sweep.points, np.nan)
    for k in worst:
        point = budget.sweep.part(np.array([k])).map_numbers(lambda _, x: np.asarray(x).ravel()[0].item())
        try:
            result = exact_result(point, method)
        except (ConvergenceError, InputError):
            continue  # too large or no expansion: the estimate stays
        exact[k], scale[k] = result.currents, result.scale
    found["exact_current"] = exact
    found["exact_error"] = np.abs(found["energy_current"] - exact).max(axis=-1) / scale


def _dataset(
    budget: Budget, found: dict[str, Any], equations: list[str], secular: list[str], accuracy: float
) -> Any:
    import xarray as xr

    sweep, answers = budget.sweep, ("equation", "secular")
    dims, shape = sweep.dims, sweep.shape

    def variable(values: Any, leading: tuple[str, ...], last: tuple[str, ...], attributes: Any) -> Any:
        n = len(leading)
        data = values.reshape((*values.shape[:n], *shape, *values.shape[n + 1 :]))
        return (*leading, *dims, *last), data, attributes

    out = {}
    for name, (long_name, units) in SHARED.items():
        out[name] = variable(budget.reference[name], (), (), {"long_name": long_name, "units": units})
    for name, (long_name, units) in OWN.items():
        out[name] = variable(found[name], answers, (), {"long_name": long_name, "units": units})
    current = {"long_name": "energy current into the system", "units": "energy^2",
               "sign": "positive into the system"}  # fmt: skip
    out["energy_current"] = variable(found["energy_current"], answers, ("terminal",), current)
    part = {"long_name": "part of the estimated error", "units": "1"}
    out["error_part"] = variable(found["error_part"], answers, ("part",), part)
    if "exact_current" in found:
        exact = {**current, "long_name": "numerically exact (HEOM) energy current into the system"}
        out["exact_current"] = variable(found["exact_current"], (), ("terminal",), exact)
        error = {"long_name": "error against HEOM of the largest current", "units": "1"}
        out["exact_error"] = variable(found["exact_error"], answers, (), error)
    for name, (values, attributes) in _verdicts(budget, found, equations, secular, accuracy).items():
        out[name] = variable(values, answers, (), attributes)
    out["status"] = variable(found["status"].astype(np.int8), answers, (), _status_attributes())
    coords = {
        **sweep.coords, "equation": np.asarray(equations, dtype=object),
        "secular": np.asarray(secular, dtype=object), "part": np.asarray(PARTS, dtype=object),
        "terminal": np.asarray(budget.system.terminals, dtype=object),
    }  # fmt: skip
    return xr.Dataset(out, coords, {
        **CONVENTIONS, "system": budget.system.name, "accuracy": accuracy,
        "audit_reference": f"{budget.reference_name}, partial secular, Lamb shift {budget.shift}",
        "lamb_shift": budget.setting.lamb_shift,
    })  # fmt: skip


def _verdicts(
    budget: Budget, found: dict[str, Any], equations: list[str], secular: list[str], accuracy: float
) -> dict[str, tuple[npt.NDArray[Any], dict[str, Any]]]:
    """Verdict, cause, reason and remedy, ``(equation, secular, points)`` each, with their attributes."""
    error = found["estimated_error"]
    known = np.isfinite(found.get("exact_error", np.full(error.shape, np.nan)))
    error = np.where(known, found.get("exact_error", error), error)
    verdict = judge(error, accuracy)
    cause = cause_of(np.moveaxis(found["error_part"], -1, 0))
    reason, remedy = np.empty(error.shape, dtype=object), np.empty(error.shape, dtype=object)
    for at in np.ndindex(error.shape):
        e, s, k = at
        size = float(found["error_part"][at][cause[at]])
        facts: dict[str, Any] = {n: float(budget.reference[n][k]) for n in SHARED}
        above = found["energy_above_middle"][at]
        inverted = equations[e] == "dressed" and above > max(0.0, _least_inversion(found, k))
        facts |= {"error": float(error[at]), "reference": budget.reference_name,
                  "inverted": "; it inverts the ladder of states" if inverted else ""}  # fmt: skip
        status, answer = int(found["status"][at]), (equations[e], secular[s])
        reason[at], remedy[at] = explain(
            int(verdict[at]), PARTS[cause[at]], size, status, answer, facts, bool(known[at])
        )
    flags = {"long_name": "whether the answer can be trusted", **_flags(VERDICTS)}
    causes = {"long_name": "largest part of the estimated error",
              **_flags({p: k for k, p in enumerate(PARTS)})}  # fmt: skip
    return {
        "verdict": (verdict, flags),
        "cause": (cause, causes),
        "reason": (reason, {"long_name": "why"}),
        "remedy": (remedy, {"long_name": "what to do"}),
    }


def _least_inversion(found: dict[str, Any], k: int) -> float:
    return float(np.min(np.nan_to_num(found["energy_above_middle"][:, :, k], nan=np.inf)))


def _status_attributes() -> dict[str, Any]:
    return {"long_name": "status of the point", **_flags({**STATUS, "no_static_frame": NO_FRAME})}


def _flags(meanings: dict[str, int]) -> dict[str, Any]:
    return {
        "flag_values": np.asarray(list(meanings.values()), dtype=np.int8),
        "flag_meanings": " ".join(meanings),
    }
