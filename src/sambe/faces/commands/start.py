"""What the process of a command is spared at its start: modules that it does without."""

from __future__ import annotations

import gc
import importlib.util
import sys

__all__ = ["UNUSED", "admit_dask", "collect_rarely", "defer", "import_figures", "leave_out_dask"]

# What array_api_compat imports with all that NumPy has, and no command uses.
UNUSED = ("numpy.f2py", "numpy.testing")
# New objects after which Python looks for cycles. A choice: a command makes some 10^5 lasting ones by its
# imports alone, which the default of 700 goes through 500 times.
MANY = 50_000


def collect_rarely() -> None:
    """Look for cycles of garbage now and then alone; arrays are freed without that."""
    gc.set_threshold(MANY, *gc.get_threshold()[1:])


def leave_out_dask() -> None:
    """Let this process have no Dask, whose import takes longer than most runs, until `admit_dask`.

    Wherever Dask is installed, xarray imports all of it to see whether an array is one of Dask's, and once
    more to see whether a cluster writes a file. None in the place of a module stands for one that is not
    there. A process that has xarray already knows whether there is Dask, and is left as it is. So it is with
    pint, which numbers with units admit by themselves.
    """
    if "xarray" not in sys.modules:
        for name in ("dask", "pint"):
            sys.modules.setdefault(name, None)  # type: ignore[arg-type]


def admit_dask() -> None:
    """Undo `leave_out_dask` for a command that has a store or a cluster; before xarray is imported."""
    if sys.modules.get("dask", sys) is None:
        del sys.modules["dask"]


def defer(*names: str) -> None:
    """Have modules imported when something in them is used, whoever names them before.

    >>> defer("numpy.f2py")
    >>> import numpy
    >>> callable(numpy.f2py.get_include)
    True
    """
    for name in names:
        if name in sys.modules:
            continue
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            continue
        spec.loader = loader = importlib.util.LazyLoader(spec.loader)
        sys.modules[name] = module = importlib.util.module_from_spec(spec)
        loader.exec_module(module)
        parent, _, leaf = name.rpartition(".")
        if parent:  # what a package lacks, it may go and import
            setattr(sys.modules[parent], leaf, module)


def import_figures() -> None:
    """Import Matplotlib without lists of properties in its docstrings, whose making takes a sixth of that."""
    from matplotlib import artist

    kept = artist.kwdoc
    artist.kwdoc = lambda artist: ""
    try:
        from ... import plot

        for name in plot.__all__:  # with all that it draws by
            getattr(plot, name)
    finally:
        artist.kwdoc = kept
