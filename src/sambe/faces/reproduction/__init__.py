"""Published findings, measured anew: figures, numbers and verdicts, a study for each source.

What is reproduced are reported findings, under the parameters that the report states; nothing here claims
figures digit by digit, and a number that could not be read is named as one that was chosen.
The public verbs are used as by any reader; nothing of `physics` may be imported here.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..text.document import stamp
from .finding import Finding, Measure
from .lab import Lab
from .study import Study

__all__ = ["Finding", "Measure", "Reproduction", "Study", "reproduce"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Reproduction:
    """All findings of a run, and what it was.

    Attributes
    ----------
    study : Study
    findings : tuple of Finding
    stamp : dict of str to str
        Version, date, run time and settings.
    """

    study: Study
    findings: tuple[Finding, ...]
    stamp: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every finding holds."""
        return all(f.passed for f in self.findings)

    def html(self) -> str:
        """The report as one page that needs nothing else."""
        from .page import page

        return page(self.study, self.findings, self.stamp)

    def numbers(self) -> dict[str, Any]:
        """Everything that was measured, ready for JSON."""
        measures = {
            f.key: {
                "title": f.title, "passed": f.passed, "parameters": f.parameters,
                "measures": [
                    {"what": m.what, "value": m.value if math.isfinite(m.value) else None,
                     "criterion": m.criterion, "passed": m.passed}
                    for m in f.measures
                ],
            }
            for f in self.findings
        }  # fmt: skip
        study = {
            "name": self.study.name, "title": self.study.title, "citation": self.study.citation,
            "claim": self.study.claim, "placeholders": list(self.study.placeholders),
        }  # fmt: skip
        return {"study": study, "stamp": self.stamp, "passed": self.passed, "findings": measures}

    def write(self, directory: str | Path, *, progress: Progress | None = None) -> list[Path]:
        """Write ``report.html``, ``findings.json`` and each figure as PNG and SVG.

        Parameters
        ----------
        directory : path
            Made if it does not exist.
        progress : callable, optional
            Called with (what, done, in all).

        Returns
        -------
        list of Path
            The report first.

        Raises
        ------
        OSError
            If the directory cannot be written.
        """
        from .look import render

        directory = Path(directory)
        directory.mkdir(parents=True, exist_ok=True)
        written = [directory / "report.html", directory / "findings.json"]
        for k, finding in enumerate(self.findings):
            if progress is not None:
                progress("figures", k, len(self.findings))
            for ending in ("png", "svg"):
                written.append(directory / f"{finding.key}.{ending}")
                written[-1].write_bytes(render(finding.figure, ending))
        written[0].write_text(self.html(), encoding="utf-8")
        text = json.dumps(self.numbers(), indent=2, ensure_ascii=False, allow_nan=False)
        written[1].write_text(text + "\n", encoding="utf-8")
        return written


def reproduce(
    study: str | Study = "driven-dressed",
    *,
    points: int | None = None,
    equation: str | None = None,
    progress: Progress | None = None,
) -> Reproduction:
    """Measure every finding of a study.

    Parameters
    ----------
    study : str or Study
        A name that ``sambe reproduce`` lists.
    points : int, optional
        Points of a curve; maps take a part of it along each axis. By default the study's own number.
    equation : str, optional
        The equation under test, where the study is about equations: of ``"driven-dressed"`` the default
        ``"driven_dressed"``, ``"floquet"``, or the traditional ``"dressed"``, which fails most findings, as
        it should.
    progress : callable, optional
        Called with (what, done, in all).

    Returns
    -------
    Reproduction

    Raises
    ------
    InputError
        If there is no such study, if it takes no such option, or the value does not do.
    """
    import matplotlib as mpl

    from .look import RC
    from .studies import load

    tell = progress or (lambda stage, done, total: None)
    study = load(study) if isinstance(study, str) else study
    lab = study.lab(points, equation, lambda done, total: tell("points", done, total))
    findings: list[Finding] = []
    start = time.monotonic()
    # a wrong equation may have no current where a ratio needs one: that is a finding, not a fault
    with mpl.rc_context(RC), np.errstate(divide="ignore", invalid="ignore"):
        for k, measure in enumerate(study.findings):
            tell("findings", k, len(study.findings))
            measured = measure(lab)
            findings += [measured] if isinstance(measured, Finding) else measured
    tell("findings", len(study.findings), len(study.findings))
    return Reproduction(study, tuple(findings), _stamp(study, lab, time.monotonic() - start))


def _stamp(study: Study, lab: Lab, seconds: float) -> dict[str, str]:
    """What the run says of itself, with the options that the study takes."""
    options = {"grid": f"{lab.points} points a curve"} if study.points else {}
    if study.equations:
        options["equation under test"] = lab.equation.replace("_", "-")
    return stamp(seconds, **options)
