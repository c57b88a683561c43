"""The documentation site: these pages, a tutorial and a gallery that the build runs, and the reference.

`uv run --group docs sphinx-build -W docs build/site` makes it; every figure of it comes from that run.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_site"))

import sambe  # noqa: E402

project = "sambe"
author = "the sambe developers"
release = version = sambe.__version__

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.intersphinx",
    "sphinx.ext.mathjax",
    "sphinx.ext.napoleon",
    "sphinx_gallery.gen_gallery",
    "pages",
]
if find_spec("sphinx-mathjax-offline"):  # else from a network
    extensions.append("sphinx-mathjax-offline")
exclude_patterns = ["_site", "gallery", "figures", *(f"auto_gallery/*.{x}" for x in ("py*", "ipynb", "zip"))]
html_theme = "pydata_sphinx_theme"
html_title = f"sambe {version}"
html_static_path = ["_site/static"]
html_css_files = ["site.css"]
html_theme_options: dict[str, Any] = {
    "show_toc_level": 2,
    "navigation_with_keys": False,
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": [],
}

# Pages are Markdown for the repository too: formulas between dollars, anchors as GitHub makes them.
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 4
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

autosummary_generate = True
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_use_rtype = False
python_use_unqualified_type_names = True

# Names of other packages' objects are links where the build may use the network: SAMBE_DOCS_ONLINE=1, as the
# check of outside links does. Without it they are plain text, and the build asks nobody.
ONLINE = bool(os.environ.get("SAMBE_DOCS_ONLINE"))
INVENTORIES = {
    "python": ("https://docs.python.org/3", None),
    "numpy": ("https://numpy.org/doc/stable", None),
    "xarray": ("https://docs.xarray.dev/en/stable", None),
}
intersphinx_mapping = INVENTORIES if ONLINE else {}
intersphinx_timeout = 10
# Functions as strings, which no cache can hold.
suppress_warnings = ["config.cache"]

sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "auto_gallery",
    "filename_pattern": r"\.py",
    "ignore_pattern": r"__init__",
    "image_scrapers": ("pages.scraper",),
    "reset_modules": (),
    "download_all_examples": False,
    "remove_config_comments": True,
    "show_memory": False,
    "min_reported_time": 1e9,
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "parallel": False,
}
