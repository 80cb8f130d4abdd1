"""Names of files from names of things: plain letters and digits, each once, none a path."""

import re
import unicodedata
from collections.abc import Collection

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE"})
_LONGEST = 60


def file_name(title: str, taken: Collection[str], *, end: str = "", none: str = "fichier") -> str:
    """A name for *title* that is not *taken*, with its *end*; *none*: when no letter is left."""
    parted = unicodedata.normalize("NFKD", title.translate(_LIGATURES))
    plain = parted.encode("ascii", "ignore").decode().lower()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST] or none
    name, again = f"{stem}{end}", 1
    while name in taken:
        again += 1
        name = f"{stem}-{again}{end}"
    return name
