"""Points that arrays of another library leave to NumPy: what needs as many steps as its values ask for.

A compiled function has fixed shapes. What cannot be had with these (the complete equation, a drive with more
harmonics than the extended space holds) is solved on the host from the numbers of the system, inside a
compiled function as well; JAX then calls back.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..errors import SambeError
from ..numerics.arrays import Array, if_any, is_array, is_concrete, namespace, to_numpy
from .method import Method
from .pipeline import solve_batch
from .validity import diverging

__all__ = ["host_currents", "valid_currents"]

Reals = npt.NDArray[np.float64]


def valid_currents(system: System, method: Method) -> tuple[Array, Array]:
    """Currents ``(..., U + 1)`` of a batch, and where they are an answer ``(...)``.

    Parameters
    ----------
    system : System
        Numbers are scalars or arrays of one broadcast batch shape ``(...)``.
    """
    solution = solve_batch(system, method)
    valid = solution.unique & solution.converged & ~diverging(solution.plain, system.baths)
    return solution.currents, valid


def host_currents(system: System, method: Method, needed: Array, like: Array) -> Array:
    """Currents by NumPy at the points that need it, not a number elsewhere; without derivatives.

    Parameters
    ----------
    system : System
        Of arrays of any library, traced by JAX or not.
    needed : bool array (...)
    like : array (..., U + 1)
        Of which shape and type the currents are to be.
    """
    xp = namespace(like)
    numbers = {path: x for path, x in system.numbers().items() if is_array(x)}

    def on_host(needed: Array, *values: Array) -> Reals:
        given = dict(zip(numbers, map(to_numpy, values), strict=True))
        return _at_points(system, method, np.asarray(to_numpy(needed)), given)

    values = tuple(xp.broadcast_to(xp.asarray(x), like.shape[:-1]) for x in numbers.values())
    if all(map(is_concrete, (needed, *values))):
        return xp.asarray(on_host(needed, *values), dtype=like.dtype)
    import jax

    # what is traced here has no derivative: it enters as a constant
    values = tuple(map(jax.lax.stop_gradient, values))
    shape = jax.ShapeDtypeStruct(like.shape, like.dtype)  # type: ignore[no-untyped-call]
    return if_any(
        needed,
        lambda: jax.pure_callback(
            lambda *x: on_host(*x).astype(like.dtype), shape, needed, *values, vmap_method="broadcast_all"
        ),
        xp.full(like.shape, float("nan"), dtype=like.dtype),
    )


def _at_points(
    system: System, method: Method, needed: npt.NDArray[np.bool_], given: dict[str, Array]
) -> Reals:
    """NumPy's answer at some points of a batch."""
    terminals, points = len(system.baths) + 1, np.flatnonzero(needed)
    out = np.full((needed.size, terminals), np.nan)
    if points.size:
        rows = {path: x.reshape(-1)[points] for path, x in given.items()}
        here = system.map_numbers(lambda path, x: rows.get(path, x))
        out[points] = _solved(here, replace(method, harmonics=None), len(points))
    return out.reshape(*needed.shape, terminals)


def _solved(system: System, method: Method, points: int) -> Reals:
    """NumPy's answer; where a batch is refused, that of its halves: one point takes no other with it."""
    try:
        currents, valid = valid_currents(system, method)
        return np.where(valid[..., None], currents, np.nan)
    except (SambeError, np.linalg.LinAlgError):
        if points == 1:
            return np.full((1, len(system.baths) + 1), np.nan)
    parts = []
    for at in (slice(0, points // 2), slice(points // 2, points)):
        half = system.map_numbers(lambda _, x, at=at: x[at] if is_array(x) else x)  # type: ignore[misc]
        parts.append(_solved(half, method, at.stop - at.start))
    return np.concatenate(parts)
