"""Chips of quchip: levels by quchip itself."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import sambe
from sambe.description.bridges.chips import from_quchip
from sambe.errors import InputError

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.slow, pytest.mark.xdist_group("scqubits")]
LINE = sambe.Bath("line", spectrum=sambe.Ohmic(1e-4, cutoff=50.0), temperature=1.0)


@pytest.fixture(scope="module")
def chip() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        quchip = pytest.importorskip("quchip", reason="quchip is not installed")
    qubit = quchip.DuffingTransmon(freq=5.0, anharmonicity=-0.3, levels=3, label="q")
    cavity = quchip.Resonator(freq=6.5, levels=4, label="r")
    return quchip.Chip([qubit, cavity], [quchip.Capacitive(qubit, cavity, g=0.1)])


def test_levels_are_those_of_the_chip(chip: Any) -> None:
    line = {"baths": [LINE], "couplings": {"line": "q.lowering_operator + h.c."}}
    system = from_quchip(chip, levels=5, **line)
    wanted = np.sort(np.asarray(chip.dressed_spectrum(), float))[:5]
    np.testing.assert_allclose(system.harmonics()[0].diagonal().real, wanted - wanted[0], atol=1e-9)
    scaled = from_quchip(chip, units=sambe.Units("2 GHz"), **line)
    np.testing.assert_allclose(scaled.harmonics()[0].diagonal().real[:5], (wanted - wanted[0]) / 2, atol=1e-9)
    assert abs(float(sambe.steady_state(system).energy_current.sum())) < 1e-9


def test_what_is_not_there_is_refused(chip: Any) -> None:
    for text, says in (("x.lowering_operator + h.c.", "no part"), ("lowering_operator + h.c.", "several")):
        with pytest.raises(InputError, match=says):
            from_quchip(chip, baths=[LINE], couplings={"line": text})
    with pytest.raises(InputError, match="quchip"):
        from_quchip(object(), baths=[LINE], couplings={})
