"""Figures of results, in matplotlib's object interface: no global state, no windows.

A figure reads a Dataset, takes ``ax=`` and returns the Axes; no verb may be called here, no face imported.
"""

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
