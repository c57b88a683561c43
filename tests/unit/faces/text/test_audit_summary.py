"""An audit in tables: shares of verdicts, reasons, exact answers."""

from __future__ import annotations

import pytest

from sambe.faces.text.audit_summary import audit_tables


@pytest.mark.slow
def test_tables_tell_shares_reasons_and_exact_answers(audited) -> None:
    titles = {table.title.split(" (")[0]: table for table in audit_tables(audited)}
    assert list(titles) == ["Which answer to believe", "Why not", "Exact answers"]
    shares = {row[0]: row[1:5] for row in titles["Which answer to believe"].rows}
    assert shares["dressed, full"][:2] == ("", "")  # neither trust nor care
    point, currents, errors = titles["Exact answers"].rows[0]
    assert "drive" in point
    assert "pump" in currents
    assert "floquet, auto" in errors
