"""What is reported of the statistics of a point, beside its steady state."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ...description.bath import temperatures
from ...description.system import System
from ...errors import InputError
from ...numerics.arrays import Array, Fields, diagonal, namespace
from ...physics.currents.laws import entropy_production
from ...physics.currents.particles import PARTICLES
from ...physics.method import Counting, Method
from ...physics.states.solution import Solution
from ...physics.statistics.counting import Statistics, particle_statistics, statistics_of
from ...physics.statuses import STATUS
from ...physics.tones.shares import with_shares
from ...physics.tones.splitting import Folded
from .fields import by_tones, solution_fields

__all__ = ["are_known", "counted_fields", "counted_variables"]

# Mean over the mean one-way flow, and noise over that of the jumps one by one, that count as none: some
# hundreds of roundings, so that ratios are infinite where a mean vanishes, and not what rounding makes of
# it. A choice.
ROUNDING = 1e-13


def counted_fields(system: System, method: Method) -> Fields:
    """Everything that `sambe.counting_statistics` reports of a batch of valid points."""
    if not isinstance(method, Counting):
        raise InputError("method", method, "it does not say how many cumulants to count")

    def report(batch: System, solution: Solution, part: Folded | None) -> Fields:
        return _counted(batch, method, solution, part)

    return by_tones(system, method, report)


def _counted(system: System, method: Counting, solution: Solution, part: Folded | None) -> Fields:
    """The same of a solution."""
    fields = solution_fields(system, method, solution)
    if part is None:
        statistics = statistics_of(solution, method)
    else:
        statistics = with_shares(statistics_of(part.inner, method), part, system, method)
    lost = (fields["status"] == STATUS["ok"]) & ~are_known(statistics)
    fields["status"] = np.where(lost, STATUS["not_converged"], fields["status"])
    inner = solution if part is None else part.inner
    return {**fields, **counted_variables(system, method, inner, statistics, fields)}


def are_known(statistics: Statistics) -> Array:
    """Points whose statistics have been found, ``(P,)``."""
    xp, baths = namespace(statistics.noise), statistics.absorbed.shape[-1]
    finite = xp.isfinite(statistics.noise[:, :baths, :baths])
    return statistics.converged & xp.all(finite, axis=(-2, -1))


def counted_variables(
    system: System, method: Counting, solution: Solution, statistics: Statistics, fields: Mapping[str, Array]
) -> dict[str, Array]:
    """What statistics add to the fields of a steady state, in any array library."""
    xp, points = namespace(statistics.noise), len(statistics.activity)
    several = isinstance(system.omega, tuple)
    each = system.omega if several else (1.0 if system.omega is None else system.omega,)
    omega = xp.stack([xp.broadcast_to(xp.asarray(w, dtype=xp.float64), (points,)) for w in each], axis=-1)
    particles, work = _particles(system, solution, method, fields["entropy_production"])
    temperature = xp.asarray(temperatures(system.baths, (points,)))
    derived = _derived(statistics, fields["entropy_production"], temperature, omega,
                       statistics.absorbed - work)  # fmt: skip
    if not method.pumps:
        derived |= {name: derived[name][..., 0] for name in ("pump_quanta", "fano")}
    return {**particles, **derived}


def _particles(
    system: System, solution: Solution, method: Counting, entropy: Array
) -> tuple[dict[str, Array], Array | float]:
    """Statistics of the particles through leads, and the work mu I of each bath, ``(P, U)``."""
    if PARTICLES[0] not in method.accounts:
        return {}, 0.0
    xp, counts = namespace(entropy), particle_statistics(solution, method, system.tones)
    mean, variance = counts.cumulants[:, 0], diagonal(counts.noise)
    infinite = xp.full_like(mean, float("inf"))
    still = xp.abs(mean) <= ROUNDING * counts.shot
    size = xp.where(still, xp.ones_like(mean), mean)
    flows = variance > ROUNDING * counts.shot
    fano = xp.where(still, xp.where(flows, infinite, infinite - infinite), variance / xp.abs(size))
    potentials = [getattr(bath, "chemical_potential", 0.0) for bath in system.baths]
    work = [xp.asarray(mu) * mean[:, u] for u, mu in enumerate(potentials)]
    out = {
        "particle_noise": counts.noise, "particle_cumulant": counts.cumulants, "particle_fano": fano,
        "particle_uncertainty_ratio": xp.where(still, infinite, variance / size**2 * entropy[:, None]),
    }  # fmt: skip
    return out, xp.stack(work, axis=-1)


def _derived(
    statistics: Statistics, entropy: Array, temperature: Array, omega: Array, heat: Array
) -> dict[str, Array]:
    """Noise, cumulants, and the ratios that follow from them; heat is that which reaches the system.

    The last axis of quanta and their Fano factors is that of the tones, with frequencies ``(P, T)``.
    """
    c, activity, baths = statistics.cumulants, statistics.activity, heat.shape[-1]
    xp = namespace(c)
    mean, variance = c[:, 0], diagonal(statistics.noise)
    reached = xp.concat([heat, mean[:, baths:]], axis=-1)
    orders = xp.asarray(np.arange(1, c.shape[1] + 1)[:, None])
    quanta = c[:, :, baths:] / omega[:, None] ** orders
    still = xp.abs(mean) <= ROUNDING * xp.sqrt(statistics.shot * activity[:, None])
    size, infinite = xp.where(still, xp.ones_like(mean), mean), xp.full_like(mean, float("inf"))
    precision = variance / size**2

    def per_square(x: Array) -> Array:
        return xp.where(still, infinite, precision * x[:, None])

    counted = ~still[:, baths:] | (variance[:, baths:] > ROUNDING * statistics.shot[:, baths:])
    fano = xp.where(still, infinite, variance / xp.abs(size))[:, baths:] / omega
    return {
        "energy_noise": statistics.noise,
        "energy_cumulant": c,
        "pump_quanta": quanta,
        "fano": xp.where(counted, fano, xp.full_like(fano, float("nan"))),
        "activity": activity,
        "spohn_entropy_production": entropy_production(reached, temperature),
        "uncertainty_ratio": per_square(entropy),
        "kinetic_ratio": per_square(activity),
    }
