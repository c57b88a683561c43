"""Warnings where an answer cannot be trusted, each with the points that it is about."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from ..errors import SecularWarning, TruncationWarning
from ..physics.currents.entropy import NAIVE
from ..physics.method import Method
from ..physics.statuses import OF_SQUEEZING, STATUS, status_of
from ..physics.treatments import DEFAULT, TREATMENTS

__all__ = ["SMALL_SHARE", "describe_points", "warn_of", "warn_of_shift"]

# Gap over relaxation rate from which the full secular answer is trusted. Derived for a qubit on
# resonance, with the drive A for its gap and the relaxation g: populations alone give 1 + (g/A)^2/2 times
# the pump power, half a per cent too much at 10.
TRUSTED_RATIO = 10.0
# Population of the last levels of a ladder that still counts as none. A choice: with a smaller one
# ladders that are long enough are warned of, with a larger one some that are not pass.
SMALL_EDGE = 1e-3
# Energy per time by harmonics that are left out, of the largest current, that still counts as none. A choice:
# that of a move by terms between different quanta.
SMALL_SHARE = 1e-2
# Move of a current, or of a hundredth of the largest, by terms between different quanta that still counts as
# none: the theory is hardly better.
TRUSTED_SHIFT = 1e-2


def warn_of(data: Any, method: Method, level: int = 3) -> None:
    """Warn where an answer cannot be trusted; ``level`` is the frame that the warning names."""
    if TREATMENTS[method.secular].populations_only and (data.secular_ratio.values < TRUSTED_RATIO).any():
        close = data.secular_ratio < TRUSTED_RATIO
        warnings.warn(
            "the full secular approximation cannot be trusted where levels lie closer than "
            f"{TRUSTED_RATIO:g} relaxation rates: {describe_points(close)}; use secular={DEFAULT!r}",
            SecularWarning, stacklevel=level,
        )  # fmt: skip
    _warn_of_phases(data, level + 1)
    dropped = False  # asked for only where a shift is unknown
    if np.isnan(data.cross_term_shift.values).any():
        dropped = (data.status <= STATUS["ok"]) & (data.cross_terms_kept == 0)
    warn_of_shift(data.cross_term_shift, dropped, method, level + 1)
    if "partition_spread" in data and (data.partition_spread.values > TRUSTED_SHIFT).any():
        where = describe_points(data.partition_spread > TRUSTED_SHIFT)
        warnings.warn(
            f"where clusters of levels begin and end moves a current by more than {TRUSTED_SHIFT:.0%} of the "
            f"largest, so that close points may differ by as much: {where}; use secular={DEFAULT!r}",
            SecularWarning, stacklevel=level,
        )  # fmt: skip
    _warn_of_coherences(data, method, level + 1)
    _warn_of_harmonics(data, level + 1)
    if (data.edge_population.values > SMALL_EDGE).any():
        full = data.edge_population > SMALL_EDGE
        warnings.warn(
            f"the top levels of the ladder carry population: {describe_points(full)}; raise levels, or say "
            "edge=() if the device has no more",
            TruncationWarning, stacklevel=level,
        )  # fmt: skip


def _warn_of_coherences(data: Any, method: Method, level: int) -> None:
    """Warn where a treatment that is asked for by name moves a current by what it does to coherences."""
    if "coherence_shift" not in data:
        return
    moved = data.coherence_shift > TRUSTED_SHIFT
    if TREATMENTS[method.secular].populations_only:  # of closer levels another warning tells
        moved = moved & (data.secular_ratio >= TRUSTED_RATIO)
    if moved.any():
        warnings.warn(
            f"what secular={method.secular!r} does to coherences moves a current by more than "
            f"{TRUSTED_SHIFT:.0%} of the largest: {describe_points(moved)}; use secular={DEFAULT!r}",
            SecularWarning, stacklevel=level,
        )  # fmt: skip


def _warn_of_harmonics(data: Any, level: int) -> None:
    """Warn where more harmonics of a coupling matter than are held."""
    if "harmonics_error" not in data:
        return
    if (data.harmonics_error.values > SMALL_SHARE).any():
        left = data.harmonics_error > SMALL_SHARE
        warnings.warn(
            f"harmonics of the coupling beyond those held exchange more than {SMALL_SHARE:.0%} of the "
            f"largest current: {describe_points(left)}; raise omega, give ramp= where a bath is switched, or "
            "a spectral density with a lower cutoff",
            TruncationWarning, stacklevel=level,
        )  # fmt: skip


def _warn_of_phases(data: Any, level: int) -> None:
    """Warn where less than all is known of a squeezed bath."""
    for name in OF_SQUEEZING:
        status = status_of(STATUS[name])
        if (data.status.values == status.code).any():
            where = describe_points(data.status == status.code)
            said = f"{status.meaning}: {where}; {status.remedy}"
            warnings.warn(said, SecularWarning, stacklevel=level)


def warn_of_shift(shift: Any, dropped: Any, method: Method, level: int = 3) -> None:
    """Warn where terms between different quanta that are dropped move a current, or may do so.

    Parameters
    ----------
    shift : DataArray
        `sambe.physics.states.judgements.cross_terms.relative_shift`; not a number where it is unknown.
    dropped : bool DataArray
        Where there is an answer without those terms.
    method : Method
    level : int
        Frame that the warning names.
    """
    if np.isnan(shift.values).any() and (unknown := shift.isnull() & dropped).any():
        # in a static frame every treatment by itself is without them
        way = "secular='none'" + (" with equation='floquet'" if method.static else "")
        warnings.warn(
            f"secular={method.secular!r} drops terms between different quanta of the drive, and what they "
            f"do is beyond the work of a judgement: {describe_points(unknown)}; use {way}",
            SecularWarning, stacklevel=level,
        )  # fmt: skip
    if (shift.values > TRUSTED_SHIFT).any():
        left = shift > TRUSTED_SHIFT
        # beside a squeezed bath the default drops them too
        way = (
            f"use secular={DEFAULT!r}; where currents are told jump by jump, steady_state has the whole ones"
        )
        if method.secular == DEFAULT and method.static:  # of a course, which stands still in the frame
            way = "use secular='none' with equation='floquet'"
        if NAIVE[0] in method.accounts:
            way = "couple by rotating_wave=True"
        warnings.warn(
            f"secular={method.secular!r} drops terms between different quanta of the drive (without a drive: "
            "between the energies on the two sides of a jump) that move a "
            f"current by more than {TRUSTED_SHIFT:.0%}: {describe_points(left)}; {way}",
            SecularWarning, stacklevel=level,
        )  # fmt: skip


def describe_points(mask: Any) -> str:
    """Where a boolean DataArray is true, in words: ranges of each coordinate."""
    count, total = int(mask.sum()), int(mask.size)
    if not mask.dims:
        return "at this point"
    parts = []
    for dim in mask.dims:
        others = [d for d in mask.dims if d != dim]
        hit = mask.any(others) if others else mask
        values = hit[dim].values[hit.values] if dim in mask.coords else np.flatnonzero(hit.values)
        if values.dtype.kind not in "iuf":  # texts and dates in their order on the axis
            low, high = str(values[0]), str(values[-1])
        else:
            low, high = f"{values.min():.6g}", f"{values.max():.6g}"
        parts.append(f"{dim} = {low}" + (f" to {high}" if high != low else ""))
    return f"{count} of {total} points ({', '.join(parts)})"
