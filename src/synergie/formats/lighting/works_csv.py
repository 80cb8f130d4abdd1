"""Interventions and fault tickets, as a maintenance program exports them in CSV: read only.

The columns are known by their names: those of `ress_ecl` of the Compiègne area (`dat_signa`,
`dat_progra`, `dat_real`, `typ_def`, `src_def`, `moy_interv`, `id_contrat`), usual French and
English. Columns that name a person are dropped.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats.format import Format, Sample
from synergie.formats.lighting import _export
from synergie.formats.lighting._export_row import Kind, Only, Row, Values
from synergie.formats.lighting._words import SYNONYMS, TABLES
from synergie.formats.report import Report
from synergie.formats.text import normalize_column_name
from synergie.schemas.assets.work_order import WorkOrder
from synergie.schemas.readings.profile import Profile

# Names of the columns of tickets and interventions, and the words of their cells.

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


NAME = "lighting-works"

_NAMED = ("light_point", "cabinet", "support", "circuit")


_VOID = "a ticket that holds: this one is cancelled, refused or told twice"
_NO_END = "the day when it was done, as the ticket is closed"


def _read_work_order(row: Row) -> Values:
    values: Values = {
        "kind": _choose_work_kind(row),
        "asset_kind": row.word("asset_kind", ASSETS, "unknown"),
        **_read_work_times(row),
    }
    for name in ("insee_code", "fault_type", "cause", "crew", "contract", "asset"):
        if name in row.cells:
            values[name] = row.cells[name]
    if "fault_type" not in values and FAULTS.search(
        normalize_column_name(row.cells.get("kind", ""))
    ):
        values["fault_type"] = row.cells["kind"]
    named = next((name for name in _NAMED if name in row.cells), None)
    if named is not None and "asset" not in values:
        values |= {"asset": row.cells[named], "asset_kind": named}
    return values


def _choose_work_kind(row: Row) -> str:
    """What a row is: as its own column says, else as the one of its domain happens to."""
    told = KINDS.get(normalize_column_name(row.cells.get("domain", "")), "other")
    return row.word("kind", KINDS, told) if "kind" in row.cells else told


def _read_work_times(row: Row) -> Values:
    """When it was reported, planned and done, as its status says.

    What is open still was not done: the day is that of a visit to come. What is closed without a
    day was done when it last changed. BadInput for what holds no more, or whose end is not known.
    """
    times: Values = {name: row.moment(name) for name in ("reported_at", "planned_at", "done_at")}
    status = row.word("status", STATES, "")
    if status == VOID:
        raise BadInput("/status", row.cells["status"], _VOID)
    if status == OPEN and times["done_at"] is not None:
        row.report.note("an open ticket is not done: the day in its row is taken as planned")
        planned = times["planned_at"] or times["done_at"]
        times |= {"planned_at": planned, "done_at": None}
    if status == CLOSED and times["done_at"] is None:
        times["done_at"] = row.moment("changed_at")
        if times["done_at"] is None:
            raise BadInput("/status", row.cells["status"], _NO_END)
    return times


KIND = Kind(
    record=WorkOrder,
    names=NAMES,
    make=_read_work_order,
    telling=("reported_at", "planned_at", "done_at", "fault_type", "cause"),
    enough=2,
    never=("source_type", "cct_k", "flux_lm"),
    dates=("reported_at", "planned_at", "done_at", "changed_at"),
    number_from=("reported_at", "light_point", "cabinet", "support", "circuit", "asset"),
    only=Only("domain", LIGHTING, KINDS),
)


def sniff(sample: Sample) -> float:
    """0.85 for two of the columns of dates and faults, and one that numbers the rows."""
    return _export.sniff_export(sample, KIND)


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[WorkOrder], Report]:
    """Work orders in file order; times without offset are local (`Profile.time_zone`).

    BadInput when no column numbers the interventions. A date without hour stays a civil date.
    """
    return _export.read(source, profile, KIND)


FORMAT = Format(
    name=NAME, title="Lighting interventions and fault tickets (CSV)", sniff=sniff, read=read
)
