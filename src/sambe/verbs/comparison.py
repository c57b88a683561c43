"""Several equations side by side: each answers for itself, and none takes the others' answers with it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Unpack

import numpy as np

from ..description.gate import names_once
from ..description.system import System
from ..errors import NoAnswerWarning, SambeError
from ..physics.dressing.frame import frame_of
from ..physics.equations import EQUATIONS
from ..physics.method import Method
from ..physics.preparation import asking_for, check_system, prepare
from ..physics.treatments import DEFAULT
from ..sweep.lazy import is_lazy, lazy_state
from ..sweep.run import Run
from ..sweep.storage.lock import locked
from ..sweep.storage.store import open_comparison
from .cautions import warn_of
from .options import SeveralOptions, divided, takes
from .stationary_currents import answered

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["compare"]


@takes(without=("equation", "secular"))
def compare(
    system: System, *, equations: Sequence[str] | None = None, secular: str | Sequence[str] = DEFAULT,
    observables: Mapping[str, Any] | None = None, **options: Unpack[SeveralOptions],
) -> Dataset:  # fmt: skip
    """The same system by several equations, along a leading dimension ``equation``.

    Parameters
    ----------
    system : System
    equations : sequence of str, optional
        Values of ``equation`` for `steady_state`; by default the three master equations, or without a
        static frame the one that needs none.
    secular : str or sequence of str
        Of each equation; several make a second dimension ``secular``, along which ``"heom"`` is constant.
    observables : mapping of str to array (N, N) or Qobj, optional
        As for `steady_state`.
    **options

    Returns
    -------
    xarray.Dataset
        As from `steady_state`, with the dimension ``equation`` in front. In a store each equation is a group,
        under its name, and each of several secular treatments a group in that.

    Raises
    ------
    InputError
        If no equation is named, or one twice.
    InputError, FrameError, ConvergenceError, StoreError
        As for `steady_state`, if no equation has an answer.

    Warns
    -----
    NoAnswerWarning
        If an equation has none while others have; it is NaN, and `status` says why.
    SecularWarning, TruncationWarning
        As for `steady_state`.

    Examples
    --------
    >>> import sambe
    >>> qubit = sambe.models.spin_boson(omega=0.8)
    >>> both = sambe.compare(qubit, equations=["driven_dressed", "dressed"])
    >>> both.energy_current.dims
    ('equation', 'terminal')
    >>> every = sambe.compare(qubit, equations=["driven_dressed"], secular=["ule", "none"])
    >>> every.energy_current.dims
    ('equation', 'secular', 'terminal')
    """
    names = _those_of(system) if equations is None else names_once("equations", equations)
    chosen, running = divided(compare, options)
    run = Run(**running)
    comparison = _Comparison(system, chosen, run, observables)
    with locked(run.store):
        if run.store is not None:
            open_comparison(Path(run.store), names, run.resume)
        data = _side_by_side([comparison.solve(name, secular) for name in names], "equation", names)
    comparison.judge()
    return data


class _Answer(NamedTuple):
    """An equation's Dataset, and what is wrong if no point of it has an answer."""

    name: str
    method: Method
    data: Any
    fault: SambeError | None


@dataclass
class _Comparison:
    """The equations of a comparison, solved one after the other."""

    system: System
    options: dict[str, Any]
    run: Run
    observables: Mapping[str, Any] | None = None
    answers: list[_Answer] = field(default_factory=list)

    def solve(self, name: str, secular: str | Sequence[str]) -> Any:
        """Dataset of one equation, by one or several treatments."""
        run = _inside(self.run, name)
        if isinstance(secular, str):
            return self._one(name, name, secular, run)
        kinds = names_once("secular", secular)
        if name in EQUATIONS and EQUATIONS[name].exact:
            return _side_by_side([self._one(name, name, kinds[0], run)] * len(kinds), "secular", kinds)
        if run.store is not None:
            open_comparison(Path(run.store), kinds, run.resume)
        parts = [self._one(f"{name}, {kind}", name, kind, _inside(run, kind)) for kind in kinds]
        return _side_by_side(parts, "secular", kinds)

    def _one(self, title: str, name: str, kind: str, run: Run) -> Any:
        method = prepare(self.system, name, kind, **self.options)
        method = asking_for(method, self.system, self.observables)
        if run.store is None and is_lazy(self.system):
            return lazy_state(self.system, method, run)
        data, fault = answered(self.system, method, run)
        self.answers.append(_Answer(title, method, data, fault))
        return data

    def judge(self) -> None:
        """Warn of what cannot be trusted; raise what is wrong where no equation has an answer."""
        faults = [answer.fault for answer in self.answers if answer.fault is not None]
        if faults and len(faults) == len(self.answers):
            raise faults[0]
        with self.run.reading():
            for answer in self.answers:
                if answer.fault is None:
                    warn_of(answer.data, answer.method, level=4)
                else:  # it does not take the answers of the others with it
                    said = f"{answer.name} has no answer: {answer.fault}"
                    warnings.warn(said, NoAnswerWarning, stacklevel=3)


def _inside(run: Run, name: str) -> Run:
    """The run, with its store in a group of that name."""
    return run if run.store is None else replace(run, store=Path(run.store) / name)


def _those_of(system: System) -> list[str]:
    """The master equations that a system has."""
    check_system(system)
    _, contradiction = frame_of(system)
    masters = {name: record for name, record in EQUATIONS.items() if not record.exact}
    return [name for name, record in masters.items() if contradiction is None or not record.framed]


def _side_by_side(parts: Sequence[Dataset], dim: str, names: list[str]) -> Dataset:
    """Datasets along a new leading dimension."""
    import xarray as xr

    along = xr.DataArray(np.asarray(names, dtype=object), dims=dim, name=dim)
    data = xr.concat(parts, dim=along, data_vars="all", combine_attrs="drop_conflicts")
    data.attrs.pop(dim, None)
    # of the master equations: the exact one knows no choice
    masters = [part.attrs for part in parts if not _is_exact(part.attrs.get("equation"))]
    for name in {"secular", "lamb_shift"} - {dim}:
        chosen = {attributes.get(name) for attributes in masters} - {None}
        if len(chosen) == 1:
            data.attrs[name] = chosen.pop()
    data["status"] = data.status.astype(np.int8).assign_attrs(parts[0].status.attrs)
    return data


def _is_exact(name: str | None) -> bool:
    return name in EQUATIONS and EQUATIONS[name].exact
