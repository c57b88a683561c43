"""Figures of results, in matplotlib's object interface: no global state, no windows.

A figure reads a Dataset and returns what was drawn; no verb may be called here, and no face imported.
"""

from .current_figures import currents, save
from .curvature_map import curvature
from .in_time_figures import relaxation, transient

__all__ = ["currents", "curvature", "relaxation", "save", "transient"]
