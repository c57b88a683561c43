"""Figures of results, in matplotlib's object interface: no global state, no windows.

A figure reads a Dataset and returns what was drawn; no verb may be called here, and no face imported.
"""

from .chain_figures import flows
from .circuit_figures import channels, junction
from .current_figures import currents, save
from .curvature_map import curvature
from .in_time_figures import relaxation, transient
from .mode_maps import modes
from .noise_figures import noise
from .surface_figures import map
from .verdict_maps import audit_map as verdicts

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
