"""One calendar year of a scheme in the transaction that adds to it: members, and what counts.

A point that joins or leaves is in the movements of its commune for the whole year; whatever is
counted of a month stays as it was counted, so that the year is the sum of its months.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from synergie.calendar import load_time_zone
from synergie.calendar.civil import month_bounds
from synergie.errors import NotAllowed
from synergie.policy import Permit, Principal, decide_permit, permit_party
from synergie.policy.publication.cells import Trait, Tree, category_of
from synergie.policy.publication.public import SUMS
from synergie.policy.publication.releases import MONTHS, Member, Out
from synergie.policy.trust.versions import find_ruling_version
from synergie.schemas.publication.cell_scheme import Category, CellScheme
from synergie.schemas.publication.release import Release
from synergie.schemas.trust.agreement import Agreement
from synergie.schemas.trust.organisation import OrganisationKind
from synergie.storage.assets.contributions import Contributor, Energies, iterate_contributions
from synergie.storage.publication.insiders import Knowers, knowers_of
from synergie.storage.publication.releases import Frozen, YearKey
from synergie.storage.store import Session
from synergie.storage.trust.agreements.agreements import agreement_page
from synergie.storage.trust.organisations import kinds_of

PARIS: ZoneInfo = load_time_zone("Europe/Paris")
_PAGE = 500
_NOBODY = Knowers({}, {})


@dataclass(frozen=True, slots=True)
class Source:
    """Points of one owner that may be counted.

    `signed`: the agreement that opens them, `agreement`: its id and version; None: one's own.
    """

    permit: Permit
    kind: OrganisationKind
    attested: bool
    agreement: str | None = None
    signed: Agreement | None = None


@dataclass(frozen=True, slots=True)
class YearContent:
    """What the sources hold now: points by name, each with its months so far.

    `twice`: how many points several of them declare. `knowers`: who can subtract each from a sum,
    by identifier; nobody, until it is looked up in the transaction that adds to the year.
    """

    points: Mapping[str, tuple[Source, Contributor, Energies]]
    twice: int
    knowers: Knowers = _NOBODY

    def under(self, agreements: Collection[str | None]) -> "YearContent":
        """What is left of it under these *agreements*; None: one's own."""
        left = {name: told for name, told in self.points.items() if told[0].agreement in agreements}
        return replace(self, points=left)

    def weighed(self, permit: Permit, session: Session, year: int) -> "YearContent":
        """The same with who can subtract each point from a sum of *year*, of all organisations."""
        ids = [one.id for _, one, _ in self.points.values()]
        return replace(self, knowers=knowers_of(permit, session, ids, year))

    def who_can_subtract(self, name: str) -> frozenset[str]:
        """Who can subtract a point from a sum."""
        return self.knowers.of(self.points[name][1].id)


def list_year_sources(
    permit: Permit, session: Session, caller: Principal, scheme: CellScheme, *, now: datetime
) -> list[Source]:
    """The caller's own points, and those that agreements open to sums over *scheme* now."""
    opened = list(_iterate_open_agreements(session, caller, scheme.id, now))
    owners = {permit.owner, *(one.terms.owner for one, _ in opened)}
    kinds = kinds_of(permit, session, owners)
    if permit.owner not in kinds:
        raise AssertionError("a caller is in the directory")
    found = [Source(permit, kinds[permit.owner], attested=scheme.own_points)]
    for one, under in opened:
        if one.terms.owner in kinds:
            attested = one.terms.legal_basis == "own_data"
            kind = kinds[one.terms.owner]
            found.append(Source(under, kind, attested, f"{one.id}/{one.version}", one))
    return found


def _iterate_open_agreements(
    session: Session, caller: Principal, scheme: str, now: datetime
) -> Iterator[tuple[Agreement, Permit]]:
    """The agreements that open their points to sums over *scheme* now, by id, each with what."""
    for one in sorted(_iterate_ruling_agreements(session, caller, scheme, now), key=lambda a: a.id):
        with suppress(NotAllowed):
            yield one, decide_permit(one, principal=caller, ask=SUMS, now=now)


def read_year_content(
    session: Session, some: Sequence[Source], key: YearKey, *, now: datetime
) -> YearContent:
    """The points of *some* sources and their closed months; of a point told twice, the first."""
    points: dict[str, tuple[Source, Contributor, Energies]] = {}
    twice: set[str] = set()
    permits, last = [source.permit for source in some], closed_months(key.year, now)
    counted = iterate_contributions(permits, session, key.energy, key.year, last=last)
    for source, there in zip(some, counted, strict=True):
        for one, energies in there:
            known = points.get(one.point)
            if known is None:
                points[one.point] = source, one, energies
            elif known[0].permit.owner != source.permit.owner:
                twice.add(one.point)
    return YearContent(points, len(twice))


