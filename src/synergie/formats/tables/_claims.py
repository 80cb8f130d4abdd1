"""What titles and the name of a file say of the figures below, where no column says it."""

import re
from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal, get_args

from synergie.formats.tables._cells import month_of
from synergie.formats.tables._heading import is_dial, list_denials, parse_heading, plain_symbols
from synergie.formats.tables._vocabulary import MONEY, PLACE, Role
from synergie.formats.tables._words import find_name_meaning, normalize_words
from synergie.formats.tables.titles import denies_energy, tells_other_unit

type Claim = Literal["measured", "amounts", "summed", "dated"]
"""Not measured; money; sums since an earlier period; of another year than the rows."""
CLAIMS: frozenset[str] = frozenset(get_args(Claim.__value__))

PAPER = re.compile(
    r"(?i)\b(?:[ée]dit\w*|extrai\w*|export\w*|imprim\w*|publi\w*|version"
    r"|mis\w* [àa] jour|au|le)\b.*"
)
"""What stands in a title of the paper, not of its figures."""
_NUMBER = re.compile(r"(?i)\bn ?[°º]")
OWN_YEAR = re.compile(r"(?<![\d/.-])((?:19|20)\d\d)(?![\d/-])")
_NOT_MEASURED = frozenset[Role]({
    "forecast", "previous", "statistic", "loss", "self_consumed", "reactive",
})  # fmt: skip
_PROGRAMME = re.compile(
    r"\b(?:plans? de sobriete|plans?|garantie?s?|limites?|pointe|moyenne tension"
    r"|periodes? de reference"
    r"|references? (?:du |de la |des |de )?(?:marches?|contrats?|clients?|factures?|dossiers?)"
    r"|budgets? (?:annexes?|principal|ville)|finances et (?:du )?budget"
    rf"|(?:documents?|donnees?) non contractuel\w*|{PLACE}"
    r"|(?:ville|mairie|commune) (?:de la|du|des|de) [a-z]+)\b"
)
"""Words that stand in titles of what is measured as well, and names of places."""
_SAVED = re.compile(
    r"\b(economies?|economisee?s?|gains?|chaleur|froid|vapeur|evitee?s?|sobriete|fioul|bois energie"
    r"|lissee?s?|au m2|par (m2|habitant|hab|eleve|agent|dju)|(consommations?|consos?) types?"
    r"|profils? (de |d )?(consommations?|consos?)|(profils?|courbes?|journees?) types?"
    r"|base hors saison|dob|rob"
    r"|climat (normal|moyen)|tendanciel\w*|atterrissage|conventionnel\w*|consommations? d eau"
    r"|bp (20)?\d\d)\b"
)
"""What a title says that is no energy drawn from the grid in the period."""
_DIALS = re.compile(r"^(?!.*\b(?:conso\w*|energies?|factur\w*)\b).*\bindex\b")
"""Titles of what dials show, not of what is between."""
_HISTORY = re.compile(r"\b(historiques?|max|min|plan)\b")
"""Words in names of files of what is measured as well."""
HISTORIES = re.compile(r"(?i)\bhistoriques?\b")
"""The name of a sheet of what was measured."""
_CARBON = re.compile(r"\b(?:[kt]?co2\w*|ges|beges|carbone)\b")
_MONEY = re.compile(r"€|\b(?:couts?|montants?|depenses?|euros?|eur|ttc)\b")
_ENERGY = re.compile(r"\b(?:conso\w*|[km]?wh)\b")
_SUMMED = re.compile(
    r"\b(?:cumul\w*|ytd|glissante?s?|rolling)\b"
    r"|\bdepuis (?:le )?(?:1er janvier|1 janvier|01 01|debut d|debut de l)\b(?! \d)"
)
_UP_TO = re.compile(
    r"\b(?:a|jusqu a|jusque) (?:la )?fin (?:d[eu]? )?"
    r"(?:janv|fevr?|mars|avr|mai|juin|juil|aout|sept|oct|nov|dec)\w*|\ba (?:ce jour|date)\b"
    r"|\b(?:situation|arrete\w*|bilan|point|etat|donnees|chiffres|conso\w*) au \d"
)
"""What is said of sums of a year that is not over, and of months up to one."""
_DATED = re.compile(
    r"\b(?:annees?|exercices?|conso\w*|energies?|electricite|gaz|bilans?|suivis?|releves?|donnees"
    r"|factur\w*|realise\w*|[km]?wh)\b"
)
"""Words beside the year of figures; alone it is one, too."""
_SIGNS = re.compile(r"(?<!\d)[-_]|[-_](?!\d)")
"""Signs between words of a name of a file, none of which stands in a date."""
_SPAN = re.compile(
    r"(?i)\bdu \d\d?[-/.]\d\d?[-/.]((?:19|20)\d\d) au \d\d?[-/.]\d\d?[-/.]((?:19|20)\d\d)\b"
)
_PERIOD = re.compile(
    r"(?:(?:t|s|q)[1-4]|[1-4](?:er|ere|e|eme|nd)? (?:trimestre|semestre|bimestre)|saisons?|campagne"
    r"|hiver|ete|annees?(?: scolaire)?|exercices?|periode)? ?(?:19|20)\d\d(?: (?:19|20)\d\d)?"
)
"""A title that is a period alone."""
_BARE_DATE = re.compile(
    r"(?:(?:le|au|du|dates?|situation|etat|arretee?s?) ?:? ?)*"
    r"(?:\d\d?[-/. ](?:\d\d?|[a-z]{3,9}\.?)[-/. ]((?:19|20)\d\d)|((?:19|20)\d\d)-\d\d-\d\d)"
)
_NEVER = 9999
_YEARS = re.compile(r"\b((?:19|20)\d\d) ?[-/] ?((?:19|20)\d\d)\b")
_OF_TERMS = re.compile(
    r"\b(?:marches?|contrats?|groupements?|lots?|tarifs?|accords?|lois?|decrets?|arretes?|normes?"
    r"|programmes?|plans?|offres?|rapports?|janv\w*|fevr?\w*|mars|avr\w*|mai|juin|juil\w*|aout"
    r"|sept\w*|oct\w*|nov\w*|dec\w*) (?:\w+ )?(?:19|20)\d\d\b"
)
"""The year of a contract, or of the month when a bill came."""


