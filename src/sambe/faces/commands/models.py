"""`sambe models`: the ready-made systems with their parameters."""

from __future__ import annotations

import re

__all__ = ["models"]

# what the formulas of the models' docstrings are written with, for a terminal; the longer ones first
_SYMBOLS = {
    r"\tfrac12": "½", r"\text{h.c.}": "h.c.", r"\rangle": "⟩", r"\langle ": "⟨", r"\dagger": "†",
    r"\omega t": "ωt", r"\omega": "ω", r"\Omega": "Ω", r"\epsilon": "ε", r"\uparrow": "↑",
    r"\downarrow": "↓", r"\sigma": "σ", r"\lambda": "λ", r"\varphi": "φ", r"\hat ": "",
    r"\hat": "", r"\cos": " cos ", r"\sum": "Σ", r"\,": " ", "^†": "†", "\\": "",
}  # fmt: skip
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def models() -> None:
    """List the ready-made systems, their formulas, parameters and defaults."""
    import inspect

    from rich.console import Console
    from rich.markup import escape

    from ...models import GROUPS
    from ..text.console import bare_table

    console = Console()
    for title, group in GROUPS.items():
        table = bare_table("model", "what it is", "parameters and defaults", below=1, title=title,
                           title_justify="left", title_style="bold")  # fmt: skip
        for model in group:
            parameters = inspect.signature(model).parameters.values()
            shown = ", ".join(f"{p.name} = {p.default!r}" for p in parameters if p.name != "baths")
            text = inspect.getdoc(model) or ""
            description = f"{plain(text.split(chr(10), 1)[0])}\n{formula(text)}"
            table.add_row(model.__name__, escape(description), escape(shown))
        console.print(table)
    console.print(r'Use one in a TOML file as \[system] model = "spin_boson" and run it: sambe run FILE.')


def formula(docstring: str) -> str:
    """The first displayed formula of a docstring, for a terminal.

    >>> formula("Title.\\n\\n.. math:: H = \\\\omega_0 a^\\\\dagger a\\n\\nMore.")
    'H = ω₀ a† a'
    """
    match = re.search(r"\.\. math::\s*(.*?)(?:\n\n|$)", docstring, re.DOTALL)
    return _for_a_terminal(" ".join(match[1].split())) if match else ""


def plain(text: str) -> str:
    """A docstring's line without its markup for mathematics."""
    return re.sub(r":math:`([^`]*)`", lambda match: _for_a_terminal(match[1]), text)


def _for_a_terminal(mathematics: str) -> str:
    out = re.sub(r"e\^\{(-i[^{}]*)\}", r"exp(\1)", mathematics.replace(r"\qquad", " "))
    for macro, symbol in _SYMBOLS.items():
        out = out.replace(macro, symbol)
    out = re.sub(r"_\{?(\d+)\}?", lambda match: match[1].translate(_LOWERED), out)
    return re.sub(r"\s+", " ", re.sub(r"[_^]\{([^}]*)\}", r" \1", out)).replace("cos (", "cos(")
