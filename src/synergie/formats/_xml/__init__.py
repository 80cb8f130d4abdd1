"""XML read as a stream, safely: no document type, no entity, no network, memory bounded.

`elements` gives small trees, easy to read; `parts` gives flat lists, two to three times faster.
"""

from synergie.formats._xml._guard import MAX_DEPTH, MAX_HELD, root_of
from synergie.formats._xml._parts import Part, iterate_parts
from synergie.formats._xml._starts import iterate_start_tags
from synergie.formats._xml._tree import iterate_elements

__all__ = [
    "MAX_DEPTH",
    "MAX_HELD",
    "Part",
    "iterate_elements",
    "iterate_parts",
    "iterate_start_tags",
    "root_of",
]
