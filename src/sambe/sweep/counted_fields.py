"""What is reported of the statistics of a point, beside its steady state."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from ..description.bath import temperatures
from ..description.system import System
from ..errors import InputError
from ..numerics.arrays import Fields
from ..physics.counting import Statistics, particle_statistics, statistics_of
from ..physics.currents.laws import entropy_production
from ..physics.currents.particles import PARTICLES
from ..physics.method import Counting, Method
from ..physics.states.solution import Solution
from ..physics.statuses import STATUS
from ..physics.tones.shares import with_shares
from ..physics.tones.splitting import Folded
from .fields import by_tones, solution_fields

__all__ = ["counted_fields"]

# Mean over the mean one-way flow, and noise over that of the jumps one by one, that count as none: some
# hundreds of roundings, so that ratios are infinite where a mean vanishes, and not what rounding makes of
# it. A choice.
ROUNDING = 1e-13

Reals = npt.NDArray[np.float64]


def counted_fields(system: System, method: Method) -> Fields:
    """Everything that `sambe.counting_statistics` reports of a batch of valid points."""
    if not isinstance(method, Counting):
        raise InputError("method", method, "it does not say how many cumulants to count")

    def report(some: System, solution: Solution, part: Folded | None) -> Fields:
        return _counted(some, method, solution, part)

    return by_tones(system, method, report)


def _counted(system: System, method: Counting, solution: Solution, part: Folded | None) -> Fields:
    """The same of a solution."""
    fields = solution_fields(system, method, solution)
    if part is None:
        statistics = statistics_of(solution, method)
    else:
        statistics = with_shares(statistics_of(part.inner, method), part, system, method)
    baths, points = len(system.baths), len(statistics.activity)
    known = statistics.converged & np.isfinite(statistics.noise[:, :baths, :baths]).all(axis=(-2, -1))
    lost = (fields["status"] == STATUS["ok"]) & ~known
    fields["status"] = np.where(lost, STATUS["not_converged"], fields["status"])
    each = (
        system.omega if isinstance(system.omega, tuple) else (1.0 if system.omega is None else system.omega,)
    )
    omega = np.stack([np.broadcast_to(np.asarray(w, dtype=float), points) for w in each], axis=-1)
    particles, work = _particles(system, solution, method, fields)
    reached = statistics.absorbed - work
    derived = _derived(statistics, fields, temperatures(system.baths, known.shape), omega, reached)
    if not method.pumps:
        derived |= {name: derived[name][..., 0] for name in ("pump_quanta", "fano")}
    return {**fields, **particles, **derived}


def _particles(
    system: System, solution: Solution, method: Counting, fields: Fields
) -> tuple[Fields, Reals | float]:
    """Statistics of the particles through leads, and the work mu I of each bath, ``(P, U)``."""
    if PARTICLES[0] not in method.accounts:
        return {}, 0.0
    found = particle_statistics(solution, method)
    mean, variance = found.cumulants[:, 0], np.diagonal(found.noise, axis1=-2, axis2=-1)
    still = np.abs(mean) <= ROUNDING * found.shot
    size = np.where(still, 1.0, np.abs(mean))
    flows = variance > ROUNDING * found.shot
    fano = np.where(still, np.where(flows, np.inf, np.nan), variance / size)
    entropy = np.asarray(fields["entropy_production"])[:, None]
    potentials = [np.asarray(getattr(bath, "chemical_potential", 0.0), dtype=float) for bath in system.baths]
    work = [mu * mean[:, u] for u, mu in enumerate(potentials)]
    out: Fields = {
        "particle_noise": found.noise, "particle_cumulant": found.cumulants, "particle_fano": fano,
        "particle_uncertainty_ratio": np.where(still, np.inf, variance / size**2 * entropy),
    }  # fmt: skip
    return out, np.stack(work, axis=-1)


def _derived(statistics: Statistics, fields: Fields, temperature: Reals, omega: Reals, heat: Reals) -> Fields:
    """Noise, cumulants, and the ratios that follow from them; heat is that which reaches the system.

    The last axis of quanta and their Fano factors is that of the tones, with frequencies ``(P, T)``.
    """
    c, activity, baths = statistics.cumulants, statistics.activity, heat.shape[-1]
    mean, variance = c[:, 0], np.diagonal(statistics.noise, axis1=-2, axis2=-1)
    reached = np.concatenate([heat, mean[:, baths:]], axis=-1)
    orders = np.arange(1, c.shape[1] + 1)[:, None]
    quanta = c[:, :, baths:] / omega[:, None] ** orders
    still = np.abs(mean) <= ROUNDING * np.sqrt(statistics.shot * activity[:, None])
    size = np.where(still, 1.0, np.abs(mean))
    precision = variance / size**2

    def per_square(x: Reals) -> Reals:
        return np.asarray(np.where(still, np.inf, precision * x[:, None]))

    counted = ~still[:, baths:] | (variance[:, baths:] > ROUNDING * statistics.shot[:, baths:])
    fano = np.where(still[:, baths:], np.inf, variance[:, baths:] / size[:, baths:] / omega)
    return {
        "energy_noise": statistics.noise,
        "energy_cumulant": c,
        "pump_quanta": quanta,
        "fano": np.where(counted, fano, np.nan),
        "activity": activity,
        "spohn_entropy_production": entropy_production(reached, temperature),
        "uncertainty_ratio": per_square(np.asarray(fields["entropy_production"])),
        "kinetic_ratio": per_square(activity),
    }
