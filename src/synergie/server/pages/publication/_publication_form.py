"""The form of a publication: what was typed as terms, and terms as what a form holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from pydantic import ValidationError

from synergie.errors import BadInput
from synergie.schemas.faults import faults
from synergie.schemas.publication.open_publication import OpenTerms
from synergie.schemas.publication.release import ReleaseRequest
from synergie.server.pages.visit import Visit

SIDES = (
    ("ouest", "west", "Ouest (longitude)", "West (longitude)"),
    ("sud", "south", "Sud (latitude)", "South (latitude)"),
    ("est", "east", "Est (longitude)", "East (longitude)"),
    ("nord", "north", "Nord (latitude)", "North (latitude)"),
)
"""Field, name in the terms, and words of each side of the territory."""

_MOST_DIGITS = 10
_FIELDS: dict[str, tuple[str, str, str]] = {
    "/scheme": ("decoupage", "Découpage", "Partition"),
    "/energy": ("energie", "Énergie", "Energy"),
    "/period": ("periode", "Période", "Period"),
    "/title": ("titre", "Titre", "Title"),
    "/description": ("description", "Description", "Description"),
    "/licence": ("licence", "Licence", "Licence"),
    "/contact": ("contact", "À qui écrire", "Whom to write to"),
    "/scheme_version": ("decoupage", "Version du découpage", "Version of the partition"),
    "/open_data": ("decoupage", "Accords", "Agreements"),
    "/extent": ("ouest", "Emprise du territoire", "Extent of the territory"),
    **{f"/extent/{name}": (field, fr, en) for field, name, fr, en in SIDES},
}
"""Place in the terms → field of the form, and its words."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What one field holds that does not do. `field`: where to mend it."""

    field: str
    words: str
    found: str
    expected: str


@dataclass(frozen=True, slots=True)
class PublicationForm:
    """What was typed. `terms`: None when something does not do, which `faults` say."""

    typed: Mapping[str, str]
    terms: OpenTerms | None
    period: str
    faults: tuple[Fault, ...]

    def over(self, terms: OpenTerms) -> "PublicationForm":
        """The same over the version of the partition that *terms* name."""
        typed = {**self.typed, "version": str(terms.scheme_version or "")}
        return PublicationForm(typed, terms, self.period, self.faults)

    def query(self, **more: str) -> str:
        """The same in an address: what is looked at is what is signed."""
        return urlencode({**self.typed, **more})


NAMES = (
    "decoupage",
    "energie",
    "periode",
    "titre",
    "description",
    "licence",
    "contact",
    *(field for field, *_ in SIDES),
    "version",
)
"""Every field of the form."""


def read_publication_form(visit: Visit, typed: Mapping[str, object]) -> PublicationForm:
    """What a query or a form holds, checked whole."""
    told = {name: " ".join(str(typed.get(name, "")).split()) for name in NAMES}
    found: list[Fault] = []
    terms = _parse_open_terms(visit, told, found)
    try:
        ReleaseRequest(scheme="any", energy="gas", period=told["periode"])
    except ValidationError as error:
        found += [_build_field_fault(visit, one) for one in faults(error)]
    return PublicationForm(told, None if found else terms, told["periode"], tuple(found))


def typed_of(terms: OpenTerms, period: str) -> dict[str, str]:
    """What the form holds for *terms*, to begin with."""
    sides = {}
    if terms.extent is not None:
        sides = {field: str(getattr(terms.extent, name)) for field, name, *_ in SIDES}
    return {
        "decoupage": terms.scheme,
        "energie": terms.energy,
        "periode": period,
        "titre": terms.title,
        "description": terms.description,
        "licence": terms.licence,
        "contact": terms.contact,
        **{field: sides.get(field, "") for field, *_ in SIDES},
        "version": "",
    }


def fault(visit: Visit, error: BadInput) -> Fault:
    """A fault that the use case found, at its field."""
    return _build_field_fault(visit, error)


def _parse_open_terms(visit: Visit, told: dict[str, str], found: list[Fault]) -> OpenTerms | None:
    try:
        return OpenTerms.model_validate(
            {
                "scheme": told["decoupage"],
                "energy": told["energie"],
                "title": told["titre"],
                "description": told["description"],
                "licence": told["licence"],
                "contact": told["contact"],
                "extent": _parse_form_extent(told),
                "scheme_version": _parse_scheme_version(told["version"]),
            }
        )
    except ValidationError as error:
        found += [_build_field_fault(visit, one) for one in faults(error)]
        return None


def _parse_scheme_version(text: str) -> object:
    """The version of the partition that was shown; none before the first look."""
    if not text:
        return None
    return int(text) if text.isdecimal() and len(text) < _MOST_DIGITS else text


def _parse_form_extent(told: dict[str, str]) -> dict[str, object] | None:
    sides = {name: told[field] for field, name, *_ in SIDES}
    if not any(sides.values()):
        return None
    return {name: _parse_typed_number(text) for name, text in sides.items()}


def _parse_typed_number(text: str) -> object:
    """A number with a comma or a dot; what is none stays as it was typed, to be refused."""
    plain = text.replace(",", ".", 1)
    if not plain.replace(".", "", 1).removeprefix("-").isascii():
        return text
    try:
        return float(plain)
    except ValueError:
        return text


def _build_field_fault(visit: Visit, error: BadInput) -> Fault:
    field, fr, en = _FIELDS.get(error.where, ("decoupage", error.where, error.where))
    return Fault(field, visit.say(fr, en), str(error.found)[:80], visit.tell(error.expected))
