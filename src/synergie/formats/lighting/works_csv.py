"""Interventions and fault tickets, as a maintenance program exports them in CSV: read only.

The columns are known by their names: those of `ress_ecl` of the Compiègne area (`dat_signa`,
`dat_progra`, `dat_real`, `typ_def`, `src_def`, `moy_interv`, `id_contrat`), usual French and
English. Columns that name a person are dropped.
"""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.formats._format import Format, Sample
from synergie.formats._report import Report
from synergie.formats.lighting import _export
from synergie.formats.lighting._export import Kind, Row, Values
from synergie.schemas.profile import Profile
from synergie.schemas.work_order import WorkOrder

NAME = "lighting-works"

NAMES: dict[str, tuple[str, ...]] = {
    "external_id": (
        "externalid", "idintervention", "numintervention", "numerointervention",
        "numerodelintervention", "idinter", "numinter", "numerodintervention", "idticket",
        "numticket", "numeroticket", "numerodeticket", "idsignalement", "numsignalement",
        "numerosignalement", "numerodesignalement", "iddemande", "numerodemande",
        "numerodedemande", "numdemande", "bontravail", "numerobt", "numbt", "numeroot", "numot",
        "ot", "workorderid", "workorder", "wonumber", "ticketid", "ticket", "faultid",
        "requestid", "numerodi", "numdi", "iddi", "reference", "numero", "num", "id",
        "gid", "objectid",
    ),
    "kind": (
        "kind", "tyinter", "typeinter", "typeintervention", "natureintervention",
        "naturedelintervention", "typedintervention", "type", "nature", "categorie", "worktype",
    ),
    "light_point": (
        "idpl", "idpointlumineux", "pointlumineux", "numpl", "numeropl", "numeropointlumineux",
        "idfoyer", "foyer", "idluminaire", "luminaire", "lampadaire", "lightpoint", "lightid",
        "lampid", "streetlight", "candelabre",
    ),
    "cabinet": ("armoire", "idarmoire", "numarmoire", "refarmoire", "cabinet", "cabinetid"),
    "support": ("idsupport", "support", "numsupport", "mat", "poleid"),
    "circuit": ("iddepart", "depart", "numdepart", "circuit", "circuitid"),
    "asset": (
        "asset", "assetid", "idouvrage", "ouvrage", "idobjet", "equipement", "idequipement",
        "refequipement", "identifiantdelequipement", "objet", "patrimoine", "idnoeud",
    ),
    "asset_kind": ("assetkind", "typeequipement", "typedequipement", "typeouvrage", "typeobjet"),
    "insee_code": ("inseecode", "insee", "codeinsee", "codecommune", "inseecom"),
    "reported_at": (
        "reportedat", "datsigna", "datesignalement", "signalele", "datedesignalement",
        "datedemande", "datedeclaration", "datecreation", "dateouverture", "dateappel",
        "createdat", "reported", "opened", "datereported", "reporteddate", "dateouvert",
    ),
    "planned_at": (
        "plannedat", "datprogra", "dateprogrammation", "dateprevue", "datplan",
        "dateplanifiee", "dateplanification", "prevule", "dateprogrammee", "scheduled",
        "planned", "scheduleddate", "dateprevisionnelle",
    ),
    "done_at": (
        "doneat", "datreal", "daterealisation", "datereal", "datefin", "datecloture", "faitle",
        "dateintervention", "dateresolution", "datereparation", "closedat", "closed",
        "completed", "completeddate", "datefinintervention", "dateexecution", "resolvedat",
        "resolved",
    ),
    "fault_type": (
        "faulttype", "typdef", "typedefaut", "defaut", "defautconstate", "naturedefaut", "panne",
        "typepanne", "naturepanne", "typedepanne", "motif", "symptome", "fault", "problem",
        "problemtype", "anomalie", "typeanomalie", "issuetype", "issue",
    ),
    "cause": ("cause", "srcdef", "causedudefaut", "causepanne", "origine", "sourcedefaut"),
    "crew": ("crew", "moyinterv", "moyen", "moyens", "equipe", "entreprise", "prestataire", "team"),
    "contract": (
        "contract", "idcontrat", "contrat", "marche", "numeromarche", "refmarche", "contractid",
    ),
}  # fmt: skip
"""Our field → names of its columns as `plain` writes them, best first."""

KINDS: dict[str, str] = {
    "report": "report", "signalement": "report", "panne": "report", "ticket": "report",
    "declaration": "report", "alerte": "report", "reclamation": "report", "fault": "report",
    "repair": "repair", "reparation": "repair", "depannage": "repair", "correctif": "repair",
    "curatif": "repair", "corrective": "repair", "maintenancecorrective": "repair",
    "maintenancecurative": "repair",
    "preventive": "preventive", "preventif": "preventive", "entretien": "preventive",
    "maintenancepreventive": "preventive", "relamping": "preventive", "relampage": "preventive",
    "inspection": "inspection", "visite": "inspection", "controle": "inspection",
    "verification": "inspection", "tournee": "inspection",
    "other": "other", "autre": "other", "intervention": "other",
}  # fmt: skip
"""Words for what a row is; another is `other`, with a remark."""
ASSETS: dict[str, str] = {
    "lightpoint": "light_point", "pointlumineux": "light_point", "foyer": "light_point",
    "luminaire": "light_point", "lampe": "light_point", "pl": "light_point",
    "lanterne": "light_point", "cabinet": "cabinet", "armoire": "cabinet", "coffret": "cabinet",
    "support": "support", "mat": "support", "candelabre": "support", "poteau": "support",
    "circuit": "circuit", "depart": "circuit", "unknown": "unknown", "inconnu": "unknown",
}  # fmt: skip
_NAMED = ("light_point", "cabinet", "support", "circuit")


def _make(row: Row) -> Values:
    values: Values = {
        "kind": row.word("kind", KINDS, "other"),
        "asset_kind": row.word("asset_kind", ASSETS, "unknown"),
        **{name: row.moment(name) for name in ("reported_at", "planned_at", "done_at")},
    }
    for name in ("insee_code", "fault_type", "cause", "crew", "contract", "asset"):
        if name in row.cells:
            values[name] = row.cells[name]
    named = next((name for name in _NAMED if name in row.cells), None)
    if named is not None and "asset" not in values:
        values |= {"asset": row.cells[named], "asset_kind": named}
    return values


KIND = Kind(
    record=WorkOrder,
    names=NAMES,
    make=_make,
    telling=("reported_at", "planned_at", "done_at", "fault_type", "cause"),
    enough=2,
    never=("source_type", "cct_k", "flux_lm"),
)


def sniff(sample: Sample) -> float:
    """0.85 for two of the columns of dates and faults, and one that numbers the rows."""
    return _export.sniff(sample, KIND)


def read(source: BinaryIO, profile: Profile) -> tuple[Iterator[WorkOrder], Report]:
    """Work orders in file order; times without offset are local (`Profile.time_zone`).

    BadInput when no column numbers the interventions. A date without hour stays a civil date.
    """
    return _export.read(source, profile, KIND)


FORMAT = Format(
    name=NAME, title="Lighting interventions and fault tickets (CSV)", sniff=sniff, read=read
)
