"""Figures of results, in matplotlib's object interface: no global state, no windows.

A figure reads a Dataset and returns what was drawn; no verb may be called here, and no face imported.
"""

from .chain_figures import flows
from .current_figures import currents, save
from .curvature_map import curvature
from .in_time_figures import relaxation, transient
from .mode_maps import modes

__all__ = ["currents", "curvature", "flows", "modes", "relaxation", "save", "transient"]
