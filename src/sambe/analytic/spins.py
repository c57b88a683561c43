"""Spins and qubits in a periodic field: every current as a sum over channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from ..description.bath import Bath
from ..description.spin_operators import sigmax, spin_jx
from ..errors import InputError
from ..numerics.arrays import Array, Number, namespace
from ._shared import boltzmann, check_couplings, floats, rates, sidebands

__all__ = [
    "SpinChannels",
    "modulated_qubit_currents",
    "optical_bloch_currents",
    "spin_boson_channels",
    "spin_boson_currents",
    "spin_boson_populations",
    "spin_channels",
    "spin_currents",
]


@dataclass(frozen=True)
class SpinChannels:
    r"""The three channels through which a spin in a circular field sees each bath.

    The channels, in order: :math:`\omega + \Omega` with one quantum given to the drive,
    :math:`\Omega - \omega` with one quantum taken from it, and the pseudo-transition at
    :math:`\omega`, which moves no population and takes a quantum from the bath to the drive.

    Attributes
    ----------
    gap : array
        Dressed splitting :math:`\Omega`, shape ``(...)``.
    omega : array
        Drive frequency, shape ``(...)``.
    energy : array
        Energy W that one forward jump takes from the bath, shape ``(..., 3)``.
    quanta : tuple of int
        Drive quanta that one forward jump absorbs: -1, +1, -1.
    weight : array
        Squared matrix element of the coupling for s = 1/2, shape ``(..., 3)``.
    rate : array
        Net rate of forward jumps by bath and channel, shape ``(..., bath, 3)``.
    population : array
        Dressed levels by ascending energy, shape ``(..., 2 s + 1)``.
    ratio : array
        Population of a dressed level over that of the next lower one; it does not depend on s.

    Examples
    --------
    >>> from sambe import Bath, Ohmic
    >>> bath = Bath("only", spectrum=Ohmic(0.002, cutoff=10.0), temperature=0.5)
    >>> found = spin_channels(0.5, 1.0, 0.6, 0.75, [bath])
    >>> found.energy.round(3).tolist(), found.quanta
    ([1.4, -0.1, 0.75], (-1, 1, -1))
    """

    gap: Array
    omega: Array
    energy: Array
    quanta: tuple[int, int, int]
    weight: Array
    rate: Array
    population: Array
    ratio: Array

    @property
    def energy_current(self) -> Array:
        """Energy current from each bath by channel, ``(..., bath, 3)``, into the system."""
        return self.energy[..., None, :] * self.rate

    @property
    def pump_current(self) -> Array:
        """Energy current from the drive by channel, ``(..., bath, 3)``, into the system."""
        quanta = namespace(self.rate).asarray([float(q) for q in self.quanta])
        return self.omega[..., None, None] * quanta * self.rate

    @property
    def quasitemperature(self) -> Array:
        r""":math:`\Omega/\ln(p_-/p_+)`; the same for every s, negative for an inverted ladder."""
        xp = namespace(self.ratio)
        with np.errstate(divide="ignore"):
            return self.gap / -xp.log(self.ratio)

    @property
    def currents(self) -> Array:
        """Currents by terminal, the baths in order and then the pump, ``(..., terminal)``."""
        xp = namespace(self.rate)
        pump = xp.sum(self.pump_current, axis=(-2, -1))
        return xp.concat([xp.sum(self.energy_current, axis=-1), pump[..., None]], axis=-1)


def spin_channels(
    s: float, splitting: Number, drive: Number, omega: Number, baths: Sequence[Bath]
) -> SpinChannels:
    r"""Channels of a spin in a circular field (`sambe.models.spin`), full secular.

    .. math:: \Omega = \sqrt{(\omega_0-\omega)^2 + A^2},\quad
              \cos\theta = (\omega_0-\omega)/\Omega,\quad
              \frac{p_{m+1}}{p_m} = \frac{\sum_u \cos^4\tfrac\theta2\, a_u(\Omega+\omega)
              + \sin^4\tfrac\theta2\, a_u(\Omega-\omega)}
              {\sum_u \cos^4\tfrac\theta2\, a_u(-\Omega-\omega)
              + \sin^4\tfrac\theta2\, a_u(\omega-\Omega)}

    Parameters
    ----------
    s : float
        A positive multiple of 1/2.
    splitting, drive, omega : float or array
        :math:`\omega_0`, A and the drive frequency; they broadcast to ``(...)``.
    baths : sequence of Bath
        On :math:`S_+ + S_-`; array-valued numbers broadcast against ``(...)``.

    Returns
    -------
    SpinChannels
        Energies, rates and populations, positive into the system.

    Raises
    ------
    InputError
        If s is not a spin or a bath couples to something else.

    References
    ----------
    Schmidt, Schnack & Holthaus, Phys. Rev. E 100, 042141 (2019).

    Examples
    --------
    >>> from sambe import Bath, Ohmic
    >>> baths = [Bath("only", spectrum=Ohmic(0.002, cutoff=10.0), temperature=0.5)]
    >>> half, one = (spin_channels(s, 1.0, 0.6, 0.75, baths) for s in (0.5, 1.0))
    >>> bool(abs(half.quasitemperature - one.quasitemperature) < 1e-12)
    True
    """
    if not (isinstance(s, int | float) and s > 0 and 2 * s == round(2 * s)):
        raise InputError("s", s, "a spin is a positive multiple of 1/2")
    check_couplings(baths, lambda n: 2.0 * spin_jx(s))
    splitting, drive, omega = floats(splitting, drive, omega)
    xp = namespace(splitting)
    gap, cosine = _tilt(splitting - omega, drive)
    # shares of the bare excited and ground state in the upper dressed level
    excited, ground = 0.5 * (1.0 + cosine), 0.5 * (1.0 - cosine)
    weight = xp.stack([excited**2, ground**2, excited * ground], axis=-1)
    energy = xp.stack([gap + omega, gap - omega, omega], axis=-1)
    forward, backward, _ = rates(energy, baths)
    real = weight[..., None, :2]  # of the channels that move populations; the third is the pseudo-transition
    population, ratio = boltzmann(
        round(2 * s),
        xp.sum(real * forward[..., :2], axis=(-2, -1)),
        xp.sum(real * backward[..., :2], axis=(-2, -1)),
    )
    before, after = _occupied(s, population)
    rate = weight[..., None, :] * (before[..., None, :] * forward - after[..., None, :] * backward)
    return SpinChannels(gap, omega, energy, (-1, 1, -1), weight, rate, population, ratio)


def spin_currents(s: float, splitting: Number, drive: Number, omega: Number, baths: Sequence[Bath]) -> Array:
    """Currents of a spin in a circular field by terminal, ``(..., terminal)``, full secular.

    Positive into the system, the baths in order and then the pump; arguments as `spin_channels`.

    Parameters
    ----------
    s, splitting, drive, omega, baths
        As for `spin_channels`.

    Returns
    -------
    array (..., terminal)

    Examples
    --------
    >>> from sambe import Bath, Ohmic
    >>> bath = Bath("only", spectrum=Ohmic(0.002, cutoff=10.0), temperature=0.5)
    >>> currents = spin_currents(1.0, 1.0, 0.6, 0.75, [bath])
    >>> bool(abs(currents.sum()) < 1e-15)
    True
    """
    return spin_channels(s, splitting, drive, omega, baths).currents


def spin_boson_channels(
    splitting: Number, drive: Number, omega: Number, baths: Sequence[Bath]
) -> SpinChannels:
    r"""Channels of the circular spin-boson model, full secular: `spin_channels` at s = 1/2.

    .. math:: \begin{aligned}
        R_+^u &= \cos^4\tfrac\theta2\,[a_u(\Omega+\omega)\,p_- - a_u(-\Omega-\omega)\,p_+],\\
        R_-^u &= \sin^4\tfrac\theta2\,[a_u(\Omega-\omega)\,p_- - a_u(\omega-\Omega)\,p_+],\\
        R_0^u &= -\tfrac14\sin^2\theta\,J_u(\omega),
        \end{aligned}

    each carrying its own energy :math:`\Omega+\omega, \Omega-\omega, \omega` from the bath and
    :math:`-\omega, +\omega, -\omega` from the pump.

    Parameters
    ----------
    splitting, drive, omega : float or array
        :math:`\omega_0`, A (so A/2 multiplies :math:`\sigma_+`) and the drive frequency.
    baths : sequence of Bath
        On :math:`\sigma_x`.

    Returns
    -------
    SpinChannels
        Shapes ``(..., bath, 3)``; positive into the system.

    Examples
    --------
    >>> from sambe import Bath, Ohmic
    >>> bath = Bath("only", spectrum=Ohmic(0.002, cutoff=10.0), temperature=0.5)
    >>> channels = spin_boson_channels(1.0, 0.1, 0.8, [bath])
    >>> channels.energy.round(6).tolist()
    [1.023607, -0.576393, 0.8]
    """
    return spin_channels(0.5, splitting, drive, omega, baths)


def spin_boson_currents(splitting: Number, drive: Number, omega: Number, baths: Sequence[Bath]) -> Array:
    r"""Currents of the circular spin-boson model by terminal, ``(..., terminal)``, full secular.

    .. math:: I_u = (\Omega+\omega) R_+^u + (\Omega-\omega) R_-^u + \omega R_0^u,\qquad
              I_\text{pump} = \omega \sum_u (R_-^u - R_+^u - R_0^u)

    with the rates of `spin_boson_channels`. Positive into the system, baths first.

    Parameters
    ----------
    splitting, drive, omega, baths
        As for `spin_boson_channels`.

    Returns
    -------
    array (..., terminal)

    Examples
    --------
    >>> from sambe import Bath, Ohmic
    >>> baths = [Bath(n, spectrum=Ohmic(0.002, cutoff=10.0), temperature=t)
    ...          for n, t in (("left", 1.2), ("right", 0.4))]
    >>> [f"{x:.8e}" for x in spin_boson_currents(1.0, 0.1, 1.0, baths)]
    ['-9.02882261e-04', '-9.04640112e-04', '1.80752237e-03']
    """
    return spin_boson_channels(splitting, drive, omega, baths).currents


def spin_boson_populations(splitting: Number, drive: Number, omega: Number, baths: Sequence[Bath]) -> Array:
    """Dressed populations of the circular spin-boson model, lower level first, ``(..., 2)``.

    Parameters
    ----------
    splitting, drive, omega, baths
        As for `spin_boson_channels`.

    Returns
    -------
    array (..., 2)

    Examples
    --------
    >>> from sambe import Bath, Ohmic
    >>> bath = Bath("only", spectrum=Ohmic(0.002, cutoff=10.0), temperature=0.5)
    >>> spin_boson_populations(1.0, 0.0, 0.8, [bath]).round(4).tolist()
    [0.8808, 0.1192]
    """
    return spin_boson_channels(splitting, drive, omega, baths).population


def optical_bloch_currents(splitting: Number, drive: Number, omega: Number, baths: Sequence[Bath]) -> Array:
    r"""Currents of a weakly driven qubit near resonance, coherences kept (optical Bloch equations).

    .. math:: I_\text{pump} = \omega\,\frac{W J}{g + 2W},\qquad
              W = \frac{A^2 g}{g^2 + 4(\omega_0-\omega)^2},\qquad
              g = \sum_u g_u,\ g_u = J_u(\omega_0)[1 + 2 n_u(\omega_0)]

    To leading order in A and the detuning over :math:`\omega_0`, and right at any ratio of A to g,
    where the full secular answer is not.

    Parameters
    ----------
    splitting, drive, omega : float or array
        :math:`\omega_0`, A and the drive frequency.
    baths : sequence of Bath
        On :math:`\sigma_x`.

    Returns
    -------
    array
        ``(..., terminal)``, positive into the system; the bath currents include the work that the
        bath does on the drive's interaction energy, so that the sum is zero.

    References
    ----------
    Cohen-Tannoudji, Dupont-Roc & Grynberg, Atom-Photon Interactions, chapter V.

    Examples
    --------
    >>> from sambe import Bath, Flat
    >>> bath = Bath("vacuum", spectrum=Flat(0.01), temperature=0.0)
    >>> optical_bloch_currents(1.0, 0.01, 1.0, [bath]).round(9).tolist()
    [-0.003333333, 0.003333333]
    """
    check_couplings(baths, lambda n: sigmax())
    splitting, drive, omega = floats(splitting, drive, omega)
    xp = namespace(splitting)
    up, down, density = (r[..., 0] for r in rates(splitting[..., None], baths))
    width = up + down
    g = xp.sum(width, axis=-1)
    detuning = splitting - omega
    pumping = drive * drive * g / (g * g + 4.0 * detuning * detuning)
    inversion = -xp.sum(density, axis=-1) / (g + 2.0 * pumping)
    flux = -pumping * inversion
    flips = -0.5 * (width * inversion[..., None] + density)
    heat = splitting[..., None] * flips + (detuning * flux / g)[..., None] * width
    return xp.concat([heat, (omega * flux)[..., None]], axis=-1)


def modulated_qubit_currents(
    splitting: Number, modulation: Number, omega: Number, baths: Sequence[Bath]
) -> Array:
    r"""Currents of a qubit with a modulated splitting (`sambe.models.modulated_qubit`); NumPy only.

    .. math:: R_n^u = \mathcal J_n(\lambda/\omega)^2
              [a_u(\omega_0 + n\omega)\,p_g - a_u(-\omega_0 - n\omega)\,p_e],\quad
              I_u = \sum_n (\omega_0 + n\omega) R_n^u,\quad
              I_\text{pump} = -\sum_{u,n} n\omega R_n^u,

    with Bessel functions :math:`\mathcal J_n` as sidebands and full secular populations.

    Parameters
    ----------
    splitting, modulation, omega : float or array
        :math:`\omega_0, \lambda` and the modulation frequency, in
        :math:`H = \tfrac12(\omega_0 + \lambda\cos\omega t)\sigma_z`.
    baths : sequence of Bath
        On :math:`\sigma_x`.

    Returns
    -------
    ndarray
        ``(..., terminal)``, positive into the system.

    References
    ----------
    Gelbwaser-Klimovsky, Alicki & Kurizki, Phys. Rev. E 87, 012140 (2013).

    Examples
    --------
    >>> from sambe import Bath, Ohmic
    >>> bath = Bath("only", spectrum=Ohmic(0.002, cutoff=10.0), temperature=0.5)
    >>> still = modulated_qubit_currents(1.0, 0.0, 0.3, [bath])
    >>> bool(abs(still).max() < 1e-15)
    True
    """
    check_couplings(baths, lambda n: sigmax())
    splitting, modulation, omega = floats(splitting, modulation, omega)
    index = np.asarray(abs(modulation / omega))
    n = sidebands(index)
    weight = special.jv(n, index[..., None]) ** 2
    energy = splitting[..., None] + n * omega[..., None]
    forward, backward, _ = rates(energy, baths)
    up, down = ((weight[..., None, :] * r).sum((-2, -1)) for r in (forward, backward))
    population, _ = boltzmann(1, up, down)
    ground, excited = population[..., :1, None], population[..., 1:, None]
    rate = weight[..., None, :] * (forward * ground - backward * excited)
    heat = (energy[..., None, :] * rate).sum(-1)
    pump = -(n * omega[..., None] * rate.sum(-2)).sum(-1)
    return np.concatenate([heat, pump[..., None]], axis=-1)


def _tilt(detuning: Array, drive: Array) -> tuple[Array, Array]:
    """Dressed splitting, and the cosine of the angle by which the drive tilts the spin's axis."""
    xp = namespace(detuning)
    gap = xp.sqrt(detuning * detuning + drive * drive)
    undriven = gap == 0  # the axis is not tilted, as without drive at any other frequency
    cosine = xp.where(undriven, xp.ones_like(gap), detuning / xp.where(undriven, 1.0 + gap, gap))
    return gap, cosine


def _occupied(s: float, population: Array) -> tuple[Array, Array]:
    """Squared elements times populations where forward, backward jumps start, ``(..., 3)``."""
    xp = namespace(population)
    m = np.arange(2 * s + 1) - s
    ladder = xp.asarray(s * (s + 1) - m[:-1] * m[1:])
    raised = xp.sum(ladder * population[..., :-1], axis=-1)
    lowered = xp.sum(ladder * population[..., 1:], axis=-1)
    diagonal = xp.sum(xp.asarray(4.0 * m * m) * population, axis=-1)
    return (
        xp.stack([raised, raised, diagonal], axis=-1),
        xp.stack([lowered, lowered, diagonal], axis=-1),
    )
