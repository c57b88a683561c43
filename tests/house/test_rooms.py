"""The house: each folder is a contract, and imports point up the list of folders only.

Everything is read from the tree; a new module needs no entry here. One test looks at all modules, and names
those at fault: a test for each would take longer to report than to run.
"""

from __future__ import annotations

import ast
import gc
import graphlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import sambe
from sambe.physics.equations import EQUATIONS
from sambe.physics.treatments import TREATMENTS

SOURCE = Path(sambe.__file__).parent
ROOMS = ("errors", "_version", "numerics", "description", "models", "analytic", "physics", "sweep", "verbs",
         "trust", "plot", "faces", "__main__")  # fmt: skip
PHYSICS = (
    "dressing",
    "generators",
    "states",
    "steps",
    "currents",
    "heom",
)  # dress, rate, solve, count; and the exact answer
# further questions, which use every stage and what stands outside
BESIDE = ("in_time", "loops", "machines", "statistics", "tones")
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
pytestmark = pytest.mark.xdist_group("tree")  # one worker reads it
MODULES = {name: path for name, path in PATHS.items() if name and path.name != "__init__.py"}


LOOKED_AT = ast.Import | ast.ImportFrom | ast.Call | ast.Assert | ast.Compare | ast.MatchValue


@cache
def tree(path: Path) -> tuple[ast.AST, ...]:
    """What the tests look at of a module, read once; the garbage collector need not go through it again and
    again."""
    collects = gc.isenabled()
    gc.disable()
    try:
        nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        return tuple(node for node in nodes if isinstance(node, LOOKED_AT))
    finally:
        if collects:
            gc.enable()


def imports(name: Name) -> set[Name]:
    """Modules of the package that a module imports, wherever in it."""
    path = PATHS[name]
    package = name if path.name == "__init__.py" else name[:-1]
    targets: set[Name] = set()
    for node in tree(path):
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


@pytest.fixture(scope="module", autouse=True)
def _trees_are_forgotten() -> Iterator[None]:
    yield
    tree.cache_clear()


@pytest.fixture(scope="module")
def graph() -> dict[Name, set[Name]]:
    return {name: imports(name) for name in PATHS if name}


