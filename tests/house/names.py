"""The page of the public names, from the stub and docstrings; ``python -m tests.house.names`` writes it."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import sambe

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/names.md"
HEAD = """# Public names

What `sambe` offers, group by group, in the order of its `__all__`; each line is the first of the name's
docstring. The rest of it, with shapes, units, signs and an example, is shown by `help`, as in
`help(sambe.steady_state)`.
"""


def groups() -> dict[str, list[str]]:
    """Titles of the groups of the stub, and their names."""
    stub = (ROOT / "src/sambe/__init__.pyi").read_text(encoding="utf-8")
    blocks = re.findall(r"^# ([a-z ]+: .*)\n((?:from .*\n)+)", stub, re.MULTILINE)
    return {title: re.findall(r"^from \S+ import (\w+)", names, re.MULTILINE) for title, names in blocks}


def page() -> str:
    """The text of the page."""
    sections = [HEAD]
    for title, names in groups().items():
        firsts = {name: (inspect.getdoc(getattr(sambe, name)) or "").splitlines()[0] for name in names}
        lines = [f"- `sambe.{name}`: {first}\n" for name, first in firsts.items()]
        sections.append(f"## {title[0].upper()}{title[1:]}\n\n{''.join(lines)}")
    return "\n".join(sections)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
