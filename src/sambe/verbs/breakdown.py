"""Currents by microscopic channel: which bath, which states, how many drive quanta."""

from __future__ import annotations

from typing import Any, Unpack

import numpy as np
import numpy.typing as npt

from ..description.system import System
from ..description.tones.quanta import vectors_of
from ..errors import InputError
from ..physics.currents.channels import channel_rates
from ..physics.currents.particles import PARTICLES, brought_by_jumps
from ..physics.dressing.tones.frequencies import frequency_by_point
from ..physics.equations import EQUATIONS, no_jumps
from ..physics.method import Method
from ..physics.pipeline import solve_batch
from ..physics.preparation import prepare
from ..physics.states.solution import Solution
from ..physics.statuses import STATUS
from ..physics.tones.folding import refuse_folding
from ..physics.treatments import by_channels, channel_counter
from ..physics.validity import point_status
from ..sweep.axes import Sweep, check_axes
from ..sweep.blocks import Block, gather, raise_single, run_blocks
from ..sweep.catalogue import CHANNEL_PARTICLES, CHANNELS, DIMENSIONS, Variable, names_of
from ..sweep.labels import assemble, described, shaped
from ..sweep.run import Run
from .cautions import warn_of_shift
from .options import Options, divided, takes

__all__ = ["both_directions", "channels"]

Floats = npt.NDArray[np.float64]


@takes(without=("heom", "ambient", "store", "resume", "device"))
def channels(system: System, **options: Unpack[Options]) -> Any:
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
    if EQUATIONS[method.equation].exact:
        raise no_jumps(method)
    if channel_counter(method) is None:
        raise InputError(
            "secular", method.secular, "the terms between different numbers of quanta belong to no channel; "
            "take 'partial'",
        )  # fmt: skip
    import xarray as xr

    sweep = Sweep(system)
    variables = _variables(method)
    check_axes(sweep.names, ("channel", "bath", "from", "to", "pseudo", *names_of(variables), *DIMENSIONS))
    blocks = run_blocks(sweep, method, _channel_fields, run)
    labels = _common_labels(blocks)
    fields = gather(sweep, [_spread(block, labels) for block in blocks])
    raise_single(sweep, fields["status"], method)
    shift, dropped = (
        xr.DataArray(x.reshape(sweep.shape), dims=sweep.dims, coords=sweep.coords)
        for x in (fields.pop("cross_term_shift"), fields["status"] == STATUS["ok"])
    )
    warn_of_shift(shift, dropped, method)
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


def _channel_fields(system: System, method: Method) -> dict[str, npt.NDArray[Any]]:
    """Rates and energies of a batch, one column a channel, with the ``labels`` of the columns."""
    refuse_folding(system, method, "ask for the channels of one drive at their common frequency")
    solution = solve_batch(system, method)
    d = solution.jumps.dressing
    rate, energy = both_directions(solution, method)
    labels = _jump_labels(rate.shape[1], d.quanta, d.levels)
    # a jump that changes neither the state nor the drive is no channel
    real = (labels[:, 1] != 0) | (labels[:, 2] != labels[:, 3])
    points, whole = len(rate), rate.shape
    rate, energy = rate.reshape(points, -1)[:, real], energy.reshape(points, -1)[:, real]
    turning = labels[real, 1] * frequency_by_point(d.omega, points)
    particles: dict[str, Floats] = {}
    if PARTICLES[0] in method.accounts:
        brought = np.broadcast_to(brought_by_jumps(solution.jumps), whole).reshape(points, -1)[:, real]
        particles = {"particle_current": rate * brought}
    return {
        **particles,
        "rate": rate,
        "channel_energy": energy,
        "energy_current": rate * energy,
        "pump_current": rate * turning,
        "status": point_status(solution, system.baths),
        "cross_term_shift": solution.cross_term_shift,
        "labels": labels[real],
    }


def both_directions(solution: Solution, method: Method) -> tuple[Floats, Floats]:
    """Rates and energies of the jumps that absorb q >= 0 and, behind them, of those that absorb -q < 0.

    Each ``(points, bath, q, to, from)``: a reverse jump runs from i to j, so its array is turned over.
    """
    jumps = solution.jumps
    count = channel_counter(method) or channel_rates
    forward, backward = count(jumps, solution.state)
    driven = np.array(jumps.dressing.quanta) > 0
    reverse = backward.swapaxes(-1, -2)[..., driven, :, :]
    w = np.broadcast_to(jumps.energy[:, None], forward.shape)
    rate = np.concatenate([forward, reverse], axis=-3)
    energy = np.concatenate([w, -w.swapaxes(-1, -2)[..., driven, :, :]], axis=-3)
    return rate, energy


def _jump_labels(baths: int, quanta: tuple[int, ...], levels: int) -> npt.NDArray[np.intp]:
    """Bath, quanta, to and from of every jump, in the order of `both_directions`."""
    signed = np.array([*quanta, *(-q for q in quanta if q)])
    states = np.arange(levels)
    grid = np.meshgrid(np.arange(baths), signed, states, states, indexing="ij")
    return np.stack([g.ravel() for g in grid], axis=-1)


def _common_labels(blocks: list[Block]) -> npt.NDArray[np.intp]:
    """Channels that carry anything in some block, in the order bath, quanta, to, from."""
    carrying = [
        fields["labels"][np.abs(fields["rate"]).max(axis=0) > 0] for _, fields in blocks if fields is not None
    ]
    every = np.concatenate(carrying) if carrying else np.zeros((0, 4), dtype=np.intp)
    labels: npt.NDArray[np.intp] = np.unique(every, axis=0)
    return labels


def _spread(block: Block, labels: npt.NDArray[np.intp]) -> Block:
    """The block's columns in the order of the common labels, zero where it has none."""
    points, fields = block
    if fields is None:
        return block
    place = {tuple(label): k for k, label in enumerate(labels.tolist())}
    columns = [place.get(tuple(label), -1) for label in fields["labels"].tolist()]
    source = np.array([k for k, c in enumerate(columns) if c >= 0], dtype=np.intp)
    target = np.array([c for c in columns if c >= 0], dtype=np.intp)
    out = {name: fields[name] for name in ("status", "cross_term_shift")}
    for name in names_of((*CHANNELS, CHANNEL_PARTICLES)) & set(fields) - {"status"}:
        out[name] = np.zeros((len(points), len(labels)))
        out[name][:, target] = fields[name][:, source]
    return points, out
