"""`sambe doctor`: what this installation is made of, and whether it finds a current that is known."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import time
from typing import Any

import typer

from ..._version import __version__
from .ends import EXIT_FAILED

__all__ = ["doctor", "facts", "self_test"]

PACKAGES = ("numpy", "scipy", "xarray", "qutip", "matplotlib", "array-api-compat", "typer", "pydantic")
EXTRAS = {
    "dask": "sambe[scale]", "zarr": "sambe[scale]", "jax": "sambe[jax]", "pint": "sambe[units]",
    "bokeh": "sambe[app]", "scqubits": "scqubits", "dynamiqs": "dynamiqs", "quchip": "quchip",
}  # fmt: skip
# Largest error of the self-test: the closed form and the engine share no line, and agree to rounding of a
# current of 1e-3 from rates of 1e-3.
EXACT = 1e-9
PATIENCE = 5  # seconds for the driver of a card to answer


def doctor() -> None:
    """Tell versions, cores, BLAS and card, and solve a system whose currents are known."""
    from rich.console import Console
    from rich.markup import escape

    from ..text.console import bare_table

    console, table = Console(), bare_table(show_header=False)
    for name, value in facts().items():
        table.add_row(name, escape(value))
    error, seconds = self_test()
    passed = error < EXACT
    said = f"{'passed' if passed else 'FAILED'}: error {error:.1e} of the largest current, in {seconds:.2f} s"
    table.add_row("self-test", said, style=None if passed else "bold red")
    console.print(table)
    if not passed:
        raise typer.Exit(EXIT_FAILED)


def facts() -> dict[str, str]:
    """What to tell when something is wrong, by name.

    Examples
    --------
    >>> {"sambe", "Python", "cores", "BLAS", "card"} <= set(facts())
    True
    """
    optional = {
        name: _version(name) or f"not installed (pip install {extra!r})" for name, extra in EXTRAS.items()
    }
    return {
        "sambe": __version__,
        "Python": f"{platform.python_version()} on {platform.platform()}",
        **{name: _version(name) or "MISSING" for name in PACKAGES},
        **optional,
        "cores": f"{len(os.sched_getaffinity(0)) if hasattr(os, 'sched_getaffinity') else os.cpu_count()} "
        f"of {os.cpu_count()}",
        "BLAS": _blas(),
        "card": _card(),
    }


def self_test() -> tuple[float, float]:
    """Largest error of a sweep against its closed form, of the largest current, and the seconds it took."""
    import numpy as np

    from ...analytic import spin_boson_currents
    from ...description.system import axis
    from ...models import spin_boson
    from ...verbs.stationary_currents import steady_state

    start = time.perf_counter()
    omega = np.linspace(0.5, 1.5, 101)
    system = spin_boson(omega=axis("omega", omega))
    answer = steady_state(system, secular="full").energy_current.values
    known: Any = spin_boson_currents(1.0, 0.1, omega, system.baths)
    error = float(np.max(np.abs(answer - known)) / np.max(np.abs(known)))
    return error, time.perf_counter() - start


def _version(name: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version  # a fifth of the time of --help

    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _blas() -> str:
    import numpy as np
    import scipy.linalg
    from threadpoolctl import threadpool_info

    np.linalg.eigvalsh(np.eye(2)), scipy.linalg.eigh(np.eye(2))  # a library is seen once it is loaded
    pools = [p for p in threadpool_info() if p["user_api"] == "blas"]
    told = [f"{p['internal_api']} {p.get('version') or ''}, {p['num_threads']} threads" for p in pools]
    return "; ".join(dict.fromkeys(told)) or "none that threadpoolctl knows"


def _card() -> str:
    """Graphics cards that the driver sees; asked of the driver, as JAX would take a card's memory."""
    tool = shutil.which("nvidia-smi")
    if tool is None:
        return "none seen"
    asked = [tool, "--query-gpu=name,memory.total", "--format=csv,noheader"]
    try:
        answer = subprocess.run(asked, capture_output=True, text=True, timeout=PATIENCE, check=True).stdout
    except (OSError, subprocess.SubprocessError) as error:
        return f"the driver does not answer ({type(error).__name__})"
    return "; ".join(line.strip() for line in answer.splitlines() if line.strip()) or "none seen"
