"""The page of `sambe run --report`: a result with the verdicts of an audit, gathered for `text.report`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray as xr

    from ..tasks.job import Job
    from ..text.summary import Table

__all__ = ["page_of"]


def page_of(job: Job, dataset: xr.Dataset, tables: list[Table], warnings: list[str], seconds: float) -> str:
    """HTML of a finished run.

    Parameters
    ----------
    job : Job
    dataset : Dataset
        Its result.
    tables : list of Table
        Of the summary.
    warnings : list of str
        What the engine warned of.
    seconds : float
        That the run took.
    """
    from ..text.document import stamp
    from ..text.report import report

    verdicts, why = _verdicts(job)
    return report(
        job.output.title or job.system.name,
        job.source,
        tables,
        image=_image(job, dataset),
        verdicts=verdicts,
        doubts=[*warnings, *why],
        **_citations(dataset),
        facts=stamp(seconds),
        method=_method(job, dataset),
    )


def _method(job: Job, dataset: xr.Dataset) -> dict[str, str]:
    """What was asked, and how it was solved, in words."""
    from ...physics.equations import EQUATIONS
    from ...sweep.labels import equations, sweep_axes

    names = equations(dataset)
    titles = [f"{EQUATIONS[name].title} ({name})" if name in EQUATIONS else name for name in names]
    told = {
        "system": f"{job.system.name}, {job.system.levels} levels",
        "asked": job.task.name,
        "equations": ", ".join(titles),
        "coherences": str(dataset.attrs.get("secular", "")),
        "Lamb shift": str(dataset.attrs.get("lamb_shift", "")),
        "axes": ", ".join(f"{name} ({dataset.sizes[name]})" for name in sweep_axes(dataset)),
    }
    if "status" in dataset:
        answered = int((dataset["status"] == 0).sum())
        told["points"] = f"{answered} of {dataset['status'].size} have an answer"
    return {key: text for key, text in told.items() if text}


def _verdicts(job: Job) -> tuple[list[Table], list[str]]:
    """Tables of an audit of the same sweep, or why there is none."""
    import warnings

    from ...errors import SambeError
    from ...trust import audit
    from ..text.audit_summary import audit_tables

    options = {k: v for k, v in job.options.items() if k not in ("secular", "ambient")}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # an audit says more
            return audit_tables(audit(job.system, **options)), []
    except SambeError as error:
        return [], [f"This system cannot be audited: {error}"]


def _image(job: Job, dataset: xr.Dataset) -> bytes | None:
    if job.task.draw is None:
        return None
    from ..reproduction.look import render

    return render(job.task.draw(dataset, title=job.output.title, unit=job.output.unit), "svg")


def _citations(dataset: xr.Dataset) -> dict[str, Any]:
    from ...errors import SambeError
    from ...verbs.citation import cite, references

    try:
        return {"references": references(dataset), "citations": cite(dataset)}
    except SambeError:  # a result that names no equation rests on the program alone
        return {}
