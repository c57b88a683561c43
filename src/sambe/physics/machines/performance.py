r"""Which machine a set of currents is, and how near it comes to what the second law allows.

With the heats :math:`J_h, J_c` of the hot and the cold bath and the work W per unit time that everything
else gives, all positive into the system,

.. math:: \eta = -W/J_h \le 1 - T_c/T_h,\qquad \mathrm{COP} = J_c/W \le T_c/(T_h - T_c),\qquad
          \mathrm{COP} = J_c/J_w \le \Big(1 - \frac{T_h}{T_w}\Big)\frac{T_c}{T_h - T_c},

the last of an absorption refrigerator, which a third and hottest bath pays for. Work is what the pump,
squeezers and noise power give, and what the preparation of a reservoir costs that is not in equilibrium and
neither hot nor cold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["MODES", "Account", "Roles", "figures_of", "mode_of", "naive_figures", "roles_of"]

# the flags of the variable ``mode``; 0 stands where there is no answer
MODES = {
    "unknown": 0, "engine": 1, "refrigerator": 2, "accelerator": 3, "heater": 4, "conductor": 5,
    "absorption_refrigerator": 6, "heat_transformer": 7, "other": 8,
}  # fmt: skip
# Share of the summed currents of all channels, each without its sign, below which a current counts as none. A
# choice: far above what rounding leaves of a difference of channels, far below what is measured.
NOTHING = 1e-9
# Excess over Carnot's bound that rounding explains, of currents that are `NOTHING` apart
ROUNDING = 1e-9

Reals = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class Account:
    """Currents of a batch ``(P,)`` as a machine is judged by them, positive into the system.

    Attributes
    ----------
    heat : array (P, U)
        Of each bath: of a squeezed one what its thermal modes give, 0 of a noise power spectrum.
    work : array (P,)
        Of the pump, squeezers and noise power.
    temperature : array (P, U)
        NaN for a bath that has none.
    entropy : array (P, U)
        That enters with the heat of each bath.
    exchanged : array (P, U + 1)
        What each bath and, last, the pump exchange, channel by channel without the sign.
    """

    heat: Reals
    work: Reals
    temperature: Reals
    entropy: Reals
    exchanged: Reals

    @property
    def threshold(self) -> Reals:
        """Currents below it count as none, ``(P,)``."""
        return np.asarray(NOTHING * self.exchanged.sum(axis=-1))

    def sign(self, current: Reals) -> npt.NDArray[np.int8]:
        """1, 0 or -1, ``(P,)``."""
        return np.asarray(np.where(np.abs(current) <= self.threshold, 0, np.sign(current)), dtype=np.int8)


@dataclass(frozen=True)
class Roles:
    """The baths of a machine, by number, -1 where there is none, each ``(P,)``.

    Attributes
    ----------
    hot, cold, work : int array (P,)
    thermal : int array (P,)
        How many thermal baths exchange energy.
    driven : bool array (P,)
        Whether the pump, a squeezer or noise power exchanges energy.
    known : bool array (P,)
        Whether there are two baths of different temperatures, or named ones.
    """

    hot: Places
    cold: Places
    work: Places
    thermal: Places
    driven: Flags
    known: Flags

    def of(self, values: Reals, role: str) -> Reals:
        """The values ``(P, U)`` of the bath in a role, NaN where there is none."""
        place: Places = getattr(self, role)
        chosen = np.take_along_axis(values, np.maximum(place, 0)[:, None], axis=-1)[:, 0]
        return np.asarray(np.where(place < 0, np.nan, chosen))


def roles_of(account: Account, named: Mapping[str, int], driving: Flags) -> Roles:
    """Roles of the baths: those that are named, the others by their temperatures.

    The extreme temperatures of the baths that exchange energy are hot and cold; without work and with three
    baths the hottest works, and hot is the one in the middle.

    Parameters
    ----------
    account : Account
    named : mapping of str to int
        Numbers of the baths that a user has named, by role.
    driving : bool array (U,)
        Baths whose energy is work, at least in part.
    """
    exchanged = account.exchanged
    active = exchanged[:, :-1] > account.threshold[:, None]
    thermal = np.isfinite(account.temperature)
    live = thermal & active
    live = np.where((live.sum(axis=-1) >= 2)[:, None], live, thermal)
    driven = (exchanged[:, -1] > account.threshold) | (active & driving).any(axis=-1)
    three = ~driven & (live.sum(axis=-1) == 3)
    points, baths = thermal.shape
    free = live & ~np.isin(np.arange(baths), list(named.values()))
    places = {role: np.full(points, named.get(role, -1)) for role in ("hot", "cold", "work")}

    def give(role: str, hottest: bool, where: Flags) -> None:
        """Give a role that nobody has to the hottest or coldest of the baths that are left."""
        if role in named:
            return
        worst = -np.inf if hottest else np.inf
        t = np.where(free, account.temperature, worst)
        best = np.argmax(t, axis=-1) if hottest else np.argmin(t, axis=-1)
        chosen = where & free.any(axis=-1)
        places[role][:] = np.where(chosen, best, -1)
        free[chosen, best[chosen]] = False

    every = np.ones(points, dtype=bool)
    give("work", True, three)
    give("cold", False, every)
    give("hot", True, every)
    roles = Roles(places["hot"], places["cold"], places["work"], live.sum(axis=-1), driven, every)
    if {"hot", "cold"} <= set(named):
        return roles
    t_hot, t_cold = (roles.of(account.temperature, role) for role in ("hot", "cold"))
    # a reservoir without a temperature may be named
    known = (roles.hot >= 0) & (roles.cold >= 0) & (t_hot != t_cold)
    return Roles(roles.hot, roles.cold, roles.work, roles.thermal, driven, known)


def mode_of(account: Account, roles: Roles) -> npt.NDArray[np.int8]:
    """The flag of `MODES` that the signs of the currents call for, ``(P,)``.

    With work P: engine P < 0, J_h > 0, J_c < 0; refrigerator P > 0, J_c > 0; accelerator P > 0, J_h > 0,
    J_c < 0; heater P > 0, J_h < 0, J_c < 0; without, two baths conduct, and three are an absorption
    refrigerator (J_c > 0), a heat transformer (heat flows into the hottest) or conduct. Of more, and of three
    under work, nothing is said.
    """
    hot, cold, third = (
        account.sign(np.nan_to_num(roles.of(account.heat, role))) for role in ("hot", "cold", "work")
    )
    p = account.sign(account.work)
    three = (roles.work >= 0) & ~roles.driven
    pair = (roles.thermal <= 2) & (roles.work < 0)
    cases = {
        "engine": pair & (p < 0) & (hot > 0) & (cold < 0),
        "refrigerator": pair & (p > 0) & (cold > 0),
        "accelerator": pair & (p > 0) & (hot > 0) & (cold < 0),
        "heater": pair & (p > 0) & (hot < 0) & (cold < 0),
        "absorption_refrigerator": three & (cold > 0),
        "heat_transformer": three & (cold <= 0) & (third < 0),
        "conductor": (pair & (p == 0)) | three,
    }
    flags = [MODES[name] for name in cases]
    return np.select(list(cases.values()), flags, MODES["other"]).astype(np.int8)


def figures_of(account: Account, roles: Roles, mode: npt.NDArray[np.int8]) -> dict[str, Reals]:
    """Power, efficiency, coefficients of performance and bounds, NaN where they do not apply, ``(P,)`` each.

    A fraction above one, which no resource in the account pays for, comes of an equation beyond its validity
    and is NaN.
    """
    hot, cold, third = (roles.of(account.heat, role) for role in ("hot", "cold", "work"))
    t_hot, t_cold, t_third = (roles.of(account.temperature, role) for role in ("hot", "cold", "work"))
    engine, refrigerator, absorption, heater = (
        mode == MODES[name] for name in ("engine", "refrigerator", "absorption_refrigerator", "heater")
    )
    with np.errstate(all="ignore"):
        lift = t_cold / (t_hot - t_cold)
        carnot = np.select(
            [engine, refrigerator, absorption],
            [1.0 - t_cold / t_hot, lift, (1.0 - t_hot / t_third) * lift], np.nan,
        )  # fmt: skip
        spent = account.work + prepared(account, roles, np.where(engine, t_cold, t_hot))
        known = np.isfinite(t_hot)  # else its preparation would have to be paid, too
        efficiency = np.where(engine & known & (spent < 0), -spent / hot, np.nan)
        cop = np.select([refrigerator, absorption], [cold / spent, cold / third], np.nan)
        cop = np.where(np.isfinite(t_cold), cop, np.nan)
        pumped = np.where((refrigerator | heater) & (hot < 0) & known, -hot / spent, np.nan)
        fraction = np.where(engine, efficiency, cop) / carnot
    fraction = np.where(np.isfinite(fraction) & (fraction <= 1.0 + ROUNDING), fraction, np.nan)
    return {
        "power": 0.0 - account.work,
        "efficiency": efficiency,
        "cop": cop,
        "heat_pump_cop": pumped,
        "carnot": carnot,
        "fraction_of_carnot": fraction,
    }


def prepared(account: Account, roles: Roles, ambient: Reals) -> Reals:
    """What it costs to prepare reservoirs that have no temperature and are neither hot nor cold, ``(P,)``.

    Paid in surroundings at the temperature where a machine leaves its waste, so that Carnot's bound holds.
    """
    numbers = np.arange(account.heat.shape[-1])
    plays = (numbers == roles.hot[:, None]) | (numbers == roles.cold[:, None])
    foreign = ~np.isfinite(account.temperature) & (account.exchanged[:, :-1] > 0) & ~plays
    cost = np.where(foreign, account.heat - ambient[:, None] * account.entropy, 0.0)
    return np.asarray(cost.sum(axis=-1))


def naive_figures(
    account: Account, roles: Roles, whole: Reals, entropy: Reals, work: Reals
) -> dict[str, Reals]:
    """What it looks like if the preparation of every reservoir is left out, ``(P,)`` each.

    Parameters
    ----------
    account : Account
    roles : Roles
    whole : array (P, U)
        Energy current of each bath, the work of a squeezer included.
    entropy : array (P, U)
        That enters with it, as if squeezing cost nothing.
    work : array (P,)
        Of the pump and of noise power.
    """
    hot, t_cold = roles.of(whole, "hot"), roles.of(account.temperature, "cold")
    with np.errstate(all="ignore"):
        t_hot = hot / roles.of(entropy, "hot")
        engine = (account.sign(work) < 0) & (account.sign(hot) > 0)
        return {
            "naive_efficiency": np.where(engine, -work / hot, np.nan),
            "naive_carnot": 1.0 - t_cold / t_hot,
            "naive_entropy_production": -entropy.sum(axis=-1),
        }
