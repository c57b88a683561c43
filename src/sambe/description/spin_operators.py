"""Operators of qubits and larger spins as plain NumPy matrices.

Conventions are QuTiP's: the first basis state of a two-level system is the excited one,
``sigmap = |e><g|``, and the states of a spin stand from the highest m on.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from ..errors import InputError
from ..numerics.arrays import finite_number
from .gate import size
from .operators import Operator

__all__ = [
    "sigmam",
    "sigmap",
    "sigmax",
    "sigmay",
    "sigmaz",
    "spin_jm",
    "spin_jp",
    "spin_jx",
    "spin_jy",
    "spin_jz",
]


def sigmax() -> Operator:
    r"""Pauli matrix sigma_x.

    .. math:: \sigma_x = |e\rangle\langle g| + |g\rangle\langle e|

    Returns
    -------
    ndarray (2, 2)
        Complex, the excited state first.

    Examples
    --------
    >>> sigmax().real.tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    return np.array([[0, 1], [1, 0]], dtype=complex)


def sigmay() -> Operator:
    r"""Pauli matrix sigma_y.

    .. math:: \sigma_y = i\,(|g\rangle\langle e| - |e\rangle\langle g|)

    Returns
    -------
    ndarray (2, 2)
        Complex, the excited state first.

    Examples
    --------
    >>> sigmay().imag.tolist()
    [[0.0, -1.0], [1.0, 0.0]]
    """
    return np.array([[0, -1j], [1j, 0]], dtype=complex)


def sigmaz() -> Operator:
    r"""Pauli matrix sigma_z, +1 on the excited (first) state.

    .. math:: \sigma_z = |e\rangle\langle e| - |g\rangle\langle g|

    Returns
    -------
    ndarray (2, 2)
        Complex, the excited state first.

    Examples
    --------
    >>> sigmaz().real.tolist()
    [[1.0, 0.0], [0.0, -1.0]]
    """
    return np.array([[1, 0], [0, -1]], dtype=complex)


def sigmap() -> Operator:
    """Raising operator ``sigma_+ = |e><g|``.

    Returns
    -------
    ndarray (2, 2)
        Complex, the excited state first.

    Examples
    --------
    >>> sigmap().real.tolist()
    [[0.0, 1.0], [0.0, 0.0]]
    """
    return np.array([[0, 1], [0, 0]], dtype=complex)


def sigmam() -> Operator:
    """Lowering operator ``sigma_- = |g><e|``.

    Returns
    -------
    ndarray (2, 2)
        Complex, the excited state first.

    Examples
    --------
    >>> sigmam().real.tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    return np.array([[0, 0], [1, 0]], dtype=complex)


def _spin(s: float) -> tuple[float, npt.NDArray[np.float64]]:
    two_s = 2 * float(s) if finite_number(s) and not isinstance(s, complex) else 0.0
    if not 1 <= two_s < math.inf or two_s != round(two_s):
        raise InputError("s", s, "a spin is a positive multiple of 1/2")
    size("s", int(two_s) + 1)
    return two_s / 2, np.arange(two_s / 2, -two_s / 2 - 1, -1.0)


def spin_jz(s: float) -> Operator:
    """Spin operator ``S_z = diag(s, s-1, ..., -s)``.

    Parameters
    ----------
    s : float
        A positive multiple of 1/2; there are 2s + 1 states, the highest m first.

    Returns
    -------
    ndarray (2s + 1, 2s + 1)
        Complex.

    Raises
    ------
    InputError
        If s is no positive multiple of 1/2.

    Examples
    --------
    >>> spin_jz(1.5).real.diagonal().tolist()
    [1.5, 0.5, -0.5, -1.5]
    """
    return np.diag(_spin(s)[1]).astype(complex)


def spin_jp(s: float) -> Operator:
    r"""Spin raising operator ``S_+``.

    .. math:: S_+|m\rangle = \sqrt{s(s+1) - m(m+1)}\,|m+1\rangle

    Parameters
    ----------
    s : float
        A positive multiple of 1/2; there are 2s + 1 states, the highest m first.

    Returns
    -------
    ndarray (2s + 1, 2s + 1)
        Complex.

    Raises
    ------
    InputError
        If s is no positive multiple of 1/2.

    Examples
    --------
    >>> spin_jp(1).real.round(3).tolist()
    [[0.0, 1.414, 0.0], [0.0, 0.0, 1.414], [0.0, 0.0, 0.0]]
    """
    s, m = _spin(s)
    return np.diag(np.sqrt(s * (s + 1) - m[1:] * (m[1:] + 1)), 1).astype(complex)


def spin_jm(s: float) -> Operator:
    r"""Spin lowering operator ``S_-``.

    .. math:: S_-|m\rangle = \sqrt{s(s+1) - m(m-1)}\,|m-1\rangle

    Parameters
    ----------
    s : float
        A positive multiple of 1/2; there are 2s + 1 states, the highest m first.

    Returns
    -------
    ndarray (2s + 1, 2s + 1)
        Complex.

    Raises
    ------
    InputError
        If s is no positive multiple of 1/2.

    Examples
    --------
    >>> spin_jm(0.5).real.tolist()
    [[0.0, 0.0], [1.0, 0.0]]
    """
    return spin_jp(s).T.copy()


def spin_jx(s: float) -> Operator:
    """Spin operator ``S_x = (S_+ + S_-) / 2``.

    Parameters
    ----------
    s : float
        A positive multiple of 1/2; there are 2s + 1 states, the highest m first.

    Returns
    -------
    ndarray (2s + 1, 2s + 1)
        Complex.

    Raises
    ------
    InputError
        If s is no positive multiple of 1/2.

    Examples
    --------
    >>> spin_jx(0.5).real.tolist()
    [[0.0, 0.5], [0.5, 0.0]]
    """
    return (spin_jp(s) + spin_jm(s)) / 2


def spin_jy(s: float) -> Operator:
    """Spin operator ``S_y = (S_+ - S_-) / 2i``.

    Parameters
    ----------
    s : float
        A positive multiple of 1/2; there are 2s + 1 states, the highest m first.

    Returns
    -------
    ndarray (2s + 1, 2s + 1)
        Complex.

    Raises
    ------
    InputError
        If s is no positive multiple of 1/2.

    Examples
    --------
    >>> spin_jy(0.5).imag.tolist()
    [[0.0, -0.5], [0.5, 0.0]]
    """
    return (spin_jp(s) - spin_jm(s)) / 2j
