r"""Closed forms of two sites under a fast drive, to which a study of tunnelling is held.

.. math:: H = -\tfrac12\Delta\,\sigma_x + \tfrac12A\cos(\omega t)\,\sigma_z,\qquad \Delta = 1

In the frame that moves with the sites tunnelling has the harmonics :math:`\tfrac12\Delta J_n(A/\omega)`.
Baths couple to :math:`\sigma_z`. Nothing of the engine is used here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy import special

from .lab import Floats

__all__ = ["course", "crossing_ratio", "flip_rate", "forgetting", "power", "tunnel_splitting"]

ORDERS = np.arange(1, 30)  # harmonics that are summed; J_n(7) is below 1e-12 beyond


def tunnel_splitting(ratio: Any, omega: Any) -> Any:
    r"""Splitting of the quasienergies to third order in 1/w, with its sign.

    .. math:: \delta = \Delta J_0 - \frac{\Delta^3}{\omega^2}\Big[J_0\sum_{m\,\text{odd}>0}\frac{J_m^2}{m^2}
              + \frac13\sum_{l\,\text{odd}}\ \sum_{m\ne0,l}\frac{(-1)^{m+1}J_lJ_{l-m}J_m}{lm}\Big]

    from the effective Hamiltonian of a fast drive (Eckardt and Anisimovas, New J. Phys. 17, 093039, 2015).
    """
    z = np.asarray(ratio)[..., None, None]
    m = np.concatenate([-ORDERS[::-1], ORDERS])
    odd = m[m % 2 != 0][:, None]
    sign = np.where(m % 2 != 0, 1.0, -1.0) * (m != odd)
    double = np.sum(
        sign * special.jv(odd, z) * special.jv(odd - m, z) * special.jv(m, z) / (odd * m), (-2, -1)
    )
    j0, single = special.jv(0, z[..., 0, 0]), odd[odd > 0]
    plain = j0 * np.sum((special.jv(single, z[..., 0]) / single) ** 2, -1)
    return j0 - (plain + double / 3.0) / np.asarray(omega) ** 2


def crossing_ratio(omega: float) -> float:
    """A/w below the first zero of J_0 at which `tunnel_splitting` vanishes, for w of 2 or more."""
    from scipy.optimize import brentq

    zero = float(special.jn_zeros(0, 1)[0])
    return float(brentq(lambda z: float(tunnel_splitting(z, omega)), zero - 0.4, zero))


def flip_rate(ratio: Any, omega: float, exchange: Callable[[Any], Any]) -> Any:
    r"""Rate at which baths forget the site, though nothing tunnels.

    .. math:: 2\sum_{n>0}\Big(\frac{\Delta J_n}{n\omega}\Big)^2\,[a(n\omega) + a(-n\omega)]:

    within a period the sites are mixed to first order in :math:`\Delta/\omega`. ``exchange`` gives the sum of
    the rates at given energies.
    """
    weights = (special.jv(ORDERS, np.asarray(ratio)[..., None]) / (ORDERS * omega)) ** 2
    return 2.0 * np.sum(weights * exchange(ORDERS * omega), -1)


def power(ratio: Any, omega: float, density: Callable[[Any], Any]) -> Any:
    r"""Power of the drive at any temperature, :math:`\sum_{n>0}\Delta^2J_n^2\,J(n\omega)/n\omega`."""
    weights = special.jv(ORDERS, np.asarray(ratio)[..., None]) ** 2 / (ORDERS * omega)
    return np.sum(weights * density(ORDERS * omega), -1)


def forgetting(splitting: Any, dephasing: float) -> Any:
    r"""Slowest rate of :math:`\ddot z + \gamma\dot z + \delta^2z = 0`, z being the sites' difference."""
    return 0.5 * dephasing - np.sqrt(np.maximum(0.25 * dephasing**2 - np.asarray(splitting) ** 2, 0.0))


def course(splitting: float, dephasing: float, times: Any) -> Floats:
    """The same equation in time, from one site."""
    half = 0.5 * dephasing
    k = np.sqrt(complex(half**2 - splitting**2))
    bend = np.sinh(k * times) / k if k else times
    z: Floats = (np.exp(-half * times) * (np.cosh(k * times) + half * bend)).real
    return z
