"""The exact answer as one more equation of a sweep: each point solved by itself, failures on their own."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.system import System
from ...errors import ConvergenceError, InputError
from ..currents.entropy import ACCOUNTS, entropy_flows, entropy_variables
from ..currents.particles import PARTICLES, heat_currents, particle_variables
from ..generators.lamb_shift import static_pull
from ..method import HEOM_LIMITS, Method
from .coupling_harmonics import coupling_harmonics, squared
from .exact_currents import HeomResult, heom_currents

__all__ = ["exact_fields", "exact_result", "point_of"]

Fields = dict[str, npt.NDArray[Any]]
BY_TERMINAL = (*ACCOUNTS, *PARTICLES[:2])  # variables of `Method.accounts` with a value for each terminal


def exact_result(system: System, method: Method) -> HeomResult:
    """Exact solution of one point, with the options and the counter-term of the method.

    Raises
    ------
    InputError, ConvergenceError
        As `heom_currents`.
    """
    if method.lamb_shift == "counter":
        system = with_counter_terms(system)
    options: dict[str, Any] = dict(method.heom)
    return heom_currents(system, **options)


def with_counter_terms(system: System) -> System:
    """The System with :math:`\\lambda_R S^2` of every bath in its Hamiltonian, the baths' static pull undone.

    See `sambe.physics.generators.lamb_shift`. Numbers are plain. Leads have none: what undoes the static pull
    of modes of bosons is the square of their coupling.
    """
    static, drive = list(system.hamiltonian), {k: list(terms) for k, terms in system.drive.items()}
    for bath in system.baths:
        if bath.particles is not None:
            continue
        pull = static_pull(bath.reservoir)
        for coupling in coupling_harmonics(bath):
            for p, square in squared(coupling).items():
                if p == 0:
                    static.append((pull, square))
                elif p > 0:
                    drive.setdefault(p, []).append((pull, square))
    return system.replace(hamiltonian=static, drive=drive)


def exact_fields(system: System, method: Method, failed: int) -> Fields:
    """What `sambe.steady_state` reports of a batch of points, point by point.

    Parameters
    ----------
    system : System
        Numbers with one batch axis ``(points,)``.
    method : Method
    failed : int
        Status of a point without an answer.

    Returns
    -------
    dict of arrays
        There are no dressed states here: ``population`` is that of the basis states in the state
        averaged over a period, ``energy`` and ``secular_ratio`` are NaN.
    """
    points, levels = len(system.numbers()["hamiltonian[0]"]), system.levels
    out: Fields = {
        "energy_current": np.full((points, len(system.terminals)), np.nan),
        "population": np.full((points, levels), np.nan),
        "energy": np.full((points, levels), np.nan),
        **{name: np.full(points, np.nan) for name in
           ("entropy_production", "first_law_residual", "secular_ratio", "edge_population",
            "cross_term_shift", "hierarchy_error")},
        **{
            name: np.full((points, len(system.terminals)) if name in BY_TERMINAL else points, np.nan)
            for name in method.accounts
        },
        "hierarchy_movement": np.full((points, len(HEOM_LIMITS)), np.nan),
        "coherences_kept": np.zeros(points, dtype=np.int64),
        "cross_terms_kept": np.ones(points, dtype=np.int8),
        "status": np.full(points, failed),
    }  # fmt: skip
    if method.observables:
        plain = all(x.hermitian for x in method.observables)
        out["expectation"] = np.full((points, len(method.observables)), np.nan, float if plain else complex)
    for k in range(points):
        point = point_of(system, k)
        try:
            result = exact_result(point, method)
        except (ConvergenceError, InputError):
            continue  # too large a hierarchy, or a bath without an expansion: other points go on
        for name, value in _of_point(point, result, method).items():
            out[name][k] = value
    return out


def point_of(system: System, k: int) -> System:
    """One point of a batch, its numbers plain."""
    return system.map_numbers(lambda _, x: x[k].item() if isinstance(x, np.ndarray) and x.ndim else x)


def _of_point(system: System, result: HeomResult, method: Method) -> dict[str, Any]:
    population = np.diagonal(result.state).real
    values = [np.trace(x.operator @ result.state) for x in method.observables]
    plain = all(x.hermitian for x in method.observables)
    currents, particles, leads = result.currents, result.particles, PARTICLES[0] in method.accounts
    heats = heat_currents(currents, particles, system.baths) if leads else currents
    flows = entropy_flows(heats, system.baths, None, None)
    return {
        **({"expectation": np.real(values) if plain else values} if values else {}),
        "energy_current": result.currents,
        "population": population,
        **(particle_variables(currents, currents, heats, particles, system.baths) if leads else {}),
        **entropy_variables(result.currents, flows, system.baths, method.accounts, method.ambient, flows),
        "first_law_residual": result.residual,
        "edge_population": method.population_at_edge(result.state),
        "hierarchy_error": result.error,
        "hierarchy_movement": [result.movement.get(name, 0.0) for name in HEOM_LIMITS],
        "status": 0,
    }
