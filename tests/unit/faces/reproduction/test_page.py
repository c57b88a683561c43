"""The report as one page: nothing fetched, every number on it."""

from __future__ import annotations

from sambe.faces.reproduction.page import escape


def test_raised_and_lowered_digits_become_markup() -> None:
    assert escape("ω₀ < 4×10⁻¹²") == "ω<sub>0</sub> &lt; 4×10<sup>−12</sup>"
