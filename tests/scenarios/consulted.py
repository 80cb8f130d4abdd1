"""A small consultation and its answers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from synergie.lighting.records.consultation import ConsultAnswer, Consultation
from synergie.lighting.records.effects import LightingCriterion

ASKED: tuple[LightingCriterion, ...] = ("energy", "upward_flux", "dark_hours", "felt_safety")
COMMUNES = ("54430", "54357", "54592")


def consultation(**more: Any) -> Consultation:
    """Four questions, three groups, three communes."""
    given: dict[str, Any] = {
        "id": "eclairage-2027", "title": "Quelle lumière la nuit ?",
        "intro": "Le conseil choisit en mars 2027. Vos réponses lui sont présentées.",
        "contact": "mairie, bureau 3", "opens": date(2026, 12, 1), "closes": date(2027, 2, 1),
        "groups": [
            {"group": "habitants", "kind": "citizens", "name": "Habitantes et habitants",
             "population": 4_000},
            {"group": "entreprises", "kind": "companies", "name": "Entreprises",
             "population": 300},
            {"group": "agents", "kind": "agents", "name": "Agents"},
        ],
        "communes": COMMUNES,
        "questions": [
            {"criterion": "energy", "label": "Électricité consommée", "worst": 2000.0,
             "best": 900.0, "unit": "MWh par an", "explained": "Ce que les lampes consomment."},
            {"criterion": "upward_flux", "label": "Lumière perdue vers le ciel", "worst": 80.0,
             "best": 10.0, "unit": "Mlm·h par an", "explained": "Ce qui voile les étoiles."},
            {"criterion": "dark_hours", "label": "Heures sans lumière la nuit", "worst": 0.0,
             "best": 1800.0, "unit": "heures par an", "explained": "Éteint entre 23 h et 5 h."},
            {"criterion": "felt_safety", "label": "Sentiment de sécurité", "worst": 5.5,
             "best": 7.1, "unit": "sur 10", "explained": "La note d'une enquête."},
        ],
    }  # fmt: skip
    return Consultation.model_validate(given | more)


def answer(
    number: int | str, group: str | None = "habitants", commune: str | None = None,
    order: Sequence[LightingCriterion] = ASKED,
) -> ConsultAnswer:  # fmt: skip
    """One form."""
    return ConsultAnswer(
        consultation="eclairage-2027", number=str(number), group=group, insee_code=commune,
        order=tuple(order),
    )  # fmt: skip


def csv(*rows: str, separator: str = ";") -> bytes:
    """A file of answers as our form writes it; rows of cells between semicolons."""
    letters = "ABCD"
    asked = [name for letter in letters for name in (f"rang_{letter}", f"points_{letter}")]
    head = ["consultation", "numero", "groupe", "commune", *asked, "remarque"]
    lines = [";".join(head), *rows]
    return "".join(line.replace(";", separator) + "\r\n" for line in lines).encode("utf-8-sig")


def row(number: int | str, ranks: str = "1,2,3,4", group: str = "habitants", **more: str) -> str:
    """One row of it: *ranks* of the four questions between commas."""
    points = more.get("points", ",,,").split(",")
    cells = [c for pair in zip(ranks.split(","), points, strict=True) for c in pair]
    first = [
        more.get("consultation", "eclairage-2027"),
        str(number),
        group,
        more.get("commune", ""),
    ]
    return ";".join([*first, *cells, more.get("remark", "")])
