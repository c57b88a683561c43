"""The findings of arXiv:2603.29754, measured anew: figures, numbers and verdicts.

The paper's own equations and figures could not be consulted. What is reproduced are its reported
findings, under the parameters that the report states; nothing here claims its figures digit by digit.
The public verbs are used as by any reader; nothing of `physics` may be imported here.
"""

from __future__ import annotations

import json
import math
import platform
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ...errors import InputError
from .finding import Finding, Measure
from .lab import Lab

__all__ = ["Finding", "Measure", "Reproduction", "reproduce"]

LEAST_POINTS = 41  # of a curve; fewer miss the resonances that findings are about, a choice
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Reproduction:
    """All findings of a run, and what it was.

    Attributes
    ----------
    findings : tuple of Finding
    stamp : dict of str to str
        Version, date, run time and settings.
    """

    findings: tuple[Finding, ...]
    stamp: dict[str, str] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether every finding holds."""
        return all(f.passed for f in self.findings)

    def html(self) -> str:
        """The report as one page that needs nothing else."""
        from .page import page

        return page(self.findings, self.stamp)

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
        return {"stamp": self.stamp, "passed": self.passed, "findings": measures}

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
    *, points: int = 241, equation: str = "driven_dressed", progress: Progress | None = None
) -> Reproduction:
    """Measure every finding on the three platforms.

    Parameters
    ----------
    points : int
        Points of a curve; at least 41. Maps take a part of it along each axis.
    equation : {"driven_dressed", "floquet", "dressed"}
        The equation under test; the traditional ``"dressed"`` fails most findings, as it should.
    progress : callable, optional
        Called with (what, done, in all).

    Returns
    -------
    Reproduction

    Raises
    ------
    InputError
        If ``points`` is too small, or the equation is unknown.
    """
    import matplotlib as mpl

    from .findings import agreement, bias, exact, kerr, ladder, resonance, routing, secular
    from .look import RC

    if isinstance(points, bool) or not isinstance(points, int) or points < LEAST_POINTS:
        raise InputError("points", points, f"give a whole number, {LEAST_POINTS} or more")
    tell = progress or (lambda what, done, total: None)
    lab, findings = Lab(points, equation, lambda done, total: tell("points", done, total)), []
    studies, start = (agreement, resonance, bias, routing, kerr, secular, exact, ladder), time.monotonic()
    # a wrong equation may have no current where a ratio needs one: that is a finding, not a fault
    with mpl.rc_context(RC), np.errstate(divide="ignore", invalid="ignore"):
        for k, study in enumerate(studies):
            tell("studies", k, len(studies))
            findings += study.study(lab)
    tell("studies", len(studies), len(studies))
    return Reproduction(tuple(findings), _stamp(lab, time.monotonic() - start))


def _stamp(lab: Lab, seconds: float) -> dict[str, str]:
    from datetime import UTC, datetime
    from importlib.metadata import version

    packages = ", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "xarray", "matplotlib"))
    return {
        "sambe": version("sambe"),
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "run time": f"{seconds:.1f} s",
        "grid": f"{lab.points} points a curve",
        "equation under test": lab.equation.replace("_", "-"),
        "with": f"Python {platform.python_version()}, {packages}",
    }
