"""Figures of results, in matplotlib's object interface: no global state, no windows.

A figure reads a Dataset, takes ``ax=`` and returns the Axes; no verb may be called here, no face imported.
Matplotlib is imported with the first figure, so that whoever wants its colours or arrows alone does without.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..errors import hint

if TYPE_CHECKING:
    from .canvas import save
    from .chain_figures import flows
    from .circuit_figures import channels, junction
    from .current_figures import currents
    from .in_time_figures import relaxation, transient
    from .mode_maps import modes
    from .noise_figures import noise
    from .surface_figures import curvature, map
    from .verdict_maps import verdicts

__all__ = [
    "channels",
    "currents",
    "curvature",
    "flows",
    "junction",
    "map",
    "modes",
    "noise",
    "relaxation",
    "save",
    "transient",
    "verdicts",
]

_HOMES = {
    "save": "canvas",
    "flows": "chain_figures",
    "channels": "circuit_figures",
    "junction": "circuit_figures",
    "currents": "current_figures",
    "relaxation": "in_time_figures",
    "transient": "in_time_figures",
    "modes": "mode_maps",
    "noise": "noise_figures",
    "curvature": "surface_figures",
    "map": "surface_figures",
    "verdicts": "verdict_maps",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}{hint(name, __all__)}")
    value = globals()[name] = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return list(__all__)
