"""Drives of several tones as users give them, and what is refused of them."""

from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.tones.drives import refuse_several
from sambe.description.tones.quanta import code_of
from sambe.errors import InputError

SX, SP = sambe.sigmax(), sambe.sigmap()
BATH = sambe.Bath("hot", SX, sambe.Ohmic(0.002, cutoff=10.0), temperature=1.0)


def driven(drive: Any, omega: Any, **more: Any) -> sambe.System:
    return sambe.System([(0.5, sambe.sigmaz())], drive=drive, omega=omega, baths=[BATH], **more)


def test_terminals_and_numbers_of_two_tones() -> None:
    w = sambe.axis("w", [0.5, 0.6])
    system = driven({(1, 0): [(0.1, SP)], (0, 1): SX, (1, -1): SX}, (1.0, w))
    assert system.tones == 2
    assert system.terminals == ("hot", "pump 1", "pump 2") == system.whole_terminals
    assert {"omega[0]", "omega[1]", "drive[(1, 0)][0]"} <= set(system.numbers())
    assert set(system.harmonics()) == {
        0,
        *(s * code_of(k) for k in [(1, 0), (0, 1), (1, -1)] for s in (1, -1)),
    }


@pytest.mark.parametrize(
    ("drive", "omega", "field"),
    [
        ({(1, 0): SX, (0, 1): SX}, 1.0, "omega"),
        ({(1, 0): SX, (0, 1): SX}, (1.0,), "omega"),
        ({(1, 0): SX, (0, 1): SX}, (1.0, 2.0, 3.0), "omega"),
        ({(1, 0): SX, (0, 1): SX}, None, "omega"),
        ({(1, 0): SX, (0, 1): SX}, (1.0, None), "omega[1]"),
        ({(1, 0): SX, (0, 1): SX}, (1.0, -2.0), "omega[1]"),
        ({(1, 0): SX, (0, 1): SX}, (1.0, np.nan), "omega[1]"),
        ({1: SX}, (1.0, 2.0), "omega"),
        (None, (1.0, 2.0), "omega"),
        ({1: SX, (0, 1): SX}, (1.0, 2.0), "drive"),
        ({(1, 0): SX, (0, 1, 0): SX}, (1.0, 2.0), "drive"),
        ({(0, -1): SX}, (1.0, 2.0), "drive"),
        ({(0, 0): SX}, (1.0, 2.0), "drive"),
        ({(1, 0.5): SX}, (1.0, 2.0), "drive"),
        ({(1, True): SX}, (1.0, 2.0), "drive"),
        ({(1,): SX}, (1.0,), "drive"),
        ({(1, 0, 0, 0, 0): SX}, (1.0,) * 5, "drive"),
        ({(10**6, 1): SX}, (1.0, 2.0), "drive"),
        ({(1, -1): SX, (-1, 1): SX}, (1.0, 2.0), "drive"),
    ],
)
def test_what_is_no_drive_is_refused(drive: Any, omega: Any, field: str) -> None:
    with pytest.raises(InputError) as refused:
        driven(drive, omega)
    assert refused.value.field == field


def test_what_several_tones_do_not_go_with() -> None:
    tones = {"drive": {(1, 0): SX, (0, 1): SX}, "omega": (1.0, 1.6)}
    turning = sambe.Bath("m", {0: SX, 1: SX}, sambe.Flat(0.01), temperature=0.1)
    with pytest.raises(InputError, match="modulated by one tone"):
        sambe.System([(0.5, sambe.sigmaz())], baths=[turning], **tones)
    squeezed = sambe.Bath("s", SX, sambe.Flat(0.01), state=sambe.Squeezed(0.1, 0.5, 0.0, "drive"))
    with pytest.raises(InputError, match="squeezing is static against one tone"):
        sambe.System([(0.5, sambe.sigmaz())], baths=[squeezed], **tones)
    d, level = sambe.sigmam(), sambe.sigmap() @ sambe.sigmam()
    lead = sambe.Lead("l", d, tunnelling=0.01, temperature=0.1, chemical_potential=0.0, ac_voltage=0.1)
    with pytest.raises(InputError, match="an ac voltage turns with one tone"):
        sambe.System(level, {(1, 0): level, (0, 1): level}, (1.0, 1.6), [lead])
    refuse_several(1.0, "")
    with pytest.raises(InputError, match="the drive has 2 tones; no"):
        refuse_several((1.0, 2.0), "no")
    system = driven(**tones)
    for ask in (
        lambda s: sambe.audit(s, exact=1),
        lambda s: sambe.steady_state(s, equation="heom"),
        lambda s: sambe.steady_state(s, initial=0),
        lambda s: sambe.steady_state(s, device="jax"),
        lambda s: sambe.evolve(s, 0, [0.0, 1.0]),
        sambe.cycle,
    ):
        with pytest.raises(InputError, match="the drive has 2 tones"):
            ask(system)
