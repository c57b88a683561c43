r"""What the energy of a reservoir that is not thermal carries in entropy, and what its preparation costs.

A jump that takes W from a reservoir takes the entropy :math:`W/T_\mathrm{eff}(W)` with it,

.. math:: T_\mathrm{eff}(W) = \frac{W}{\ln[a(-W)/a(W)]},\qquad
          \sigma_u = \sum \frac{W}{T_\mathrm{eff}(W)} \times \mathrm{rate},

T itself for a thermal one, so that :math:`-\sum_u\sigma_u` is not negative. Against surroundings at
:math:`T_0` the reservoir gives :math:`\sum W\,[1 - T_0/T_\mathrm{eff}(W)] \times \mathrm{rate}` of work that
had to be spent on its preparation. With every pair of quanta of the complete equation the entropy is counted
on the side of the coupling, as energies are (`complete_counts`). A noise power spectrum is a terminal of work
and carries no entropy.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import reduce

from ...description.bath import Bath
from ...numerics.arrays import Array, namespace
from ..generators.jumps import Jumps
from .laws import thermal_entropy

__all__ = ["ACCOUNTS", "NAIVE", "ambient_temperature", "by_terminals", "carried_by_jumps",
           "effective_temperatures", "entropy_flows", "entropy_variables", "preparation_costs"]  # fmt: skip

ACCOUNTS = ("effective_temperature", "preparation_cost")  # variables of results
NAIVE = ("naive_entropy_production",)  # the same, for squeezed baths


def entropy_variables(
    currents: Array, flows: Sequence[Array], baths: Sequence[Bath], names: Sequence[str],
    ambient: float | str | None, naive: Sequence[Array],
) -> dict[str, Array]:  # fmt: skip
    """Entropy production from the flows of entropy, and what is asked for of `ACCOUNTS` and `NAIVE`."""
    out = {"entropy_production": -reduce(operator.add, flows)}
    if ACCOUNTS[0] in names:
        out["effective_temperature"] = effective_temperatures(currents, flows, baths)
        t0 = ambient_temperature(currents, baths, ambient)
        out["preparation_cost"] = preparation_costs(currents, flows, baths, t0)
    if NAIVE[0] in names:
        out["naive_entropy_production"] = -reduce(operator.add, naive)
    return out


def by_terminals(currents: Array, heats: Mapping[int, Array], baths: Sequence[Bath]) -> Array:
    """Currents with the heat of a squeezed bath and the work of its squeezer in the place of their sum."""
    if not heats:
        return currents
    xp = namespace(currents)
    columns: list[Array] = []
    for u in range(len(baths)):
        whole = currents[..., u]
        columns += [heats[u], whole - heats[u]] if u in heats else [whole]
    pumps = [currents[..., k] for k in range(len(baths), currents.shape[-1])]
    return xp.stack([*columns, *pumps], axis=-1)


def entropy_flows(
    currents: Array, baths: Sequence[Bath], jumps: Jumps | None, rates: tuple[Array, Array] | None,
    heats: Mapping[int, Array] | None = None, known: Sequence[Array] | None = None,
) -> list[Array]:  # fmt: skip
    """Entropy that enters the system with the energy of each bath, per unit time, ``(...)`` each.

    Parameters
    ----------
    currents : array (..., U + 1)
    baths : sequence of Bath
        Array-valued numbers have the batch shape ``(...)``.
    jumps : Jumps, optional
    rates : tuple of array (..., U, Q, N, N), optional
        Jumps per unit time and their reverses, see `sambe.physics.currents.channels`; None where a current
        cannot be told by channels, so that nothing is known of a bath that is not thermal.
    heats : mapping of int to array (...), optional
        What squeezed baths give as heat; without it they are counted as if squeezing cost nothing.
    known : sequence of array (...), optional
        Flows of the other baths, if they are known.
    """
    xp = namespace(currents)
    none = 0.0 * currents[..., 0]
    largest = reduce(xp.maximum, (xp.abs(currents[..., k]) for k in range(currents.shape[-1])))
    columns = []
    for u, bath in enumerate(baths):
        if bath.temperature is not None:
            columns.append(thermal_entropy(currents[..., u], xp.asarray(bath.temperature) + none, largest))
        elif bath.is_work:
            columns.append(none)
        elif heats is not None and u in heats:
            temperature = xp.asarray(bath.state.temperature) + none  # type: ignore[union-attr]
            columns.append(thermal_entropy(heats[u], temperature, largest))
        elif known is not None:
            columns.append(known[u])
        elif jumps is None or rates is None:
            columns.append(none + float("nan"))
        else:
            columns.append(_carried(jumps, u, rates[0][..., u, :, :, :], rates[1][..., u, :, :, :]))
    return columns


def carried_by_jumps(jumps: Jumps, bath: int) -> Array:
    """Entropy ln[a(-W)/a(W)] that a jump brings from a bath, ``(..., Q, N, N)``; 0 where either rate is."""
    up, down = jumps.forward[bath], jumps.backward[bath]
    xp = namespace(up, down)
    one = xp.ones_like(up)
    ratio = xp.log(xp.where(down > 0, down, one)) - xp.log(xp.where(up > 0, up, one))
    return xp.where((up > 0) & (down > 0), ratio, 0.0 * ratio)


def _carried(jumps: Jumps, bath: int, forward: Array, backward: Array) -> Array:
    """Sum over the jumps of a bath of ln[a(-W)/a(W)] times their net rate, ``(...)``."""
    xp = namespace(forward)
    up, down = jumps.forward[bath], jumps.backward[bath]
    total = xp.sum(carried_by_jumps(jumps, bath) * (forward - backward), axis=(-3, -2, -1))
    # a jump that has no reverse carries entropy without bound
    lost = xp.sum(xp.where((up <= 0) & (down > 0), backward, 0.0 * backward), axis=(-3, -2, -1))
    gained = xp.sum(xp.where((down <= 0) & (up > 0), forward, 0.0 * forward), axis=(-3, -2, -1))
    bound = xp.full_like(total, float("inf"))
    total = xp.where(lost > 0, -bound, total)
    return xp.where(gained > 0, -bound, total)


def effective_temperatures(currents: Array, flows: Sequence[Array], baths: Sequence[Bath]) -> Array:
    """Energy current over entropy flow of each terminal: T for a thermal bath; NaN for work, for a squeezed
    bath and where nothing flows."""
    xp = namespace(currents)

    def ratio(u: int) -> Array:
        flow, unknown = flows[u], 0.0 * currents[..., u] + float("nan")
        safe = xp.where(flow == 0, xp.ones_like(flow), flow)
        return xp.where(flow == 0, unknown, currents[..., u] / safe)

    def temperature(u: int) -> Array:
        return xp.asarray(baths[u].temperature) + 0.0 * currents[..., u]

    return _by_terminal(currents, baths, temperature, ratio)


def preparation_costs(
    currents: Array, flows: Sequence[Array], baths: Sequence[Bath], ambient: Array
) -> Array:
    """Work spent per unit time on the preparation of each terminal: 0 for a thermal bath, NaN for work and
    for a squeezed bath, where the currents count it."""
    xp = namespace(currents)
    return _by_terminal(
        currents,
        baths,
        lambda u: 0.0 * xp.abs(currents[..., u]),
        lambda u: currents[..., u] - ambient * flows[u],
    )


def _by_terminal(
    currents: Array,
    baths: Sequence[Bath],
    thermal: Callable[[int], Array],
    prepared: Callable[[int], Array],
) -> Array:
    """A number of each terminal, by whether its bath is thermal or prepared in another state; NaN for work,
    for the two terminals of a squeezed bath, and for the pump."""
    xp = namespace(currents)
    unknown = 0.0 * currents[..., 0] + float("nan")
    columns = []
    for u, bath in enumerate(baths):
        if bath.temperature is not None:
            columns.append(thermal(u))
        elif bath.squeezing_centre is not None:
            columns += [unknown, unknown]
        elif bath.is_work:
            columns.append(unknown)
        else:
            columns.append(prepared(u))
    return xp.stack([*columns, *[unknown] * (currents.shape[-1] - len(baths))], axis=-1)


def ambient_temperature(currents: Array, baths: Sequence[Bath], ambient: float | str | None) -> Array:
    """T_0 of each point, ``(...)``: a number, the temperature of a bath, or of the coldest that is thermal;
    NaN where none is."""
    xp = namespace(currents)
    zero = 0.0 * currents[..., 0]
    if isinstance(ambient, float):
        return zero + ambient
    known = [
        xp.asarray(bath.temperature) + zero
        for bath in baths
        if bath.temperature is not None and ambient in (None, bath.name)
    ]
    return reduce(xp.minimum, known) if known else zero + float("nan")
