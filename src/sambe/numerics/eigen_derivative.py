r"""Derivatives of an eigenbasis that stay finite where levels are degenerate.

Automatic differentiation of `eigh` divides by the gaps. Here the eigenvectors are taken at a fixed
Hamiltonian, :math:`H' = V_0^\dagger H V_0` carries the derivative, and first-order perturbation theory puts
it to use: states further apart than a threshold are rotated into each other by
:math:`\delta_{ij}/(E_j - E_i)`; what couples near-degenerate states, the *tilt*, stays in the Hamiltonian.
There the jump operators answer as matrix functions of the Hamiltonian do,
:math:`\mathrm dL = g'(W)\circ[\delta, S]` (Daleckii and Krein), with no division at all. First derivatives
are exact, higher ones are not.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from .arrays import Array, dagger, diagonal, namespace

__all__ = ["constant", "eigh_with_tilt", "is_jax", "slope"]

# Gap, as a share of the spectrum's width, below which levels count as degenerate. A choice: a division by the
# gap loses log10(width / gap) of the 16 digits, so that 10 are left just above it; just below it, what the
# Hamiltonian couples is left in the tilt, whose error is of the second order in the gap.
NEAR = 1e-6


def is_jax(xp: ModuleType) -> bool:
    """Whether the namespace is JAX's, where derivatives may be asked for."""
    return xp.__name__.startswith("jax")


def eigh_with_tilt(h: Array) -> tuple[Array, Array, Array]:
    """Eigenvalues, eigenvectors and the tilt, zero in value, of a stack of Hermitian JAX matrices."""
    import jax

    xp = namespace(h)
    e, v = xp.linalg.eigh(jax.lax.stop_gradient(h))
    in_eigenbasis = xp.matmul(dagger(v), xp.matmul(h, v))
    energies = xp.real(diagonal(in_eigenbasis))
    eye = xp.eye(h.shape[-1], dtype=energies.dtype)
    gap = e[..., None, :] - e[..., :, None]
    near = xp.abs(gap) <= NEAR * (e[..., -1] - e[..., 0])[..., None, None]
    # off the diagonal the value is rounding, so that only the derivative is kept
    off = in_eigenbasis - jax.lax.stop_gradient(in_eigenbasis)
    off = off * (1.0 - eye)
    rotation = xp.where(near, 0.0 * off, off / xp.where(near, xp.ones_like(gap), gap))
    return energies, v + xp.matmul(v, rotation), xp.where(near, off, 0.0 * off)


def constant(x: Array) -> Array:
    """The array without its derivatives."""
    if not is_jax(namespace(x)):
        return x
    import jax

    return jax.lax.stop_gradient(x)


def slope(function: Callable[..., Any], x: Array) -> Array:
    """Elementwise derivative of a JAX function at x."""
    import jax

    return jax.jvp(function, (x,), (namespace(x).ones_like(x),))[1]