def closed_months(year: int, now: datetime) -> int:
    """How many months of *year* are over in Paris at *now*."""
    there = now.astimezone(PARIS)
    return 12 if there.year > year else there.month - 1 if there.year == year else 0


def iterate_joining_members(
    made: Tree, there: YearContent, known: Mapping[str, Frozen], *, first: bool, closed: int
) -> Iterator[Frozen]:
    """Members for the points that are in no leaf yet; nothing is counted of them so far.

    At the *first* release of the year who has its first and its last closed month whole stays;
    all others move, and so does whoever comes later.
    """
    leaves: dict[Trait, str | None] = {}
    for name, (source, one, energies) in there.points.items():
        if name in known:
            continue
        stays = first and energies[0] is not None and energies[closed - 1] is not None
        category = category_of(
            personal_data=one.personal_data,
            usage=one.usage,
            owner_kind=source.kind,
            attested=source.attested,
        )
        trait = Trait(one.insee_code, category, not stays)
        if trait not in leaves:
            leaves[trait] = made.leaf(trait)
        leaf = leaves[trait]
        if leaf is not None:
            holder = _get_point_holder(one, category, source)
            member = Member(
                name,
                leaf,
                holder,
                category,
                (None,) * 12,
                moves=not stays,
                known_to=there.who_can_subtract(name),
            )
            yield Frozen(member, source.agreement)


def count_member_months(
    some: Mapping[str, Frozen], there: YearContent, wanted: Sequence[int], *, whole: bool
) -> dict[str, Frozen]:
    """*some* members with what the months *wanted* are now; the others stay as they were counted.

    *whole*: a point that lacks one of the months counts in none of them. A point whose agreement
    has ended keeps what was counted, and nothing is read of it any more.
    """
    found = {}
    for name, one in some.items():
        energies, known_to = one.member.energies, one.member.known_to
        if name in there.points:
            now = there.points[name][2]
            lacks = whole and any(now[month - 1] is None for month in wanted)
            for month in wanted:
                wh = None if lacks else now[month - 1]
                energies = (*energies[: month - 1], wh, *energies[month:])
            knowing = there.who_can_subtract(name)
            known_to = known_to if knowing <= known_to else known_to | knowing
        is_same = known_to is one.member.known_to and energies == one.member.energies
        found[name] = one if is_same else _replace_member_energies(one, energies, known_to)
    return found


def _replace_member_energies(one: Frozen, energies: Energies, known_to: frozenset[str]) -> Frozen:
    """As `replace`, which is slower: there are 20,000."""
    was = one.member
    member = Member(
        was.point, was.leaf, was.holder, was.category, energies, moves=was.moves, known_to=known_to
    )
    return Frozen(member, one.agreement)


def out_of(released: Sequence[Release]) -> Out:
    """The cells that are out, of each month and of the year."""
    told = {one.period: frozenset(cell.cell for cell in one.cells) for one in released}
    by_month = {month_of(period): cells for period, cells in told.items()}
    year = by_month.pop(None, frozenset())
    again = {month_of(one.period) for one in released if one.version > 1}
    corrected = frozenset(MONTHS) if None in again else frozenset(filter(None, again))
    months = {month: cells for month, cells in by_month.items() if month is not None}
    return Out(months, year, corrected)


def counted_months(out: Out) -> frozenset[int]:
    """The months whose counting is frozen."""
    return frozenset(MONTHS) if out.year else frozenset(out.months)


def month_of(period: str) -> int | None:
    """The month of a period; None: it is a year."""
    _, _, month = period.partition("-")
    return int(month) if month else None


def bounds_of(period: str) -> tuple[datetime, datetime]:
    """Start and end of the civil period in Paris, UTC."""
    year, month = int(period[:4]), month_of(period)
    first = datetime(year, month or 1, 1, tzinfo=UTC).date()
    last = datetime(year, month or 12, 1, tzinfo=UTC).date()
    return month_bounds(first, PARIS)[0], month_bounds(last, PARIS)[1]


def _iterate_ruling_agreements(
    session: Session, caller: Principal, scheme: str, now: datetime
) -> Iterator[Agreement]:
    permit, after = permit_party(caller, action="read", now=now), ""
    while True:
        page = agreement_page(permit, session, after=after, limit=_PAGE)
        for versions in page:
            one = find_ruling_version(versions, now)
            terms = one.terms
            sums = terms.granularity == "aggregate" and terms.cell_scheme == scheme
            if sums and terms.recipient == caller.organisation:
                yield one
        if len(page) < _PAGE:
            return
        after = page[-1][0].id


def _get_point_holder(one: Contributor, category: Category, source: Source) -> str:
    """Who stands behind a point when enterprises are counted.

    An enterprise that is not told counts with all the others of its owner as one: never as more
    than there may be.
    """
    if category == "residential":
        return one.point
    return one.holder or f"of {source.permit.owner}"
