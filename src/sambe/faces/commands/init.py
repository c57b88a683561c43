"""`sambe init`: an input file of a ready-made model, with what each line means, to begin from."""

from __future__ import annotations

import inspect
import json
import re
import sys
import textwrap
from pathlib import Path
from typing import Annotated, Any

import typer

from .models import formula, plain

__all__ = ["init", "starter"]

WIDTH = 100  # characters of a comment
_END = """[solve]
equations = ["auto"]          # also driven_dressed, floquet, dressed, heom; several are compared
# secular = "auto"            # which coherences are kept: auto, partial, full, none, ule, clustered
# lamb_shift = "none"         # whether the baths move the levels: none, auto, shift, counter

[output]
formats = ["nc", "png", "svg"]
# directory = "results"
# title = "A title for the figure"

# Numbers may have units, "5.1 GHz" or "50 mK", once the file says what the number 1 is:
# [units]
# energy = "1 GHz"
# power = "aW"                # of the results
"""


def _known(start: str) -> list[str]:
    from ...models import MODELS

    return [name for name in MODELS if name.startswith(start)]


def init(
    model: Annotated[str, typer.Argument(help="A model, as sambe models lists them.", autocompletion=_known)],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="File to write; MODEL.toml by default, - prints it.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented input file of a ready-made model, which runs as it is."""
    from ...errors import InputError

    text = starter(model)
    if out is not None and str(out) == "-":
        sys.stdout.write(text)
        return
    path = out or Path(f"{model}.toml")
    if path.exists() and not force:
        raise InputError("--out", str(path), "this file is there; name another, or replace it with --force")
    path.write_text(text, encoding="utf-8")
    typer.echo(f"wrote {path}; run it: sambe run {path}")


def starter(name: str) -> str:
    """Text of an input file for a model: every parameter with its default and its meaning.

    Parameters
    ----------
    name : str
        Of a model, a key of `sambe.models.MODELS`.

    Raises
    ------
    InputError
        If there is no such model.
    """
    from ...models import MODELS
    from ..input.model_tables import file_of_model
    from ..input.schema import one_of

    model = MODELS[one_of("init", {"model": name}, "model", MODELS)]
    described = inspect.getdoc(model) or ""
    head = [plain(described.split("\n", 1)[0]), formula(described)]
    lines = [f"# {line}" for text in head for line in textwrap.wrap(text, WIDTH)]
    lines += ["# Energies, temperatures and frequencies share one unit; hbar = k_B = 1.", "", "[system]"]
    lines.append(f'model = "{name}"')
    meanings, last = _meanings(described), ""
    for key, parameter in inspect.signature(model).parameters.items():
        if key == "baths":
            continue
        about = meanings.get(key, "")
        if about != last:  # several parameters may share their description
            lines += ["", *(f"# {line}" for line in textwrap.wrap(about, WIDTH))]
        lines.append(_line(key, parameter.default))
        last = about
    return "\n".join([*lines, "", *_terminals(file_of_model(name)), _END])


def _meanings(described: str) -> dict[str, str]:
    """What the docstring says of each parameter."""
    section = re.search(r"Parameters\n-+\n(.*?)(?:\n\n[A-Z]|\Z)", described, re.DOTALL)
    out = {}
    for entry in re.split(r"\n(?=\S)", section[1] if section else ""):
        head, _, text = entry.partition("\n")
        for key in head.split(" :")[0].split(","):
            out[key.strip()] = plain(" ".join(text.split())).replace("``", "")
    return out


def _line(key: str, default: Any) -> str:
    """A key with its default; the drive's frequency is swept around it, and what has none is left out."""
    if default is None:
        return f"# {key} = 1.0"
    if key == "omega" and isinstance(default, float) and default > 0:
        ends = f"start = {0.5 * default:g}, stop = {1.5 * default:g}"
        return f'omega = {{ {ends}, points = 41, label = "drive frequency" }}'
    return f"{key} = {_literal(default)}"


def _literal(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_literal(part)}' for key, part in value.items())} }}"
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_literal, value))}]"
    return repr(value) if isinstance(value, float) else json.dumps(value)


def _terminals(tables: dict[str, Any]) -> list[str]:
    """Tables of the model's baths and leads, or a comment where a file cannot say them."""
    lines: list[str] = []
    for kind in ("baths", "leads"):
        for table in tables.get(kind, []):
            lines += [f"[[{kind}]]", *(f"{key} = {_literal(value)}" for key, value in table.items()), ""]
    if not lines:
        return ["# The baths are the model's own; [[baths]] would replace them.", ""]
    return ["# The terminals; what couples them is the model's, unless one brings a coupling.", *lines]
