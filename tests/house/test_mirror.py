"""The unit tests are a mirror of the package: each module has a test of its own name, in the same place.

``src/sambe/physics/states/stationary.py`` is tested by ``tests/unit/physics/states/test_stationary.py``.
"""

from __future__ import annotations

from pathlib import Path

import sambe

SOURCE = Path(sambe.__file__).parent
UNIT = Path(__file__).parents[1] / "unit"
WITHOUT = {
    "_version": "one constant, which the pages' test compares with the changelog and the citation",
    "faces/reproduction/findings": "they share one run and are tested together, as their package",
}

MODULES = {path.relative_to(SOURCE).with_suffix("").as_posix()
           for path in SOURCE.rglob("*.py") if path.name != "__init__.py"}  # fmt: skip
TESTS = {path.relative_to(UNIT).with_name(path.name.removeprefix("test_")).with_suffix("").as_posix()
         for path in UNIT.rglob("test_*.py")}  # fmt: skip
PACKAGES = {path.parent.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("__init__.py")}


def test_each_module_has_a_test_of_its_name() -> None:
    excused = {m for m in MODULES if any(m == name or m.startswith(f"{name}/") for name in WITHOUT)}
    assert sorted(MODULES - TESTS) == sorted(excused)


def test_each_unit_test_has_a_module_of_its_name() -> None:
    assert not TESTS - MODULES - PACKAGES
