"""Terms of an input file: operators with coefficients, by the harmonics of a drive or a coupling.

Each function takes the place of what it reads twice: as errors name it, and as the axes of its numbers are
named.
"""

from __future__ import annotations

import re
from typing import Any

from ...description.operators import Operator, is_hermitian
from ...errors import InputError
from .expressions import Site, read_operator
from .numbers import Numbers

TONE = re.compile(r"-?[0-9]{1,9}")  # quanta of one tone

__all__ = ["hermitian_operator", "read_coupling", "read_terms", "terms_by_quanta"]


def hermitian_operator(
    field: str, text: str, sites: list[Site], numbers: Numbers, role: str = "a coupling"
) -> Operator:
    """An operator from its text; ``role`` is what an error calls it."""
    operator = read_operator(field, text, sites, numbers.names)
    if not is_hermitian(operator):
        raise InputError(field, text, f'{role} must be Hermitian; add the conjugate, "... + h.c."')
    return operator


def read_coupling(
    place: tuple[str, str], given: str | dict[str, Any], sites: list[Site], numbers: Numbers,
    lowering: bool = False,
) -> Operator | dict[int, Any]:  # fmt: skip
    """An operator, Hermitian unless it lowers, or terms by the harmonics of a modulated coupling."""
    if isinstance(given, str) and lowering:
        return read_operator(place[0], given, sites, numbers.names)
    if isinstance(given, str):
        return hermitian_operator(place[0], given, sites, numbers)
    return terms_by_quanta(place, given, 0, sites, numbers)


def terms_by_quanta(
    place: tuple[str, str], table: dict[str, Any], least: int, sites: list[Site], numbers: Numbers
) -> dict[Any, Any]:
    """Terms of each harmonic of a drive or a coupling."""
    field, name = place
    out: dict[Any, Any] = {}
    for key, listed in table.items():
        q = _quanta(field, key, least)
        if q in out:
            raise InputError(field, key, f"there are other terms of {q} quanta; join them")
        # Terms of a drive are energies, those of a coupling factors of the bath's operator.
        out[q] = read_terms((f"{field}.{key}", f"{name}[{q}]"), listed, sites, numbers, float(least))
    return out


def read_terms(
    place: tuple[str, str], listed: Any, sites: list[Site], numbers: Numbers, power: float = 1.0
) -> list[tuple[Any, Any]]:
    """(coefficient, operator) pairs, from one text or a list; ``power`` is that of energy in them."""
    if not isinstance(listed, str | list):
        raise InputError(place[0], listed, 'give "operator", or a list of [coefficient, "operator"]')
    out = []
    for k, term in enumerate([listed] if isinstance(listed, str) else listed):
        field = f"{place[0]}[{k}]"
        coefficient, text = (1.0, term) if isinstance(term, str) else _pair(field, term)
        number = numbers(field, coefficient, f"{place[1]}[{k}]", power)
        out.append((number, read_operator(field, text, sites, numbers.names)))
    return out


def _quanta(field: str, key: str, least: int) -> Any:
    """Key of a term of a drive or a coupling: the quanta that it absorbs, "1", or of each tone, "1, 0"."""
    if least and "," in key:
        counts = [part.strip() for part in key.split(",")]
        if not all(TONE.fullmatch(count) for count in counts):
            raise InputError(field, key, 'the keys of several tones count the quanta of each, as in "1, 0"')
        return tuple(map(int, counts))
    if not key.isdecimal() or len(key) > 9 or int(key) < least:
        static = "static terms go to hamiltonian, and the" if least else "the"
        raise InputError(
            field, key, f"the keys count quanta absorbed, {least} or more; {static} conjugate of each is "
            "implied",
        )  # fmt: skip
    return int(key)


def _pair(place: str, term: Any) -> tuple[Any, str]:
    if not isinstance(term, list) or len(term) != 2 or not isinstance(term[1], str):
        raise InputError(place, term, 'give [coefficient, "operator"] or "operator"')
    return term[0], term[1]
