"""An audit in a few lines: shares of verdicts, and why and where an answer is not to be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ...sweep.labels import sweep_dims
from ...trust.verdict import VERDICTS, WRONG
from .summary import Table, at

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["audit_tables"]


def audit_tables(audit: xr.Dataset) -> list[Table]:
    """Tables for a terminal: verdicts, reasons with the worst point of each, and exact answers.

    Parameters
    ----------
    audit : Dataset
        From `sambe.audit`.
    """
    out = [_verdict_table(audit), _reason_table(audit)]
    if "exact_error" in audit and bool(audit["exact_error"].notnull().any()):
        out.append(_exact_table(audit))
    return [table for table in out if table.rows]


def _answers(audit: xr.Dataset) -> list[tuple[str, xr.Dataset]]:
    return [
        (f"{e}, {s}", audit.sel(equation=e, secular=s))
        for e in audit["equation"].values
        for s in audit["secular"].values
    ]


def _verdict_table(audit: xr.Dataset) -> Table:
    swept = bool(sweep_dims(audit))
    rows = tuple((name, *_verdict_row(answer, swept)) for name, answer in _answers(audit))
    columns = ("answer", *(v.replace("_", " ") for v in VERDICTS))
    errors = ("median error", "worst") if swept else ("error",)
    accuracy = float(audit.attrs["accuracy"])
    title = (
        f"Which answer to believe (trust: estimated error up to {accuracy:.3g}, wrong: above "
        f"{WRONG * accuracy:.3g}; Lamb shift of the answers: {audit.attrs['lamb_shift']})"
    )
    return Table(title, (*columns, *errors), rows)


def _verdict_row(answer: xr.Dataset, swept: bool) -> Iterator[str]:
    """Share of the points with each verdict, median and worst error; of one point a cross and its error."""
    verdict, error = answer["verdict"].values, answer["estimated_error"].values
    known = error[np.isfinite(error)]
    for code in VERDICTS.values():
        yield _share((verdict == code).mean()) if swept else "x" if verdict == code else ""
    for statistic in (np.median, np.max) if swept else (np.median,):
        yield _error(statistic(known)) if known.size else "-"


def _error(x: Any) -> str:
    """A relative error as a percentage, a huge one as a multiple."""
    return f"{x:.1%}" if x < 1e3 else f"{x:.0e} times"


def _share(x: Any) -> str:
    """Share of the points; a rare verdict is not none."""
    return "<1%" if 0 < x < 0.005 else f"{x:.0%}" if x else ""


def _reason_table(audit: xr.Dataset) -> Table:
    """One row for each cause of an answer: how often, the worst point, its reason and the way out.

    Answers with the same sentence share a row.
    """
    axes = sweep_dims(audit)
    rows: dict[tuple[str, ...], list[str]] = {}
    for name, part in _answers(audit):
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


def _exact_table(audit: xr.Dataset) -> Table:
    """Exact currents of the points that were solved, with the error of each answer."""
    axes = sweep_dims(audit)
    solved = audit["exact_current"].transpose(*axes, "terminal").notnull().all("terminal").values
    rows = []
    for index in np.argwhere(solved):
        point = dict(zip(axes, (int(i) for i in index), strict=True))
        part = audit.isel(point)
        place = at({a: float(part[a]) for a in axes}) or "the point"
        currents = ", ".join(
            f"{t} {j:+.4e}"
            for t, j in zip(part["terminal"].values, part["exact_current"].values, strict=True)
        )
        errors = "; ".join(
            f"{name} {_error(answer['exact_error'].item())}"
            for name, answer in _answers(part)
            if np.isfinite(answer["exact_error"])
        )
        rows.append((place, currents, errors))
    return Table("Exact answers (HEOM)", ("point", "currents into the system", "errors"), tuple(rows))
