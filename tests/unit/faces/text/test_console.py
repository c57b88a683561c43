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
