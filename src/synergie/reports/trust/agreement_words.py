"""The terms of an agreement in words, French and English beside each other, field by field.

The one sentence of an agreement is `policy.readings.sentence`, some of whose words are taken here;
these are
the words of pages: what a choice in a form means, a list of facts, what changed between versions.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from synergie.calendar import load_time_zone
from synergie.policy.readings import sentence
from synergie.policy.readings.sentence import Lang, Pair
from synergie.reports.french import typeset_french
from synergie.schemas.trust.agreement import Act, Grant, LegalBasis, Party, Purpose, State, Terms

_LANGS: tuple[Lang, ...] = ("fr", "en")
_LONGEST_TITLE = 200
DATASET = sentence.DATA
PURPOSE = sentence.PURPOSE
FIELD = sentence.FIELD
GRAIN: dict[Grant, Pair] = {
    "raw": ("au pas de mesure", "each reading as measured"),
    "half_hour": ("à la demi-heure", "by the half-hour"),
    "hour": ("à l'heure", "by the hour"),
    "day": ("au jour", "by the day"),
    "month": ("au mois", "by the month"),
    "year": ("à l'année", "by the year"),
    "aggregate": ("en sommes par groupes de points", "in sums over groups of points"),
}
BASIS: dict[LegalBasis, Pair] = {
    "contract": ("un contrat entre les parties", "a contract between the parties"),
    "public_task": ("une mission d'intérêt public", "a public task"),
    "consent": ("le consentement des personnes", "the consent of the persons"),
    "own_data": ("ses propres données", "the owner's own data"),
}
STATE: dict[State, Pair] = {
    "draft": ("projet", "draft"),
    "proposed": ("proposé, une signature", "proposed, one signature"),
    "active": ("en vigueur", "in force"),
    "suspended": ("suspendu", "suspended"),
    "revoked": ("révoqué", "revoked"),
    "terminated": ("terminé", "ended"),
    "expired": ("arrivé à son terme", "expired"),
    "invalid": ("n'est plus ce qui a été signé", "no longer what was signed"),
}
ACT: dict[str, Pair] = {
    "draft": ("projet rédigé", "drafted"),
    "propose": ("proposé et signé", "proposed and signed"),
    "withdraw": ("proposition retirée", "proposal withdrawn"),
    "accept": ("accepté et signé", "accepted and signed"),
    "suspend": ("suspendu", "suspended"),
    "resume": ("repris", "resumed"),
    "revoke": ("révoqué", "revoked"),
    "terminate": ("terminé", "ended"),
    "replace": ("remplacé par une version suivante", "replaced by a later version"),
}
ROLE: dict[Party, Pair] = {
    "owner": ("détenteur", "owner"),
    "recipient": ("destinataire", "recipient"),
}
SUBJECT: dict[str, Pair] = {
    "legal_person": ("des personnes morales seulement", "legal persons only"),
    "natural_person": ("des personnes physiques", "natural persons"),
    "mixed": ("des personnes morales et physiques", "legal and natural persons"),
}


@dataclass(frozen=True, slots=True)
class TermText:
    """One term: its name, and what it says."""

    key: str
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One term that is another in the later version."""

    label: str
    before: str
    after: str


def choose_typeset_word(pair: Pair, lang: Lang) -> str:
    """The word of *lang*, with French spaces."""
    return typeset_french(pair[0]) if lang == "fr" else pair[1]


def usual_title(purpose: Purpose, partner: str, year: int, lang: Lang) -> str:
    """What the form of the pages calls an agreement that nobody named: purpose, partner, year."""
    text = choose_typeset_word(PURPOSE[purpose], lang)
    return f"{text[0].upper()}{text[1:]}, {partner}, {year}"[:_LONGEST_TITLE]


def build_agreement_title(terms: Terms, partner: str, lang: Lang) -> str:
    """What an agreement is called; *partner*: the recipient's name.

    A title that is exactly what the form makes of these terms is told in *lang*; what a person
    wrote stays. The terms that are signed keep theirs.
    """
    year = terms.valid_from.astimezone(load_time_zone("Europe/Paris")).year
    of_form = {one: usual_title(terms.purpose, partner, year, one) for one in _LANGS}
    return of_form[lang] if terms.title in of_form.values() else terms.title


