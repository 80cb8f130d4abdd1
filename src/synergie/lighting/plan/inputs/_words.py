"""Words of a cell to compare, and the text of a small file."""

import unicodedata
from pathlib import Path

from synergie.errors import TooLarge

MAX_BYTES = 32 * 1024 * 1024
"""Bytes of a JSON file that is read whole."""


def words_of(text: str) -> str:
    """Lower case, no accents, `_` between words: `Passage piéton ` → `passage_pieton`."""
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "_".join(bare.casefold().replace("'", " ").replace("-", " ").replace("_", " ").split())


def read_text_file(path: Path) -> str:
    """The text of *path*, UTF-8 with or without BOM; TooLarge above `MAX_BYTES`."""
    with path.open("rb") as source:
        content = source.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise TooLarge(MAX_BYTES, "bytes")
    return content.decode("utf-8-sig", "replace")
