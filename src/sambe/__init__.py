"""Where the energy goes in driven open quantum systems.

`sambe` gives the energy current through every terminal (each bath, and the pump) of a small quantum
system that hot and cold reservoirs and a periodic drive push at once: describe it with `System` and
`Bath`, then ask `steady_state`, `compare` or `channels`.

The public names come in five groups. *Nouns*, what you have: `System`, `Bath`, the sweep's `axis`, `Units`,
and the spectral densities `Ohmic`, `DrudeLorentz`, `Underdamped`, `Flat`, `Window`, `Tabulated` and `Custom`.
*Verbs*, what you ask: `steady_state`, `energy_currents`, `compare`, `channels`,
`counting_statistics`, `generating_function`, `pump_cycle`, `pump_curvature`, `audit` and `cite`.
*Collections*, what is ready-made: `models`, `analytic` and `plot`. *Operators*, what Hamiltonians and
couplings are made of: `sigmax`, `spin_jx`, `destroy`, `lift` and their like. *Errors and warnings*, what can
go wrong: `SambeError` is the base of the errors. ``sambe.__all__`` lists every name in this order.
"""

from __future__ import annotations

import ast
import importlib
from pathlib import Path
from typing import Any

from ._version import __version__ as __version__


def _homes() -> dict[str, str]:
    """Module of each public name, as the stub beside this file lists them; "" for a module itself."""
    stub = Path(__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    imports = [node for node in ast.parse(stub).body if isinstance(node, ast.ImportFrom)]
    return {alias.name: node.module or "" for node in imports for alias in node.names}


# Names are imported at first use, so that `import sambe` and the command line start at once.
HOMES = _homes()
__all__ = list(HOMES)


def __getattr__(name: str) -> Any:
    if name not in HOMES:
        from .errors import hint

        raise AttributeError(f"module 'sambe' has no attribute {name!r}{hint(name, HOMES)}")
    home = HOMES[name]
    if home:
        value = getattr(importlib.import_module(f".{home}", __name__), name)
    else:
        value = importlib.import_module(f".{name}", __name__)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
