"""What to cite: BibTeX that can be read back, and the entries of the equations that were used."""

from __future__ import annotations

import re

import pytest
import xarray as xr

import sambe
from sambe.physics.equations import EQUATIONS
from sambe.physics.treatments import TREATMENTS
from sambe.verbs.citation import ENTRIES, references

QUBIT = sambe.models.spin_boson(drive=0.1, omega=0.8)


def keys(text: str) -> list[str]:
    return re.findall(r"^@\w+\{(\w+),$", text, re.MULTILINE)


def test_every_entry_is_cited_by_an_equation_or_a_treatment() -> None:
    records = [*EQUATIONS.values(), *TREATMENTS.values()]
    cited = {key for record in records for key in record.citations}
    assert cited | {"sambe"} == set(ENTRIES)
    assert [r.name for r in records if not r.citations] == ["exact"]  # what HEOM rests on is the equation's
    assert keys(sambe.cite()) == list(ENTRIES)


@pytest.mark.parametrize("key", ENTRIES)
def test_an_entry_is_bibtex(key: str) -> None:
    text = next(part for part in sambe.cite().split("\n\n") if f"{{{key}," in part)
    assert text.count("{") == text.count("}")
    fields = dict(re.findall(r"^  (\w+) = \{(.*)\},$", text, re.MULTILINE))
    assert {"title", "author", "year"} <= set(fields)
    assert re.fullmatch(r"(19|20)\d\d", fields["year"])
    if "doi" in fields:
        assert fields["doi"].startswith("10.")


@pytest.mark.slow
def test_a_result_cites_what_it_rests_on_and_so_does_its_file(tmp_path) -> None:
    flow = sambe.steady_state(QUBIT, equation="floquet", secular="ule")
    assert {"sambe", "Sambe1973", "Nathan2020"} <= set(keys(sambe.cite(flow)))
    assert "Kong2026" not in keys(sambe.cite(flow))
    flow.to_netcdf(tmp_path / "a.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "a.nc", engine="h5netcdf") as back:
        assert sambe.cite(back) == sambe.cite(flow)


def test_a_comparison_cites_all_its_equations_once() -> None:
    both = sambe.compare(QUBIT, equations=["driven_dressed", "floquet"], secular=["full", "partial"])
    found = keys(sambe.cite(both))
    assert len(found) == len(set(found))
    assert {"Kong2026", "Sambe1973", "Davies1974", "Redfield1957"} <= set(found)


def test_something_else_is_refused() -> None:
    with pytest.raises(sambe.InputError, match="pass a Dataset"):
        sambe.cite(xr.Dataset())


def test_references_can_be_read() -> None:
    told = references()
    assert len(told) == len(ENTRIES)
    assert not [line for line in told if set(line) & set("{}\\")]
    assert told[1].startswith("J. Kong, Y. Lu, H. Liu, L. Duan, C. Wang, Nonequilibrium")
    assert told[1].endswith("arXiv:2603.29754 (2026)")
    assert any("P. Hänggi" in line for line in told)
