"""How the documentation is built: Sphinx, MyST and Furo; nothing is fetched from anywhere."""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "_ext"))

from synergie import __version__  # noqa: E402 (the path comes first)

project = "synergie"
author = "The synergie authors"
project_copyright = "2026, The synergie authors"
release = version = __version__
language = "en"

extensions = ["myst_parser", "sphinx.ext.autodoc", "house"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
nitpicky = True
nitpick_ignore_regex = [("py:.*", ".*")]  # types of other libraries: their inventories are remote
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
suppress_warnings = ["myst.strikethrough"]

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "signature"
autodoc_preserve_defaults = True

html_theme = "furo"
html_title = "synergie"
html_static_path = ["_static"]
html_show_sourcelink = False
html_copy_source = False
