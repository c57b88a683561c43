"""A study: a source, what it claims, and the findings that are measured for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ...errors import InputError
from ...numerics.arrays import whole_number
from .finding import Finding
from .lab import Lab

__all__ = ["Study"]


@dataclass(frozen=True)
class Study:
    """One source whose findings are measured anew.

    Attributes
    ----------
    name : str
        What ``sambe reproduce`` is told; its module has the same name, with underscores.
    title : str
        One line, what the source is about.
    citation : str
        Authors, journal and arXiv number or DOI.
    year : int
        Of the source; studies are listed by it.
    claim : str
        What the source reports, in words of one's own, and how far it could be consulted.
    findings : tuple of callable
        Each takes a `Lab` and gives a `Finding`, or a tuple of those that share their numbers.
    placeholders : tuple of str
        A sentence for each number that could not be read in the source: what was chosen for it, and over
        what range it was varied.
    points, least : int
        Points of a curve unless another number is asked for, and the fewest that findings bear; 0 of a
        study that takes no such number.
    equations : tuple of str
        Those that can be put under test, the usual one first; empty where the study names its own.
    beyond : str
        Introduction of the findings that the source does not state.
    """

    name: str
    title: str
    citation: str
    year: int
    claim: str
    findings: tuple[Callable[[Lab], Finding | tuple[Finding, ...]], ...]
    placeholders: tuple[str, ...] = ()
    points: int = 0
    least: int = 0
    equations: tuple[str, ...] = ()
    beyond: str = ""

    def lab(self, points: int | None, equation: str | None, progress: Callable[[int, int], None]) -> Lab:
        """Where the study is measured, as finely and by the equation that was asked for.

        Raises
        ------
        InputError
            If the study takes no such option, or the number or the equation does not do.
        """
        self._check_points(points)
        if equation is not None and equation not in self.equations:
            remedy = f"{self.name} takes {', '.join(self.equations)}"
            if not self.equations:
                remedy = f"{self.name} names its own equations; leave this option out"
            raise InputError("equation", equation, remedy)
        usual = self.equations[0] if self.equations else "auto"
        return Lab(self.points if points is None else points, equation or usual, progress)

    def _check_points(self, points: int | None) -> None:
        if points is None:
            return
        if not self.points:
            raise InputError(
                "points", points, f"{self.name} has its own numbers of points; leave this option out"
            )
        if not whole_number(points, self.least):
            raise InputError("points", points, f"give a whole number, {self.least} or more")
