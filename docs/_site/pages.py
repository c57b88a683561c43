"""What the site does with pages that are read in the repository too, and with the gallery's figures."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
MADE = "auto_pages"  # folder of pages that the build writes, beside the others
# Contents of the site, by what a reader comes for; in the repository the table of docs/index.md says it.
CONTENTS = {
    "Start": ["quickstart", "tutorial", "explorer", "cli", "recipes", "coming_from"],
    "How to": ["platforms", "devices", "units", "bridges", "reservoirs", "leads", "tones", "steps",
               "combinations", "noise", "machines", "time", "loops", "scale", "arrays",
               "reaction_coordinate"],
    "Theory": ["conventions", "equations", "when", "lamb_shift", "analytic"],
    "Trust": ["audit", "benchmark", "verification", "reproduce", "speed", "promises"],
    "Reference": ["api", "names", "where", "changelog", "scope", "contributing"],
}  # fmt: skip
FRONT = """# sambe

Where the energy goes in driven open quantum systems: the energy current through every terminal, each bath
and the pump, by microscopic channel, with noise, and with a verdict on how far to trust it; for one point or
for a million.

[Quick start](quickstart.md) · [Tutorial](tutorial.ipynb) · [Gallery](auto_gallery/index) ·
[Explorer](explorer.md) · [Which equation should I use?](equations.md) · [Reference](auto_pages/api)

![Currents of a driven qubit by three equations](figures/spin_boson.png)

"""
# Pages of the repository's root, under the names that they have on the site.
OUTSIDE = {name: f"{MADE}/{name.removesuffix('.md').lower()}.md" for name in
           ("CHANGELOG.md", "SCOPE.md", "CONTRIBUTING.md")}  # fmt: skip
SUMMARY = [".. autosummary::", "   :toctree: generated", "   :nosignatures:", ""]
TO_ROOT = re.compile(r"\]\(\.\./(CHANGELOG\.md|SCOPE\.md|CONTRIBUTING\.md|README\.md)")
FROM_ROOT = re.compile(r"\]\((?!https?:)([\w/]+\.\w+)")


def toctree(names: list[str]) -> str:
    """A list of pages in the notation of MyST."""
    listing = "\n".join(names)
    return f"```{{toctree}}\n:maxdepth: 1\n\n{listing}\n```\n"


def sections() -> dict[str, str]:
    """A page for each part of the contents, with its pages that are there; all others come last."""
    docs = ROOT / "docs"
    listed = {name for names in CONTENTS.values() for name in names}
    others = sorted({path.stem for path in docs.glob("*.md")} - listed - {"index"})
    made = {"api", *(Path(name).stem for name in OUTSIDE.values())}
    pages = {}
    for title, names in {**CONTENTS, **({"More": others} if others else {})}.items():
        there = [n if n in made else f"../{n}" for n in names if n in made or list(docs.glob(f"{n}.*"))]
        pages[f"{MADE}/{slug(title)}.md"] = f"# {title}\n\n{toctree(there)}"
    return pages


def slug(title: str) -> str:
    """``how_to`` of "How to"."""
    return title.lower().replace(" ", "_")


def adapted(_app: Sphinx, name: str, content: list[str]) -> None:
    """Let a page of the repository stand on the site: links to the root lead to the site's own pages."""
    text = TO_ROOT.sub(lambda link: f"]({OUTSIDE.get(link[1], 'index.md')}", content[0])
    if name == "index":
        parts = [page.removesuffix(".md") for page in sections()]
        hidden = toctree([parts[0], "auto_gallery/index", *parts[1:]]).replace(":maxdepth: 1", ":hidden:")
        text = text.replace("# Documentation\n", FRONT) + f"\n\n{hidden}"
    content[0] = text


def from_root(link: re.Match[str]) -> str:
    """Where a link of a page of the root leads on the site."""
    target = link[1]
    if target in OUTSIDE:
        return f"]({Path(OUTSIDE[target]).name}"
    if target.startswith("docs/"):
        return f"](../{target.removeprefix('docs/')}"
    return f"](../../{target}"


def write_pages(_app: Sphinx, _config: Any) -> None:
    """Write the pages that are made of the repository: those of its root, and the reference."""
    pages = {OUTSIDE[name]: FROM_ROOT.sub(from_root, (ROOT / name).read_text("utf-8")) for name in OUTSIDE}
    pages |= {f"{MADE}/api.rst": reference(), **sections()}
    for old in (ROOT / "docs" / MADE).glob("*.*"):  # of an earlier build, of which no list knows
        if f"{MADE}/{old.name}" not in pages:
            old.unlink()
    for name, text in pages.items():
        file = ROOT / "docs" / name
        file.parent.mkdir(exist_ok=True)
        if not file.exists() or file.read_text("utf-8") != text:  # an unchanged page need not be read again
            file.write_text(text, "utf-8")


def reference() -> str:
    """Every public name by the groups of the stub, and what the collections hold."""
    import sambe

    stub = Path(sambe.__file__).with_suffix(".pyi").read_text("utf-8")
    parts = ["Reference", "=========", ""]
    for line in stub.splitlines():
        heading = re.match(r"# (\w[\w ]*: .*)", line)
        name = re.match(r"from (\S+) import (\w+) as", line)
        if heading and name is None and parts[-1:] != [line] and ":" in line and "(" not in line:
            parts += ["", heading[1].capitalize(), "-" * len(heading[1]), ""]
            parts += SUMMARY
        elif name and name[1] != ".":
            parts.append(f"   sambe.{name[2]}")
    for collection in ("models", "analytic", "plot"):
        title = f"sambe.{collection}"
        parts += ["", title, "-" * len(title), "", *SUMMARY]
        module = getattr(sambe, collection)
        parts += [f"   sambe.{collection}.{n}" for n in module.__all__ if callable(getattr(module, n))]
    return "\n".join(parts) + "\n"


def scraper(_block: Any, variables: dict[str, Any], config: dict[str, Any]) -> str:
    """Save the figures that a script of the gallery leaves in ``figure`` or ``axes``, each once."""
    from sphinx_gallery.scrapers import figure_rst

    from sambe.plot.canvas import figure_of

    names = variables["example_globals"]
    drawn = []
    for value in (names.get("figure"), names.get("axes")):
        figure = None if value is None else figure_of(value)
        if figure is not None and not getattr(figure, "is_on_the_site", False):
            figure.is_on_the_site = True
            drawn.append(figure)
    paths = []
    for figure, path in zip(drawn, variables["image_path_iterator"], strict=False):
        figure.savefig(path, dpi=150)
        paths.append(path)
    return str(figure_rst(paths, config["src_dir"]))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("config-inited", write_pages)
    app.connect("source-read", adapted)
    return {"parallel_read_safe": True}
