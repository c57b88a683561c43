"""Derivatives of eigenbases: perturbation theory where levels differ, finite where they do not."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from sambe.numerics.eigen_derivative import eigh_with_tilt, is_jax, slope

RNG = np.random.default_rng(4)


def hermitian(n: int) -> np.ndarray:
    x = RNG.normal(size=(n, n)) + 1j * RNG.normal(size=(n, n))
    return x + x.conj().T


@pytest.mark.slow
def test_values_are_those_of_eigh_and_the_tilt_is_zero() -> None:
    with jax.enable_x64(True):
        h = np.stack([hermitian(3) for _ in range(4)])
        energies, states, tilt = jax.jit(eigh_with_tilt)(jnp.asarray(h))
        np.testing.assert_allclose(energies, np.linalg.eigvalsh(h), atol=1e-13)
        np.testing.assert_allclose(h @ states, states * np.asarray(energies)[:, None, :], atol=1e-13)
        assert not np.asarray(tilt).any()


@pytest.mark.slow
def test_first_derivatives_of_levels_and_projectors_are_those_of_differences() -> None:
    with jax.enable_x64(True):
        h, move = hermitian(4), hermitian(4)

        def seen(x):
            energies, v, _ = eigh_with_tilt(jnp.asarray(h) + x * jnp.asarray(move))
            return energies, jnp.outer(v[:, 1], v[:, 1].conj())

        def exact(x):
            energies, v = np.linalg.eigh(h + x * move)
            return energies, np.outer(v[:, 1], v[:, 1].conj())

        found = jax.jit(lambda x: jax.jvp(seen, (x,), (1.0,))[1])(0.0)
        for got, ahead, behind in zip(found, exact(1e-5), exact(-1e-5), strict=True):
            np.testing.assert_allclose(got, (ahead - behind) / 2e-5, atol=1e-7)


@pytest.mark.slow
def test_degenerate_levels_put_their_coupling_into_the_tilt() -> None:
    # H = diag(1, 1, 3) + x V: what V does inside the pair stays in the Hamiltonian, with no division
    v = hermitian(3)
    with jax.enable_x64(True):

        def parts(x):
            energies, states, tilt = eigh_with_tilt(jnp.diag(jnp.array([1.0, 1.0, 3.0])) + x * jnp.asarray(v))
            return energies, states, tilt

        energies, states, tilt = jax.jit(lambda x: jax.jvp(parts, (x,), (1.0,))[1])(0.0)
        np.testing.assert_allclose(np.abs(tilt[0, 1]), np.abs(v[0, 1]), atol=1e-13)
        np.testing.assert_allclose(energies, np.diagonal(v).real, atol=1e-13)
        assert np.isfinite(states).all()
        np.testing.assert_allclose(np.abs(states[:2, 2]), np.abs(v[:2, 2]) / 2.0, atol=1e-13)


def test_slope_is_elementwise() -> None:
    x = jnp.array([0.3, -1.2])
    np.testing.assert_allclose(slope(lambda y: jnp.sin(y) ** 2, x), np.sin(2.0 * np.asarray(x)), rtol=1e-5)
    assert is_jax(jnp)
    assert not is_jax(np)
