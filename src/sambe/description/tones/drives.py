"""What a user gives of a drive: harmonics of one tone or of several, their frequencies, and a frame."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ...errors import InputError
from ...numerics.arrays import Number, whole_number
from ..bath import Bath
from ..leads.lead import Lead
from ..sums.modulation import WIDEST
from ..sums.terms import Terms, as_terms
from .quanta import MOST_QUANTA

__all__ = ["as_drive", "as_frequencies", "check_baths", "refuse_several"]

MOST_TONES = 4  # an integer of 64 bits holds the quanta of so many

Quanta = int | tuple[int, ...]


def as_drive(x: Any) -> dict[Any, Terms]:
    """Terms of each harmonic, by an integer for one tone and by a tuple for several.

    Raises
    ------
    InputError
        If a key counts no quanta, or keys are not of one kind.
    """
    if x is None:
        return {}
    if not isinstance(x, Mapping):
        raise InputError(
            "drive",
            x,
            "give a mapping {k: terms}, k counting quanta absorbed; {1: [(A / 2, op)]} is A cos(omega t) op",
        )
    lengths = {len(k) if isinstance(k, tuple) else 0 for k in x}
    if len(lengths) > 1:
        raise InputError(
            "drive", list(x), "count the quanta of every harmonic in the same way: by integers for one tone, "
            "or by tuples of one length, a number for each tone",
        )  # fmt: skip
    out: dict[Any, Terms] = {}
    for k, terms in x.items():
        key = _several(k) if isinstance(k, tuple) else _single(k)
        out[key] = as_terms(terms, f"drive[{key}]")
        if isinstance(key, tuple) and tuple(-n for n in key) in out:
            raise InputError("drive", k, "its conjugate is given as well, and implied already; join the two")
    return out


def _single(k: Any) -> int:
    if not whole_number(k, 1):
        raise InputError(
            "drive", k, "harmonics are positive integers; static terms go to hamiltonian, and "
            "the conjugate of each harmonic is implied",
        )  # fmt: skip
    if k > WIDEST:
        raise InputError("drive", k, f"harmonics up to {WIDEST} are counted")
    return int(k)


def _several(k: tuple[Any, ...]) -> tuple[int, ...]:
    if not 2 <= len(k) <= MOST_TONES:
        raise InputError(
            "drive",
            k,
            f"tuples count the quanta of two tones, up to {MOST_TONES}; for one tone give integers",
        )
    if not all(map(whole_number, k)) or max(k) < 1:
        raise InputError(
            "drive", k, "a harmonic of several tones is a tuple of integers, one of them positive; static "
            "terms go to hamiltonian, and the conjugate of each harmonic is implied",
        )  # fmt: skip
    if max(map(abs, k)) > MOST_QUANTA:
        raise InputError("drive", k, f"harmonics up to {MOST_QUANTA} quanta of a tone are counted")
    return tuple(int(n) for n in k)


def as_frequencies(omega: Any, drive: Mapping[Any, Terms]) -> Number | tuple[Number, ...]:
    """The frequency of one tone as it stands, or those of several as a tuple.

    Raises
    ------
    InputError
        If there are not as many as the drive has tones.
    """
    tones = max((len(k) for k in drive if isinstance(k, tuple)), default=0)
    given = isinstance(omega, list | tuple)
    if not tones:
        if given:
            raise InputError(
                "omega", omega, 'a sweep needs labels: give sambe.axis("omega", values); several tones need '
                "drive={(1, 0): ..., (0, 1): ...}, a number of quanta for each",
            )  # fmt: skip
        return omega
    if not given or len(omega) != tones:
        raise InputError(
            "omega", omega, f"the drive has {tones} tones; give a tuple of {tones} frequencies, one for each"
        )
    for t, w in enumerate(omega):
        if w is None:
            raise InputError(f"omega[{t}]", w, "a driven system needs the frequency of each tone")
    return tuple(omega)


def check_baths(baths: Iterable[Bath], tones: int) -> None:
    """Refuse baths of which the quanta of several tones are not counted."""
    for bath in baths if tones > 1 else ():
        if isinstance(bath, Lead) and bath.ac_voltage is not None:
            raise InputError(
                f"{bath.label}.ac_voltage", bath.ac_voltage, "an ac voltage turns with one tone; give "
                "commensurate tones as harmonics of one frequency, or drive the levels",
            )  # fmt: skip
        if bath.modulated:
            raise InputError(f"{bath.label}.coupling", bath.coupling, "a coupling is modulated by one tone; "
                             "several tones drive the Hamiltonian alone")  # fmt: skip
        if bath.squeezing_centre is not None:
            raise InputError(f"{bath.label}.state", bath.state, "squeezing is static against one tone; with "
                             "several take its occupation, state=sambe.Occupied(...)")  # fmt: skip


def refuse_several(omega: Any, why: str) -> None:
    """Refuse a drive of several tones where one alone is known; ``why`` ends the sentence."""
    if isinstance(omega, tuple):
        raise InputError("omega", omega, f"the drive has {len(omega)} tones; {why}")
