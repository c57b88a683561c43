"""The house: each folder is a contract, and imports point up the list of folders only.

Everything is read from the tree; a new module needs no entry here.
"""

from __future__ import annotations

import ast
import graphlib
from pathlib import Path

import pytest

import sambe
from sambe.physics.equations import EQUATIONS
from sambe.physics.treatments import TREATMENTS

SOURCE = Path(sambe.__file__).parent
ROOMS = ("errors", "_version", "numerics", "description", "models", "analytic", "physics", "sweep", "verbs",
         "trust", "plot", "faces")  # fmt: skip
PHYSICS = (
    "dressing",
    "generators",
    "states",
    "steps",
    "currents",
    "heom",
)  # dress, rate, solve, count; and the exact answer
# further questions, which use every stage and what stands outside
BESIDE = ("in_time", "loops", "machines", "tones")
FOLDERS = sorted({path.parent for path in SOURCE.rglob("*.py")})
LABELS = ("xarray", "pandas", "dask", "zarr")
FACES = ("matplotlib", "rich", "typer", "pydantic")
MOST_FILES = 14  # in one folder, the __init__ not counted: as many as a reader takes in at a glance
MOST_LINES = 400

Name = tuple[str, ...]


def name_of(path: Path) -> Name:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return parts[:-1] if parts[-1] == "__init__" else parts


PATHS = {name_of(path): path for path in sorted(SOURCE.rglob("*.py"))}
MODULES = {name: path for name, path in PATHS.items() if name and path.name != "__init__.py"}
IDS = [".".join(name) for name in MODULES]


def trees(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(name: Name) -> set[Name]:
    """Modules of the package that a module imports, wherever in it."""
    path = PATHS[name]
    package = name if path.name == "__init__.py" else name[:-1]
    targets: set[Name] = set()
    for node in ast.walk(trees(path)):
        if not isinstance(node, ast.ImportFrom):
            continue
        parts = tuple((node.module or "").split(".")) if node.module else ()
        if node.level:
            base = (*package[: len(package) - node.level + 1], *parts)
        elif parts[:1] == ("sambe",):
            base = parts[1:]
        else:
            continue
        within = {(*base, alias.name) for alias in node.names if (*base, alias.name) in PATHS}
        targets |= within or {base}
    return targets - {name, ()}


GRAPH = {name: imports(name) for name in PATHS if name}


def test_the_rooms_are_those_of_the_list() -> None:
    there = {
        path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert there - {"__init__"} == set(ROOMS)
    inside = {path.name for path in (SOURCE / "physics").iterdir() if (path / "__init__.py").exists()}
    assert inside == {*PHYSICS, *BESIDE}


@pytest.mark.parametrize("name", GRAPH, ids=".".join)
def test_imports_point_up_the_list(name: Name) -> None:
    own = ROOMS.index(name[0])
    lower = {target for target in GRAPH[name] if ROOMS.index(target[0]) > own}
    assert not lower, f"{'.'.join(name)} imports {lower}, from a room below its own"


@pytest.mark.parametrize("name", [name for name in GRAPH if name[0] == "physics"], ids=".".join)
def test_physics_reads_in_one_direction(name: Name) -> None:
    """A stage uses those before it; method, pipeline, validity and cost stand outside and use them all.

    The exact answer alone reads the options of a method, as it answers without the other stages.
    """
    if len(name) < 2 or name[1] not in PHYSICS:
        return
    stage = PHYSICS.index(name[1])
    for target in GRAPH[name]:
        if target[:1] == ("physics",) and len(target) > 1:
            later = target[1] not in PHYSICS or PHYSICS.index(target[1]) > stage
            allowed = name[1] == "heom" and target[1] == "method"
            assert not later or allowed, f"{'.'.join(name)} imports {'.'.join(target)}"


def test_there_is_no_circle() -> None:
    tuple(graphlib.TopologicalSorter(GRAPH).static_order())  # raises CycleError and names the circle


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_folder_says_what_belongs_there(folder: Path) -> None:
    text = ast.get_docstring(trees(folder / "__init__.py")) or ""
    assert text.count(".") >= 2, "two sentences: what belongs here, and what may not be imported"
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= MOST_FILES
    if folder != SOURCE:
        assert "import" in text


@pytest.mark.parametrize("name", MODULES, ids=".".join)
def test_no_file_has_the_name_of_a_public_callable(name: Name) -> None:
    """Importing such a file binds its name in the package, which would replace the function."""
    package = sambe
    for part in name[:-1]:
        package = getattr(package, part, None)
        if package is None:
            return
    assert not callable(vars(package).get(name[-1]))
    if len(name) > 1 and name[0] in ("verbs", "trust", "plot"):
        assert name[-1] not in {*sambe.__all__, *sambe.plot.__all__} - {"models", "plot", "analytic"}


@pytest.mark.parametrize("name", MODULES, ids=".".join)
def test_kernels_know_no_labels_and_no_faces(name: Name) -> None:
    """What stands above the sweep is numbers only: no labels, no figures, no terminal."""
    tree = trees(PATHS[name])
    outside: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            outside |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            outside.add((node.module or "").split(".")[0])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id not in ("eval", "exec"), f"line {node.lineno}"
            if name[0] != "faces":
                assert node.func.id != "print", f"line {node.lineno}"
        assert not isinstance(node, ast.Assert), f"line {node.lineno}: raise an InputError instead"
    if ROOMS.index(name[0]) <= ROOMS.index("physics"):
        assert not outside & set(FACES)
    if name[0] in ("numerics", "physics", "analytic"):
        assert not outside & set(LABELS)


@pytest.mark.parametrize("name", MODULES, ids=".".join)
def test_modules_stay_readable(name: Name) -> None:
    assert len(PATHS[name].read_text(encoding="utf-8").splitlines()) <= MOST_LINES


RECORDS = {("physics", "equations"), ("physics", "treatments")}
NAMES = {*EQUATIONS, *TREATMENTS}


@pytest.mark.parametrize("name", [name for name in MODULES if name not in RECORDS], ids=".".join)
def test_equations_and_treatments_are_told_apart_by_their_records(name: Name) -> None:
    """A comparison with a name would have to be found and extended for each new equation."""
    for node in ast.walk(trees(PATHS[name])):
        if isinstance(node, ast.Compare):
            operands = [node.left, *node.comparators]
            lists = [x.elts for x in operands if isinstance(x, ast.Tuple | ast.List | ast.Set)]
            compared = [*operands, *(x for elements in lists for x in elements)]
            words = {x.value for x in compared if isinstance(x, ast.Constant) and isinstance(x.value, str)}
            assert not words & NAMES, f"line {node.lineno}"
        if isinstance(node, ast.MatchValue):
            value = getattr(node.value, "value", None)
            assert value not in NAMES, f"line {node.lineno}"
