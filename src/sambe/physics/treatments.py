"""What becomes of the coherences: the treatments, each a record with the route that solves it.

A new treatment is one entry of `TREATMENTS`, with a route from jumps to a solution; nothing else in the
package compares their names.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from ..numerics.arrays import Array
from .currents.channels import channel_rates, universal_rates
from .equations import quanta_meet
from .generators.counting.counting_field import (
    Counted,
    counted_coherences,
    counted_populations,
    counted_universal,
)
from .generators.jumps import Jumps
from .generators.positive import universal, within_clusters
from .generators.redfield import Redfield
from .method import Method
from .routes import (
    Route,
    solve_clustered,
    solve_coherent,
    solve_every,
    solve_judged,
    solve_populations,
    solve_universal,
)

__all__ = ["COHERENT", "COMPLETE", "DEFAULT", "EXACT", "POPULATIONS", "TREATMENTS", "Treatment",
           "by_channels", "channel_counter", "follows_period", "mixes_quanta", "treatment_names"]  # fmt: skip

Counter = Callable[[Jumps, Array], Counted]
ChannelCounter = Callable[[Jumps, Array], tuple[Array, Array]]

# Names of the treatments that others speak of: by default, the same without the terms between different
# quanta, populations alone, every coherence, and what stands beside an exact answer.
DEFAULT, COHERENT, POPULATIONS, COMPLETE, EXACT = "auto", "partial", "full", "none", "exact"
# Work arrays of a point at the peak, in complex (N, N) matrices, measured with tracemalloc: of the generator,
# of the iteration above DENSE_LEVELS, and for each operator and harmonic and each bath.
POPULATION_MATRICES = 10, 0, 5, 2
COHERENCE_MATRICES = 40, 24, 20, 12


@dataclass(frozen=True)
class Treatment:
    """What becomes of the coherences.

    Attributes
    ----------
    name : str
        Value of ``secular``.
    meaning : str
        A clause for help texts.
    solve : callable, optional
        From the jumps of a batch, in the zone that the equation gives, to its solution; None where the
        equation answers by itself.
    channels : callable, optional
        Jumps per unit time by channel; None where a current cannot be told by channels.
    counted : callable
        From the jumps of a solution, and what is inside its clusters, to the generator with counting fields.
    generator : callable
        From the same to the operator of populations and coherences.
    shifted : bool
        Whether a Lamb shift enters.
    populations_only : bool
        Whether all coherences are dropped, so that levels have to lie apart.
    positive : bool
        Whether the state is positive by construction, at the price of approximate rates.
    zoned : bool
        Whether states are moved to the zones that their coherences ask for.
    iterated : bool
        Whether coherences follow by iteration, in chunks of points of their own.
    matrices : tuple of int
        Work memory: see `POPULATION_MATRICES`.
    variables : tuple of str
        What it reports beside the others.
    citations : tuple of str
        Keys of `sambe.cite`, or BibTeX entries.
    dashes : object
        Line style in figures where treatments are compared.
    """

    name: str
    meaning: str
    solve: Route | None
    channels: ChannelCounter | None = channel_rates
    counted: Counter = counted_coherences
    generator: Callable[[Jumps, Array], Redfield] = within_clusters
    shifted: bool = True
    populations_only: bool = False
    positive: bool = False
    zoned: bool = True
    iterated: bool = False
    matrices: tuple[int, int, int, int] = COHERENCE_MATRICES
    variables: tuple[str, ...] = ()
    citations: tuple[str, ...] = ()
    dashes: Any = ":"


def channel_counter(method: Method) -> ChannelCounter | None:
    """Jumps per unit time by channel; None where terms between different quanta belong to no channel."""
    return None if mixes_quanta(method) else TREATMENTS[method.secular].channels


def mixes_quanta(method: Method) -> bool:
    """Whether the terms between different quanta are kept at every point."""
    return TREATMENTS[method.secular].solve is solve_every and quanta_meet(method)


def follows_period(method: Method) -> bool:
    """Whether the state may change within a period, by terms between different quanta."""
    return TREATMENTS[method.secular].solve in (solve_judged, solve_every)


def by_channels(method: Method) -> Method:
    """The same without what belongs to no channel, so that every current is told by channels."""
    if TREATMENTS[method.secular].solve is not solve_judged:
        return method
    return replace(method, secular=COHERENT)


def treatment_names() -> tuple[str, ...]:
    """Those that a user can ask for, the default first."""
    return tuple(name for name, treatment in TREATMENTS.items() if treatment.solve is not None)


TREATMENTS: dict[str, Treatment] = {
    treatment.name: treatment
    for treatment in (
        Treatment(
            DEFAULT, "partial, with terms between different quanta where they move a current",
            solve_judged, iterated=True, citations=("Redfield1957", "Farina2019"), dashes="-",
        ),
        Treatment(
            COHERENT, "populations with the coherences that matter", solve_coherent, iterated=True,
            citations=("Redfield1957", "Farina2019"), dashes="-",
        ),
        Treatment(
            POPULATIONS, "populations alone", solve_populations, counted=counted_populations, shifted=False,
            populations_only=True, zoned=False, matrices=POPULATION_MATRICES, citations=("Davies1974",),
            variables=("coherence_shift",), dashes=(0, (4, 1.5)),
        ),
        Treatment(
            COMPLETE, "every coherence", solve_every, zoned=False, iterated=True, citations=("Redfield1957",),
        ),
        Treatment(
            "ule", "the universal Lindblad equation", solve_universal, channels=universal_rates,
            counted=counted_universal, generator=universal, positive=True, citations=("Nathan2020",),
            variables=("coherence_shift",),
        ),
        Treatment(
            "clustered", "close levels share one jump energy", solve_clustered, positive=True,
            variables=("partition_spread", "coherence_shift"), citations=("Potts2021",),
        ),
        Treatment(EXACT, "no master equation", None, channels=None),
    )
}  # fmt: skip
