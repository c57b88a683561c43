r"""The generator taken apart by baths: what each does to the state, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from ...numerics.arrays import Array
from ..generators.jumps import Jumps
from ..generators.one_sided import Beyond

__all__ = ["of_bath"]


def of_bath(jumps: Jumps, bath: int, forward: Array = None, backward: Array = None) -> Jumps:
    """The jumps of one bath alone, those of the others at no rate.

    Parameters
    ----------
    jumps : Jumps
    bath : int
    forward, backward : array (..., Q, N, N), optional
        Rates of the bath, its own by default.
    """

    def alone(rates: tuple[Array, ...], given: Array = None) -> tuple[Array, ...]:
        kept = rates[bath] if given is None else given
        return tuple(kept if u == bath else 0.0 * x for u, x in enumerate(rates))

    def shift(rates: tuple[Array, ...] | None) -> tuple[Array, ...] | None:
        return None if rates is None else alone(rates)

    return replace(
        jumps, forward=alone(jumps.forward, forward), backward=alone(jumps.backward, backward),
        shift_forward=shift(jumps.shift_forward), shift_backward=shift(jumps.shift_backward),
        beyond=tuple(
            x if u == bath else Beyond(x.rotating, None, x.change) for u, x in enumerate(jumps.beyond)
        ),
    )  # fmt: skip
