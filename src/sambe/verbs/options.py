"""The keywords that verbs share: which method, and how it is run; each listed and described once.

Those of the method are the parameters of `sambe.physics.preparation.prepare`, those of the run the fields of
`sambe.sweep.run.Run`. A verb takes them as ``**options`` and names what it takes with `takes`, which writes
their descriptions and defaults into its signature and docstring.
"""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Executor
from dataclasses import fields
from pathlib import Path
from typing import Any, TypedDict, TypeVar

from ..errors import hint
from ..physics.method import Method
from ..physics.preparation import prepare
from ..sweep.progress import Progress
from ..sweep.run import Run

__all__ = ["METHOD", "RUN", "MethodOptions", "Options", "RunOptions", "SeveralOptions", "divided",
           "takes", "with_values"]  # fmt: skip

Verb = TypeVar("Verb", bound=Callable[..., Any])
Parameters = Mapping[str, inspect.Parameter]
METHOD: Parameters = {
    name: parameter for name, parameter in inspect.signature(prepare).parameters.items() if name != "system"
}
RUN: Parameters = dict(inspect.signature(Run).parameters)
# line of a docstring in the place of which the descriptions go; from Python 3.13 on it is not indented
MARK = re.compile(r"^( *)\*\*options\n", re.MULTILINE)


class AccuracyOptions(TypedDict, total=False):
    """Keywords of any method, for type checkers."""

    tolerance: float
    propagation_tolerance: float
    lamb_shift: str | bool
    heom: Mapping[str, float] | None
    ambient: float | str | None


class MethodOptions(AccuracyOptions, total=False):
    """Keywords of one method."""

    equation: str
    secular: str


class RunOptions(TypedDict, total=False):
    """Keywords of the run."""

    device: str
    memory: str
    workers: int | None
    executor: Executor | None
    store: str | Path | None
    resume: bool
    progress: bool | Progress | None


class Options(MethodOptions, RunOptions, total=False):
    """Keywords of a verb that runs a sweep by one method."""


class SeveralOptions(AccuracyOptions, RunOptions, total=False):
    """Keywords of a verb that runs it by several methods."""


def takes(*, without: Collection[str] = (), run: bool = True) -> Callable[[Verb], Verb]:
    """Decorator: the verb takes the keywords of the method, and of the run, less those ``without``.

    Its docstring has a line ``**options`` among the parameters, its signature a ``**options``.
    """

    def described(verb: Verb) -> Verb:
        every = {**METHOD, **(RUN if run else {})}
        shared = {name: parameter for name, parameter in every.items() if name not in without}
        signature = inspect.signature(verb)
        special = [p for p in signature.parameters.values() if p.kind is not p.VAR_KEYWORD]
        keywords = [p.replace(kind=p.KEYWORD_ONLY) for p in shared.values()]
        verb.__signature__ = signature.replace(parameters=[*special, *keywords])  # type: ignore[attr-defined]
        verb.__annotations__ |= {name: p.annotation for name, p in shared.items()}
        texts = _descriptions(prepare) | _descriptions(Run)
        text = "".join(texts[name] for name in shared)
        verb.__doc__ = MARK.sub(lambda mark: textwrap.indent(text, mark[1]), verb.__doc__ or "")
        return verb

    return described


def divided(verb: Callable[..., Any], options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Keywords of the method and those of the run, from those that a verb was given.

    Raises
    ------
    TypeError
        If the verb knows no keyword of that name, as of any Python function.
    """
    known = inspect.signature(verb).parameters
    for name in options:
        if name not in known:
            said = f"{verb.__name__}() got an unexpected keyword argument {name!r}"
            raise TypeError(f"{said}{hint(name, known)}")
    return (
        {name: value for name, value in options.items() if name in METHOD},
        {name: value for name, value in options.items() if name in RUN},
    )


def with_values(method: Method) -> dict[str, Any]:
    """Fields of a method, for one that asks for more."""
    return {f.name: getattr(method, f.name) for f in fields(method)}


def _descriptions(documented: Callable[..., Any]) -> dict[str, str]:
    """Entries of the section on parameters of a docstring."""
    section = (inspect.getdoc(documented) or "").split("Parameters\n----------\n")[1].split("\n\n")[0]
    entries = re.split(r"\n(?=\w)", section)
    return {entry.split(":", 1)[0].strip(): entry + "\n" for entry in entries}
