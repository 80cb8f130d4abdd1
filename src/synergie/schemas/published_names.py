"""Names that the published contract gives to types whose short name two modules share.

pydantic puts the module before such a name (`synergie__schemas__offer__Year`). A contract does not
change when a module moves: the name says `schemas`, and the module as it was first published.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

_ROOMS = "assets|publication|readings|trust"
_HOME = re.compile(
    rf"\bsynergie__(?:schemas__(?:{_ROOMS})|(?P<subject>[a-z]+)__records)__(?=[a-z])"
)
_BELOW = ("energy", "park")
"""Subjects that never were the first word of their modules."""


def keep_names(schema: Mapping[str, Any]) -> dict[str, Any]:
    """*schema* with the published names; nothing else of it changes."""
    kept: dict[str, Any] = json.loads(_HOME.sub(_build_published_prefix, json.dumps(schema)))
    if "$defs" in kept:
        kept["$defs"] = dict(sorted(kept["$defs"].items()))  # as pydantic orders them
    return kept


def _build_published_prefix(found: re.Match[str]) -> str:
    subject = found["subject"]
    return "synergie__schemas__" + (f"{subject}_" if subject and subject not in _BELOW else "")
