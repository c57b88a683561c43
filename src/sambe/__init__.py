"""Where the energy goes in driven open quantum systems.

`sambe` gives the energy current through every terminal (each bath, and the pump) of a small quantum
system that hot and cold reservoirs and a periodic drive push at once: describe it with `System` and
`Bath`, then ask `steady_state`, `compare` or `channels`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from ._version import __version__ as __version__

# Where each public name lives: imported at first use, so that the command line starts at once.
_HOMES = {
    "analytic": "analytic",
    "models": "models",
    "plot": "plot",
    **dict.fromkeys(
        ("Bath", "Custom", "DrudeLorentz", "Flat", "Ohmic", "Tabulated", "Underdamped", "Window",
         "absorption_rate"), "description.bath"),
    **dict.fromkeys(
        ("ConvergenceError", "FrameError", "InputError", "NoAnswerWarning", "SambeError", "SecularWarning",
         "TruncationWarning"), "errors"),
    **dict.fromkeys(
        ("create", "destroy", "identity", "lift", "num", "projector", "sigmam", "sigmap", "sigmax",
         "sigmay", "sigmaz", "spin_jm", "spin_jp", "spin_jx", "spin_jy", "spin_jz", "transition"),
        "description.operators"),
    "ClusterError": "sweep.cluster",
    "StoreError": "sweep.store",
    **dict.fromkeys(("System", "axis"), "description.system"),
    "audit": "trust",
    "channels": "verbs.breakdown",
    "cite": "verbs.citation",
    "reaction_coordinate": "description.reaction_coordinate",
    "compare": "verbs.comparison",
    **dict.fromkeys(("energy_currents",), "verbs.bare_currents"),
    **dict.fromkeys(("steady_state",), "verbs.stationary_currents"),
}  # fmt: skip
_MODULES = {"analytic", "models", "plot"}

__all__ = sorted(_HOMES)

__all__ = [
    "Bath",
    "ClusterError",
    "ConvergenceError",
    "Custom",
    "DrudeLorentz",
    "Flat",
    "FrameError",
    "InputError",
    "NoAnswerWarning",
    "Ohmic",
    "SambeError",
    "SecularWarning",
    "StoreError",
    "System",
    "Tabulated",
    "TruncationWarning",
    "Underdamped",
    "Window",
    "absorption_rate",
    "analytic",
    "audit",
    "axis",
    "channels",
    "cite",
    "compare",
    "create",
    "destroy",
    "energy_currents",
    "identity",
    "lift",
    "models",
    "num",
    "plot",
    "projector",
    "reaction_coordinate",
    "sigmam",
    "sigmap",
    "sigmax",
    "sigmay",
    "sigmaz",
    "spin_jm",
    "spin_jp",
    "spin_jx",
    "spin_jy",
    "spin_jz",
    "steady_state",
    "transition",
]

if TYPE_CHECKING:
    from . import analytic, models, plot
    from .description.bath import (
        Bath,
        Custom,
        DrudeLorentz,
        Flat,
        Ohmic,
        Tabulated,
        Underdamped,
        Window,
        absorption_rate,
    )
    from .description.operators import (
        create,
        destroy,
        identity,
        lift,
        num,
        projector,
        sigmam,
        sigmap,
        sigmax,
        sigmay,
        sigmaz,
        spin_jm,
        spin_jp,
        spin_jx,
        spin_jy,
        spin_jz,
        transition,
    )
    from .description.reaction_coordinate import reaction_coordinate
    from .description.system import System, axis
    from .errors import (
        ConvergenceError,
        FrameError,
        InputError,
        NoAnswerWarning,
        SambeError,
        SecularWarning,
        TruncationWarning,
    )
    from .sweep.cluster import ClusterError
    from .sweep.store import StoreError
    from .trust import audit
    from .verbs.bare_currents import energy_currents
    from .verbs.breakdown import channels
    from .verbs.citation import cite
    from .verbs.comparison import compare
    from .verbs.stationary_currents import steady_state


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'sambe' has no attribute {name!r}")
    module = importlib.import_module(f".{home}", __name__)
    value = module if name in _MODULES else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
