"""Deposit a file as it is: recognise it, keep the good rows, say what became of each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from pydantic import BaseModel

from synergie.errors import BadInput, KeyReused, SynergieError
from synergie.exchange.cabinets import Cabinets
from synergie.exchange.curves import Curves
from synergie.exchange.light_points import LightPoints
from synergie.exchange.once import Once, remember, replayed
from synergie.exchange.profiles import Profiles
from synergie.exchange.publication import Publication
from synergie.exchange.series import SeriesBook
from synergie.exchange.supply_points import SupplyPoints
from synergie.formats import read
from synergie.formats.check import check
from synergie.formats.tables.propose import Unconfirmed
from synergie.policy import Principal, own
from synergie.schemas.batch import Receipt
from synergie.schemas.cabinet import CabinetRecord
from synergie.schemas.deposit import DepositReport
from synergie.schemas.file_report import FileReport, RefusedLine
from synergie.schemas.light_point import LightPointRecord
from synergie.schemas.meter_curve import MeterCurve
from synergie.schemas.profile import Profile
from synergie.schemas.series import SeriesRecord
from synergie.schemas.supply_point import SupplyPointRecord
from synergie.storage.idempotency import given
from synergie.storage.owned import SERIES, SUPPLY_POINTS
from synergie.storage.store import Store

_CURVES = 32
"""Curves of one transaction."""

_RECORDS = 5_000
"""Light points or cabinets of one batch."""

_KEEP = Publication(mode="keep")


@dataclass(frozen=True, slots=True)
class Deposits:
    """Files of the caller's own data; each batch in it is stored whole or not at all.

    A file that is sent again, whole or after a cut, adds nothing: its batches are known by their
    content. A delivery point that is not declared yet is declared by its number alone, as one
    whose curve may tell of a person. `tell` translates the remarks of the report; `str` leaves
    them in English.
    """

    store: Store
    tell: Callable[[str], str] = str

    def deposit(
        self,
        caller: Principal,
        source: BinaryIO,
        *,
        name: str,
        format: str | None = None,  # noqa: A002 (the word of the wire)
        profile: Profile | str | None = None,
        dry_run: bool = False,
        once: Once | None = None,
        now: datetime,
    ) -> DepositReport:
        """Read *source* (seekable, open in binary) and store what is right in it; the report.

        *profile*: what the file does not say, or the name of a profile that the caller saved;
        None: a table whose head is known is read with the profile that was saved for it; one whose
        head is new raises Unconfirmed. With *dry_run* nothing is written. Raises BadInput when the
        file is of no known kind, or of one that is read but not stored yet; KeyReused as *once*
        says.
        """
        known = self._answered(once)
        if known is not None:
            return known
        report, declared = self._seen(caller, source, profile, name=name, form=format, now=now)
        with read(source, format=report.format, name=name, profile=declared) as result:
            seen = DepositReport(
                **dict(report), name=name, sha256=result.digest, dry_run=dry_run, receipts=()
            )
            if dry_run:
                return seen
            filing = _Filing(self.store, caller, now)
            receipts = tuple(filing.store_all(result.records))
        told = seen.model_copy(
            update={"receipts": receipts, "refused": (*seen.refused, *filing.refused)}
        )
        return self._remembered(once, told, now)

    def _seen(
        self,
        caller: Principal,
        source: BinaryIO,
        profile: Profile | str | None,
        *,
        name: str,
        form: str | None,
        now: datetime,
    ) -> tuple[FileReport, Profile | None]:
        """The report of the file, and the profile it was read with."""
        saved, declared = Profiles(self.store), profile
        if isinstance(declared, str):
            chosen = saved.chosen(caller, declared, now=now)
            declared, form = chosen.profile, form or chosen.format
        try:
            report = check(source, format=form, name=name, profile=declared, tell=self.tell)
        except Unconfirmed as open_:
            known = saved.known(caller, open_.proposal, now=now)
            if known is None:
                raise
            declared = known.profile
            source.seek(0)
            report = check(source, format=form, name=name, profile=declared, tell=self.tell)
        source.seek(0)
        return report, declared

    def _answered(self, once: Once | None) -> DepositReport | None:
        if once is None:
            return None
        with self.store.read() as session:
            found = given(session, once.client, once.key)
        if found is None:
            return None
        if found[:2] != (once.request, once.body_sha256):
            raise KeyReused
        return DepositReport.model_validate_json(found[2])

    def _remembered(self, once: Once | None, told: DepositReport, now: datetime) -> DepositReport:
        if once is None:
            return told
        with self.store.write() as session:
            known = replayed(session, once, DepositReport, now=now)
            if known is None:
                remember(session, once, told)
        return known or told


class _Filing:
    """Storing the records of one file, batch after batch; `refused` fills meanwhile."""

    def __init__(self, store: Store, caller: Principal, now: datetime) -> None:
        self.store, self.caller, self.now = store, caller, now
        self.refused: list[RefusedLine] = []

    def store_all(self, records: Iterable[BaseModel]) -> Iterator[Receipt]:
        """Store *records* in their order; the receipts."""
        for kind, group in _grouped(records):
            if kind is MeterCurve:
                yield from self._curves(group)
            elif kind is LightPointRecord:
                points = [one for one in group if isinstance(one, LightPointRecord)]
                yield LightPoints(self.store).publish(self.caller, points, _KEEP, now=self.now)
            elif kind is CabinetRecord:
                cabinets = [one for one in group if isinstance(one, CabinetRecord)]
                yield Cabinets(self.store).publish(self.caller, cabinets, _KEEP, now=self.now)
            else:
                raise BadInput("file", kind.__name__, "readings, cabinets or light points")

    def _curves(self, group: list[BaseModel]) -> Iterator[Receipt]:
        curves = [one for one in group if isinstance(one, MeterCurve)]
        yield from self._declare_points(curves)
        yield from self._declare_series(curves)
        ids = self._series_ids(curves)
        sent = [one.curve(ids[one.external_id]) for one in curves]
        answers = Curves(self.store).deposit(
            self.caller, sent, onces=[None] * len(sent), now=self.now
        )
        for answer in answers:
            if isinstance(answer, Receipt):
                yield answer
            else:
                self.refused.append(_refused(answer))

    def _declare_points(self, curves: list[MeterCurve]) -> Iterator[Receipt]:
        permit = own(self.caller, action="write", now=self.now)
        keys = {one.supply_point: one.provenance for one in curves}
        with self.store.read() as session:
            there = SUPPLY_POINTS.known(permit, session, keys)
        new = [_point(key, keys[key]) for key in sorted(keys.keys() - there.keys())]
        if new:
            yield SupplyPoints(self.store).publish(self.caller, new, now=self.now)

    def _declare_series(self, curves: list[MeterCurve]) -> Iterator[Receipt]:
        there = self._series_ids(curves)
        records: dict[str, SeriesRecord] = {
            one.external_id: one.series() for one in curves if one.external_id not in there
        }
        if records:
            yield SeriesBook(self.store).publish(self.caller, list(records.values()), now=self.now)

    def _series_ids(self, curves: list[MeterCurve]) -> dict[str, str]:
        permit = own(self.caller, action="write", now=self.now)
        with self.store.read() as session:
            return SERIES.known(permit, session, {one.external_id for one in curves})


def _grouped(records: Iterable[BaseModel]) -> Iterator[tuple[type[BaseModel], list[BaseModel]]]:
    """The records by kind, in groups of a size that one transaction takes."""
    waiting: dict[type[BaseModel], list[BaseModel]] = {}
    for record in records:
        kind = type(record)
        group = waiting.setdefault(kind, [])
        group.append(record)
        if len(group) >= (_CURVES if kind is MeterCurve else _RECORDS):
            yield kind, waiting.pop(kind)
    yield from waiting.items()


def _point(key: str, provenance: str) -> SupplyPointRecord:
    scheme, code = key.split(":", 1)
    return SupplyPointRecord.model_validate(
        {"scheme": scheme, "code": code, "personal_data": "possible", "provenance": provenance}
    )


def _refused(error: SynergieError) -> RefusedLine:
    if isinstance(error, BadInput):
        return RefusedLine(
            line=None, column=error.where, value=str(error.found)[:80], reason=error.expected
        )
    return RefusedLine(line=None, column=None, value="", reason=str(error))
