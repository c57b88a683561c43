"""The public face: every name is there and documented, and cheap to import."""

from __future__ import annotations

import inspect
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

import sambe

FUNCTIONS = [name for name in sambe.__all__ if inspect.isroutine(getattr(sambe, name))]
CLASSES = [name for name in sambe.__all__ if inspect.isclass(getattr(sambe, name))]
COLLECTIONS = [name for name in sambe.__all__ if inspect.ismodule(getattr(sambe, name))]


def test_names_are_listed_once_and_exist() -> None:
    assert len(sambe.__all__) == len(set(sambe.__all__))
    for name in sambe.__all__:
        assert getattr(sambe, name) is not None
    assert set(sambe.__all__) <= set(dir(sambe))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        sambe.no_such_name  # noqa: B018


@pytest.mark.parametrize("name", [*FUNCTIONS, *CLASSES])
def test_is_documented(name: str) -> None:
    thing = getattr(sambe, name)
    text = inspect.getdoc(thing) or ""
    assert text.splitlines()[0].rstrip().endswith(".") or "\n\n" in text, "one line that says what it is"
    if isinstance(thing, type) and issubclass(thing, (Warning, Exception)):
        return
    assert "Examples\n--------\n" in text
    assert ">>> " in text
    assert_sections(thing, text)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_collections_are_documented(collection: str) -> None:
    module = getattr(sambe, collection)
    assert module.__doc__
    assert list(module.__all__) == sorted(module.__all__)
    for name in module.__all__:
        thing = getattr(module, name)
        if inspect.isroutine(thing):
            text = inspect.getdoc(thing) or ""
            assert "Examples\n--------\n" in text, name
            assert_sections(thing, text)


def assert_sections(thing: Callable[..., Any], text: str) -> None:
    """numpydoc: what goes in and what comes out, wherever something does."""
    parameters = [p for p in inspect.signature(thing).parameters if p not in ("self", "args", "kwargs")]
    if parameters:
        assert "Parameters\n----------\n" in text
        for name in parameters:
            assert name in text.split("Parameters\n----------\n")[1], f"{name} is not described"
    if (
        inspect.isroutine(thing) and thing.__module__ != "sambe.description.operators"
    ):  # each of these returns a matrix
        assert "Returns\n-------\n" in text


@pytest.mark.parametrize("name", [*FUNCTIONS, *CLASSES])
def test_every_argument_is_annotated(name: str) -> None:
    thing = getattr(sambe, name)
    called = thing.__init__ if inspect.isclass(thing) else thing
    if not inspect.isfunction(called):
        return
    hints = set(called.__annotations__)
    assert {p for p in inspect.signature(called).parameters if p != "self"} <= hints


def test_import_is_light() -> None:
    """`import sambe` answers at once: what takes long is imported when it is used."""
    heavy = ("numpy", "scipy", "qutip", "matplotlib", "xarray", "pandas", "jax", "dask", "pydantic")
    code = f"import sambe, sys; print([m for m in {heavy} if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


@pytest.mark.slow
def test_a_steady_state_needs_no_qutip_and_no_matplotlib() -> None:
    code = (
        "import sambe, sys; sambe.steady_state(sambe.models.spin_boson(omega=0.8)); "
        "print([m for m in ('qutip', 'matplotlib', 'jax', 'pydantic', 'rich') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
