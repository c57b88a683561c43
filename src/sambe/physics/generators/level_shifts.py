"""Level shifts of a dressing's jumps, bath by bath, finite where what diverges is no difference."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from ...description.bath import Bath, expanded
from ...description.reservoir import Reservoir
from ...description.spectral_density import Flat
from ...errors import InputError
from ...numerics.arrays import Array, dagger, is_concrete, namespace, to_numpy
from .exchanged_particles import lead_shift_pair
from .jumps import ROUNDING, Jumps
from .lamb_shift import NO_SHIFT, WHERE_FINITE, unchecked_pair
from .one_sided import Beyond, signed_couplings
from .shift_divergences import diverging_shift

__all__ = ["with_shift"]

ALIKE = 1e-9  # relative difference of the shifts of two levels, in units of their common divergence


class ShiftRule(Protocol):
    """Whether level shifts enter, and how they are found; a `Method` is one."""

    @property
    def lamb_shift(self) -> str:
        """``"none"``; ``"shift"`` for the coupling S (x) B as it stands; ``"counter"`` with the counter-term
        lambda_R S^2; ``"auto"`` as ``"shift"`` but zero for a bath whose shift diverges."""

    @property
    def tabled(self) -> tuple[bool, ...]:
        """Of each bath, whether integrals are looked up in a table; where empty, if the energies are many."""


def with_shift(jumps: Jumps, baths: Sequence[Bath], rule: ShiftRule) -> Jumps:
    """The jumps with the shifts of every bath at their energies.

    Parameters
    ----------
    baths : sequence of Bath
        Array-valued numbers have the batch shape ``(...)``.
    rule : ShiftRule

    Raises
    ------
    InputError
        If a bath has no finite shift, unless ``"auto"``.
    """
    if rule.lamb_shift == NO_SHIFT:
        return jumps
    counter, pairs = rule.lamb_shift == "counter", []
    for u, bath in enumerate(baths):
        try:
            _refuse_beyond_rates(jumps.beyond[u], bath)
            pair = _felt_pair(jumps, u, bath, counter, rule.tabled[u] if rule.tabled else None)
        except InputError:
            if rule.lamb_shift != WHERE_FINITE:
                raise
            pair = (0.0 * jumps.energy, 0.0 * jumps.energy)
        pairs.append(pair)
    forward, backward = zip(*pairs, strict=True)
    return replace(jumps, shift_forward=tuple(forward), shift_backward=tuple(backward))


def _refuse_beyond_rates(beyond: Beyond, bath: Bath) -> None:
    """Refuse a bath whose shift is not that of its rates alone."""
    if not beyond.nothing:
        what = "a coupling by rotating waves" if beyond.rotating else "an anomalous correlation <bb>"
        raise InputError(
            "lamb_shift", bath.name, f"the shift by {what} is not known here; use 'auto', which leaves it "
            "out, or 'none'",
        )  # fmt: skip


def _felt_pair(jumps: Jumps, u: int, bath: Bath, counter: bool, tabled: bool | None) -> tuple[Array, Array]:
    """s(W) and s(-W) of a bath where its coupling has elements, zero elsewhere.

    What is infinite there is no harm: a shift at rest of a coupling that moves every level, or one that is
    the same for all levels. That is what diverges at high frequencies, one number c for all energies, where
    the coupling has a square that is a multiple of one: i c (S rho S - S S rho) and its adjoint cancel. A
    counter-term, a multiple of S S, does nothing there.
    """
    wide = expanded(bath, 3)
    reservoir, change = wide.reservoir, jumps.beyond[u].change
    spectrum, xp = reservoir.spectrum, namespace(jumps.energy, *reservoir.numbers().values())
    if change is not None:  # d†d + dd† = 1, so that a lead's counter-term would shift nothing
        up, down = lead_shift_pair(wide, jumps.energy, change)
    elif isinstance(spectrum, Flat):
        if not _is_cold(reservoir):
            raise diverging_shift(reservoir, "low")
        if not _shifts_all_alike(jumps, u):
            raise diverging_shift(reservoir, "high")
        # -J ln(cutoff / |W|) / 2 pi, of which the part with the cutoff is one number for all levels
        with np.errstate(divide="ignore"):
            up = spectrum.strength * xp.log(xp.abs(jumps.energy)) / (2.0 * math.pi)
        down = up
    else:
        try:
            up, down = unchecked_pair(reservoir, jumps.energy, counter, tabled)
        except InputError:
            if not _shifts_all_alike(jumps, u):
                raise
            up, down = unchecked_pair(reservoir, jumps.energy, False, tabled, level=True)
    infinite = ~xp.isfinite(up) | ~xp.isfinite(down)
    if not is_concrete(infinite) or not bool(xp.any(infinite)):
        return up, down
    weight = jumps.weights[u]
    felt = weight > ROUNDING * xp.max(weight, axis=(-3, -2, -1), keepdims=True)
    # a coupling that moves nothing and has a square of one: all that it feels is one number
    still = xp.all(infinite | ~felt, axis=(-3, -2, -1), keepdims=True)
    if bool(xp.any(still)) and _shifts_all_alike(jumps, u):
        felt = felt & ~still
    if bool(xp.all(xp.any(infinite & felt, axis=(-3, -2, -1)))):
        raise diverging_shift(reservoir, "vanishing")
    harmless = infinite & ~felt
    zero = xp.zeros_like(up)
    return xp.where(harmless, zero, up), xp.where(harmless, zero, down)


def _is_cold(reservoir: Reservoir) -> bool:
    """Whether a thermal reservoir is at T = 0, at every point."""
    t = reservoir.temperature
    return t is not None and is_concrete(t) and not bool(np.any(np.asarray(to_numpy(t)) > 0))


def _shifts_all_alike(jumps: Jumps, u: int) -> bool:
    """Whether the sum of S† S of a bath, over its operators and quanta, is a multiple of the identity."""
    if not is_concrete(jumps.energy):
        return False
    xp = namespace(jumps.energy)
    total: Array = 0.0
    for s in signed_couplings(jumps, jumps.wiring[u]):
        total = total + xp.sum(xp.matmul(dagger(s), s), axis=-3)
    n = jumps.dressing.levels
    mean = xp.sum(xp.real(xp.linalg.diagonal(total)), axis=-1)[..., None, None] / n
    return bool(xp.all(xp.abs(total - mean * xp.eye(n)) <= ALIKE * mean))
