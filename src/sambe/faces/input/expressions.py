r"""The small language of input files: operators and numbers as text, parsed and never evaluated.

A number is written as ``"0.5"``, ``"2 pi / 3"``, ``"mean + bias/2"`` (names of axes) or
``"0.05j"``; an operator as ``"sigmap@0 sigmam@1 + h.c."``, ``"adag^2 a^2"`` or ``"|2><0| + h.c."``.
Blanks multiply, ``@`` says on which site, ``'`` or ``dag()`` is the adjoint, ``^`` the power, and
``+ h.c.`` adds the adjoint of the sum before it. Every complaint points at the column.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...description import operators as ops
from ...description import spin_operators as spins
from ...errors import InputError
from .grammar import Node, Source, parse

__all__ = ["RESERVED", "Site", "read_number", "read_operator", "suggestion"]

_FUNCTIONS = {"sqrt": np.sqrt, "exp": np.exp, "log": np.log, "sin": np.sin, "cos": np.cos,
              "tan": np.tan, "abs": np.abs, "conj": np.conj}  # fmt: skip
_LARGEST_COUNT = 10**9  # beyond the number of any state, and of the power of any operator
_CONSTANTS = {"pi": np.pi}

_SIGMA = {"sigmax": spins.sigmax, "sigmay": spins.sigmay, "sigmaz": spins.sigmaz,
          "sigmap": spins.sigmap, "sigmam": spins.sigmam}  # fmt: skip
_SPIN = {"Sx": spins.spin_jx, "Sy": spins.spin_jy, "Sz": spins.spin_jz,
         "Sp": spins.spin_jp, "Sm": spins.spin_jm}  # fmt: skip
_LADDER = {"a": ops.destroy, "adag": ops.create, "n": ops.num,
           "destroy": ops.destroy, "create": ops.create, "num": ops.num}  # fmt: skip
_NAMES = (*_SIGMA, *_SPIN, *_LADDER, "identity", "proj", "dag")
RESERVED = frozenset({*_NAMES, *_FUNCTIONS, *_CONSTANTS})
_ALLOWED = {"qubit": {*_SIGMA, *_SPIN}, "boson": {*_LADDER}, "fermion": {*_LADDER}, "spin": {*_SPIN},
            "levels": set[str]()}  # fmt: skip

# What others call it, where no letters tell: names of keys, and the operators of other programs.
_OTHER_NAMES = {
    "operator": ("coupling",), "T": ("temperature",), "kind": ("type",), "density": ("spectrum",),
    "num": ("points",), "count": ("points",), "step": ("points",), "steps": ("points",), "from": ("start",),
    "to": ("stop",), "spacing": ("scale",), "w": ("omega",), "frequency": ("omega",), "H": ("hamiltonian",),
    "dimensions": ("dims",),
    "alpha": ("strength",), "gamma": ("strength",), "wc": ("cutoff",), "s": ("exponent",),
    "equation": ("equations",), "method": ("equations",), "dir": ("directory",), "value": ("values",),
    "oscillator": ("boson",), "cavity": ("boson",), "resonator": ("boson",), "mode": ("boson",),
    "lorentz": ("drude_lorentz",), "drude": ("drude_lorentz",), "white": ("flat",),
    "mu": ("chemical_potential",), "gap": ("splitting",), "amplitude": ("drive",),
    **{f"{letter}{xyz}": (f"sigma{xyz}",) for letter in "sσ" for xyz in "xyzpm"},
    "X": ("sigmax",), "Y": ("sigmay",), "Z": ("sigmaz",), "b": ("a",), "ad": ("adag",), "I": ("identity",),
}  # fmt: skip


@dataclass(frozen=True)
class Site:
    """One factor of the Hilbert space.

    Parameters
    ----------
    levels : int
        Its dimension.
    kind : {"any", "qubit", "boson", "fermion", "spin", "levels"}
        Which operators may stand on it; those that change the number of fermions have strings on the fermions
        before them.
    name : str
        May stand after ``@`` in the place of the site's number.
    """

    levels: int
    kind: str = "any"
    name: str = ""


def suggestion(word: str, known: Iterable[str]) -> str:
    """``"; did you mean 'x'?"`` for another name of the same or for a near miss, else nothing."""
    names = list(known)
    close = [meant for meant in _OTHER_NAMES.get(word, ()) if meant in names]
    if not close:
        by_case = {name.lower(): name for name in reversed(names)}
        close = [by_case[name] for name in difflib.get_close_matches(word.lower(), by_case, n=1)]
    return f"; did you mean {close[0]!r}?" if close else ""


def _hint(name: str, known: Iterable[str]) -> str:
    """What an unknown name may have been meant for."""
    return "; the imaginary unit is 1j" if name in "ij" else suggestion(name, known)


class _Evaluator:
    """Walk of the tree: numbers are Python or labelled, operators are matrices of all sites."""

    def __init__(self, source: Source, names: Mapping[str, Any], sites: Sequence[Site]) -> None:
        self.source = source
        self.names = names
        self.sites = sites
        self.here: int | None = 0 if len(sites) == 1 else None

    def error(self, node: Node, remedy: str) -> InputError:
        return self.source.error(node.start, node.end, remedy)

    def value(self, node: Node) -> Any:
        try:
            return getattr(self, f"_{node.kind}")(node)
        except InputError:
            raise
        except (ArithmeticError, ValueError, TypeError):  # such as 10^400, or a power that is not a number
            raise self.error(node, "this gives no finite number") from None

    def number(self, node: Node, role: str) -> Any:
        value = self.value(node)
        if _is_operator(value):
            raise self.error(node, f"{role} must be a number, not an operator")
        return value

    def _number(self, node: Node) -> Any:
        return complex(node.value) if node.value[-1] in "jJ" else float(node.value)

    def _name(self, node: Node) -> Any:
        name = node.value
        if name in self.names:
            value = self.names[name]
            if self.sites and not _is_plain(value):
                raise self.error(node, f'an axis goes in front: ["{name}", "operator"]')
            return value
        if name in _CONSTANTS:
            return _CONSTANTS[name]
        if not self.sites:
            known = (*self.names, *_CONSTANTS, *_FUNCTIONS)
            raise self.error(node, f"no axis or constant has the name {name!r}{_hint(name, known)}")
        if name == "identity" and self.here is None:
            return ops.identity(int(np.prod([s.levels for s in self.sites])))
        if name not in _NAMES:
            hint = _hint(name, _NAMES) or f"; known: {', '.join(_NAMES)}"
            raise self.error(node, f"unknown operator {name!r}{hint}")
        return self.on_site(node, self.local(node))

    def local(self, node: Node) -> ops.Operator:
        """Matrix of a named operator on the current site."""
        name, site = node.value, self.site(node)
        if name == "identity":
            return ops.identity(site.levels)
        if site.kind != "any" and name not in _ALLOWED[site.kind]:
            known = sorted(_ALLOWED[site.kind]) or ["proj(i, j)", "|i><j|"]
            raise self.error(node, f"a site of kind {site.kind!r} has {', '.join(known)}")
        if name in _SIGMA:
            if site.levels != 2:
                raise self.error(node, f"{name} acts on 2 levels; this site has {site.levels}")
            return _SIGMA[name]()
        if name in _SPIN:
            return _SPIN[name]((site.levels - 1) / 2)
        if site.kind == "any" and site.levels == 2:
            # `a` lowers towards the first state, which for a qubit is the excited one: it would raise there
            raise self.error(
                node, f"{name} is ambiguous on 2 levels: use sigmam and sigmap, or sites = "
                "[{kind = \"boson\", levels = 2}] for a truncated ladder",
            )  # fmt: skip
        return _LADDER[name](site.levels)

    def site(self, node: Node) -> Site:
        if not self.sites:
            raise self.error(node, "an operator cannot stand where a number is wanted")
        if self.here is None:
            text, last = self.source.text[node.start : node.end], len(self.sites) - 1
            raise self.error(node, f"on which site? write {text}@0 (sites 0 to {last})")
        return self.sites[self.here]

    def on_site(self, node: Node, operator: ops.Operator) -> ops.Operator:
        if self.here is None:
            raise self.error(node, "on which site? write @0 after it")
        levels = [s.levels for s in self.sites]
        if self.sites[self.here].kind != "fermion":
            return ops.lift(operator, self.here, levels)
        even = np.diag(np.diagonal(operator))
        odd = ops.lift(operator - even, self.here, levels)
        for k, site in enumerate(self.sites[: self.here]):  # Jordan and Wigner's string
            if site.kind == "fermion":
                odd = ops.lift(spins.sigmaz(), k, levels) @ odd
        return ops.lift(even, self.here, levels) + odd

    def _at(self, node: Node) -> Any:
        label, labels = node.value, [s.name for s in self.sites]
        if label.isdecimal() and len(label) < 9:
            index = int(label)
        else:
            index = labels.index(label) if label in labels else len(labels)
        if index >= len(labels):
            known = [*map(str, range(len(self.sites))), *filter(None, labels)]
            raise self.error(node, f"there is no site {label!r}; the sites are {', '.join(known)}")
        outer, self.here = self.here, index
        value = self.value(node.parts[0])
        self.here = outer
        if not _is_operator(value):
            raise self.error(node, "only an operator stands on a site")
        return value

    def _transition(self, node: Node) -> Any:
        site = self.site(node)
        to, start = node.value
        if max(to, start) >= site.levels:
            raise self.error(node, f"the states of this site are numbered 0 to {site.levels - 1}")
        return self.on_site(node, ops.transition(site.levels, to, start))

    def _call(self, node: Node) -> Any:
        name, arguments = node.value, node.parts
        if name == "proj":
            states = [self.number(part, "a state") for part in arguments]
            if len(states) > 2 or not all(map(_is_count, states)):
                raise self.error(node, "write proj(i) or proj(i, j) with states counted from 0")
            pair = (int(states[0].real), int(states[-1].real))
            return self._transition(Node("transition", node.start, node.end, pair))
        if len(arguments) != 1:
            raise self.error(node, f"{name} takes one argument")
        if name == "dag":
            return _adjoint(self.value(arguments[0]))
        x = self.number(arguments[0], f"the argument of {name}")
        result = _FUNCTIONS[name](x)
        return result.item() if isinstance(result, np.generic) else result

    def _dagger(self, node: Node) -> Any:
        return _adjoint(self.value(node.parts[0]))

    def _minus(self, node: Node) -> Any:
        return -self.value(node.parts[0])

    def _multiply(self, node: Node) -> Any:
        left, right = (self.value(part) for part in node.parts)
        return left @ right if _is_operator(left) and _is_operator(right) else left * right

    def _divide(self, node: Node) -> Any:
        divisor = self.number(node.parts[1], "a divisor")
        if _is_plain(divisor) and divisor == 0:
            raise self.error(node.parts[1], "division by zero")
        return self.value(node.parts[0]) / divisor

    def _power(self, node: Node) -> Any:
        base = self.value(node.parts[0])
        exponent = self.number(node.parts[1], "an exponent")
        if not _is_operator(base):
            return base**exponent
        if not _is_count(exponent):
            raise self.error(node, "the power of an operator is a whole number, not negative")
        return np.linalg.matrix_power(base, int(exponent.real))

    def _sum(self, node: Node) -> Any:
        total = self.value(node.parts[0])
        hermitian = _is_hermitian(total)
        for k, (sign, part) in enumerate(zip(node.value[1:], node.parts[1:], strict=True), start=1):
            if part.kind == "hc":
                if not _is_operator(total):
                    raise self.error(part, "'h.c.' is for operators")
                if k > 1 and hermitian:
                    raise self.error(
                        part, "a Hermitian term before 'h.c.' would be doubled; put brackets "
                        "around what it conjugates, as in sigmaz@0 + (sigmap@0 sigmam@1 + h.c.)",
                    )  # fmt: skip
                value, hermitian = _adjoint(total), True
            else:
                value = self.value(part)
                hermitian = hermitian or _is_hermitian(value)
            if _is_operator(value) != _is_operator(total):
                raise self.error(part, "numbers and operators do not add; write 2 identity for 2")
            total = total + sign * value
        return total


def _is_operator(x: Any) -> bool:
    return isinstance(x, np.ndarray)


def _is_plain(x: Any) -> bool:
    return isinstance(x, int | float | complex)


def _is_count(x: Any) -> bool:
    """Whether a number is whole, not negative, and none of an axis."""
    return _is_plain(x) and np.imag(x) == 0 and 0 <= np.real(x) <= _LARGEST_COUNT and np.real(x) % 1 == 0


def _is_hermitian(x: Any) -> bool:
    return _is_operator(x) and ops.is_hermitian(x)


def _adjoint(x: Any) -> Any:
    return x.conj().T if _is_operator(x) else np.conj(x)


def _read(field: str, text: str, names: Mapping[str, Any], sites: Sequence[Site]) -> Any:
    source = Source(field, text)
    tree = parse(source, {*_FUNCTIONS, "dag", "proj"})
    with np.errstate(all="ignore"):  # what is not finite is reported below, or point by point
        return _Evaluator(source, names, sites).value(tree)


def read_number(field: str, text: str, names: Mapping[str, Any] | None = None) -> Any:
    """Number from text.

    Parameters
    ----------
    field : str
        Named in errors.
    text : str
        Such as ``"2 pi / 3"`` or ``"mean + bias/2"``.
    names : mapping, optional
        Values of names: numbers, or labelled arrays (axes), which the result then carries.

    Returns
    -------
    float, complex or DataArray
        Real where there is no imaginary part.

    Raises
    ------
    InputError
        Points at the column that cannot be read.

    Examples
    --------
    >>> read_number("temperature", "mean + bias/2", {"mean": 1.0, "bias": 0.5})
    1.25
    """
    value = _read(field, text, names or {}, ())
    if not _is_plain(value) and not isinstance(value, np.generic):
        return value
    value = complex(value)
    if not np.isfinite(value):
        raise InputError(field, text, f"gives {value}; a number must be finite")
    return value.real if value.imag == 0 else value


def read_operator(
    field: str, text: str, sites: Sequence[Site], names: Mapping[str, float] | None = None
) -> ops.Operator:
    """Operator on all sites from text.

    Parameters
    ----------
    field : str
        Named in errors.
    text : str
        Such as ``"sigmap@0 sigmam@1 + h.c."``; on a single site ``@0`` may be left out.
    sites : sequence of Site
        Factors of the Hilbert space, from the left.
    names : mapping of str to float, optional
        Constants that may stand in it.

    Returns
    -------
    ndarray
        Shape ``(N, N)`` with N the product of the levels.

    Raises
    ------
    InputError
        Points at the column that cannot be read.

    Examples
    --------
    >>> read_operator("coupling", "a + adag", [Site(3, "boson")]).real.round(3).tolist()
    [[0.0, 1.0, 0.0], [1.0, 0.0, 1.414], [0.0, 1.414, 0.0]]
    """
    value = _read(field, text, names or {}, sites)
    if not _is_operator(value):
        raise InputError(field, text, "is a number; an operator is wanted (write 2 identity for 2)")
    return ops.as_operator(value, field)
