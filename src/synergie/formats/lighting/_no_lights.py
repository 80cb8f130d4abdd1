"""Rows of an inventory that are no light in use: cabinets, sockets, lights gone or to come."""

import re
from collections.abc import Collection
from collections.abc import Set as AbstractSet
from functools import lru_cache

from synergie.formats import checks
from synergie.formats.lighting.titles import denies_lights
from synergie.formats.report import Report
from synergie.formats.text import normalize_column_name
from synergie.formats.values import are_grades, normalize_words
from synergie.schemas.assets.lighting_mapping import LightField

_KIND = re.compile(
    r"(?:type|nature|categorie|famille|classe)?(?:d[eu]?)?(?:l?objet|ouvrage|equipement|element)s?"
    r"|type|nature|categorie|famille|classe|genre|designation|assettype|objecttype"
)
"""Heads, as `plain` writes them, of a column that says what kind of thing a row is."""
_STATE = re.compile(
    r"situation|observations?|remarques?|commentaires?"
    r"|(?:code|id|num\w*)?(?:d[eul]*)?(?:etat|statut|status|fonctionnement|exploitation)\w*"
)
_IN_USE = re.compile(
    r"(?:est)?(?:enservice|actif|active|inservice|existante?|existe|presente?|posee?|installee?"
    r"|allumee?|alimentee?|enfonctionnement|fonctionne|valide|enplace)"
)
_OFF = re.compile(r"(?:est)?(?:coupee?|eteinte?|neutralisee?|horsservice|debranchee?)s?")
"""Heads that ask whether a light is off."""
_NAMED = re.compile(r"[\w./-]*\d[\w./-]*")
_SHORTEST, _SHORT = 3, 2
_TEXT = re.compile(r"(?:situation|observation|remarque|commentaire|alimentation|note)s?|comments?")
"""Heads of remarks and of the supply, whose cells may say that the light is gone."""
_OTHER = re.compile(
    r"\s*(?:armoire|coffret|prise|poste|transfo\w*|cam[eé]ra|vid[eé]o\w*|cctv|irve|abri\w*"
    r"|bornes? (?:(?:de )?(?:re)?charge|irve|escamotable|incendie)|panneaux?|sucette|mupi"
    r"|feux?(?: (?:tricolore|de signalisation))?|traffic signal|sign|sonorisation|fontaine"
    r"|horloge|horodateur|illumination|motif|guirlande|d[eé]coration|radar|m[aâ]t seul"
    r"|support (?:seul|b[eé]ton|bois)|c[aâ]ble|chambre|bo[iî]t(?:e|ier)|compteur|relais|portail"
    r"|potelet|enseigne|[eé]cran|antenne|parcm[eè]tre|cabinet|socket|feeder pillar|camera)s?\b",
    re.IGNORECASE,
)
_SOCKET = re.compile(
    r"\s*(?:prises?|guirlandes?|illuminations?|coffrets?|armoires?|cam[eé]ras?|motifs?)\b",
    re.IGNORECASE,
)
"""What stands for a lamp, and is none."""
_GONE = re.compile(
    r"\s*(?:d[eé]pos[eé]|supprim[eé]|d[eé]mont[eé]|d[eé]moli|enlev[eé]|retir[eé]|abandonn[eé]"
    r"|r[eé]form[eé]|archiv[eé])(?:e?s?)\b"
    r"|\s*(?:non pos[eé]e?s?|inacti\w+|en stock|stock|r[eé]serve)\b"
    r"|\s*(?:(?:en\s+)?projet(?:[eé]e?s?)?|futur|pr[eé]vu|[aà] (?:poser|cr[eé]er))e?s?\b"
    r"|\s*(?:simul[eé]|fictif|fictive|th[eé]orique|mod[eé]lis[eé])e?s?\b"
    r"|\s*(?:removed|demolished|dismantled|decommissioned|planned|proposed)\b"
    r"|\s*(?:(?:(?:lampe|luminaire|lanterne|foyer) )?(?:absent|inexistant|disparu|introuvable)e?s?"
    r"|(?:en )?attente de pose|n['’ ]existe plus"
    r"|[aà] (?:enlever|supprimer|retirer) d(?:u|e la|e l['’]) ?(?:fichier|base|inventaire|liste)"
    r")\s*$"
    r"|\s*(?:au(?:ss|ß)er betrieb|fuera de servicio|dismesso)\b",
    re.IGNORECASE,
)
_ABSENT = re.compile(
    r"\b(?:absente?s?|manquante?s?|introuvables?|inexistante?s?|disparue?s?|vol[eé]e?s?"
    r"|n['’ ]?(?:existe|a) (?:plus|pas)|accident[eé]e?s?|d[eé]branch[eé]e?s?|d[eé]finitivement"
    r"|[aà] (?:enlever|supprimer|retirer)|en attente|sans (?:lampe|luminaire|lanterne)"
    r"|missing|stolen)\b",
    re.IGNORECASE,
)
"""Words of remarks on lights that are no longer there, or not yet."""
_LIGHT = re.compile(
    r"lumi|foyer|lampe|lamp|light|lantern|projecteur|spot|applique|c(?:and[eé]labre|and\.)|mât|mat\b"
    r"|poteau|fa[cç]ade|console|crosse|boule|borne|hublot|encastr|r[eé]glette|tube|[eé]clairage"
    r"|\b(?:led|shp|im|iodure|sodium|bf|vm|hps|ep|pl|rue|voie|route|parc|place|r[eé]sidentiel"
    r"|fonctionnel|routier|urbain|pi[eé]ton|sportif|d[eé]coratif)|leucht|armatu|apparecchio|pole",
    re.IGNORECASE,
)
"""Words of kinds of lights, of lamps and of what carries them."""
_BURNS = re.compile(
    r"\b(?:en service|bon|bonne|ok|actif|active|neuf|neuve|moyen|existant|fonctionne\w*|in service"
    r"|operational|good|allum[eé]|us(?:ag[eé]|[eé]e?)|correct|satisfaisant"
    r"|in betrieb|en servicio)\b",
    re.IGNORECASE,
)
"""Words of states of lights in use."""
_PARTICIPLE = re.compile(r"\w{3}ée?s?\b")
_FOOT = re.compile(
    r"\s*(?:nombre|nbre?|maxi(?:mum)?|mini(?:mum)?|m[eé]diane|puissances? (?:totale|moyenne|install"
    r"|max)|reste [aà]|objectifs?|[aà] (?:remplacer|r[eé]nover|d[eé]poser)|hors service|r[eé]cap"
    r"|bilan|Σ)\D*",
    re.IGNORECASE,
)
"""What stands for an identifier at the foot of an inventory: it names no light."""
_LEAST_ROWS = 3
_MOST_KINDS, _MOST_NOTES = 30, 10_000
_PLACES = re.compile(
    r"\b(?:rues?|voies?|adresses?|lieux?|lieu|quartiers?|communes?|villes?|zones?|lotissements?"
    r"|secteurs?|noms?|emplacements?|localisations?|marques?|modeles?|fournisseurs?)\b"
)
_LIGHTLESS = re.compile(r"(?i)\b(?:m[aâ]t|support) seul\b")
_SEVERAL = re.compile(r"(?i)\(\d+ (?:points?|lampes?|luminaires?|foyers?|lanternes?|pl)\b")
_MOST_WORDS = 5
_NOT = re.compile(r"\s*(?:non?|n|0|faux|false|hors service|hs|inactif|inactive)\s*", re.IGNORECASE)
_YES = re.compile(r"\s*(?:oui|o|x|1|vrai|true|yes|y)\s*", re.IGNORECASE)
_DATED = re.compile(r".*(?:19|20)\d\d.*|\d{1,2}[/.-]\d{1,2}[/.-]\d\d", re.DOTALL)
_REMOVAL = frozenset({
    "depose", "deposee", "deposes", "suppression", "supprime", "supprimee", "retrait", "retire",
    "demontage", "demonte", "demolition", "abandon", "hors", "removed", "removal",
    "decommissioned", "demolished", "dismantled",
})  # fmt: skip
_ENDS = ({"fin", "service"}, {"hors", "service"}, {"fin", "vie"})
_KINDS: tuple[LightField | None, ...] = (None, "structure", "luminaire_model")
_WHEN = frozenset({"date", "le", "on", "annee", "year", "dt"})


