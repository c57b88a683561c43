"""Oscillators: the forced harmonic one, and the Kerr resonator at zero temperature."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import special

from ..description.bath import Bath
from ..description.operators import create, destroy
from ..errors import InputError
from ..numerics.arrays import Array, Number, namespace
from ._shared import check_couplings, floats, rates

__all__ = ["kerr_photons", "oscillator_currents"]


def oscillator_currents(
    frequency: Number,
    drive: Number,
    omega: Number,
    baths: Sequence[Bath],
    *,
    coherences: bool = False,
) -> Array:
    r"""Currents of the driven harmonic oscillator (`sambe.models.oscillator`).

    .. math:: I_u = \omega_0 J_u(\omega_0)[n_u(\omega_0) - N] - \omega J_u(\omega)|\alpha|^2,\qquad
              I_\text{pump} = \omega \sum_u J_u(\omega)|\alpha|^2,\qquad
              N = \frac{\sum_u J_u n_u}{\sum_u J_u}\Big|_{\omega_0},

    the heat of the undriven oscillator and the friction of its forced oscillation
    :math:`\alpha = F/(\omega_0 - \omega)`: the response is linear, so the two just add.

    Parameters
    ----------
    frequency, drive, omega : float or array
        :math:`\omega_0`, F and the drive frequency.
    baths : sequence of Bath
        On :math:`a + a^\dagger`.
    coherences : bool
        Give the resonance its width,
        :math:`|\alpha|^2 = F^2/[(\omega_0-\omega)^2 + \tfrac14 J(\omega)^2]` with the sum J over
        the baths; without, the full secular answer, infinite at resonance.

    Returns
    -------
    array
        ``(..., terminal)``, positive into the system.

    References
    ----------
    Langemeyer & Holthaus, Phys. Rev. E 89, 012101 (2014).

    Examples
    --------
    >>> from sambe import Bath, Ohmic
    >>> baths = [Bath(n, spectrum=Ohmic(0.002, cutoff=10.0), temperature=t)
    ...          for n, t in (("left", 1.2), ("right", 0.4))]
    >>> [f"{x:.7e}" for x in oscillator_currents(1.0, 0.05, 0.7, baths)]
    ['5.8920932e-04', '-6.3997298e-04', '5.0763664e-05']
    """
    check_couplings(baths, lambda n: destroy(n) + create(n))
    frequency, drive, omega = floats(frequency, drive, omega)
    xp = namespace(frequency)
    up, _, density = rates(xp.stack([frequency, omega], axis=-1), baths)
    resonant, forced = density[..., 0], density[..., 1]  # J of each bath at omega_0 and at omega
    mean = xp.sum(up[..., 0], axis=-1) / xp.sum(resonant, axis=-1)
    half = 0.5 * xp.sum(forced, axis=-1) if coherences else 0.0 * omega
    response = (frequency - omega) ** 2 + half * half
    finite = (drive == 0) | (response > 0)  # an oscillator that is not driven rests, also at resonance
    quanta = drive * drive / xp.where(response > 0, response, xp.ones_like(response))  # |alpha|^2
    quanta = xp.where(finite, quanta, xp.full_like(quanta, math.inf))
    friction = (omega * quanta)[..., None] * forced
    heat = frequency[..., None] * (up[..., 0] - resonant * mean[..., None]) - friction
    return xp.concat([heat, xp.sum(friction, axis=-1)[..., None]], axis=-1)


def kerr_photons(
    detuning: npt.ArrayLike, kerr: npt.ArrayLike, drive: npt.ArrayLike, rate: npt.ArrayLike
) -> npt.NDArray[np.float64]:
    r"""Photon number of the driven Kerr resonator at T = 0 in a flat bath on a alone; NumPy only.

    .. math:: \langle n\rangle = \frac{(F/K)^2}{|c|^2}\,
              \frac{{}_0F_2(c+1, c^*+1; 2(F/K)^2)}{{}_0F_2(c, c^*; 2(F/K)^2)},\qquad
              c = \frac{D - iJ/2}{K}

    for :math:`H = D a^\dagger a + K a^\dagger a^\dagger a a + F(a + a^\dagger)` in the frame of the
    drive and the loss rate J; the pump's power is :math:`\omega J \langle n\rangle`.

    Parameters
    ----------
    detuning, kerr, drive, rate : float or array
        D = :math:`\omega_0 - \omega`, K not zero, F and J > 0.

    Returns
    -------
    ndarray
        Photon number, shape ``(...)``.

    Raises
    ------
    InputError
        If a Kerr term is zero or a rate is not positive.

    References
    ----------
    Drummond & Walls, J. Phys. A 13, 725 (1980).

    Examples
    --------
    >>> weak = kerr_photons(0.3, 1e-3, 1e-3, 0.1)
    >>> bool(abs(weak / (1e-6 / (0.3**2 + 0.05**2)) - 1.0) < 1e-6)
    True
    """
    d, k, f, j = np.broadcast_arrays(*(np.asarray(x, float) for x in (detuning, kerr, drive, rate)))
    if not ((k != 0).all() and (j > 0).all()):
        raise InputError("kerr, rate", (kerr, rate), "the Kerr term must not be zero, the rate > 0")
    c = ((d - 0.5j * j) / k)[..., None]
    z = 2.0 * ((f / k) ** 2)[..., None]
    # Neighbouring terms of the series have the ratio z / (n |c + n|^2). It is largest near n = -Re c, where c
    # + n changes sign, and a few cube roots of z beyond that it is small for good; the 60 further terms are a
    # choice that covers small z.
    terms = math.ceil(float((abs(c.real) + 3.0 * np.cbrt(z)).max()) + 60.0)
    n = np.arange(terms)
    with np.errstate(divide="ignore"):
        growth = np.log(z) - np.log(n + 1.0)
    upper, lower = (
        special.logsumexp(np.concatenate([0.0 * z, np.cumsum(steps, axis=-1)], axis=-1), axis=-1)
        for steps in (growth - 2.0 * np.log(abs(c + n + shift)) for shift in (1.0, 0.0))
    )
    return np.asarray(0.5 * z[..., 0] / abs(c[..., 0]) ** 2 * np.exp(upper - lower))
