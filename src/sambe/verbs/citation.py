"""What to cite for a result: the equations and approximations that it rests on, as BibTeX."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from unicodedata import normalize

from .._version import __version__
from ..errors import InputError
from ..physics.equations import EQUATIONS
from ..physics.treatments import TREATMENTS

__all__ = ["cite", "references"]

ENTRIES: dict[str, tuple[str, dict[str, str]]] = {
    "sambe": ("software", {
        "title": "{sambe}: where the energy goes in driven open quantum systems",
        "author": "{The sambe developers}", "year": "2026", "version": __version__,
    }),
    "Kong2026": ("misc", {
        "title": "Nonequilibrium energy transport in driven-dissipative quantum systems",
        "author": "Kong, Junran and Lu, Yuwei and Liu, Huan and Duan, Liwei and Wang, Chen",
        "year": "2026", "eprint": "2603.29754", "archiveprefix": "arXiv",
    }),
    "Sambe1973": ("article", {
        "title": "Steady states and quasienergies of a quantum-mechanical system in an oscillating field",
        "author": "Sambe, Hideo", "journal": "Phys. Rev. A", "volume": "7", "pages": "2203", "year": "1973",
        "doi": "10.1103/PhysRevA.7.2203",
    }),
    "Grifoni1998": ("article", {
        "title": "Driven quantum tunneling", "author": "Grifoni, Milena and H{\\\"a}nggi, Peter",
        "journal": "Phys. Rep.", "volume": "304", "pages": "229", "year": "1998",
        "doi": "10.1016/S0370-1573(98)00022-2",
    }),
    "Blanes2009": ("article", {
        "title": "The {Magnus} expansion and some of its applications",
        "author": "Blanes, S. and Casas, F. and Oteo, J. A. and Ros, J.",
        "journal": "Phys. Rep.", "volume": "470", "pages": "151", "year": "2009",
        "doi": "10.1016/j.physrep.2008.11.001",
    }),
    "Blanes1999": ("article", {
        "title": "Extrapolation of symplectic integrators",
        "author": "Blanes, S. and Casas, F. and Ros, J.", "journal": "Celest. Mech. Dyn. Astron.",
        "volume": "75", "pages": "149", "year": "1999",
    }),
    "Chin2010": ("article", {
        "title": "Multi-product splitting and {Runge-Kutta-Nystr{\\\"o}m} integrators",
        "author": "Chin, Siu A.", "journal": "Celest. Mech. Dyn. Astron.",
        "volume": "106", "pages": "391", "year": "2010",
    }),
    "Davies1974": ("article", {
        "title": "Markovian master equations", "author": "Davies, E. B.",
        "journal": "Commun. Math. Phys.", "volume": "39", "pages": "91", "year": "1974",
        "doi": "10.1007/BF01608389",
    }),
    "Redfield1957": ("article", {
        "title": "On the theory of relaxation processes", "author": "Redfield, A. G.",
        "journal": "IBM J. Res. Dev.", "volume": "1", "pages": "19", "year": "1957",
        "doi": "10.1147/rd.11.0019",
    }),
    "Farina2019": ("article", {
        "title": "Open-quantum-system dynamics: Recovering positivity of the {Redfield} equation via the "
        "partial secular approximation",
        "author": "Farina, Donato and Giovannetti, Vittorio", "journal": "Phys. Rev. A", "volume": "100",
        "pages": "012107", "year": "2019", "doi": "10.1103/PhysRevA.100.012107",
    }),
    "Nathan2020": ("article", {
        "title": "Universal {Lindblad} equation for open quantum systems",
        "author": "Nathan, Frederik and Rudner, Mark S.", "journal": "Phys. Rev. B", "volume": "102",
        "pages": "115109", "year": "2020", "doi": "10.1103/PhysRevB.102.115109",
    }),
    "Potts2021": ("article", {
        "title": "A thermodynamically consistent {Markovian} master equation beyond the secular "
        "approximation",
        "author": "Potts, Patrick P. and Kalaee, Alex Arash Sand and Wacker, Andreas",
        "journal": "New J. Phys.", "volume": "23", "pages": "123013", "year": "2021",
        "doi": "10.1088/1367-2630/ac3b2f",
    }),
    "Tanimura1989": ("article", {
        "title": "Time evolution of a quantum system in contact with a nearly {Gaussian-Markoffian} noise "
        "bath",
        "author": "Tanimura, Yoshitaka and Kubo, Ryogo", "journal": "J. Phys. Soc. Jpn.", "volume": "58",
        "pages": "101", "year": "1989", "doi": "10.1143/JPSJ.58.101",
    }),
    "Lambert2023": ("article", {
        "title": "{QuTiP-BoFiN}: A bosonic and fermionic numerical hierarchical-equations-of-motion library "
        "with applications in light-harvesting, quantum control, and single-molecule electronics",
        "author": "Lambert, Neill and Raheja, Tarun and Cross, Simon and Menczel, Paul and Ahmed, Shahnawaz "
        "and Pitchford, Alexander and Burgarth, Daniel and Nori, Franco",
        "journal": "Phys. Rev. Research", "volume": "5", "pages": "013181", "year": "2023",
        "doi": "10.1103/PhysRevResearch.5.013181",
    }),
}  # fmt: skip


def cite(result: Any = None) -> str:
    """BibTeX of what a result rests on: this program, the equations and the secular treatments.

    Parameters
    ----------
    result : xarray.Dataset, optional
        From `sambe.steady_state`, `sambe.compare` or `sambe.channels`, or read back from a file. Left
        out: every entry there is.

    Returns
    -------
    str
        BibTeX entries.

    Raises
    ------
    InputError
        If ``result`` is no result of sambe.

    Examples
    --------
    >>> import sambe
    >>> flow = sambe.steady_state(sambe.models.spin_boson(omega=0.8), secular="full")
    >>> [line for line in sambe.cite(flow).splitlines() if line.startswith("@")]
    ['@software{sambe,', '@misc{Kong2026,', '@article{Davies1974,']
    """
    return "\n\n".join(key if key.startswith("@") else _bibtex(key, *ENTRIES[key]) for key in _keys(result))


def references(result: Any = None) -> list[str]:
    """The same as a list of references for a reader, without entries that a user wrote as BibTeX.

    >>> references()[2]
    'H. Sambe, Steady states and quasienergies of a quantum-mechanical system in an oscillating field, \
Phys. Rev. A 7, 2203 (1973), doi:10.1103/PhysRevA.7.2203'
    """
    return [_reference(ENTRIES[key][1]) for key in _keys(result) if key in ENTRIES]


def _keys(result: Any) -> Iterable[str]:
    return ENTRIES if result is None else dict.fromkeys(["sambe", *_rests_on(result)])


def _reference(fields: Mapping[str, str]) -> str:
    authors = ", ".join(map(_initialled, fields["author"].split(" and ")))
    places = {
        "journal": "{journal} {volume}, {pages}", "eprint": "arXiv:{eprint}", "version": "version {version}",
    }  # fmt: skip
    place = next((text for key, text in places.items() if key in fields), "").format(**fields)
    doi = f", doi:{fields['doi']}" if "doi" in fields else ""
    return _plain(f"{authors}, {fields['title']}, {place} ({fields['year']}){doi}")


def _initialled(author: str) -> str:
    """``Sambe, Hideo`` as ``H. Sambe``."""
    last, _, first = author.partition(", ")
    initials = " ".join(name if name.endswith(".") else f"{name[0]}." for name in first.split())
    return f"{initials} {last}".strip()


def _plain(text: str) -> str:
    """A text without the marks of LaTeX: braces, and letters with two dots."""
    dotted = re.sub(r'\\"(\w)', lambda match: normalize("NFC", f"{match[1]}\u0308"), text)
    return re.sub(r"[{}]", "", dotted)


def _rests_on(result: Any) -> list[str]:
    """Citations of the equations of a result and of its treatments, which enter no exact equation."""
    equations = [EQUATIONS[name] for name in _chosen(result, "equation") if name in EQUATIONS]
    keys = [key for equation in equations for key in equation.citations]
    if all(equation.exact for equation in equations):
        return keys
    treatments = [TREATMENTS[name] for name in _chosen(result, "secular") if name in TREATMENTS]
    return keys + [key for treatment in treatments for key in treatment.citations]


def _chosen(result: Any, kind: str) -> list[str]:
    """The equations, or the secular treatments: a dimension where they are compared, else an attribute."""
    labels = getattr(result, "coords", {})
    if kind in labels:
        return [str(name) for name in labels[kind].values.ravel()]
    attributes = getattr(result, "attrs", {})
    if not isinstance(attributes, Mapping) or kind not in attributes:
        raise InputError("result", result, "pass a Dataset of steady_state, compare or channels")
    return [str(attributes[kind])]


def _bibtex(key: str, kind: str, fields: Mapping[str, str]) -> str:
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@{kind}{{{key},", *lines, "}"])