def is_removal(head: str) -> bool:
    """Whether *head* is of the day on which a light was taken down: `Date de dépose`."""
    told = set(normalize_words(head).split())
    ends = any(some <= told for some in _ENDS)
    return bool(told & _REMOVAL or ends) and bool(told & {*_WHEN, "mise", "vie"})


class NoLights:
    """Finds the rows that are no lights, by a column of kinds and the one of states."""

    def __init__(self, header: list[str], columns: dict[str, LightField]) -> None:
        """*columns*: those that are read, and as what."""
        self._at = [
            (index, form)
            for index, name in enumerate(header)
            if (form := _choose_removal_pattern(name, columns.get(name))) is not None
        ]

        of_states = {i for i, form in self._at if form in {_OTHER, _GONE}}
        self._texts = of_states.union(
            i for i, name in enumerate(header)
            if columns.get(name) is None and _TEXT.fullmatch(normalize_column_name(name))
        )  # fmt: skip
        self._absent: dict[str, int] = {}
        self._header, self._notes = header, set[str]()
        read = {at for at, _ in self._at} | self._texts
        self._others = [
            (at, _PLACES.search(normalize_words(name)) is not None)
            for at, name in enumerate(header)
            if at not in read and name not in columns
        ]
        self._odd: dict[int, set[str]] = {at: set() for at, _ in self._others}
        ids = [at for at, name in enumerate(header) if columns.get(name) == "external_id"]
        self._id = ids[0] if ids else None
        self._numbered, self._least = 0, len(header)
        known = {_OTHER: _LIGHT, _GONE: _BURNS}
        self._kinds = [(i, known[form], dict[str, int]()) for i, form in self._at if form in known]
        off = [at for at, name in enumerate(header) if _OFF.fullmatch(normalize_column_name(name))]
        self._off = [(at, set[str]()) for at in off if header[at] not in columns]
        self._said = [(at, set[str]()) for at, form in self._at if form is _NOT]

    def find_exclusion_words(self, cells: list[str]) -> str:
        """The words of the row that say that it is no light in use; empty: it may be one."""
        found = next((cells[i].strip() for i, form in self._at if form.match(cells[i])), "")
        found = found or self._find_foot(cells)
        if not found:
            self._note_absence(cells)
        for at, said in self._off:
            said.update(filter(_YES.fullmatch, [cells[at].strip()]))
        for at, codes in self._said:
            code = cells[at].strip()
            if code and len(code) <= _SHORT and not (_YES.fullmatch(code) or _NOT.fullmatch(code)):
                codes.add(code)
        for at, _, kinds in self._kinds if not found else ():
            kind = cells[at].strip()
            if kind and (kind in kinds or len(kinds) < _MOST_KINDS):
                kinds[kind] = kinds.get(kind, 0) + 1
        return found

    def _note_absence(self, cells: list[str]) -> None:
        """Remember what a remark or a state says of a light that is not there.

        So do cells of columns that nothing reads, whatever these are called.
        """
        for at, of_place in self._others:
            if _tells_no_light(cells[at], of_place=of_place):
                self._odd[at].add(cells[at].strip())
        told = [cells[i].strip() for i in self._texts]
        if len(self._notes) < _MOST_NOTES:
            self._notes |= {one for one in told if _NAMED.search(one)}
        text = next((one for one in told if _ABSENT.search(one)), "")
        if text and (text in self._absent or len(self._absent) < _MOST_KINDS):
            self._absent[text] = self._absent.get(text, 0) + 1

    def _find_foot(self, cells: list[str]) -> str:
        """The label of a row that sums up others, by its words or as the one without a number.

        A row is one where all rows above have a digit in their identifier, and more cells filled.
        """
        name = "" if self._id is None else cells[self._id].strip()
        filled = sum(map(bool, map(str.strip, cells)))
        if not name:
            return ""
        if not any(map(str.isdigit, name)):
            odd = self._numbered >= _LEAST_ROWS and filled < self._least
            if odd or _FOOT.fullmatch(name):
                return name
            self._least = 0
        self._numbered += 1
        self._least = min(self._least, filled)
        return ""

    def close(self, report: Report, ids: AbstractSet[str]) -> None:
        """Tell the kinds and states that are not known to be of lights in use, beside some.

        Where none is known, one that denies it by a word, or a state by a participle, stops; so do
        states by codes. Remarks that name another of the lights *ids* are told.
        """
        if self._absent:
            names, times = ", ".join(sorted(self._absent)), sum(self._absent.values())
            report.find(checks.KIND_UNKNOWN, names, times=times)
        self._tell_codes(report)
        if named := sorted(one for one in self._notes if not ids.isdisjoint(_list_names(one))):
            report.find(checks.KIND_UNKNOWN, ", ".join(named[:_LEAST_ROWS]), times=len(named))
        for _, known, kinds in self._kinds:
            strange = {
                kind: n
                for kind, n in kinds.items()
                if not known.search(kind) and kind not in self._absent
            }
            if strange and len(strange) < len(kinds) < _MOST_KINDS:
                times = sum(strange.values())
                report.find(checks.KIND_UNKNOWN, ", ".join(sorted(strange)), times=times)
            elif len(strange) == len(kinds):
                for kind, times in strange.items():
                    if denies_lights(kind) or (known is _BURNS and _PARTICIPLE.search(kind)):
                        report.find(checks.OTHER_LIGHTS, kind, times=times)

    def _tell_codes(self, report: Report) -> None:
        """Tell the columns of states by codes, and those that say of lights that they are off."""
        told = [
            (at, kinds)
            for at, known, kinds in self._kinds
            if known is _BURNS and _are_codes(self._header[at], kinds)
        ]
        for at, kinds in [*told, *self._off, *self._said, *self._odd.items()]:
            if kinds:
                some = ", ".join(sorted(kinds)[:_MOST_KINDS])
                report.find(checks.OTHER_LIGHTS, f"{self._header[at]} : {some}")


