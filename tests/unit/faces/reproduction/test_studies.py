"""Every study: found by its name, complete for a reader, and with findings that hold."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sambe.errors import InputError
from sambe.faces.reproduction import Reproduction
from sambe.faces.reproduction.studies import FIRST, load, names, table

OTHERS = [name for name in names() if name != FIRST]  # whose findings are tested by themselves


def test_a_study_has_the_name_of_its_module_and_what_a_reader_looks_for() -> None:
    studies = table()
    assert [s.year for s in studies] == sorted(s.year for s in studies)
    assert sorted(s.name for s in studies) == names()
    assert len({s.title for s in studies}) == len(studies)
    for study in studies:
        assert load(study.name) is study
        assert str(study.year) in study.citation
        assert "\n" not in study.title
        assert len(study.claim) > 100
        assert study.findings
        assert bool(study.points) == bool(study.least)
        assert study.points >= study.least
        assert all(len(text) > 20 for text in study.placeholders)


def test_an_unknown_name_is_told_with_those_near_it() -> None:
    with pytest.raises(InputError, match=r"study = 'driven-dresed': did you mean driven-dressed"):
        load("driven-dresed")
    with pytest.raises(InputError, match=r"study = '': known are .*driven-dressed"):
        load("")


@pytest.mark.slow
@pytest.mark.parametrize("name", OTHERS)
def test_every_finding_holds_and_every_claim_is_measured(
    name: str, measured: Callable[[str], Reproduction]
) -> None:
    result = measured(name)
    missed = [(f.key, m.what, m.shown) for f in result.findings for m in f.measures if m.passed is False]
    assert missed == []
    assert len({f.key for f in result.findings}) == len(result.findings) >= 2
    for finding in result.findings:
        assert sum(m.passed is True for m in finding.measures) >= 2
        assert min(len(finding.words), len(finding.claim), len(finding.caption)) > 40
        assert finding.parameters
