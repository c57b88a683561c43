"""Currents by microscopic channel: which bath, which states, how many drive quanta."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..description.tones.quanta import vectors_of
from ..physics.currents.particles import PARTICLES
from ..physics.method import Method
from ..physics.preparation import prepare
from ..physics.statuses import STATUS
from ..physics.treatments import by_channels
from ..sweep.axes import Sweep, check_axes
from ..sweep.blocks import gather, raise_single, run_blocks
from ..sweep.catalogue import CHANNEL_PARTICLES, CHANNELS, DIMENSIONS, Variable, names_of
from ..sweep.kernels.channel_fields import channel_fields, common_labels, spread
from ..sweep.labels import assemble, described, shaped
from ..sweep.run import Run
from .cautions import warn_of_shift
from .options import Options, divided, takes
from .refusals import check_jumps

if TYPE_CHECKING:
    from xarray import Dataset

__all__ = ["channels"]


@takes(without=("heom", "ambient", "store", "resume"))
def channels(system: System, **options: Unpack[Options]) -> Dataset:
    """Currents by microscopic channel: bath, states, drive quanta absorbed.

    A channel is a jump from state ``from`` to state ``to`` that takes the energy W = E_to - E_from -
    q omega from a bath and q quanta from the drive. Channels with ``from == to`` (``pseudo``) move no
    population but do move energy.

    Parameters
    ----------
    system : System
        As for `steady_state`.
    **options

    Returns
    -------
    xarray.Dataset
        Along ``channel``, with coordinates ``bath``, ``from``, ``to``, ``quanta`` (``quanta_1`` and so on
        for several tones, whose energies are in ``pump_current`` together) and ``pseudo``:
        ``rate`` (jumps per unit time), ``channel_energy`` (W), ``energy_current`` (W times rate,
        positive into the system) and ``pump_current`` (q omega times rate). Their sums over the
        channels of a bath are the terminal's currents; with leads ``particle_current`` too. Terms between
        different quanta belong to no channel: ``secular="auto"`` means ``"partial"`` here.

    Raises
    ------
    InputError, FrameError
        As for `steady_state`.

    Warns
    -----
    SecularWarning
        Where terms between different quanta, which are left out, move a current by more than 1 %.

    Examples
    --------
    >>> import sambe
    >>> c = sambe.channels(sambe.models.spin_boson(drive=0.1, omega=0.8))
    >>> bool(c.pseudo.any())
    True
    """
    chosen, running = divided(channels, options)
    method, run = by_channels(prepare(system, **chosen)), Run(**running)
    check_jumps(method)
    sweep = Sweep(system)
    variables = _variables(method)
    check_axes(sweep.names, ("channel", "bath", "from", "to", "pseudo", *names_of(variables), *DIMENSIONS))
    blocks = run_blocks(sweep, method, channel_fields, run)
    labels = common_labels(fields for _, fields in blocks)
    fields = gather(sweep, [(points, spread(fields, labels)) for points, fields in blocks])
    raise_single(sweep, fields["status"], method)
    shift, solved = fields.pop("cross_term_shift"), fields["status"] == STATUS["ok"]
    warn_of_shift(sweep.labelled(shift), sweep.labelled(solved), method)
    arrays = {
        variable.name: shaped(fields[variable.name], sweep.shape).astype(variable.dtype)
        for variable in variables
    }
    return assemble(
        sweep.dims, sweep.coords, variables, arrays, _label_coordinates(system, labels),
        described(system, method),
    )  # fmt: skip


def _variables(method: Method) -> tuple[Variable, ...]:
    """Variables of the result: those of `CHANNELS`, and of leads the particles."""
    if PARTICLES[0] not in method.accounts:
        return CHANNELS
    return (*CHANNELS[:-1], CHANNEL_PARTICLES, CHANNELS[-1])


def _label_coordinates(system: System, labels: npt.NDArray[np.intp]) -> dict[str, Any]:
    bath, quanta, to, start = labels.T
    names = np.asarray([b.name for b in system.baths], dtype=object)
    absorbed = {"quanta": ("channel", quanta)}
    if system.tones > 1:
        vectors = vectors_of(quanta, system.tones)
        absorbed = {f"quanta_{t + 1}": ("channel", vectors[:, t]) for t in range(system.tones)}
    return {
        "bath": ("channel", names[bath]),
        "from": ("channel", start),
        "to": ("channel", to),
        **absorbed,
        "pseudo": ("channel", to == start),
    }