def format_list(parts: Iterator[str] | list[str], lang: Lang) -> str:
    """Parts of a sentence: `a, b et c`; a dash for none."""
    found = list(parts)
    if len(found) < 2:  # noqa: PLR2004 (one alone)
        return found[0] if found else "–"
    joined = " et " if lang == "fr" else " and "
    return f"{', '.join(found[:-1])}{joined}{found[-1]}"


def describe_term_counts(terms: Terms, lang: Lang) -> str:
    """What the terms name, counted kind by kind: `3 sites et 1 armoire`."""
    some = []
    for name, one, many in sentence.KINDS:
        n = len(getattr(terms.selector, name))
        if n:
            some.append(f"{n} {choose_typeset_word(one if n == 1 else many, lang)}")
    if terms.selector.perimeter is not None:
        named = terms.selector.perimeter
        pair = (
            f"le périmètre nommé {named.id}, version {named.version}",
            f"the named perimeter {named.id}, version {named.version}",
        )
        some.append(pair[0] if lang == "fr" else pair[1])
    return format_list(some, lang)


def build_term_texts(
    terms: Terms,
    lang: Lang,
    name: Callable[[str], str] = str,
    *,
    only: Collection[str] | None = None,
) -> list[TermText]:
    """Every term in words, in the order people ask; *name* gives an organisation's name.

    *only*: those of these keys (`FACTS`). None: all.
    """
    return [
        TermText(key, choose_typeset_word(label, lang), tell(terms, lang, name))
        for key, label, tell in _FACTS
        if only is None or key in only
    ]


def changes(before: Terms, after: Terms, lang: Lang) -> list[Change]:
    """What is another in *after*, in words; of two lists of things, how many left and joined."""
    old, new = build_term_texts(before, lang), build_term_texts(after, lang)
    found = [
        Change(one.label, one.text, other.text)
        for one, other in zip(old, new, strict=True)
        if one.text != other.text
    ]
    return found + _compare_items(before, after, lang)


def _compare_items(before: Terms, after: Terms, lang: Lang) -> list[Change]:
    """Things that joined or left the list."""
    was, now = before.selector.ids(), after.selector.ids()
    if was == now:
        return []
    label = choose_typeset_word(("Objets désignés", "Things that are named"), lang)
    gone, come = len(was - now), len(now - was)
    if lang == "fr":
        ends = ["" if n < 2 else "s" for n in (gone, come)]  # noqa: PLR2004 (a French plural)
        return [Change(label, f"{gone} retiré{ends[0]}", f"{come} ajouté{ends[1]}")]
    return [Change(label, f"{gone} removed", f"{come} added")]


def _format_end_day(at: datetime | None, lang: Lang) -> str:
    if at is None:
        return choose_typeset_word(("sans fin", "no end"), lang)
    return sentence.format_paris_day(at, lang=lang)


def _format_period(start: datetime, end: datetime | None, lang: Lang) -> str:
    if end is None:
        pair = (
            f"à partir du {_format_end_day(start, lang)}, sans fin",
            f"from {_format_end_day(start, lang)}, no end",
        )
    else:
        pair = (
            f"du {_format_end_day(start, lang)} au {_format_end_day(end, lang)}",
            f"from {_format_end_day(start, lang)} to {_format_end_day(end, lang)}",
        )
    return pair[0] if lang == "fr" else pair[1]


def _describe_datasets(terms: Terms, lang: Lang, _: Callable[[str], str]) -> str:
    return format_list(
        [choose_typeset_word(DATASET[one], lang) for one in sorted(terms.datasets)], lang
    )


def _describe_opened_fields(terms: Terms, lang: Lang, _: Callable[[str], str]) -> str:
    if not terms.fields:
        return choose_typeset_word(("rien de plus", "nothing more"), lang)
    return format_list([choose_typeset_word(FIELD[one], lang) for one in terms.fields], lang)


