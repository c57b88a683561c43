"""What a command prints: every cell as it is, and what is doubtful without a heading."""

from __future__ import annotations

from pathlib import Path

from sambe.faces.text.console import bare_table, print_results
from sambe.faces.text.summary import DOUBTFUL, Table


def test_a_result_is_printed_with_its_files_and_warnings(capsys) -> None:
    tables = [
        Table("Currents", ("terminal", "[red]"), (("hot", "1e-3"),)),
        Table(DOUBTFUL, ("",), (("beats",),)),
    ]
    print_results(tables, [Path("point.nc")], ["few levels"])
    lines = [line.strip() for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert lines == [
        "Currents", "terminal  [red]", "hot       1e-3", DOUBTFUL, "beats", "warning: few levels",
        "wrote point.nc",
    ]  # fmt: skip


def test_chosen_columns_stay_in_one_line() -> None:
    assert [column.no_wrap for column in bare_table("a", "b", "c", whole=(1, 2)).columns] == [
        False,
        True,
        True,
    ]


def test_numbers_are_whole_in_a_narrow_terminal(capsys, monkeypatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    columns = ("quantity", "smallest", "where", "largest", "where")
    row = ("heat pump", "-1.2345e-04", "omega 1.163, cold 2.4", "+4.4361e-04", "omega 1.038, cold 0.5")
    print_results([Table("Machine", columns, (row,))], [])
    shown = capsys.readouterr().out.split()
    assert {"-1.2345e-04", "+4.4361e-04"} <= set(shown)
