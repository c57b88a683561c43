"""Several equations side by side: each answers for itself, and none takes the others' answers with it."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ..description.system import System
from ..errors import FrameError, InputError, NoAnswerWarning, SambeError
from ..physics.method import Method, prepare
from ..sweep.labels import status_attributes, warn_of
from ..sweep.lazy import is_lazy, lazy_state
from ..sweep.store import open_comparison
from .stationary_currents import answered, reading

__all__ = ["compare"]


def compare(
    system: System, *, equations: Sequence[str] | None = None,
    secular: str | Sequence[str] = "partial", store: str | Path | None = None, resume: bool = False,
    **options: Any,
) -> Any:  # fmt: skip
    """The same system by several equations, along a leading dimension ``equation``.

    Parameters
    ----------
    system : System
    equations : sequence of str, optional
        Values of ``equation`` for `steady_state`; by default the three master equations, or without a
        static frame the one that needs none.
    secular : str or sequence of str
        Of each equation; several make a second dimension ``secular``, along which ``"heom"`` is constant.
    store, resume
        As for `steady_state`; each equation is a group of the store, under its name, and each of
        several secular treatments a group in that.
    **options
        Passed on to `steady_state`.

    Returns
    -------
    xarray.Dataset
        As from `steady_state`, with the dimension ``equation`` in front.

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
    names = _those_of(system) if equations is None else _named("equations", equations)
    place = None if store is None else Path(store)
    if resume and place is None:
        raise InputError("resume", resume, "name the store to continue with store=")
    if place is not None:
        open_comparison(place, names, resume)
    method, where = _divided(options)
    answers: list[_Answer] = []

    def one(name: str, kind: str, own: Path | None) -> Any:
        chosen = prepare(system, name, kind, **method)
        if place is None and is_lazy(system):
            return lazy_state(system, chosen, where.get("memory", "1 GB"))
        data, fault = answered(system, chosen, store=own, resume=resume, **where)
        answers.append(_Answer(name if isinstance(secular, str) else f"{name}, {kind}", chosen, data, fault))
        return data

    def solve(name: str) -> Any:
        own = None if place is None else place / name
        kinds = [secular] if isinstance(secular, str) else _named("secular", secular)
        if isinstance(secular, str) or name == "heom":
            data = one(name, kinds[0], own)
            return data if isinstance(secular, str) else _side_by_side([data] * len(kinds), "secular", kinds)
        if own is not None:
            open_comparison(own, kinds, resume)
        parts = [one(name, kind, None if own is None else own / kind) for kind in kinds]
        return _side_by_side(parts, "secular", kinds)

    parts = [solve(name) for name in names]
    faults = [answer.fault for answer in answers if answer.fault is not None]
    if faults and len(faults) == len(answers):
        raise faults[0]
    with reading(place):
        for answer in answers:
            if answer.fault is None:
                warn_of(answer.data, answer.method)
            else:  # it does not take the answers of the others with it
                said = f"{answer.name} has no answer: {answer.fault}"
                warnings.warn(said, NoAnswerWarning, stacklevel=2)
    return _side_by_side(parts, "equation", names)


class _Answer(NamedTuple):
    """An equation's Dataset, and what is wrong if no point of it has an answer."""

    name: str
    method: Method
    data: Any
    fault: SambeError | None


def _divided(options: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Options of a comparison: those of `prepare`, and those of `answered`."""
    of_method = ("tolerance", "propagation_tolerance", "lamb_shift", "heom")
    of_blocks = ("memory", "workers", "executor", "progress")
    for name in options:
        if name not in of_method + of_blocks:
            raise TypeError(f"compare() got an unexpected keyword argument {name!r}")
    return {k: v for k, v in options.items() if k in of_method}, {
        k: v for k, v in options.items() if k in of_blocks
    }


def _those_of(system: System) -> list[str]:
    """The master equations that a system has."""
    try:
        prepare(system, "driven_dressed")
    except FrameError:
        return ["floquet"]
    return ["driven_dressed", "floquet", "dressed"]


def _named(field: str, names: Sequence[str]) -> list[str]:
    out = list(names)
    if isinstance(names, str) or not out or len(set(out)) != len(out):
        raise InputError(field, names, "name one or more in a list, each once")
    return out


def _side_by_side(parts: Sequence[Any], dim: str, names: list[str]) -> Any:
    """Datasets along a new leading dimension."""
    import xarray as xr

    along = xr.DataArray(np.asarray(names, dtype=object), dims=dim, name=dim)
    data = xr.concat(parts, dim=along, data_vars="all", combine_attrs="drop_conflicts")
    data.attrs.pop(dim, None)
    for name in {"secular", "lamb_shift"} - {dim}:  # of the master equations: the exact one knows no choice
        chosen = {part.attrs.get(name) for part in parts if part.attrs.get("equation") != "heom"}
        if len(chosen - {None}) == 1:
            data.attrs[name] = chosen.pop()
    data["status"] = data.status.astype(np.int8).assign_attrs(status_attributes())
    return data
