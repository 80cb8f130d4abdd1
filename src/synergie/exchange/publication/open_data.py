"""What anybody may read, without a name: releases that were published for all."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from synergie.errors import NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange._passing_on import may_pass_on
from synergie.exchange.publication import _release_record as record
from synergie.formats.opendata import releases_csv
from synergie.policy import Permit
from synergie.policy.publication.public import open_data
from synergie.schemas.page import Page
from synergie.schemas.publication.cell_scheme import CellScheme
from synergie.schemas.publication.release import Licence, OpenRelease, OpenReleaseLine, Release
from synergie.storage.publication.cell_schemes import cell_scheme
from synergie.storage.publication.releases import find_release, list_releases
from synergie.storage.store import Session, Store
from synergie.storage.trust.organisations import find_organisation


@dataclass(frozen=True, slots=True)
class OpenData:
    """Releases for the public, decided at each read: an agreement that has ended closes them."""

    store: Store

    def page(
        self, *, after: str | None = None, limit: int = 200, now: datetime
    ) -> Page[OpenReleaseLine]:
        """A page of what is open now, by id."""
        permit = open_data(now=now)
        bound = f"open\x1f{permit.fingerprint}"
        with self.store.read() as session:
            place = _cursor.opened(session, bound, after)
            found = list_releases(permit, session, after=place, limit=limit + 1)
            more, kept = len(found) > limit, found[:limit]
            following = _cursor.encrypt_cursor(session, bound, kept[-1].id) if more else None
            lines = tuple(_iterate_open_release_lines(permit, session, kept, now))
        return Page(items=lines, next=following)

    def read(self, release_id: str, *, now: datetime) -> OpenRelease:
        """One release with its licence and age. NotFound when it is absent, or not open now."""
        permit = open_data(now=now)
        with self.store.read() as session:
            found = find_release(permit, session, release_id)
            if found is None or not may_pass_on(permit, session, found, now=now):
                raise NotFound
            scheme, publisher = _find_scheme_and_publisher(permit, session, found)
        return record.opened(
            found, scheme, publisher=publisher, licence=_get_release_licence(found), now=now
        )


def as_csv(told: OpenRelease) -> str:
    """The cells of *told* as a table (RFC 4180)."""
    return releases_csv.as_csv(told.release)


def _iterate_open_release_lines(
    permit: Permit, session: Session, found: list[Release], now: datetime
) -> Iterator[OpenReleaseLine]:
    for one in found:
        if not may_pass_on(permit, session, one, now=now):
            continue
        scheme, publisher = _find_scheme_and_publisher(permit, session, one)
        yield OpenReleaseLine(
            id=one.id,
            title=record.format_release_title(scheme, one),
            publisher=publisher,
            energy=one.energy,
            period=one.period,
            version=one.version,
            released_at=one.released_at,
            licence=_get_release_licence(one),
        )


def _find_scheme_and_publisher(
    permit: Permit, session: Session, found: Release
) -> tuple[CellScheme, str]:
    scheme = cell_scheme(permit, session, found.scheme, version=found.scheme_version)
    publisher = find_organisation(permit, session, found.owner)
    if scheme is None or publisher is None:
        raise AssertionError("a release has its scheme and its publisher")
    return scheme, publisher.name


def _get_release_licence(found: Release) -> Licence:
    return found.licence or "etalab-2.0"