def tells_sums(text: str) -> bool:
    """Whether *text* tells of sums since an earlier period, or of all up to a day."""
    plain = normalize_words(text)
    return (_SUMMED.search(plain) or _UP_TO.search(plain)) is not None


def find_title_claims(
    titles: Sequence[str],
    file: str,
    names: Sequence[str],
    years: Collection[int],
    *,
    rising: bool = False,
) -> Iterator[tuple[Claim, str]]:
    """What *titles*, else the name of the *file*, claim that none of the columns *names* says.

    *years*: those of the rows; empty: not known. *rising*: the figures may be sums up to their
    period. Each claim comes with its text.
    """
    whole = " ".join(titles)
    of_file = _HISTORY.sub(" ", normalize_words(file))
    above = [*names, *titles[:-1]]
    scaled = next((one for one in (*titles[-1:], file) if tells_other_unit(one, above)), None)
    if scaled is not None:
        yield "measured", scaled[:80]
    of_titles = normalize_words(_NUMBER.sub("numero ", whole))
    for text, name, told in ((whole, of_titles, titles), (file, of_file, (file,))):
        bare = _PROGRAMME.sub(" ", name)
        heads = {role for one in names if not _is_label(one) for role in list_denials(one)}
        carbon = _CARBON.search(bare) and not any(
            _CARBON.search(normalize_words(one)) for one in names
        )
        denied = set(list_denials(bare)) & _NOT_MEASURED - heads or _SAVED.search(bare)
        dials = text is whole and _DIALS.search(bare)
        if (
            denied
            or carbon
            or (dials and not any(is_dial(normalize_words(one)) for one in names))
            or any(
                denies_energy(
                    one, [*names, *set(titles) - {*told}], gas=one in {file, *titles[-1:]}
                )
                for one in told
            )
        ):
            yield "measured", text[:80]
        summed = _SUMMED.search(bare) or (rising and _UP_TO.search(bare))
        if summed and "running_sum" not in heads:
            yield "summed", text[:80]
        if _is_of_money(text, names):
            yield "amounts", text[:80]
    if years:
        yield from _find_other_years(titles, file, years)


def _find_other_years(
    titles: Sequence[str], file: str, years: Collection[int]
) -> Iterator[tuple[Claim, str]]:
    """What *titles*, else the name of the *file*, tell of other years than those of the rows."""
    old = [one for one in titles if _find_bare_year(one) < min(years)]
    if old:
        yield "dated", f"{old[0][:80]} → {', '.join(map(str, sorted(years)))}"
    told = years_told(titles)
    if not told <= set(years):
        yield from _other_year(titles, years)
    elif not told:
        billed = "factur" in normalize_words(file)  # when a bill came
        late = {max(years) + 1} if billed else set[int]()
        yield from _other_year([_SIGNS.sub(" ", file)], {*years, *late})


def _find_bare_year(title: str) -> int:
    """The year of a title that is a date alone, which may be later than its rows; 9999: it is none.

    `31/12/2024`, `Situation au 30 juin 2024`.
    """
    found = _BARE_DATE.fullmatch(plain_symbols(title))
    return int(next(filter(None, found.groups()))) if found else _NEVER


def _is_label(name: str) -> bool:
    """Whether a column tells points or how figures were found: `Référence PRM`, no reference."""
    told = find_name_meaning(name)
    return told is not None and told.field in {"supply_point", "name", "meter", "nature"}


def claim_text(why: str) -> str:
    """The text of a claim without its numbers: the next file has others."""
    return " ".join(re.sub(r"[\W\d_]+", " ", normalize_words(why)).split())


def _other_year(titles: Sequence[str], years: Collection[int]) -> Iterator[tuple[Claim, str]]:
    told = years_told(titles)
    if told and told.isdisjoint(years):
        yield "dated", f"{' '.join(titles)[:80]} → {', '.join(map(str, sorted(years)))}"


def _is_of_money(text: str, names: Sequence[str]) -> bool:
    """Whether *text* tells of money alone, and no column does."""
    if not _MONEY.search(plain_symbols(text)):
        return False
    paid = any(
        MONEY.search(plain_symbols(one)) or parse_heading(one).role == "amount" for one in names
    )
    told = any(_ENERGY.search(normalize_words(one)) for one in names)
    return not paid and not (told and _ENERGY.search(normalize_words(text)))


def years_told(titles: Sequence[str]) -> AbstractSet[int]:
    """The years that *titles* tell of their figures."""
    found = set[int]()
    for title in titles:
        if span := _SPAN.search(title):
            found |= set(range(int(span[1]), int(span[2]) + 1))
        text = normalize_words(PAPER.sub(" ", title))
        month = month_of(title)
        if month is not None and month[0] is not None:
            found.add(month[0])
        elif _DATED.search(text) or _PERIOD.fullmatch(text):
            bare = _OF_TERMS.sub(" ", plain_symbols(PAPER.sub(" ", title)))
            found |= set(map(int, OWN_YEAR.findall(bare)))
            for first, last in _YEARS.findall(bare):
                found |= set(range(int(first), int(last) + 1))
    return found
