"""Results of consultations in a joint study: counted, published once, read by every body."""

from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from synergie.errors import BadInput, Conflict, NotFound
from synergie.exchange import cursor as _cursor
from synergie.exchange.readings.once import Once, claim_or_replay, store_answer
from synergie.exchange.shared_plan import authorize_side, record
from synergie.lighting.exchange._side import SIDES, is_not_over
from synergie.lighting.policy.people import result_faults
from synergie.lighting.records.voice import ConsultationRecord, PublishedConsultation
from synergie.lighting.storage.voices import (
    consultation,
    list_consultations,
    load_published_result,
    save_consultation,
)
from synergie.policy import Principal
from synergie.schemas.page import Page
from synergie.schemas.plan_bytes import digest
from synergie.storage.store import Store


@dataclass(frozen=True, slots=True)
class Consultations:
    """What people said when they were asked: never an answer, never a group of one to nine."""

    store: Store

    def publish(
        self,
        caller: Principal,
        study_id: str,
        body: ConsultationRecord,
        *,
        once: Once | None = None,
        now: datetime,
    ) -> PublishedConsultation:
        """The result of a consultation of the caller's, told to every body; the same again is it.

        BadInput when a group or a rest of one to nine people could be found in it; Conflict for a
        second result of the same consultation: the difference could tell one answer.
        """
        wrong = result_faults(body.consultation, body.result)
        if wrong:
            raise BadInput(
                "/result/groups", wrong[0], "groups of ten people at least, or of nobody"
            )
        with self.store.write() as session:
            before = claim_or_replay(session, once, PublishedConsultation, now=now)
            if before is not None:
                return before
            found = SIDES.read_visible(session, caller, study_id, now=now, writing=True)
            is_not_over(found)
            permit = authorize_side(caller, action="write", now=now)
            name, told = body.consultation.id, digest(body)
            made = load_published_result(
                permit, session, found.id, body=caller.organisation, name=name
            )
            if made is not None and made.sha256 != told:
                raise Conflict("published", "the result as it was published")
            if made is None:
                made = PublishedConsultation(
                    id=f"cst_{token_hex(10)}",
                    study=found.id,
                    body=caller.organisation,
                    published_at=now,
                    sha256=told,
                    record=body,
                )
                save_consultation(permit, session, made, owner=found.owner)
                record(permit, session, "consultation.published", found, made.id, caller=caller)
                SIDES.tell_own(session, found, caller.organisation, "consulted", now=now)
            store_answer(session, once, made)
        return made

    def page(
        self,
        caller: Principal,
        study_id: str,
        *,
        after: str | None = None,
        limit: int = 200,
        now: datetime,
    ) -> Page[PublishedConsultation]:
        """A page of the results, by id, without what they say."""
        permit = authorize_side(caller, action="read", now=now)
        with self.store.read() as session:
            found = SIDES.read_visible(session, caller, study_id, now=now)
            bound = f"lighting-consultations\x1f{found.id}\x1f{permit.fingerprint}"
            place = _cursor.opened(session, bound, after)
            some = list_consultations(permit, session, found.id, after=place, limit=limit + 1)
            more = len(some) > limit
            following = _cursor.encrypt_cursor(session, bound, some[limit - 1].id) if more else None
        return Page(items=tuple(some[:limit]), next=following)

    def read(
        self, caller: Principal, study_id: str, consultation_id: str, *, now: datetime
    ) -> PublishedConsultation:
        """One result with what it says. NotFound for one of a study of others."""
        permit = authorize_side(caller, action="read", now=now)
        with self.store.read() as session:
            found = SIDES.read_visible(session, caller, study_id, now=now)
            made = consultation(permit, session, found.id, consultation_id)
            if made is None:
                raise NotFound
            return made
