"""What the process of a command is spared, and that it has the rest when it asks for it."""

from __future__ import annotations

import subprocess
import sys

import pytest

JOB = """
[system]
model = "spin_boson"
drive = 0.1
omega = [0.8, 1.0, 1.2]

[solve]
equations = ["driven_dressed", "floquet"]

[output]
formats = ["nc", "png", "svg"]
title = "Small, $\\\\omega$"
"""
COMMAND = """
import sys
from sambe.faces.commands.main import main
sys.argv = ["sambe", *sys.argv[1:]]
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(*(name for name, module in sys.modules.items() if module is not None))
"""


def modules_of(directory, *arguments: str) -> set[str]:
    """Modules that a command has imported at its end, in a process of its own."""
    (directory / "job.toml").write_text(JOB)
    out = subprocess.run(
        [sys.executable, "-c", COMMAND, *arguments],
        cwd=directory,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return set(out.stdout.split())


@pytest.mark.slow
def test_a_run_imports_nothing_heavy_that_it_does_without(tmp_path) -> None:
    modules = modules_of(tmp_path, "run", "job.toml", "--quiet", "--out", "out")
    assert {"xarray", "matplotlib.figure", "h5netcdf"} <= modules  # it has worked
    left_out = {"dask", "distributed", "zarr", "qutip", "jax", "rich.console", "matplotlib.pyplot"}
    left_out |= {"scipy.optimize", "scipy.stats", "numpy.f2py.f2py2e", "numpy.testing._private.utils"}
    assert not modules & left_out


@pytest.mark.slow
def test_a_run_with_a_store_has_dask(tmp_path) -> None:
    pytest.importorskip("dask")
    pytest.importorskip("zarr")
    modules = modules_of(tmp_path, "run", "job.toml", "--quiet", "--store", "out.zarr")
    assert {"dask.array", "zarr"} <= modules


@pytest.mark.slow
def test_a_process_that_has_xarray_keeps_its_dask() -> None:
    pytest.importorskip("dask")
    code = (
        "import sys, xarray; from sambe.faces.commands.start import leave_out_dask; leave_out_dask(); "
        "import dask.array; assert xarray.DataArray([1.0]).chunk().chunks"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_cycles_are_still_collected() -> None:
    code = (
        "import gc, weakref; from sambe.faces.commands.start import MANY, collect_rarely; collect_rarely()\n"
        "class Knot: pass\n"
        "knot = Knot(); knot.itself = knot; gone = weakref.ref(knot); del knot\n"
        "lasting = [[] for _ in range(2 * MANY)]\n"
        "assert gone() is None"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_figures_are_imported_without_lists_of_properties() -> None:
    code = (
        "from sambe.faces.commands.start import import_figures; import_figures()\n"
        "from matplotlib.artist import kwdoc\n"
        "from matplotlib.lines import Line2D\n"
        "assert 'markersize' in kwdoc(Line2D) and 'markersize' not in Line2D.set.__doc__\n"
        "assert Line2D([], []).set(markersize=3.0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_a_deferred_module_is_imported_when_it_is_used() -> None:
    code = (
        "import sys; from sambe.faces.commands.start import defer; defer('numpy.f2py', 'no_such_module'); "
        "import numpy; from numpy import *; assert 'numpy.f2py.f2py2e' not in sys.modules; "
        "assert numpy.f2py.get_include(); assert 'numpy.f2py.f2py2e' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
