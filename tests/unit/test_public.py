"""The public face: every name is there and documented, cheap to import, and nothing imports upwards."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sambe

SOURCE = Path(sambe.__file__).parent
MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts): path
    for path in sorted(SOURCE.rglob("*.py"))
    if path.name != "__init__.py"
}
FUNCTIONS = [name for name in sambe.__all__ if inspect.isroutine(getattr(sambe, name))]
CLASSES = [name for name in sambe.__all__ if inspect.isclass(getattr(sambe, name))]
COLLECTIONS = [name for name in sambe.__all__ if inspect.ismodule(getattr(sambe, name))]

# DESIGN: imports point down this list only. A line is a layer; a module may import from its own layer and
# from those above it. Packages stand for all their modules.
LAYERS = [
    {"errors"},
    {"_array"},
    {"operators", "spectrum"},
    {"bath"},
    {"system", "_inputs", "interop"},
    {"models", "analytic", "reaction"},
    {"frame", "magnus", "tangent", "unitary"},
    {"dressing"},
    {"splitting"},
    {"modes"},
    {"extended", "floquet", "two_level"},
    {"jumps"},
    {"hilbert", "lamb", "generator", "zone"},
    {"krylov", "time_balance"},
    {"positive", "harmonic_balance", "steady"},
    {"currents"},
    {"counting", "transient"},
    {"pipeline"},
    {"validity"},
    {"heom"},
    {"sweep", "dataset", "fingerprint", "memory"},
    {"blocks", "store", "lazy", "cluster"},
    {"solve", "breakdown", "comparison"},
    {"citation"},
    {
        "_results",
        "progress",
        "style",
        "summary",
        "plot",
        "grammar",
        "language",
        "quantities",
        "schema",
        "config",
    },
    {"trust", "report"},
    {"commands", "app"},
    {"cli"},
]
LEVEL = {name: level for level, layer in enumerate(LAYERS) for name in layer}
FACES = ("matplotlib", "rich", "typer", "pydantic")


def test_names_are_sorted_and_exist() -> None:
    assert sambe.__all__ == sorted(set(sambe.__all__))
    for name in sambe.__all__:
        assert getattr(sambe, name) is not None
    assert set(sambe.__all__) <= set(dir(sambe))


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no_such_name"):
        sambe.no_such_name  # noqa: B018


def test_no_function_is_hidden_by_a_module_of_its_name() -> None:
    """Importing a submodule binds its name in the package, which would replace the function."""
    assert not {name.split(".")[0] for name in MODULES} & {*FUNCTIONS, *CLASSES}


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


def test_a_steady_state_needs_no_qutip_and_no_matplotlib() -> None:
    code = (
        "import sambe, sys; sambe.steady_state(sambe.models.spin_boson(omega=0.8)); "
        "print([m for m in ('qutip', 'matplotlib', 'jax', 'pydantic', 'rich') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def imports(path: Path) -> set[str]:
    """First names of the sambe modules that a file imports, wherever in it."""
    here = path.relative_to(SOURCE).parent.parts
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            base = here[: len(here) - node.level + 1]
            names = [alias.name for alias in node.names]
            parts = (*base, *(node.module or "").split(".")) if node.module else base
            found |= {parts[0]} if parts else set(names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sambe":
            found |= {(node.module or "").split(".")[1]} if "." in (node.module or "") else set()
    return found


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_point_down(module: str) -> None:
    own = module.split(".")[0]
    assert own in LEVEL, f"{own} has no layer: enter it in LAYERS"
    upward = {name for name in imports(MODULES[module]) if name in LEVEL and LEVEL[name] > LEVEL[own]}
    assert not upward, f"{module} imports {sorted(upward)}, which stand above it"


@pytest.mark.parametrize(
    "module", [m for m in MODULES if LEVEL.get(m.split(".")[0], 99) <= LEVEL["pipeline"]]
)
def test_kernels_know_no_faces(module: str) -> None:
    """Kernels are functions from arrays to arrays: no labels, no figures, no terminal."""
    text = MODULES[module].read_text(encoding="utf-8")
    allowed = {"system", "_array", "_inputs", "bath", "spectrum", "models"}  # they meet labelled numbers
    banned = FACES if module in allowed else (*FACES, "xarray")
    tree = ast.walk(ast.parse(text))
    seen = {
        name.split(".")[0]
        for node in tree
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""])
    }
    assert not seen & set(banned)
    assert "print" not in {
        node.func.id
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }


@pytest.mark.parametrize("module", sorted(MODULES))
def test_size_and_manners(module: str) -> None:
    """Modules stay readable, and no assert guards what a user gives."""
    text = MODULES[module].read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 400
    for node in ast.walk(ast.parse(text)):
        assert not isinstance(node, ast.Assert), f"line {node.lineno}: raise an InputError instead"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec")
