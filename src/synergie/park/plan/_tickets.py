"""Faults that are open, what they put out, and until when they must be mended."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import NamedTuple

from synergie.park.plan import _text
from synergie.park.plan._aside import Aside
from synergie.park.plan._assets import Key, Named
from synergie.park.plan._faults import split_plain_words, text_of
from synergie.park.plan._sites import Site, Sites
from synergie.park.plan._works import Work
from synergie.park.plan.places import Nearby
from synergie.park.plan.targets import target_of
from synergie.park.records.crew import ServiceTarget
from synergie.park.records.park import FaultReport
from synergie.schemas.assets.location import Location

NEAR_KM = 2.0
"""Kilometres within which a ticket without an asset hangs on the nearest cabinet."""


type _Told = tuple[tuple[str, Key], str | None]
"""A thing, and what fails on it. None: anything."""


class Open(NamedTuple):
    """A fault that is open."""

    work: Work
    """Its work order."""
    reported_at: datetime
    """When it was reported."""
    site: Site
    """The cabinet it hangs on."""
    location: Location
    """Where."""


@dataclass(slots=True)
class OpenFaults:
    """The open faults, and what was taken for granted."""

    rows: list[Open]
    """By report."""
    closed_by_repair: int
    """Tickets that a later repair of the same thing closes."""
    hung_near: int
    """Tickets that name no asset."""


def open_faults(works: Iterable[Work], sites: Sites, aside: Aside) -> OpenFaults:
    """The faults that are open; one a fault, the first reported."""
    works = list(works)
    mended = _find_last_repairs(works)
    waiting = [work for work in works if work.is_fault and work.done_at is None]
    still = [work for work in waiting if not _is_mended(work, mended)]
    ground = _FaultContext({site.key: site for site in sites.rows}, _near_of(sites), sites, aside)
    rows = [one for work in still if (one := ground.open(work)) is not None]
    rows.sort(key=lambda one: (one.reported_at, one.work.record.external_id))
    rows = list(_drop_duplicate_tickets(rows, aside))
    near = sum(one.work.named is None for one in rows)
    return OpenFaults(rows, len(waiting) - len(still), near)


def build_fault_reports(
    rows: Iterable[Open], targets: Sequence[ServiceTarget]
) -> tuple[FaultReport, ...]:
    """The tickets of open faults, the first due first."""
    made = [_build_fault_report(one, targets) for one in rows]
    return tuple(sorted(made, key=lambda one: (one.due_at, one.organisation, one.ticket)))


def unnamed_out(rows: Iterable[Open]) -> int:
    """Single light points that are out and that their ticket does not name."""
    return sum(one.work.fault.is_out and _is_one_of_many(one.work) for one in rows)


def _is_one_of_many(work: Work) -> bool:
    """Whether one light point fails, and the ticket names what feeds or carries several."""
    named = work.named
    many = named is not None and named.kind != "light_point" and len(named.points) > 1
    return many and work.fault.severity == "point"


def out_points(rows: Iterable[Open]) -> dict[Key, bool]:
    """Light points known to be out; True: with their whole cabinet, support or circuit."""
    found: dict[Key, bool] = {}
    for one in rows:
        named = one.work.named
        if named is not None and one.work.fault.is_out and not _is_one_of_many(one.work):
            for key in named.points:
                found[key] = found.get(key, True) and named.kind != "light_point"
    return found


def repair_hours(works: Iterable[Work]) -> float | None:
    """Median hours from the report of a fault to its repair. None: none is known."""
    known = [
        (work.done_at - work.reported_at).total_seconds() / 3600
        for work in works
        if work.is_fault and work.done_at is not None and work.reported_at is not None
    ]
    return median(max(hours, 0.0) for hours in known) if known else None


def _find_last_repairs(works: Iterable[Work]) -> Mapping[_Told, datetime]:
    """When each thing was last mended: by a repair, whatever it was, or a fault told the same."""
    found: dict[_Told, datetime] = {}
    for work in works:
        if work.named is None or work.done_at is None or not work.is_fault:
            continue
        told = None if work.record.kind == "repair" else _find_fault_words(work)
        key, done = (work.named[:2], told), _compute_latest_end(work.record.done_at, work.done_at)
        found[key] = max(done, found.get(key, done))
    return found


def _is_mended(work: Work, mended: Mapping[_Told, datetime]) -> bool:
    if work.named is None or work.reported_at is None:
        return False
    ends = (mended.get((work.named[:2], told)) for told in (None, _find_fault_words(work)))
    return any(done is not None and done >= work.reported_at for done in ends)


def _compute_latest_end(told: datetime | date | None, done_at: datetime) -> datetime:
    """When it was done at the latest: the end of the day when only that is told."""
    return done_at if isinstance(told, datetime) else done_at + timedelta(days=1)


def _find_fault_words(work: Work) -> str:
    """What fails: that it is out, or its words."""
    return "out" if work.fault.is_out else " ".join(split_plain_words(text_of(work.record)))


class _FaultContext(NamedTuple):
    """Where faults hang."""

    by_key: Mapping[Key, Site]
    near: Mapping[str, Nearby]
    sites: Sites
    aside: Aside

    def open(self, work: Work) -> Open | None:
        """The open fault. None: it is set aside."""
        if work.reported_at is None:
            self.aside.put(work.owned, "", _text.NO_REPORT)
            return None
        if work.named is None:
            return self._near(work, work.reported_at)
        site = None if work.named.cabinet is None else self.by_key.get(work.named.cabinet)
        if site is None:
            self.aside.put(work.owned, work.record.asset or "", _text.CABINET_ASIDE)
            return None
        place = _find_fault_place(work.named, self.sites) or site.location
        return Open(work, work.reported_at, site, place)

    def _near(self, work: Work, reported_at: datetime) -> Open | None:
        """A ticket that names no asset, on the nearest cabinet of its owner."""
        place, near = work.record.location, self.near.get(work.owned.organisation)
        if place is not None and near is not None:
            nearest, away = near.nearest(place)
            if away <= NEAR_KM:
                return Open(work, reported_at, self.sites.rows[nearest], place)
        found = "" if place is None else f"{place.longitude:g}, {place.latitude:g}"
        self.aside.put(work.owned, found, _text.NO_ASSET)
        return None


def _near_of(sites: Sites) -> Mapping[str, Nearby]:
    """The cabinets of each owner, by their number."""
    rows: dict[str, list[int]] = {}
    for n, site in enumerate(sites.rows):
        rows.setdefault(site.key[0], []).append(n)
    return {
        owner: Nearby(mine, [sites.rows[n].location for n in mine]) for owner, mine in rows.items()
    }


def _find_fault_place(named: Named, sites: Sites) -> Location | None:
    return None if named.kind == "cabinet" else sites.places.get(named.points[0])


def _drop_duplicate_tickets(rows: Iterable[Open], aside: Aside) -> Iterator[Open]:
    """The first of the open tickets that tell the same of the same thing."""
    first: dict[object, Open] = {}
    for one in rows:
        if one.work.named is None:
            yield one
            continue
        order = one.work.record
        key = (one.work.named[:2], one.work.fault.severity, _find_fault_words(one.work))
        before = first.setdefault(key, one)
        if before is one:
            yield one
        else:
            found = f"{order.external_id} = {before.work.record.external_id}"
            aside.put(one.work.owned, found, _text.SAME_FAULT)


def _build_fault_report(one: Open, targets: Sequence[ServiceTarget]) -> FaultReport:
    order, fault, named = one.work.record, one.work.fault, one.work.named
    target = target_of(targets, fault.severity, order.contract)
    is_point = named is not None and named.kind == "light_point"
    return FaultReport(
        ticket=order.external_id,
        organisation=one.work.owned.organisation,
        cabinet=one.site.key[1],
        light_point=named.key[1] if named is not None and is_point else None,
        location=one.location,
        severity=fault.severity,
        severity_told=fault.told,
        reported_at=one.reported_at,
        due_at=one.reported_at + timedelta(hours=float(target.max_delay_hours)),
        fault=order.fault_type,
        contract=order.contract,
    )
