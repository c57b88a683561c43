"""The server: what it opens, and what it says when it cannot."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pytest.importorskip("panel_material_ui", reason="the explorer is an extra: pip install 'sambe[app]'")

from sambe.errors import InputError
from sambe.faces.explorer.server import HOST, files_to_open, make_page, serve
from sambe.faces.input.job import ConfigError
from sambe.models import MODELS

EXAMPLES = Path(__file__).parents[4] / "examples"


def test_all_models_and_a_file_in_front() -> None:
    files, beside = files_to_open(EXAMPLES / "map.toml")
    assert list(files) == ["map.toml", *MODELS]
    assert beside == {"map.toml": EXAMPLES}


def test_a_file_that_cannot_be_used_is_told_before_the_page(tmp_path: Path) -> None:
    file = tmp_path / "bad.toml"
    file.write_text('[system]\nmodel = "kitchen"')
    with pytest.raises(ConfigError, match="kitchen"):
        files_to_open(file)


def test_a_port_that_is_taken_is_told() -> None:
    with socket.socket() as other:
        other.bind((HOST, 0))
        other.listen()
        with pytest.raises(InputError, match="choose another"):
            serve(None, other.getsockname()[1], show=False)


def test_a_page_is_made_for_each_session() -> None:
    with ThreadPoolExecutor(1) as pool:
        files, beside = files_to_open(None)
        assert make_page({"spin_boson": files["spin_boson"]}, beside, pool).title == "sambe explorer"
