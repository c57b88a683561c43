"""Driven-dressed, Floquet and traditional equations: arXiv:2603.29754, the paper that sambe began with."""

from __future__ import annotations

from ..findings import agreement, bias, exact, kerr, ladder, resonance, routing, secular
from ..study import Study

__all__ = ["STUDY"]

STUDY = Study(
    name="driven-dressed",
    title="Energy currents in driven-dissipative quantum systems",
    citation="Kong, Lu, Liu, Duan and Wang, arXiv:2603.29754 (2026)",
    year=2026,
    claim="Energy flows through quantum systems that are driven coherently between two reservoirs, on three "
    "platforms: the driven nonequilibrium spin-boson model, two coupled qubits and a Kerr resonator. An "
    "equation in the driven-dressed picture gives the currents of the Floquet equation; the traditional "
    "dressed one does not. The paper's equations and figures could not be consulted: its figures are not "
    "claimed digit by digit, its findings are tested under the parameters stated here.",
    findings=(
        agreement.study, resonance.study, bias.study, routing.study, kerr.study, secular.study, exact.study,
        ladder.study,
    ),
    points=241,
    least=41,  # fewer miss the resonances that findings are about, a choice
    equations=("driven_dressed", "floquet", "dressed"),
    beyond="Agreement of the driven-dressed with the Floquet equation shows that the two are one equation, "
    "not that it is right. Both are usually solved in the full secular approximation, populations "
    "alone, and both then fail where dressed levels lie closer than the rate at which they relax. "
    "The answers below keep the coherences that matter; the findings above were measured with them "
    "kept.",
)  # fmt: skip
