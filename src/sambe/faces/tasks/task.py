"""A question that an input file may ask: which verb, how its arguments are read, what is shown of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ...errors import InputError
from ...verbs.options import METHOD, RUN
from ..input.expressions import Site, suggestion
from ..input.numbers import Numbers

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

    from ..text.summary import Table

__all__ = ["Context", "Draw", "Reader", "Task", "as_written"]


@dataclass(frozen=True)
class Context:
    """What the rest of a file knows of, as far as an argument may need it.

    Attributes
    ----------
    numbers : Numbers
        Reads numbers, axes and expressions.
    sites : callable
        Factors of the Hilbert space, for operators.
    """

    numbers: Numbers
    sites: Callable[[], list[Site]]


Reader = Callable[[str, Any, Context], Any]
Draw = Callable[..., "Figure"]


def as_written(_field: str, value: Any, _context: Context) -> Any:
    """What TOML gave, for the verb to check."""
    return value


@dataclass(frozen=True)
class Task:
    """A verb as input files know it.

    Attributes
    ----------
    name : str
        Of the verb, among the public names.
    tables : callable
        From its result to the tables of a summary.
    draw : callable, optional
        From its result, ``title`` and ``unit`` to a figure; None where there is none to draw.
    readers : mapping
        How arguments are read that are more than what TOML gives.
    python_only : tuple of str
        Arguments that no file can hold, such as functions.
    """

    name: str
    tables: Callable[[xr.Dataset], list[Table]]
    draw: Draw | None = None
    readers: Mapping[str, Reader] = field(default_factory=dict)
    python_only: tuple[str, ...] = ()

    @property
    def verb(self) -> Callable[..., Any]:
        """The public function."""
        return getattr(import_module(__name__.split(".")[0]), self.name)  # type: ignore[no-any-return]

    @cached_property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """All that the verb takes beside the system."""
        every = dict(inspect.signature(self.verb).parameters)
        every.pop("system")
        return every

    @property
    def arguments(self) -> tuple[str, ...]:
        """Arguments that `[task]` may give: neither of the method nor of the run, which stand elsewhere."""
        elsewhere = {*METHOD, *RUN, "equations", "observables", *self.python_only}
        return tuple(name for name in self.parameters if name not in elsewhere)

    def read(self, table: Mapping[str, Any], context: Context) -> dict[str, Any]:
        """Arguments of the verb from those of `[task]`.

        Raises
        ------
        InputError
            If one is unknown or missing, or cannot be read.
        """
        for name, value in table.items():
            if name not in self.arguments:
                known = ", ".join(self.arguments) or "none"
                hint = suggestion(name, self.arguments) or f"; {self.name} takes {known}"
                raise InputError(f"task.{name}", value, f"unknown key{hint}")
        for name in self.arguments:
            if self.parameters[name].default is inspect.Parameter.empty and name not in table:
                raise InputError("task", dict(table), f"{self.name} needs {name}")
        return {
            name: self.readers.get(name, as_written)(f"task.{name}", value, context)
            for name, value in table.items()
        }

    def refuse(self, options: Iterable[tuple[str, str, Any]]) -> None:
        """Refuse options that the verb does not take, each given as field, name and value.

        Raises
        ------
        InputError
        """
        for place, name, value in options:
            if name not in self.parameters:
                raise InputError(place, value, f"{self.name} takes no such option; leave it out")

    def ask(self, system: Any, arguments: Mapping[str, Any], options: Mapping[str, Any]) -> xr.Dataset:
        """The verb's answer; what is wrong with an argument is told by its place in the file."""
        try:
            answer = self.verb(system, **arguments, **options)
        except InputError as error:
            if error.field.split("[")[0].split(".")[0] not in arguments:
                raise
            raise InputError(f"task.{error.field}", error.value, error.remedy) from None
        data: xr.Dataset = answer if hasattr(answer, "data_vars") else answer.to_dataset(promote_attrs=True)
        return data