def _describe_legal_basis(terms: Terms, lang: Lang, _: Callable[[str], str]) -> str:
    cited = f" ({terms.legal_reference})" if terms.legal_reference else ""
    return choose_typeset_word(BASIS[terms.legal_basis], lang) + cited


def _describe_persons(terms: Terms, lang: Lang, _: Callable[[str], str]) -> str:
    told = choose_typeset_word(SUBJECT[terms.data_subject], lang)
    n = len(terms.consent_refs)
    if not n:
        return told
    s = "" if n == 1 else "s"
    return f"{told} ; {n} consentement{s}" if lang == "fr" else f"{told}; {n} consent{s}"


def _describe_retention(terms: Terms, lang: Lang, _: Callable[[str], str]) -> str:
    n = terms.retention_days
    s = "" if n == 1 else "s"
    return f"{n} jour{s} après la lecture" if lang == "fr" else f"{n} day{s} after reading"


def _describe_onward_sharing(terms: Terms, lang: Lang, _: Callable[[str], str]) -> str:
    if terms.onward == "open_data":
        return choose_typeset_word(
            ("les sommes peuvent être publiées", "sums may be published"), lang
        )
    return choose_typeset_word(("à personne", "to nobody"), lang)


def _describe_direction(terms: Terms, lang: Lang, _: Callable[[str], str]) -> str:
    if terms.direction == "write":
        return choose_typeset_word(
            ("lire, et envoyer en son nom", "to read, and to send in its name"), lang
        )
    return choose_typeset_word(("lire", "to read"), lang)


def _describe_programs(terms: Terms, lang: Lang, _: Callable[[str], str]) -> str:
    if terms.recipient_clients:
        return format_list(list(terms.recipient_clients), lang)
    return choose_typeset_word(("tous ceux du destinataire", "all of the recipient's"), lang)


def _describe_granularity(terms: Terms, lang: Lang, _: Callable[[str], str]) -> str:
    scheme = f" ({terms.cell_scheme})" if terms.cell_scheme else ""
    return choose_typeset_word(GRAIN[terms.granularity], lang) + scheme


type _Tell = Callable[[Terms, Lang, Callable[[str], str]], str]

_FACTS: tuple[tuple[str, Pair, _Tell], ...] = (
    ("title", ("Intitulé", "Title"), lambda terms, _, __: terms.title),
    ("owner", ("Détenteur", "Owner"), lambda terms, _, name: name(terms.owner)),
    ("recipient", ("Destinataire", "Recipient"), lambda terms, _, name: name(terms.recipient)),
    ("datasets", ("Données", "Data"), _describe_datasets),
    (
        "things",
        ("Sur quoi", "About what"),
        lambda terms, lang, _: describe_term_counts(terms, lang),
    ),
    ("granularity", ("Finesse", "How fine"), _describe_granularity),
    ("fields", ("En plus", "Beside"), _describe_opened_fields),
    ("direction", ("Droit", "Right"), _describe_direction),
    (
        "purpose",
        ("Finalité", "Purpose"),
        lambda terms, lang, _: choose_typeset_word(PURPOSE[terms.purpose], lang),
    ),
    ("legal_basis", ("Base légale", "Legal basis"), _describe_legal_basis),
    ("persons", ("Les données concernent", "The data are about"), _describe_persons),
    (
        "data_period",
        ("Mesures", "Readings"),
        lambda terms, lang, _: _format_period(terms.data_period.start, terms.data_period.end, lang),
    ),
    (
        "validity",
        ("En vigueur", "In force"),
        lambda terms, lang, _: _format_period(terms.valid_from, terms.valid_until, lang),
    ),
    ("retention", ("Conservation", "Kept"), _describe_retention),
    ("onward", ("Transmission", "Passed on"), _describe_onward_sharing),
    ("programs", ("Programmes", "Programs"), _describe_programs),
)

FACTS: tuple[str, ...] = tuple(key for key, _, _ in _FACTS)
"""The keys of `facts`, in order."""

SIGNED_ACTS: tuple[Act, ...] = ("propose", "accept")

assert sentence.GRAIN.keys() == GRAIN.keys()  # noqa: S101 (the two tables tell the same choices)
