"""A page of HTML that needs nothing else: its frame, its pictures, and what a run says of itself."""

from __future__ import annotations

import base64
import platform
from collections.abc import Callable, Iterable, Mapping
from html import escape
from importlib.metadata import version
from importlib.resources import files

from ..._version import __version__

__all__ = ["definitions", "document", "picture", "stamp"]


def document(title: str, parts: Iterable[str], style: str = "") -> str:
    """The whole page from its parts, which are HTML already; ``style`` is added to that of all pages."""
    css = files(__package__).joinpath("page.css").read_text(encoding="utf-8")
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{css}{style}</style>"
    )
    body = "\n".join(parts)
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>\n'


def picture(svg: bytes, description: str) -> str:
    """A figure within the page, as an image, in which nothing is run."""
    data = base64.b64encode(svg).decode("ascii")
    return (
        f'<div class="scroll"><img alt="{escape(description)}" src="data:image/svg+xml;base64,{data}"></div>'
    )


def definitions(items: Mapping[str, str], escaped: Callable[[str], str] = escape) -> str:
    """Terms and what they are, a line each."""
    rows = "".join(f"<dt>{escaped(key)}</dt><dd>{escaped(text)}</dd>" for key, text in items.items())
    return f"<dl>{rows}</dl>"


def stamp(seconds: float, **options: str) -> dict[str, str]:
    """Versions, date, duration and options of a run."""
    from datetime import UTC, datetime

    packages = ", ".join(
        f"{name} {version(name)}" for name in ("numpy", "scipy", "xarray", "matplotlib", "qutip")
    )
    return {
        "sambe": __version__,
        "date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "run time": f"{seconds:.1f} s",
        **options,
        "with": f"Python {platform.python_version()}, {packages}",
    }
