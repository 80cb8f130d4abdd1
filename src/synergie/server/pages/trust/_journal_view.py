"""What the page of the journal shows: each access in words, French or English."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from synergie.calendar import day_bounds, load_time_zone
from synergie.errors import NotFound
from synergie.reports.document import Figure
from synergie.reports.figure.columns import Columns, Series
from synergie.reports.figure.picture import Cell, build_figure
from synergie.reports.language import Pair
from synergie.reports.trust.agreement_words import (
    DATASET,
    GRAIN,
    PURPOSE,
    build_agreement_title,
    choose_typeset_word,
)
from synergie.schemas.trust.agreement import OPERATOR, Terms
from synergie.schemas.trust.journal import Access, JournalEvent, JournalRecord
from synergie.server.pages.visit import Visit
from synergie.server.pages.words import PARIS, short_date

LISTED = 3
"""Things that are named in a row; more are counted."""

_DID: dict[JournalEvent, Pair] = {
    "data.read": ("a lu", "read"),
    "data.exported": ("a reçu par export", "received in an export"),
    "export.made": ("a fait préparer un export", "had an export made"),
    "part.read": ("a lu sa part d'un plan commun", "read its part of a shared plan"),
    "voice.read": (
        "a lu, pour les peser, les préférences exprimées",
        "read, to weigh them, the preferences that were given",
    ),
    "access.refused": ("n'a pas pu lire", "could not read"),
    "aggregate.held": (
        "a refusé un acte qui aurait laissé résoudre une somme publiée",
        "refused an act that would have let a published sum be solved",
    ),
}
_ACTED: Pair = ("a agi sur", "acted on")
_WHY: dict[str, Pair] = {
    "no_agreement": ("aucun accord en vigueur", "no agreement in force"),
    "not_started": ("l'accord n'a pas commencé", "the agreement has not begun"),
    "signature": (
        "l'accord n'est plus ce qui a été signé",
        "the agreement is no longer what was signed",
    ),
    "ended": ("l'accord a pris fin", "the agreement has ended"),
    "suspended": ("l'accord est suspendu", "the agreement is suspended"),
    "direction": ("l'accord n'ouvre pas cet acte", "the agreement does not open this act"),
    "dataset": ("l'accord n'ouvre pas ces données", "the agreement does not open these data"),
    "selector": ("l'accord ne désigne pas cet objet", "the agreement does not name this thing"),
    "purpose": ("l'accord a une autre finalité", "the agreement has another purpose"),
    "period": ("hors de la période de l'accord", "outside the period of the agreement"),
    "granularity_too_fine": ("plus fin que l'accord ne l'ouvre", "finer than the agreement opens"),
    "consent_missing": ("sans le consentement qu'il faut", "without the consent that it needs"),
    "consent_withdrawn": ("le consentement a été retiré", "the consent was withdrawn"),
    "legal_rule": ("une règle de droit l'interdit", "a rule of law forbids it"),
    "token_narrower": (
        "hors de ce que le programme avait demandé",
        "beyond what the program had asked for",
    ),
    "forged_form": ("un formulaire d'un autre site", "a form of another site"),
}


@dataclass(frozen=True, slots=True)
class AccessView:
    """One access in words."""

    seq: int
    at: datetime
    who: str
    what: str
    things: str
    whose: str | None
    """Whose data, when they are another's. None: the visitor's."""
    how: str
    """How fine, and of which period; empty: neither was said."""
    purpose: str
    agreement: str | None
    """Its identifier, when it was under one."""
    title: str
    """What the agreement is called; its identifier when it cannot be read any more."""
    refused: str | None
    """Why it was refused. None: it was not."""


def build_access_figure(visit: Visit, rows: Sequence[AccessView]) -> Figure | None:
    """The accesses that the page shows, week by week, the refused apart. None: there is none."""
    if not rows:
        return None
    tz = load_time_zone(PARIS)
    days = [one.at.astimezone(tz).date() for one in rows]
    first = min(days) - timedelta(days=min(days).weekday())
    weeks = [first + timedelta(weeks=n) for n in range((max(days) - first).days // 7 + 1)]
    counts = Counter(
        ((day - first).days // 7, one.refused is not None)
        for day, one in zip(days, rows, strict=True)
    )
    names = visit.say("accordé", "granted"), visit.say("refusé", "refused")
    refused = sum(one.refused is not None for one in rows)
    chart = Columns(
        title=visit.say(
            "Accès montrés sur cette page : {}, dont {} refusés.",
            "Accesses shown on this page: {}, {} of them refused.",
            len(rows),
            refused,
        ),
        steps=[short_date(visit.lang, week) for week in weeks],
        series=[
            Series(name, tuple(Cell(n, str(n)) for n in (counts[i, no] for i in range(len(weeks)))))
            for name, no in zip(names, (False, True), strict=True)
        ],
        heads=visit.say("Semaine du", "Week of"),
        unit=visit.say("accès", "accesses"),
    )
    return build_figure(chart)


@dataclass(frozen=True, slots=True)
class AccessFilter:
    """Which accesses the address asks for."""

    who: str | None
    what: str | None
    since: date | None
    until: date | None
    wrong: bool
    """Whether a day of the address is none, and was passed over."""

    @classmethod
    def of(cls, visit: Visit) -> "AccessFilter":
        """What the address of *visit* says."""
        told = {name: visit.request.query_params.get(name, "").strip()[:200] for name in _NAMES}
        days = {name: _parse_journal_day(told[name]) for name in ("du", "au")}
        wrong = any(told[name] and days[name] is None for name in days)
        return cls(told["qui"] or None, told["quoi"] or None, days["du"], days["au"], wrong)

    @property
    def bounds(self) -> tuple[datetime | None, datetime | None]:
        """The first moment, and the one after the last; days are those of Paris."""
        tz = load_time_zone(PARIS)
        return (
            None if self.since is None else day_bounds(self.since, tz)[0],
            None if self.until is None else day_bounds(self.until, tz)[1],
        )

    @property
    def query(self) -> dict[str, str]:
        """The same as an address says it."""
        told = (self.who, self.what, self.since, self.until)
        return {name: str(one) for name, one in zip(_NAMES, told, strict=True) if one is not None}


_NAMES = ("qui", "quoi", "du", "au")


def build_access_views(visit: Visit, found: Sequence[Access]) -> list[AccessView]:
    """Accesses in words."""
    agreed = _read_agreement_terms(visit, found)
    names = _get_organisation_names(visit, found, agreed)
    return [_build_access_view(visit, one.record, names, agreed) for one in found]


def list_journal_parties(visit: Visit) -> list[tuple[str, str]]:
    """Organisations that an agreement ties to the visitor's: identifier and name, by name."""
    mine = visit.principal.organisation
    ids: set[str] = set()
    after: str | None = None
    while True:
        page = visit.trust.agreements.page(visit.principal, after=after, limit=200, now=visit.now)
        ids |= {name for one in page.items for name in (one.terms.owner, one.terms.recipient)}
        after = page.next
        if after is None:
            break
    names = _read_organisation_names(visit, ids - {mine})
    return sorted(names.items(), key=lambda one: one[1].casefold())


