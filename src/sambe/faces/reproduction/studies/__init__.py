'''Sources whose findings are measured anew, a module for each; it is imported when its study is asked for.

A module of this folder is a study: ``NAME.py`` has a constant ``STUDY``, and nothing else lists it. Its
numbers come from the public verbs and models, and are held to something that does not come from them: a
closed form, a limit, a law, another equation. Criteria are set before the numbers are seen. A number that
could not be read in the source is a placeholder: say what was chosen, vary it, and hold the claim for all
that was tried. In outline::

    """Two temperatures pump heat: what Author and Author (year) report, measured anew."""

    def _saturation(lab: Lab) -> Finding:
        flow = lab.solve(models.spin_boson(omega=axis("omega", np.linspace(0.5, 1.5, lab.points))))
        ...                                           # or any public verb: performance, pump_cycle
        figure, panels = look.frames(1, 2, 2.9)       # the report's width; colours are in look
        panels[0, 0].plot(...)
        look.letter(panels, ["power", "heat"])
        return Finding(
            key="saturation",                         # names files and the anchor; unique in the study
            title="The power saturates", claim="As the source reports it, in words of one's own.",
            words=f"What this run shows, with its numbers: {number(value)}.",
            parameters="Model, reservoirs, amplitudes, equation.",
            measures=(below("error against the closed form", error, 1e-6), noted("power", value)),
            figure=figure, caption="What is drawn, panel by panel.",
        )

    STUDY = Study(
        name="two-temperatures", title=..., citation="Author and Author, Journal 1, 2 (2010), arXiv:...",
        year=2010, claim=..., findings=(_saturation, ...), placeholders=(...), points=81, least=21,
    )

Its test, ``tests/unit/faces/reproduction/studies/test_NAME.py``, takes the fixture ``measured``, which
measures each study once, at its fewest points: a second or two of work, and a few at the usual number.
'''

from __future__ import annotations

import difflib
import importlib
import pkgutil

from ....errors import InputError
from ..study import Study

__all__ = ["FIRST", "load", "names", "table"]

FIRST = "driven-dressed"  # the study that the options mean where none is named


def names() -> list[str]:
    """Names of all studies, in the order of the alphabet."""
    return sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__))


def load(name: str) -> Study:
    """The study of a name.

    Raises
    ------
    InputError
        If there is none; similar names are given.
    """
    known = names()
    if name not in known:
        near = difflib.get_close_matches(str(name), known, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known are {', '.join(known)}"
        raise InputError("study", name, f"{hint} `sambe reproduce` lists them")
    study: Study = importlib.import_module(f"{__name__}.{name.replace('-', '_')}").STUDY
    return study


def table() -> list[Study]:
    """All studies, oldest source first."""
    return sorted((load(name) for name in names()), key=lambda study: (study.year, study.name))
