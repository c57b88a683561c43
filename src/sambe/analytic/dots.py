"""A driven level between fermionic leads: by its rate equation, and exactly by Floquet scattering.

NumPy and SciPy only. Leads stand in the last axis of ``tunnelling``, ``temperature`` and
``chemical_potential``, ``(..., lead)``. Energies of leads are counted from one zero, not from the chemical
potential. **Currents are positive into the system**, of particles as of energy, the pump's included.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

from ..errors import InputError
from ._leads import Floats, Leads, digamma, fermi, leads_of
from ._shared import sidebands

__all__ = [
    "DotCurrents",
    "dot_currents",
    "dot_noise",
    "photon_assisted_current",
    "scattering_currents",
]


@dataclass(frozen=True)
class DotCurrents:
    r"""Stationary currents of a dot between leads, averaged over a period; positive into the dot.

    .. math:: Q_u = J_u - \mu_u I_u,\qquad \textstyle\sum_u I_u = 0,\qquad \sum_u J_u + P = 0

    Attributes
    ----------
    particle_current : ndarray (..., lead)
    energy_current : ndarray (..., terminal)
        Of the leads in order, then of the pump; they sum to zero.
    population : ndarray (..., N)
        Of the dot with 0, 1, ... electrons.
    temperature, chemical_potential : ndarray (..., lead)

    Examples
    --------
    >>> found = dot_currents(0.5, (0.02, 0.01), 0.3, (0.2, -0.2))
    >>> found.particle_current.round(6).tolist(), found.heat_current.round(6).tolist()
    ([0.001204, -0.001204], [0.000361, -0.000843])
    """

    particle_current: Floats
    energy_current: Floats
    population: Floats
    temperature: Floats
    chemical_potential: Floats

    @property
    def heat_current(self) -> Floats:
        """Heat out of each lead, ``(..., lead)``: energy less chemical potential times particles."""
        return self.energy_current[..., :-1] - self.chemical_potential * self.particle_current

    @property
    def electrical_power(self) -> Floats:
        """Power generated against the bias, ``(...)``: -sum mu I."""
        return np.asarray(-(self.chemical_potential * self.particle_current).sum(-1))

    @property
    def entropy_production(self) -> Floats:
        """-sum heat / T, ``(...)``; infinite where heat enters a lead at T = 0."""
        heat = self.heat_current
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(heat == 0, 0.0, heat / self.temperature)
        return np.asarray(-share.sum(-1))


def dot_currents(
    level: npt.ArrayLike,
    tunnelling: npt.ArrayLike,
    temperature: npt.ArrayLike,
    chemical_potential: npt.ArrayLike,
    *,
    gate: npt.ArrayLike = 0.0,
    ac_voltage: npt.ArrayLike = 0.0,
    omega: npt.ArrayLike | None = None,
) -> DotCurrents:
    r"""Currents of a driven level between leads, by its rate equation.

    .. math:: u_b = \Gamma_b \sum_q \mathcal J_q(x_b)^2 f_b(\epsilon - q\omega),\qquad
              n = \frac{\sum_b u_b}{\sum_b \Gamma_b},\qquad
              I_b = u_b - \Gamma_b n,

    with :math:`x_b = (V - V_b)/\omega` for a level :math:`\epsilon + V\cos\omega t` and a lead whose
    energies move by :math:`V_b\cos\omega t`. Each electron in brings
    :math:`\epsilon - q\omega` from its lead and q quanta of the drive,

    .. math:: J_b = \Gamma_b \sum_q \mathcal J_q(x_b)^2 (\epsilon - q\omega)[f_b(\epsilon-q\omega) - n],\qquad
              I_\text{pump} = -\sum_b J_b .

    Right to first order in :math:`\Gamma` over temperature and omega; `scattering_currents` is exact.

    Parameters
    ----------
    level : array_like (...)
        :math:`\epsilon`.
    tunnelling, temperature, chemical_potential : array_like (..., lead)
        :math:`\Gamma_b` (golden-rule rates), T >= 0 and :math:`\mu_b`.
    gate : array_like (...)
        V, on the level.
    ac_voltage : array_like (..., lead)
        :math:`V_b`, on the leads, in phase with the gate.
    omega : array_like (...)
        Frequency of the drive; needed where gate or ac_voltage are given.

    Returns
    -------
    DotCurrents
        Positive into the dot; the energies of a lead are those without its ac voltage.

    Raises
    ------
    InputError
        For a rate or temperature below zero, or a drive without its frequency.

    References
    ----------
    Tien & Gordon, Phys. Rev. 129, 647 (1963); Platero & Aguado, Phys. Rep. 395, 1 (2004).

    Examples
    --------
    >>> dot = dot_currents(1.0, (0.01, 0.004), (1.0, 0.4), (0.0, 0.3))
    >>> [f"{x:.6e}" for x in dot.particle_current]
    ['3.454121e-04', '-3.454121e-04']
    """
    leads = leads_of(level, tunnelling, temperature, chemical_potential, gate, ac_voltage, omega)
    weight, energy, filling, _ = _sideband_filling(leads)
    total = leads.tunnelling.sum(-1, keepdims=True)
    charge = (leads.tunnelling * (weight * filling).sum(-1)).sum(-1, keepdims=True) / total
    rate = leads.tunnelling[..., None] * weight * (filling - charge[..., None])
    population = np.concatenate([1.0 - charge, charge], axis=-1)
    return account(leads, rate.sum(-1), (energy * rate).sum(-1), population)


def scattering_currents(
    level: npt.ArrayLike,
    tunnelling: npt.ArrayLike,
    temperature: npt.ArrayLike,
    chemical_potential: npt.ArrayLike,
    *,
    gate: npt.ArrayLike = 0.0,
    ac_voltage: npt.ArrayLike = 0.0,
    omega: npt.ArrayLike | None = None,
) -> DotCurrents:
    r"""Exact currents of a driven level without interaction between wide bands (Floquet scattering).

    .. math:: I_u = \sum_b \frac{\Gamma_u\Gamma_b}{\Gamma}\,(n_u - n_b),\qquad
              n_b = \sum_m \mathcal J_m(x_b)^2\,F_b(\epsilon + m\omega),\qquad
              F_b(a) = \tfrac12 - \tfrac1\pi \operatorname{Im}\psi_b(a),

    .. math:: J_u = \Gamma_u \sum_m \mathcal J_m(x_u)^2\Bigl[m\omega F_u + \epsilon F_u
              + \tfrac{\Gamma}{2\pi}\operatorname{Re}\psi_u\Bigr]
              - \Gamma_u\sum_b \frac{\Gamma_b}{\Gamma}\sum_m\mathcal J_m(x_b)^2
              \Bigl[\epsilon F_b + \tfrac{\Gamma}{2\pi}\operatorname{Re}\psi_b\Bigr]
              - \Gamma_u\,\omega x_u \operatorname{Re}\sum_b \Gamma_b C_b,

    .. math:: C_b = \sum_m \mathcal J_m\mathcal J_{m+1}(x_b)\,
              \frac{i\pi + \psi_b(\epsilon+(m+1)\omega)^* - \psi_b(\epsilon+m\omega)}
              {2\pi(\omega + i\Gamma)},

    .. math:: \psi_b(a) = \psi\!\Bigl(\tfrac12 + \frac{\Gamma/2 + i(a-\mu_b)}{2\pi T_b}\Bigr) + \ln 2\pi T_b,

    with the digamma function and :math:`\Gamma = \sum_b\Gamma_b`: every integral over energy and every
    sum over outgoing sidebands is done. It holds at any temperature, T = 0 included, and any omega.

    Parameters
    ----------
    level, tunnelling, temperature, chemical_potential, gate, ac_voltage, omega
        As for `dot_currents`.

    Returns
    -------
    DotCurrents
        Positive into the dot. With ``ac_voltage`` the pump works on the tunnelling too.

    Raises
    ------
    InputError
        As `dot_currents`.

    References
    ----------
    Moskalets & Buttiker, Phys. Rev. B 66, 205320 (2002); Jauho, Wingreen & Meir, Phys. Rev. B 50, 5528
    (1994); Ludovico, Lim, Moskalets, Arrachea & Sanchez, Phys. Rev. B 89, 161306 (2014).

    Examples
    --------
    >>> dot = scattering_currents(0.5, (0.02, 0.01), 0.3, (0.2, -0.2), gate=0.8, omega=1.0)
    >>> [f"{x:.5e}" for x in dot.energy_current]
    ['-2.17993e-03', '-1.61344e-03', '3.79337e-03']
    """
    leads = leads_of(level, tunnelling, temperature, chemical_potential, gate, ac_voltage, omega)
    m = sidebands(leads.swing)
    weight = special.jv(m, leads.swing[..., None])
    poles = leads.level[..., None] + m * leads.omega[..., None]
    psi = digamma(poles, leads)
    rate, total = leads.tunnelling, leads.tunnelling.sum(-1, keepdims=True)
    filling = 0.5 - psi.imag / np.pi
    level_energy = leads.level[..., None] * filling + total[..., None] / (2 * np.pi) * psi.real
    occupied = (weight**2 * filling).sum(-1)
    charge = (rate * occupied).sum(-1, keepdims=True) / total
    # <g_m g*_{m+1}> between neighbouring sidebands, the only ones that outgoing sidebands leave.
    neighbours = weight[..., :-1] * weight[..., 1:] * (1j * np.pi + psi[..., 1:].conj() - psi[..., :-1])
    crossed = (rate * neighbours.sum(-1)).sum(-1, keepdims=True)
    crossed = (crossed / (2 * np.pi * (leads.omega + 1j * total))).real
    incoming = (weight**2 * (m * leads.omega[..., None] * filling + level_energy)).sum(-1)
    outgoing = (rate * (weight**2 * level_energy).sum(-1)).sum(-1, keepdims=True) / total
    energy = rate * (incoming - outgoing - leads.omega * leads.swing * crossed)
    population = np.concatenate([1.0 - charge, charge], axis=-1)
    return account(leads, rate * (occupied - charge), energy, population)


def photon_assisted_current(
    level: npt.ArrayLike,
    tunnelling: npt.ArrayLike,
    temperature: npt.ArrayLike,
    chemical_potential: npt.ArrayLike,
    *,
    gate: npt.ArrayLike = 0.0,
    ac_voltage: npt.ArrayLike = 0.0,
    omega: npt.ArrayLike | None = None,
) -> Floats:
    r"""Exact dc current of particles between two wide bands (Jauho, Wingreen and Meir).

    .. math:: I = \frac{\Gamma_L\Gamma_R}{\Gamma_L+\Gamma_R}\int\frac{dE}{2\pi}
              \,[f_L(E) A_L(E) - f_R(E) A_R(E)],\qquad
              A_b(E) = \sum_m \mathcal J_m(x_b)^2\,\frac{\Gamma}{(E-\epsilon-m\omega)^2+\Gamma^2/4}

    from the first lead into the level; with two leads all that `scattering_currents` says of particles.

    Parameters
    ----------
    level, tunnelling, temperature, chemical_potential, gate, ac_voltage, omega
        As for `dot_currents`, with two leads.

    Returns
    -------
    ndarray (...)
        Positive where particles enter from the first lead.

    Raises
    ------
    InputError
        If there are not two leads, or a number is of a wrong kind; see `dot_currents`.

    References
    ----------
    Jauho, Wingreen & Meir, Phys. Rev. B 50, 5528 (1994), their equation (28).

    Examples
    --------
    >>> current = photon_assisted_current(0.5, (0.02, 0.01), 0.3, (0.2, -0.2), gate=0.8, omega=1.0)
    >>> f"{current:.9e}"
    '1.028260742e-03'
    """
    leads = leads_of(level, tunnelling, temperature, chemical_potential, gate, ac_voltage, omega)
    if leads.tunnelling.shape[-1] != 2:
        raise InputError("tunnelling", tunnelling, "this formula is for two leads")
    m = sidebands(leads.swing)
    poles = leads.level[..., None] + m * leads.omega[..., None]
    lorentzian = 0.5 - digamma(poles, leads).imag / np.pi
    left, right = np.moveaxis((special.jv(m, leads.swing[..., None]) ** 2 * lorentzian).sum(-1), -1, 0)
    first, second = np.moveaxis(leads.tunnelling, -1, 0)
    return np.asarray(first * second / (first + second) * (left - right))


def dot_noise(
    level: npt.ArrayLike,
    tunnelling: npt.ArrayLike,
    temperature: npt.ArrayLike,
    chemical_potential: npt.ArrayLike,
    *,
    gate: npt.ArrayLike = 0.0,
    ac_voltage: npt.ArrayLike = 0.0,
    omega: npt.ArrayLike | None = None,
) -> Floats:
    r"""Noise of the particles through each lead of a driven level, by the rate equation of `dot_currents`.

    .. math:: S_b = \frac{u_b\,d'_b + u'_b\,d_b}{\Gamma} - \frac{2 I_b^2}{\Gamma},\qquad
              I_b = \frac{u_b\,d'_b - u'_b\,d_b}{\Gamma},

    with the rates :math:`u_b, d_b = \Gamma_b - u_b` of electrons in and out through lead b, those of all
    other leads together primed, and :math:`\Gamma = \sum_b\Gamma_b`. It is the rate at which the
    variance of the number of particles grows (zero frequency), the same for both of two leads.

    Parameters
    ----------
    level, tunnelling, temperature, chemical_potential, gate, ac_voltage, omega
        As for `dot_currents`.

    Returns
    -------
    ndarray (..., lead)
        Variance per unit time, not negative.

    References
    ----------
    Bagrets & Nazarov, Phys. Rev. B 67, 085316 (2003).

    Examples
    --------
    A large bias at T = 0: the shot noise has the Fano factor (G_L^2 + G_R^2) / (G_L + G_R)^2.

    >>> leads = (0.0, (0.01, 0.004), 0.0, (5.0, -5.0))
    >>> fano = dot_noise(*leads) / abs(dot_currents(*leads).particle_current)
    >>> fano.round(10).tolist()
    [0.5918367347, 0.5918367347]
    """
    leads = leads_of(level, tunnelling, temperature, chemical_potential, gate, ac_voltage, omega)
    weight, _, filling, vacancy = _sideband_filling(leads)
    total = leads.tunnelling.sum(-1, keepdims=True)
    inward = leads.tunnelling * (weight * filling).sum(-1)
    outward = leads.tunnelling * (weight * vacancy).sum(-1)
    other_in = inward.sum(-1, keepdims=True) - inward
    other_out = outward.sum(-1, keepdims=True) - outward
    forward, backward = inward * other_out, other_in * outward
    return np.asarray((forward + backward) / total - 2.0 * (forward - backward) ** 2 / total**3)


def _sideband_filling(leads: Leads) -> tuple[Floats, Floats, Floats, Floats]:
    """Weights of the sidebands, energies that electrons bring, f and 1 - f there, ``(..., lead, q)``."""
    q = sidebands(leads.swing)
    energy = leads.level[..., None] - q * leads.omega[..., None]
    weight = np.asarray(special.jv(q, leads.swing[..., None]) ** 2, float)
    return weight, energy, *fermi(energy, leads)


def account(leads: Leads, particles: Floats, energy: Floats, population: Floats) -> DotCurrents:
    """The pump gives what the leads do not: its energy makes the sum zero."""
    pump = -energy.sum(-1, keepdims=True)
    terminals = np.concatenate([energy, pump], axis=-1)
    return DotCurrents(particles, terminals, population, leads.temperature, leads.potential)