def _build_access_view(
    visit: Visit, record: JournalRecord, names: Mapping[str, str], agreed: Mapping[str, Terms]
) -> AccessView:
    agreement = None if record.agreement is None else record.agreement.partition("/")[0]
    terms = agreed.get(agreement or "")
    return AccessView(
        seq=record.seq,
        at=record.at,
        who=_format_party_name(visit, record.by, names),
        what=_describe_access_event(visit, record),
        things=_describe_subjects(visit, record),
        whose=_find_other_owner(visit, record.owner, names),
        how=", ".join(
            filter(None, (_describe_grain(visit, record), _format_access_period(visit, record)))
        ),
        purpose="–" if terms is None else choose_typeset_word(PURPOSE[terms.purpose], visit.lang),
        agreement=agreement,
        title=str(agreement)
        if terms is None
        else build_agreement_title(terms, names[terms.recipient], visit.lang),
        refused=_describe_access_reason(visit, record.reason),
    )


def _format_party_name(visit: Visit, name: str, names: Mapping[str, str]) -> str:
    told = names.get(name, name)
    mine = name == visit.principal.organisation
    return visit.say("{} (vous)", "{} (you)", told) if mine else told


def _describe_access_reason(visit: Visit, reason: str | None) -> str | None:
    return None if reason is None else visit.say(*_WHY.get(reason, (reason, reason)))


def _find_other_owner(visit: Visit, owner: str | None, names: Mapping[str, str]) -> str | None:
    if owner is None or owner == visit.principal.organisation:
        return None
    return names.get(owner, owner)


def _describe_grain(visit: Visit, record: JournalRecord) -> str:
    return (
        ""
        if record.granularity is None
        else choose_typeset_word(GRAIN[record.granularity], visit.lang)
    )


def _describe_access_event(visit: Visit, record: JournalRecord) -> str:
    did = visit.say(*_DID.get(record.event, _ACTED))
    data = (
        "" if record.dataset is None else choose_typeset_word(DATASET[record.dataset], visit.lang)
    )
    rows = "" if record.rows is None else visit.say("{} lignes", "{} rows", record.rows)
    told = visit.say("{} : {}", "{}: {}", did, data) if data else did
    return f"{told} ({rows})" if rows else told


def _describe_subjects(visit: Visit, record: JournalRecord) -> str:
    n = len(record.subjects)
    if n <= LISTED:
        return ", ".join(record.subjects)
    return visit.say("{} objets", "{} things", n)


def _format_access_period(visit: Visit, record: JournalRecord) -> str:
    if record.start is None or record.end is None:
        return ""
    start, end = (short_date(visit.lang, one) for one in (record.start, record.end))
    return visit.say("du {} au {} (exclu)", "{} to {} (excluded)", start, end)


def _get_organisation_names(
    visit: Visit, found: Sequence[Access], agreed: Mapping[str, Terms]
) -> dict[str, str]:
    ids = {name for one in found for name in (one.record.by, one.record.owner) if name}
    return _read_organisation_names(visit, ids | {terms.recipient for terms in agreed.values()})


def _read_organisation_names(visit: Visit, ids: set[str]) -> dict[str, str]:
    names = {}
    for one in ids:
        try:
            names[one] = visit.trust.directory.read(visit.principal, one, now=visit.now).name
        except NotFound:
            name = visit.say("l'exploitant du serveur", "the operator of the server")
            names[one] = name if one == OPERATOR else one
    return names


def _read_agreement_terms(visit: Visit, found: Sequence[Access]) -> dict[str, Terms]:
    """The terms of each agreement, by its identifier; one that cannot be read any more is out."""
    ids = {str(one.record.agreement).partition("/")[0] for one in found if one.record.agreement}
    agreed = {}
    for one in sorted(ids):
        try:
            agreement = visit.trust.agreements.read(visit.principal, one, now=visit.now)
        except NotFound:
            continue
        agreed[one] = agreement.terms
    return agreed


def _parse_journal_day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 2199 else None  # noqa: PLR2004 (as the API takes)
