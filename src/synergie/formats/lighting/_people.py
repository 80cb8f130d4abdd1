"""Columns that name a person or tell how to reach one: they are never read, nor kept in `raw`."""

import re

from synergie.formats.text import normalize_column_name

_PEOPLE = frozenset({
    "nomagent", "nomdelagent", "agent", "technicien", "nomtechnicien", "intervenant", "demandeur",
    "nomdemandeur", "declarant", "appelant", "usager", "signalepar", "saisipar", "creepar",
    "modifiepar", "realisepar", "faitpar", "auteur", "responsable", "contact", "opsai", "opmaj",
    "operateursaisie", "quisign", "prenom", "nomprenom", "nomusager", "nomcontact",
    "nomdeclarant", "prenomdeclarant", "nomappelant", "requester", "reporter", "reportername",
    "technician", "assignee", "author", "createdby", "updatedby", "contactname", "creator",
    "editor", "createduser", "lastediteduser", "createdus", "addedby", "editedby", "modifiedby",
    "releveur", "relevepar", "levepar", "saisiepar", "modifpar", "majpar", "utilisateur",
    "username", "auteurmaj", "auteursaisie",
})  # fmt: skip
_WORDS = frozenset({
    "prenom", "demandeur", "demandeuse", "declarant", "appelant", "usager", "usagere", "riverain",
    "habitant", "technicien", "agent", "interlocuteur", "signataire", "plaignant",
})  # fmt: skip
"""Words for a person, wherever they stand in the name of a column."""
_REACHED = ("tel", "telephone", "mobile", "portable", "mail", "email", "courriel", "phone")
"""Words of columns that tell how to reach a person."""
_NOT_REACHED = (
    "telege", "telges", "telecommande", "telerup", "telereleve", "telesur", "mobilier", "maill",
)  # fmt: skip
"""Beginnings of names of columns that only look like those."""


def is_person(column: str) -> bool:
    """Whether a column of that name names a person, or tells how to reach one.

    `nom` alone does in an export of tickets; in an inventory it is the name of the thing.
    """
    return normalize_column_name(column) == "nom" or is_person_in_inventory(column)


def is_person_in_inventory(column: str) -> bool:
    """As `is_person`, for a table of things: `nom` is the name of one of them."""
    name = normalize_column_name(column)
    parts = {normalize_column_name(part) for part in re.split(r"[\W_]+", column)}
    reached = name.startswith(_REACHED) and not name.startswith(_NOT_REACHED)
    return name in _PEOPLE or bool(parts & {*_REACHED, *_WORDS}) or reached
