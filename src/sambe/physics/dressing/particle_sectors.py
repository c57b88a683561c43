r"""Dressed states of definite numbers of particles.

Where levels of different numbers of particles have one energy, eigenvectors mix them at will. A term
:math:`cN` of the Hamiltonian, which commutes with everything else in it, tells them apart and is taken from
the energies again: :math:`E_i - cN_i`, with the same states and coupling harmonics.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ...description.gate import unchecked
from ...description.system import System
from ...description.tones.quanta import vectors_of
from ...numerics.arrays import Array, Number, expand, is_array, is_numpy, namespace
from .dressing import Dressing

__all__ = ["in_sectors", "particle_numbers"]

# Of the drive frequency, by which quasienergies of one more particle are moved: the golden section, of which
# multiples stay apart modulo one.
GOLDEN = 0.5 * (5.0**0.5 - 1.0)
WIDER = 3.0  # than the spectrum's bound, so that the spectra of different numbers do not meet


def particle_numbers(states: Array, particles: Array) -> Array:
    """Number of particles of each dressed state, ``(..., N)``, whole numbers.

    Parameters
    ----------
    states : array (..., N, N)
        Columns in the original basis, none of which mixes different numbers.
    particles : int array (N,)
        Of the basis states.
    """
    xp = namespace(states)
    weight = xp.abs(states) ** 2
    return xp.round(xp.matmul(xp.asarray(particles * 1.0)[None, :], weight)[..., 0, :])


def in_sectors(
    make: Callable[[System], Dressing], system: System, particles: npt.NDArray[np.intp], folded: bool,
    frame: tuple[int, ...],
) -> Dressing:  # fmt: skip
    """The dressing whose states each have one number of particles.

    Parameters
    ----------
    make : callable
        Dressing of a system.
    system : System
    particles : int array (N,)
        Numbers of the basis states, which the Hamiltonian conserves.
    folded : bool
        Whether energies are defined modulo the drive frequency.
    frame : tuple of int
    """
    if folded and system.tones > 1:  # the extended space is solved in parts that the Hamiltonian connects
        return make(system)
    apart = GOLDEN * system.omega if folded else _bound(system, frame)
    term = (apart, np.diag(particles).astype(complex))
    protocol = system.steps
    if protocol is not None:
        steps = tuple(replace(step, terms=(*step.terms, term)) for step in protocol.steps)
        protocol = replace(protocol, steps=steps)
    moved = unchecked(type(system), system, hamiltonian=(*system.hamiltonian, term), steps=protocol)
    return _moved_back(make(moved), particles, apart)


def _bound(system: System, frame: tuple[int, ...]) -> Any:
    """No two energies in the frame are further apart than that over `WIDER`."""
    static = [system.hamiltonian, *system.drive.values(), *system.drive.values()]
    total: Any = 0.0
    for c, op in (pair for terms in static for pair in terms):
        total = total + 2.0 * abs(c) * float(np.abs(op).sum(axis=-1).max())
    vectors = vectors_of(frame, system.tones)
    turns = (vectors.max(axis=0) - vectors.min(axis=0)).tolist()
    omega = system.omega if system.tones > 1 else (system.omega,)
    return WIDER * sum((abs(w) * n for w, n in zip(omega, turns, strict=True) if n), start=total)


def _moved_back(dressing: Dressing, particles: npt.NDArray[np.intp], apart: Number) -> Dressing:
    n = particle_numbers(dressing.states, particles)
    energies = dressing.energies - (expand(apart, 1) if is_array(apart) else apart) * n
    out = replace(dressing, energies=energies)
    if dressing.observed is not None:
        out = replace(out, observed=replace(dressing.observed, energies=energies))
    # NumPy's are put in the order of their energies afterwards, with all others
    return out if is_numpy(namespace(energies)) else _ordered(out)


def _ordered(d: Dressing) -> Dressing:
    """The states in the order of their energies, for arrays of any library."""
    xp = namespace(d.energies)
    order = xp.argsort(d.energies, axis=-1)
    row, column = order[..., :, None], order[..., None, :]

    def both(x: Array) -> Array:
        if x is None:
            return None
        i, j = (
            k[(..., *(None,) * (x.ndim - order.ndim - 1), slice(None), slice(None))] for k in (row, column)
        )
        return xp.take_along_axis(xp.take_along_axis(x, i, axis=-2), j, axis=-1)

    return replace(
        d, energies=xp.take_along_axis(d.energies, order, axis=-1), couplings=both(d.couplings),
        states=xp.take_along_axis(d.states, column, axis=-1), tilt=both(d.tilt),
        observed=None if d.observed is None else _ordered(d.observed),
    )  # fmt: skip
