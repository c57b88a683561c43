"""Look of a report's figures: panels, letters, a legend, and files that are the same twice."""

from __future__ import annotations

import numpy as np
import pytest

from sambe.faces.reproduction import look


def test_panels_come_as_rows_and_columns_with_letters() -> None:
    figure, panels = look.frames(2, 3, 4.0)
    assert panels.shape == (2, 3)
    assert figure.get_size_inches().tolist() == [look.WIDTH, 4.0]
    look.letter(panels, ["one", "two"])
    titles = [frame.get_title("left") for frame in panels.ravel()]
    assert titles == ["(a) one", "(b) two", "(c)", "(d)", "(e)", "(f)"]


def test_a_family_goes_from_dark_to_light() -> None:
    luminance = [float(np.dot(c[:3], (0.2126, 0.7152, 0.0722))) for c in look.shades(5)]
    assert luminance == sorted(luminance)
    assert luminance[0] < 0.2 < luminance[-1]


@pytest.mark.slow
def test_files_are_the_same_twice_and_outlined() -> None:
    def drawn() -> bytes:
        figure, panels = look.frames(1, 1, 2.0)
        panels[0, 0].plot([0.0, 1.0], [0.0, 1.0], color=look.HOT)
        look.key(figure, [look.handle("hot", color=look.HOT)])
        return look.render(figure, "svg")

    one, two = drawn(), drawn()
    assert one == two
    assert b"<text" not in one
    figure, _ = look.frames(1, 1, 2.0)
    assert look.render(figure, "png").startswith(b"\x89PNG")