@lru_cache(maxsize=4096)
def _tells_no_light(cell: str, *, of_place: bool) -> bool:
    """Whether *cell* is a few words of a light that is gone or to come, or of several lights.

    *of_place*: it names a place, which may be called by any word.
    """
    short = 0 < len(cell.split()) <= _MOST_WORDS
    gone = _GONE.match(cell) or _ABSENT.search(cell) or _LIGHTLESS.search(cell)
    return (short and gone is not None and not of_place) or _SEVERAL.search(cell) is not None


def _list_names(remark: str) -> list[str]:
    return [one for one in _NAMED.findall(remark) if len(one) >= _SHORTEST]


def _are_codes(head: str, kinds: Collection[str]) -> bool:
    """Whether states are letters or digits that do not say how worn a light is."""
    short = len(kinds) > 1 and all(len(one) <= _SHORT for one in kinds)
    return short and not are_grades(head, kinds)


def _choose_removal_pattern(name: str, read: LightField | None) -> re.Pattern[str] | None:
    if read == "status" or (read is None and _STATE.fullmatch(normalize_column_name(name))):
        return _GONE
    if read is None and is_removal(name):
        return _DATED
    if read is None and _GONE.fullmatch(name):
        return _YES
    if read is None and _IN_USE.fullmatch(normalize_column_name(name)):
        return _NOT
    if read == "source_type":
        return _SOCKET
    return _OTHER if read in _KINDS and _KIND.fullmatch(normalize_column_name(name)) else None
