"""The README and the pages of docs/ do what they say: code runs, prints what is shown, links lead somewhere.

In each page the ```python blocks run one after the other, as a reader would type them. A ```text block
directly below one is its output, to the last digit shown. ``python no-run`` marks what cannot run here, such
as a cluster's address.
"""

from __future__ import annotations

import contextlib
import doctest
import io
import pkgutil
import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.house import names
from typer.testing import CliRunner

import sambe
from sambe.faces.commands import ends
from sambe.faces.commands.main import app
from sambe.physics.statuses import STATUSES
from sambe.sweep.storage import code_digest, fingerprint

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SCOPE.md",
    *sorted((ROOT / "docs").glob("*.md")),
]
BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n?```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s#]+)(?:#([^)\s]+))?\)")


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="session")
def main_job(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the main job writes, which some pages read."""
    out = tmp_path_factory.mktemp("main job")
    run = ["run", str(ROOT / "examples/spin_boson.toml"), "--quiet", "--out", str(out)]
    CliRunner().invoke(app, run, catch_exceptions=False)
    return out


def needs_main_job(page: Path) -> bool:
    return "results/spin_boson" in page.read_text(encoding="utf-8")


def runnable(page: Path) -> Any:
    """The page as a parameter; those that read the main job share a worker, and so the job."""
    marks = [pytest.mark.xdist_group("main job")] if needs_main_job(page) else []
    return pytest.param(page, marks=marks, id=name(page))


@pytest.mark.slow
@pytest.mark.parametrize("page", [runnable(page) for page in PAGES])
def test_code_runs_and_prints_what_is_shown(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    text = page.read_text(encoding="utf-8")
    if needs_main_job(page):
        shutil.copytree(request.getfixturevalue("main_job"), tmp_path / "results/spin_boson")
    space: dict[str, object] = {"__name__": "__main__"}
    for block in BLOCK.finditer(text):
        line = text[: block.start()].count("\n") + 1
        if block[1].startswith(">>>"):
            session = doctest.DocTestParser().get_doctest(block[1], space, name(page), str(page), line)
            runner = doctest.DocTestRunner(verbose=False)
            assert runner.run(session, clear_globs=False).failed == 0, f"{name(page)}, line {line}"
            space = session.globs
            continue
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(compile("\n" * line + block[1], str(page), "exec"), space)
        if block[2] is not None:
            assert out.getvalue().rstrip() == block[2].rstrip(), f"{name(page)}, line {line}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target, anchor in LINK.findall(text):
        if "://" in target:
            continue
        there = page.parent / target
        assert there.exists(), f"{name(page)} links to {target}"
        if anchor and there.suffix == ".md":
            headings = re.findall(r"^#+ (.*)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
            assert anchor in anchors, f"{name(page)} links to {target}#{anchor}"


def test_every_page_is_in_the_index() -> None:
    index = (ROOT / "docs/index.md").read_text(encoding="utf-8")
    missing = [p.name for p in (ROOT / "docs").glob("*.md") if p.name != "index.md" and p.name not in index]
    assert not missing


def test_pages_name_files_and_names_that_exist() -> None:
    """Source files and public names in backticks are spelled as they are."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for path in re.findall(r"`((?:src|tests|examples|docs|\.ci)/[\w./-]+)`", text):
            assert (ROOT / path).exists(), f"{name(page)} names {path}"
        for public in re.findall(r"`sambe\.([A-Za-z_]\w*)", text):
            places = (ROOT / "src/sambe" / f"{public}.py", ROOT / "src/sambe" / public)
            assert public in sambe.__all__ or any(place.exists() for place in places), (
                f"{name(page)} names sambe.{public}"
            )


def test_where_is_what_names_each_function_in_the_file_that_has_it() -> None:
    rows = re.findall(
        r"^\| \d+ \| `(src/[^`]+)` \| `(\w+)` \|", (ROOT / "docs/where.md").read_text("utf-8"), re.M
    )
    assert len(rows) >= 15
    for path, function in rows:
        defined = re.compile(rf"^(?:def|class) {function}\b", re.MULTILINE)
        assert defined.search((ROOT / path).read_text("utf-8")), f"{path} has no {function}"


def test_the_page_of_names_is_that_of_the_stub() -> None:
    assert names.PAGE.read_text(encoding="utf-8") == names.page(), "python -m tests.house.names writes it"


def test_the_package_shows_the_groups_of_the_stub() -> None:
    """A sorter of imports must not scatter the groups of the stub."""
    groups = names.groups()
    assert [name for public in groups.values() for name in public] == sambe.__all__
    assert [title.split(":")[0] for title in groups] == [
        "nouns", "verbs", "collections", "operators", "errors and warnings",
    ]  # fmt: skip
    for title in groups:
        group, meaning = title.split(": ")
        said = f"*{group.capitalize()}*, {meaning}: "
        assert said in " ".join((sambe.__doc__ or "").split()), said


def test_the_figure_is_small_enough_for_a_readme() -> None:
    assert (ROOT / "docs/figures/spin_boson.png").stat().st_size < 300_000


def test_version_and_licence_are_the_same_everywhere() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert citation["version"] == sambe.__version__
    assert citation["license"] == project["license"] == "BSD-3-Clause"
    assert {"cff-version", "message", "title", "authors", "type"} <= set(citation)
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"## [{sambe.__version__}]" in changes


def test_versions_are_bounded() -> None:
    """Without a lock file the bounds are all that keeps an environment from drifting."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    groups = [data["project"]["dependencies"], *data["project"]["optional-dependencies"].values(),
              *data["dependency-groups"].values()]  # fmt: skip
    for requirement in (r for group in groups for r in group if not r.startswith("sambe[")):
        assert ">=" in requirement, requirement
        assert "<" in requirement, requirement


def test_the_page_of_promises_says_what_the_code_does() -> None:
    page = (ROOT / "docs/promises.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (-?\d+) \| `(\w+)` \| (.*?) ?\|$", page, re.MULTILINE)
    assert [(int(code), what, meaning) for code, what, meaning in rows] == [
        (status.code, status.name, status.meaning) for status in STATUSES
    ]
    codes = re.search(r"^\| exit code \|.*\n\|---.*\n((?:\|.*\n)+)", page, re.MULTILINE)
    assert codes is not None
    assert [int(code) for code in re.findall(r"^\| (\d+) \|", codes[1], re.MULTILINE)] == sorted(
        {0, ends.EXIT_FAILED, ends.EXIT_INPUT, ends.EXIT_PARTIAL, ends.EXIT_INTERRUPTED}
    )
    limits = re.findall(r"^\| [^|]+ \| ([^|]+) \| `(sambe[\w.]+)\.(\w+)` \|", page, re.MULTILINE)
    assert len(limits) >= 6
    for shown, place, constant in limits:
        value = getattr(pkgutil.resolve_name(place), constant)
        assert shown == str(value) or float(shown) == value, f"{place}.{constant}"
    assert f"{len(fingerprint._PROBES)} frequencies" in page
    assert f"`{code_digest.VERSION}`" in page


def test_the_pythons_promised_are_those_that_are_checked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    classified = re.findall(r"Python :: (3\.\d+)", " ".join(project["classifiers"]))
    checked = re.search(r"^PYTHONS=\"(.*)\"", (ROOT / ".ci/run").read_text(encoding="utf-8"), re.MULTILINE)
    assert checked is not None
    assert checked[1].split() == classified
    promised = re.search(r"^Python (.*); the lowest", (ROOT / "docs/promises.md").read_text("utf-8"), re.M)
    assert promised is not None
    assert re.findall(r"3\.\d+", promised[1]) == classified
