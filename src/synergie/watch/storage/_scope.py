"""Which alerts a Permit opens: its owner's all; of an agreement to raw curves, those of its series.

Of these, what the curve of a cabinet alone tells: not what is declared of lamps, nor the power
subscribed. A curve of a building tells when people are in it: its alerts, and what was learned of
any series, are their owner's alone.
"""

from collections.abc import Mapping

from sqlalchemy import ColumnElement, and_, false, not_
from sqlmodel import col, select

from synergie.policy import Permit
from synergie.storage.shared_scope import Rule, items, match_named_or_below, select_member
from synergie.storage.tables import Row, SeriesRow
from synergie.storage.trust.persons import match_person_consent
from synergie.watch.storage._tables import AlertRow, WatchStateRow

_BESIDE_CURVES = ("inventory", "over_power")
"""Faults that tell what inventories and contracts hold."""


def _match_alerts(permit: Permit) -> ColumnElement[bool]:
    mine = col(AlertRow.owner) == permit.owner
    if permit.scope == "own":
        return mine
    if permit.scope != "agreement" or "consumption" not in permit.datasets or permit.step != "raw":
        return false()
    series = select(SeriesRow.id).where(
        col(SeriesRow.owner) == permit.owner,
        col(SeriesRow.removed_at).is_(None),
        match_named_or_below(SeriesRow, items(permit)),
        match_person_consent(permit, SeriesRow),
    )
    told = (col(AlertRow.body).contains(f'"fault":"{one}"') for one in _BESIDE_CURVES)
    by_curve = [not_(one) for one in told]
    lights = select_member(col(AlertRow.body), "cabinet").is_not(None)
    return and_(mine, lights, col(AlertRow.series).in_(series), *by_curve, *_match_period(permit))


def _match_period(permit: Permit) -> list[ColumnElement[bool]]:
    """Whole nights inside the period: an alert that began before it, or goes on after, is out."""
    found: list[ColumnElement[bool]] = []
    if permit.start is not None:
        found.append(col(AlertRow.first_night) >= f"{permit.start:%Y-%m-%d}")
    if permit.end is not None:
        found.append(col(AlertRow.last_night) < f"{permit.end:%Y-%m-%d}")
    return found


def _match_states(permit: Permit) -> ColumnElement[bool]:
    return col(WatchStateRow.owner) == permit.owner if permit.scope == "own" else false()


RULES: Mapping[type[Row], Rule] = {AlertRow: _match_alerts, WatchStateRow: _match_states}
"""The rule of each table."""
