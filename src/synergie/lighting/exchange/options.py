"""Options of a joint lighting study: published by its coordinator, read by every body of it."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from synergie.errors import NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.exchange.shared_plan import authorize_side, record
from synergie.lighting.exchange._side import SIDES, is_not_over
from synergie.lighting.records.options import OptionsRecord, StudyOptions
from synergie.lighting.storage.studies import (
    STUDIES,
    every_options,
    last_options,
    options,
    save_options,
)
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.plan_bytes import digest
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True)
class OptionsBook:
    """Catalogues in versions that do not change."""

    store: Store

    def publish(
        self,
        caller: Principal,
        study_id: str,
        body: OptionsRecord,
        *,
        once: Once | None = None,
        now: datetime,
    ) -> StudyOptions:
        """A new version, told to every body; the same as the last one is that one again."""
        with self.store.write() as session:
            before = claim_or_replay(session, once, StudyOptions, now=now)
            if before is not None:
                return before
            permit, found = SIDES.coordinated(session, caller, study_id, now=now, writing=True)
            is_not_over(found)
            last, told = last_options(permit, session, found.id), digest(body)
            if last is None or last.sha256 != told:
                last = StudyOptions(
                    id=f"opt_{token_hex(10)}",
                    study=found.id,
                    version=1 if last is None else last.version + 1,
                    published_at=now,
                    sha256=told,
                    record=body,
                )
                save_options(permit, session, last)
                record(permit, session, "options.published", found, last.id, caller=caller)
                bodies = STUDIES.list_invitations(permit, session, found.id)
                SIDES.tell(session, found, bodies, "options", now=now)
            store_answer(session, once, last)
        return last

    def page(
        self,
        caller: Principal,
        study_id: str,
        *,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[StudyOptions]:
        """A page of the versions, by id, without what they say."""
        permit = authorize_side(caller, action="read", now=now)
        with self.store.read() as session:
            found = SIDES.read_visible(session, caller, study_id, now=now)
            bound = f"lighting-options\x1f{found.id}\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            some = every_options(permit, session, found.id, after=place, limit=limit + 1)
            more = len(some) > limit
            following = _cursor.encrypt_cursor(session, bound, some[limit - 1].id) if more else None
        return Page(items=tuple(some[:limit]), next=following)

    def read(
        self, caller: Principal, study_id: str, options_id: str, *, now: datetime
    ) -> StudyOptions:
        """One version with what it says. NotFound for those of a study of others."""
        permit = authorize_side(caller, action="read", now=now)
        with self.store.read() as session:
            found = SIDES.read_visible(session, caller, study_id, now=now)
            made = options(permit, session, found.id, options_id)
            if made is None:
                raise NotFound
            return made
