"""Names of the columns of tickets and interventions, and the words of their cells."""

import re

from synergie.formats.lighting._words import SYNONYMS, TABLES

NAMES = {one.name: one.heads for one in TABLES["works"]}
"""Our field → names of its columns as `plain` writes them, best first."""

KINDS = SYNONYMS["works"]
"""Words for what a row is; another is `other`, with a remark."""
ASSETS = SYNONYMS["assets"]
OPEN, CLOSED, VOID = "open", "closed", "void"
STATES = SYNONYMS["states"]
"""Words for where a ticket stands; another tells nothing, with a remark."""
LIGHTING = re.compile(
    r"eclair|armoire|lumi|lamp|light|candelabre|foyer|lantern|alumbrado|beleuchtung|verlichting"
)
"""What the kind of a request about lighting says, as `plain` writes it."""
FAULTS = re.compile(
    r"pann|etei|hs$|horsservice|clignot|defaut|cass|accident|vandal|allum|disjonct|percut|arrach"
    r"|out$|fail|damage|flicker|broken"
)
"""What a cell that tells of a fault says, as `plain` writes it."""
