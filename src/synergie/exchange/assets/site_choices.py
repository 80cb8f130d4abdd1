"""Choosing among one's own sites: by name, page by page, or all of a commune at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from synergie.policy import Principal, permit_own_data
from synergie.storage.assets.site_names import (
    NOWHERE,
    SiteName,
    count_site_names,
    site_ids_of,
    site_names,
    sites_by_commune,
)
from synergie.storage.store import Store

__all__ = ["NOWHERE", "Offered", "SiteChoices", "SiteName"]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a form offers. `found`: how many sites hold the words, of which `sites` are a page.

    `page`: its number, 1 the first, within `pages`. `chosen`: those that were chosen before, by
    name. `communes`: code → how many sites.
    """

    sites: tuple[SiteName, ...]
    found: int
    page: int
    pages: int
    chosen: tuple[SiteName, ...]
    communes: dict[str, int]


@dataclass(frozen=True, slots=True)
class SiteChoices:
    """The caller's own sites, as a form lets a person choose among them."""

    store: Store

    def offered(
        self,
        caller: Principal,
        *,
        words: str = "",
        page: int = 1,
        chosen: Collection[str] = (),
        limit: int,
        now: datetime,
    ) -> Offered:
        """A page of *limit* sites whose names hold *words*; the last one when *page* is beyond."""
        permit = permit_own_data(caller, action="read", now=now)
        with self.store.read() as session:
            found = count_site_names(permit, session, words=words)
            pages = max(1, -(-found // limit))
            place = min(max(page, 1), pages)
            start = limit * (place - 1)
            some = site_names(permit, session, words=words, start=start, limit=limit)
            named = site_names(permit, session, ids=chosen, limit=len(chosen)) if chosen else []
            return Offered(
                sites=tuple(some),
                found=found,
                page=place,
                pages=pages,
                chosen=tuple(named),
                communes=sites_by_commune(permit, session),
            )

    def of_communes(
        self, caller: Principal, communes: Collection[str], *, now: datetime
    ) -> tuple[str, ...]:
        """The sites that stand in *communes* today (codes, or NOWHERE), by identifier."""
        if not communes:
            return ()
        with self.store.read() as session:
            return tuple(
                site_ids_of(permit_own_data(caller, action="read", now=now), session, communes)
            )
