"""What the pages of agreements show: cards of the list, one agreement, what an act will do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from synergie.exchange.trust.agreement_watch import NOTHING, Indexed, Looks, Things, Watched
from synergie.policy.readings.sentence import describe_terms
from synergie.reports.document import Table
from synergie.reports.trust import agreement_words as words
from synergie.reports.trust.agreement_words import Change, TermText, choose_typeset_word
from synergie.schemas.trust.agreement import OPERATOR, Agreement, State, Terms
from synergie.schemas.trust.organisation import Organisation
from synergie.server.pages.frame import Visit
from synergie.server.pages.visit import Shape
from synergie.server.pages.words import format_page_moment, short_date

_SHAPE: dict[State, Shape] = {
    "draft": "plain", "proposed": "late", "active": "fresh", "suspended": "late",
    "revoked": "refused", "terminated": "refused", "expired": "refused", "invalid": "refused",
}  # fmt: skip
_MARK: dict[State, str] = {
    "draft": "○", "proposed": "◐", "active": "●", "suspended": "‖",
    "revoked": "✕", "terminated": "✕", "expired": "✕", "invalid": "✕",
}  # fmt: skip
"""A shape beside the word: never colour alone (users.md §6.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One agreement of the list."""

    id: str
    title: str
    partner: str
    state: str
    mark: str
    shape: Shape
    sentence: str
    facts: Sequence[TermText]
    things: str
    looked: str
    asks: tuple[str, str] | None
    """Address and words of what waits for the reader. None: nothing does."""
    opens: Mapping[str, str]
    """Kind of data → step and last day, of what may be read now. Empty: nothing may."""


def build_access_matrix(visit: Visit, cards: Sequence[Card]) -> Table | None:
    """A row a partner, a column a kind of data: how fine it is read, until when. None: nothing."""
    kinds = list(dict.fromkeys(kind for card in cards for kind in card.opens))
    if not kinds:
        return None
    partners = dict.fromkeys(card.partner for card in cards if card.opens)
    rows = tuple(
        (
            partner,
            *(
                " ; ".join(
                    dict.fromkeys(
                        one.opens[kind]
                        for one in cards
                        if one.partner == partner and kind in one.opens
                    )
                )
                or visit.say("non", "no")
                for kind in kinds
            ),
        )
        for partner in partners
    )
    caption = visit.say("Qui lit quoi aujourd'hui", "Who reads what today")
    return Table(caption, (visit.say("Organisation", "Organisation"), *kinds), rows)


def _list_open_data(visit: Visit, one: Agreement) -> dict[str, str]:
    terms = one.terms
    if one.state != "active":
        return {}
    told = visit.say(
        "{}, jusqu'au {}", "{}, until {}",
        choose_typeset_word(words.GRAIN[terms.granularity], visit.lang),
        short_date(visit.lang, terms.valid_until),
    )  # fmt: skip
    return {choose_typeset_word(words.DATASET[kind], visit.lang): told for kind in terms.datasets}


@dataclass(frozen=True, slots=True)
class Step:
    """One act of the history."""

    at: datetime
    what: str
    who: str
    version: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version, and what it changes of the one before."""

    version: int
    state: str
    mark: str
    shape: Shape
    changes: Sequence[Change]


def build_organisation_namer(names: Mapping[str, Organisation]) -> Callable[[str], str]:
    """The name of an organisation with its identifier; an unknown one by that alone."""

    def format_party(identifier: str) -> str:
        known = names.get(identifier)
        if known is None or known.name == identifier:
            return identifier
        return f"{known.name} ({identifier})"

    return format_party


def describe_agreement(visit: Visit, terms: Terms, names: Mapping[str, Organisation]) -> str:
    """The agreement in one sentence of the visit's language, by the names of its parties."""
    sides = {side: getattr(terms, side) for side in ("owner", "recipient")}
    told = {side: names[one].name for side, one in sides.items() if one in names}
    return describe_terms(terms.model_copy(update=told), lang=visit.lang)


def get_page_title(visit: Visit, terms: Terms, names: Mapping[str, Organisation]) -> str:
    """What an agreement is called on a page of the visit's language."""
    known = names.get(terms.recipient)
    return words.build_agreement_title(terms, known.name if known else terms.recipient, visit.lang)


@dataclass(frozen=True, slots=True)
class Beside:
    """What the cards of one page need beside the agreements."""

    names: Mapping[str, Organisation]
    watched: Watched
    first: Mapping[str, Sequence[str]]
    """The first names of what each of our own agreements names."""


def build_agreement_card(visit: Visit, told: Indexed, one: Agreement, beside: Beside) -> Card:
    """*one*, the version that decides, as a card."""
    name, terms = build_organisation_namer(beside.names), one.terms
    other = terms.recipient if terms.owner == visit.principal.organisation else terms.owner
    keep = ("purpose", "granularity", "data_period", "legal_basis", "retention", "onward")
    first = tuple(("", item) for item in beside.first.get(one.id, ()))
    things = Things(first, len(terms.selector.ids()), 0)
    return Card(
        id=one.id,
        title=get_page_title(visit, terms, beside.names),
        partner=name(other),
        state=state_words(visit, one),
        mark=_MARK[one.state],
        shape=_SHAPE[one.state],
        sentence=describe_agreement(visit, terms, beside.names),
        facts=words.build_term_texts(terms, visit.lang, name, only=keep),
        things=things_told(visit, one, things),
        opens=_list_open_data(visit, one),
        looked=describe_looks(
            visit, beside.watched.looks.get(one.id, NOTHING), beside.watched.since
        ),
        asks=_describe_waiting_step(visit, told),
    )


def state_words(visit: Visit, one: Agreement) -> str:
    """The state, until when it holds, and whose turn it is."""
    told = choose_typeset_word(words.STATE[one.state], visit.lang)
    until = short_date(visit.lang, one.terms.valid_until)
    if one.state == "active" and one.terms.valid_from > visit.now:
        begin = short_date(visit.lang, one.terms.valid_from)
        return visit.say("signé, commence le {}", "signed, begins on {}", begin)
    if one.state == "active":
        return visit.say("{} jusqu'au {}", "{} until {}", told, until)
    if one.state == "suspended":
        by = one.suspended_by == "operator"
        who = visit.say("par l'exploitant du serveur", "by the operator of the server")
        return f"{told} {who}" if by else told
    return told


def things_told(visit: Visit, one: Agreement, things: Things | None) -> str:
    """What is named: counted, with the first names where they are the reader's own."""
    told = words.describe_term_counts(one.terms, visit.lang)
    if things is None or not things.names:
        return told
    shown = ", ".join(name for _, name in things.names)
    rest = things.count - len(things.names)
    if rest <= 0:
        return visit.say("{} : {}", "{}: {}", told, shown)
    return visit.say("{} : {}… et {} autres", "{}: {}… and {} more", told, shown, rest)


def describe_looks(visit: Visit, looks: Looks, since: datetime) -> str:
    """Who looked last, how often, at which grain: one or two sentences."""
    begin = short_date(visit.lang, since)
    if looks.last is None:
        told = visit.say("Aucune lecture depuis le {}.", "No reading since {}.", begin)
    else:
        fine = [
            f"{choose_typeset_word(words.GRAIN[grain], visit.lang)} ({count})"
            for grain, count in looks.grains
            if grain is not None
        ]
        told = visit.say(
            "Dernière lecture : {}. Lectures depuis le {} : {}{}.",
            "Last reading: {}. Readings since {}: {}{}.",
            format_page_moment(visit.lang, looks.last),
            begin,
            looks.count,
            (visit.say(" ; ", "; ") + ", ".join(fine)) if fine else "",
        )
    if looks.refused:
        told += " " + visit.say("Refus : {}.", "Refused: {}.", looks.refused)
    return told


def _describe_waiting_step(visit: Visit, told: Indexed) -> tuple[str, str] | None:
    """What waits: a signature of ours, or a draft of ours that was not sent."""
    if told.to_sign is not None:
        text = visit.say("À signer ou à refuser", "To be signed or refused")
        return f"/accords/{told.id}?version={told.to_sign}", text
    if told.draft is not None:
        text = visit.say("Projet à proposer ou à reprendre", "Draft to propose or to change")
        return f"/accords/{told.id}?version={told.draft}", text
    return None


def build_history_steps(
    visit: Visit, versions: Sequence[Agreement], names: Mapping[str, Organisation]
) -> list[Step]:
    """Every act on every version, newest first."""
    name = build_organisation_namer(names)
    operator = visit.say("l'exploitant du serveur", "the operator of the server")
    found = [
        Step(
            step.at,
            choose_typeset_word(words.ACT[step.act], visit.lang),
            operator if step.by == OPERATOR else name(step.by),
            one.version,
        )
        for one in versions
        for step in one.history
    ]
    return sorted(found, key=lambda step: step.at)[::-1]  # of one moment, the last one first


def version_rows(visit: Visit, versions: Sequence[Agreement]) -> list[VersionRow]:
    """Versions, newest first, each with what it changes of the one before."""
    before = (None, *versions[:-1])
    rows = [
        VersionRow(
            one.version,
            choose_typeset_word(words.STATE[one.state], visit.lang),
            _MARK[one.state],
            _SHAPE[one.state],
            [] if old is None else words.changes(old.terms, one.terms, visit.lang),
        )
        for old, one in zip(before, versions, strict=True)
    ]
    return rows[::-1]


def get_state_mark(state: State) -> tuple[str, Shape]:
    """The shape and the class of a state."""
    return _MARK[state], _SHAPE[state]
