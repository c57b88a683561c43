"""Linear functions and maps of Hermitian matrices, on the real matrix Re + Im that a state is packed in."""

from __future__ import annotations

import numpy as np

from .arrays import Array, dagger, namespace

__all__ = ["as_functional", "on_packed", "row_by_row", "sandwiched"]


def as_functional(k: Array) -> Array:
    """2 Re Tr[K rho] as a linear function of packed states, ``(..., N^2)``."""
    xp = namespace(k)
    turned = xp.isdtype(k.dtype, "complex floating")
    real = xp.real(k) if turned else k
    total = real + xp.matrix_transpose(real)
    if turned:
        imag = xp.imag(k)
        total = total + imag - xp.matrix_transpose(imag)
    return xp.reshape(total, (*k.shape[:-2], k.shape[-1] ** 2))


def on_packed(x: Array, levels: int) -> Array:
    r"""Matrix of a map that keeps states Hermitian, on packed states row by row, ``(..., N^2, N^2)``.

    :math:`A_{ij,kl} = X_{ik,jl} + X^*_{jl,ik}` acts on x = Re + Im as
    :math:`\mathrm{Re}A_{ij,kl}\,x_{kl} + \mathrm{Im}A_{ij,kl}\,x_{lk}`.

    Parameters
    ----------
    x : array (..., N^2, N^2)
        X, rows ik and columns jl.
    levels : int
    """
    xp, n = namespace(x), levels
    batch = x.shape[:-2]
    a = xp.reshape(x + dagger(x), (*batch, n, n, n, n))
    axes = range(len(batch))
    i, k, j, l = range(len(batch), len(batch) + 4)
    turned = xp.isdtype(a.dtype, "complex floating")
    out = xp.reshape(xp.permute_dims(xp.real(a) if turned else a, (*axes, i, j, k, l)), x.shape)
    if turned:
        out = out + xp.reshape(xp.permute_dims(xp.imag(a), (*axes, i, j, l, k)), x.shape)
    return out


def sandwiched(left: Array, right: Array) -> Array:
    """Elements X_ik,jl of rho -> sum of L rho R†, ``(..., N^2, N^2)``."""
    flat = left.shape[-1] ** 2
    left, right = (x.reshape(*x.shape[:-2], flat) for x in (left, right.conj()))
    return np.asarray(np.matmul(left.swapaxes(-1, -2), right), dtype=complex)


def row_by_row(x: Array) -> Array:
    """Matrix on states row by row, from its elements X_ik,jl."""
    n = round(x.shape[-1] ** 0.5)
    wide = x.reshape(*x.shape[:-2], n, n, n, n).swapaxes(-3, -2)
    return wide.reshape(x.shape)
