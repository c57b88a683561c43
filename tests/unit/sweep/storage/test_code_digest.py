"""Digests of functions: what a function does differently shows, where it was made does not."""

from __future__ import annotations

import functools
import importlib.util
import subprocess
import sys
import textwrap
import threading
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import qutip
import scipy.interpolate

from sambe.sweep.storage.code_digest import OPAQUE, VERSION, code_digest

LINE = 1.0


def narrow(at: float, width: float = 1e-6) -> Callable[[Any], Any]:
    """A line that no grid of probes meets."""
    return lambda w: 0.002 * w + 0.1 * np.exp(-(((w - at) / width) ** 2))


def made(text: str, **names: Any) -> Any:
    """What a piece of Python calls ``f``."""
    space: dict[str, Any] = {"np": np, "__name__": "__main__", **names}
    exec(textwrap.dedent(text), space)
    return space["f"]


class Peak:
    def __init__(self, at: float) -> None:
        self.at = at

    def __call__(self, w: Any) -> Any:
        return 1.0 / (1.0 + (w - self.at) ** 2)

    def doubled(self, w: Any) -> Any:
        return 2.0 * self(w)


def module(path: Path, factor: float) -> types.ModuleType:
    path.write_text(f"FACTOR = {factor}\ndef line(w):\n    return FACTOR * w\n")
    spec = importlib.util.spec_from_file_location("of_a_user", path)
    assert spec is not None
    assert spec.loader is not None
    out = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        # a file that is written again within the second, as long as before, would be read from its old code
        patch.setattr(sys, "dont_write_bytecode", True)
        spec.loader.exec_module(out)
    return out


def table(points: int) -> Any:
    grid = np.linspace(0.0, 5.0, points)
    return scipy.interpolate.CubicSpline(grid, np.sin(grid) ** 2)


def add(factor: float, w: Any) -> Any:
    return factor * w


PAIRS = {
    "a closure": lambda k: narrow(0.8 + k),
    "a constant": lambda k: made(f"f = lambda w: {2 + k} * w"),
    "a default": lambda k: lambda w, k=k: k * w,
    "a default by keyword": lambda k: made(f"def f(w, *, k={k}): return k * w"),
    "a constant of an inner function": lambda k: made(f"def f(w): return (lambda x: {3 + k} * x)(w)"),
    "an array in a closure": lambda k: (lambda x: lambda w: np.interp(w, x, x))(np.array([0.0, 1.0 + k])),
    "a list in a closure": lambda k: (lambda x: lambda w: x[0] * w)([1.0 + k]),
    "a partial": lambda k: functools.partial(add, 1.0 + k),
    "a partial by keyword": lambda k: functools.partial(add, factor=1.0 + k),
    "an object that is called": lambda k: Peak(1.0 + k),
    "a method": lambda k: Peak(1.0 + k).doubled,
    "a global": lambda k: made("f = lambda w: FACTOR * w", FACTOR=1.0 + k),
    "a global function": lambda k: made("f = lambda w: line(w)", line=narrow(0.5 + k)),
    "a global of a global": lambda k: made("f = lambda w: g(w)", g=made("f = lambda w: K * w", K=k)),
    "a cache": lambda k: functools.lru_cache(made(f"def f(w): return {2 + k} * w")),
    "a wrapper": lambda k: functools.wraps(add)(made(f"def f(w): return {2 + k} * w")),
    "a class": lambda k: made(f"class F:\n    def __call__(self, w): return {2 + k} * w\nf = F()"),
    "a parent class": lambda k: made(
        f"class E:\n    def __call__(self, w): return {2 + k} * w\nclass F(E): pass\nf = F()"
    ),
    "an attribute of a class": lambda k: made(
        f"class F:\n    k = {k}\n    def __call__(self, w): return self.k * w\nf = F()"
    ),
    "slots": lambda k: made(
        f"class F:\n    __slots__ = ('k',)\n    def __call__(self, w): return self.k * w\nf = F(); f.k = {k}"
    ),
    "a table of SciPy": lambda k: table(9 + round(100 * k)),
    "a set": lambda k: made(f"f = lambda w: w if w in {{'a', 'b', 'c{k}'}} else 0"),
    "the order of operations": lambda k: made(f"f = lambda w: {'w - 2' if k else '2 - w'}"),
    "a vectorised function": lambda k: np.vectorize(made(f"f = lambda w: {2 + k} * w")),
    "an environment of QuTiP": lambda k: qutip.DrudeLorentzEnvironment(T=1.0, lam=0.1 + k, gamma=1.0),
    "an environment made of a function": lambda k: qutip.BosonicEnvironment.from_spectral_density(
        narrow(0.8 + k), T=1.0, wMax=5.0
    ),
    "its version": lambda k: made(f"f = lambda w: w\nf.{VERSION} = 'v{k}'"),
}


@pytest.mark.parametrize("case", PAIRS)
def test_a_difference_shows_and_a_copy_does_not(case: str) -> None:
    make = PAIRS[case]
    one, same, other = (code_digest(make(k)) for k in (0.0, 0.0, 0.01))
    assert one == same
    assert one != other
    assert not one.startswith(OPAQUE), one


def test_a_module_of_the_user_is_looked_into(tmp_path: Path) -> None:
    digests = [
        code_digest(made("f = lambda w: lines.line(w)", lines=module(tmp_path / "lines.py", factor)))
        for factor in (1.0, 1.0, 2.0)
    ]
    assert digests[0] == digests[1] != digests[2]


def test_where_a_function_stands_is_no_matter() -> None:
    assert code_digest(made("f = lambda w: 2 * w")) == code_digest(
        made("\n\n# a remark\nf = lambda w: 2 * w")
    )


def test_functions_that_know_each_other() -> None:
    def pair(k: float) -> Any:
        def even(n: int) -> float:
            return k if n == 0 else odd(n - 1)

        def odd(n: int) -> float:
            return 0.0 if n == 0 else even(n - 1)

        return even

    assert code_digest(pair(1.0)) == code_digest(pair(1.0)) != code_digest(pair(2.0))


def test_what_shows_nothing_of_itself_says_so_and_a_version_stands_for_it() -> None:
    def holder(lock: Any) -> Any:
        def function(w: Any) -> Any:
            with lock:
                return w

        return function

    blind = holder(threading.Lock())
    assert code_digest(blind).startswith(f"{OPAQUE}: an object of _thread.")
    setattr(blind, VERSION, "1")
    assert code_digest(blind).startswith("sha256:")


@pytest.mark.slow
def test_another_process_finds_the_same(tmp_path: Path) -> None:
    """The order of sets, the addresses of objects and the caches of compiled files are this process's own."""
    text = """
        import functools, sys
        import numpy as np
        sys.path.insert(0, sys.argv[1])
        from sambe.sweep.storage.code_digest import code_digest
        import line
        print(code_digest(line.f), code_digest(functools.partial(line.g, (1.0, 2.0))))
    """
    (tmp_path / "line.py").write_text(
        "import numpy as np\nNAMES = {'alpha', 'beta', 'gamma'}\nPAIR, SAME = (1.0, 2.0), (1.0, 2.0)\n"
        "def g(pair, w):\n    return pair[0] * w\n"
        "def f(w):\n    return np.exp(-w) * len(NAMES) * PAIR[0] * SAME[1] if 'x' in {'x', 'y', 'z'} else w\n"
    )
    out = {
        subprocess.run(
            [sys.executable, "-c", textwrap.dedent(text), str(tmp_path)], capture_output=True, text=True,
            check=True, timeout=120,
        ).stdout
        for _ in range(3)
    }  # fmt: skip
    assert len(out) == 1