def test_the_rooms_are_those_of_the_list() -> None:
    there = {
        path.stem for path in SOURCE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert there - {"__init__"} == set(ROOMS)
    inside = {path.name for path in (SOURCE / "physics").iterdir() if (path / "__init__.py").exists()}
    assert inside == {*PHYSICS, *BESIDE}


def test_imports_point_up_the_list(graph) -> None:
    lower = {
        ".".join(name): targets
        for name, imported in graph.items()
        if (targets := {t for t in imported if ROOMS.index(t[0]) > ROOMS.index(name[0])})
    }
    assert not lower, "these import from a room below their own"


def test_physics_reads_in_one_direction(graph) -> None:
    """A stage uses those before it; method, pipeline, validity and cost stand outside and use them all.

    The exact answer alone reads the options of a method, as it answers without the other stages.
    """
    stages = {
        name: PHYSICS.index(name[1])
        for name in graph
        if name[0] == "physics" and name[1:2] != () and name[1] in PHYSICS
    }
    assert set(stages.values()) == set(range(len(PHYSICS)))
    wrong = {}
    for name, stage in stages.items():
        others = [t for t in graph[name] if t[:1] == ("physics",) and len(t) > 1]
        later = [t for t in others if t[1] not in PHYSICS or PHYSICS.index(t[1]) > stage]
        wrong[".".join(name)] = [t for t in later if name[1] != "heom" or t[1] != "method"]
    assert not {name: targets for name, targets in wrong.items() if targets}


def test_what_counts_currents_does_not_judge_states(graph) -> None:
    """A count takes a state as it is found: whether the state is the right one was decided before."""
    judging = {name: {t for t in targets if t[:2] == ("physics", "states") and _judges(t)}
               for name, targets in graph.items() if name[:2] == ("physics", "currents")}  # fmt: skip
    assert any(_judges(name) for name in graph)
    assert not {".".join(name): targets for name, targets in judging.items() if targets}


def _judges(name: Name) -> bool:
    return any(part == "cross_terms" or part.startswith("judgement") for part in name)


def test_there_is_no_circle(graph) -> None:
    tuple(graphlib.TopologicalSorter(graph).static_order())  # raises CycleError and names the circle


@pytest.mark.parametrize("folder", sorted({name[:-1] for name in MODULES}), ids=".".join)
def test_the_parts_of_a_folder_use_each_other_one_way(graph, folder: Name) -> None:
    """Files and folders beside each other can be put in an order in which each uses those before it alone."""
    depth = len(folder)
    parts: dict[str, set[str]] = {}
    for name, targets in graph.items():
        if name[:depth] == folder and len(name) > depth:
            inside = {t[depth] for t in targets if t[:depth] == folder and len(t) > depth} - {name[depth]}
            parts.setdefault(name[depth], set()).update(inside)
    tuple(graphlib.TopologicalSorter(parts).static_order())  # raises CycleError and names the circle


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_folder_says_what_belongs_there(folder: Path) -> None:
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    assert text.count(".") >= 2, "two sentences: what belongs here, and what may not be imported"
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert len(files) <= MOST_FILES
    if folder != SOURCE:
        assert "import" in text


def test_no_file_has_the_name_of_a_public_callable() -> None:
    """Importing such a file binds its name in the package, which would replace the function."""
    public = {*sambe.__all__, *sambe.plot.__all__} - {"models", "plot", "analytic"}
    for *folders, file in MODULES:
        package = sambe
        for part in folders:
            package = getattr(package, part, None)
        if package is not None:
            assert not callable(vars(package).get(file)), ".".join([*folders, file])
    shadowed = [n for n in MODULES if n[0] in ("verbs", "trust", "plot") and len(n) > 1 and n[-1] in public]
    assert not shadowed


def test_kernels_know_no_labels_and_no_faces() -> None:
    """What stands above the sweep is numbers only: no labels, no figures, no terminal."""
    for name, path in MODULES.items():
        outside: set[str] = set()
        for node in tree(path):
            where = f"{path}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Import):
                outside |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                outside.add((node.module or "").split(".")[0])
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec"), where
                assert node.func.id != "print" or name[0] == "faces", where
            assert not isinstance(node, ast.Assert), f"{where}: raise an InputError instead"
        if ROOMS.index(name[0]) <= ROOMS.index("physics"):
            assert not outside & set(FACES), path
        if name[0] in ("numerics", "physics", "analytic"):
            assert not outside & set(LABELS), path


def test_modules_stay_readable() -> None:
    lines = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES.values()}
    assert not {path: length for path, length in lines.items() if length > MOST_LINES}


RECORDS = {("physics", "equations"), ("physics", "treatments")}
NAMES = {*EQUATIONS, *TREATMENTS}


def test_equations_and_treatments_are_told_apart_by_their_records() -> None:
    """A comparison with a name would have to be found and extended for each new equation."""
    for path in (path for name, path in MODULES.items() if name not in RECORDS):
        for node in tree(path):
            if isinstance(node, ast.Compare):
                operands = [node.left, *node.comparators]
                lists = [x.elts for x in operands if isinstance(x, ast.Tuple | ast.List | ast.Set)]
                compared = [*operands, *(x for elements in lists for x in elements)]
                words = {
                    x.value for x in compared if isinstance(x, ast.Constant) and isinstance(x.value, str)
                }
                assert not words & NAMES, f"{path}:{node.lineno}"
            if isinstance(node, ast.MatchValue):
                value = getattr(node.value, "value", None)
                assert value not in NAMES, f"{path}:{node.value.lineno}"
