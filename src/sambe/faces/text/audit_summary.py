"""An audit in a few lines: shares of verdicts, and why and where an answer is not to be trusted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ...sweep.labels import sweep_dims
from ...trust.verdict import VERDICTS, WRONG
from .summary import Table, at

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["audit_tables"]


def audit_tables(found: xr.Dataset) -> list[Table]:
    """Tables for a terminal: verdicts, reasons with the worst point of each, and exact answers.

    Parameters
    ----------
    found : Dataset
        From `sambe.audit`.
    """
    out = [_verdict_table(found), _reason_table(found)]
    if "exact_error" in found and bool(found["exact_error"].notnull().any()):
        out.append(_exact_table(found))
    return [table for table in out if table.rows]


def _answers(found: xr.Dataset) -> list[tuple[str, xr.Dataset]]:
    return [
        (f"{e}, {s}", found.sel(equation=e, secular=s))
        for e in found["equation"].values
        for s in found["secular"].values
    ]


def _verdict_table(found: xr.Dataset) -> Table:
    swept = bool(sweep_dims(found))
    rows = []
    for name, part in _answers(found):
        verdict, error = part["verdict"].values, part["estimated_error"].values
        known = error[np.isfinite(error)]
        shown = (_share((verdict == code).mean()) for code in VERDICTS.values())
        said = shown if swept else ("x" if verdict == code else "" for code in VERDICTS.values())
        middle, worst = (_error(f(known)) if known.size else "-" for f in (np.median, np.max))
        rows.append((name, *said, middle, *([worst] if swept else [])))
    columns = ("answer", *(v.replace("_", " ") for v in VERDICTS))
    errors = ("median error", "worst") if swept else ("error",)
    accuracy = float(found.attrs["accuracy"])
    title = (
        f"Which answer to believe (trust: estimated error up to {accuracy:.3g}, wrong: above "
        f"{WRONG * accuracy:.3g}; Lamb shift of the answers: {found.attrs['lamb_shift']})"
    )
    return Table(title, (*columns, *errors), tuple(rows))


def _error(x: Any) -> str:
    return f"{x:.1%}" if x < 1e3 else f"{x:.0e} times"


def _share(x: Any) -> str:
    """Share of the points; a rare verdict is not none."""
    return "<1%" if 0 < x < 0.005 else f"{x:.0%}" if x else ""


def _reason_table(found: xr.Dataset) -> Table:
    """One row for each cause of an answer: how often, the worst point, its reason and the way out.

    Answers of which the same is said share a row.
    """
    axes = sweep_dims(found)
    rows: dict[tuple[str, ...], list[str]] = {}
    for name, part in _answers(found):
        verdict, cause = part["verdict"].values, part["cause"].values
        error = np.nan_to_num(part["estimated_error"].values, nan=np.inf)
        doubted = verdict > VERDICTS["trust"]
        kinds = np.where(verdict == VERDICTS["no_answer"], -1, cause)
        for kind in np.unique(kinds[doubted]):
            here = doubted & (kinds == kind)
            index = np.unravel_index(int(np.argmax(np.where(here, error, -1.0))), here.shape)
            place = {a: float(part[a].values[i]) for a, i in zip(axes, index, strict=True)}
            text = f"{part['reason'].values[index]} -> {part['remedy'].values[index]}"
            where = (f"{_share(here.mean())}, worst at {at(place)}",) if axes else ()
            rows.setdefault((*where, text), []).append(name)
    columns = ("answer", *(["points"] if axes else []), "reason -> what to do")
    return Table("Why not", columns, tuple(("\n".join(names), *said) for said, names in rows.items()))


def _exact_table(found: xr.Dataset) -> Table:
    """Exact currents of the points that were solved, with the error of each answer."""
    axes = sweep_dims(found)
    solved = found["exact_current"].transpose(*axes, "terminal").notnull().all("terminal").values
    rows = []
    for index in np.argwhere(solved):
        point = dict(zip(axes, (int(i) for i in index), strict=True))
        part = found.isel(point)
        place = at({a: float(part[a]) for a in axes}) or "the point"
        currents = ", ".join(
            f"{t} {j:+.4e}"
            for t, j in zip(part["terminal"].values, part["exact_current"].values, strict=True)
        )
        errors = "; ".join(
            f"{name} {_error(own['exact_error'].item())}"
            for name, own in _answers(part)
            if np.isfinite(own["exact_error"])
        )
        rows.append((place, currents, errors))
    return Table("Exact answers (HEOM)", ("point", "currents into the system", "errors"), tuple(rows))
