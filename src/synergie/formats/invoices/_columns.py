"""What a column of an invoice table is called, and in which unit its name says it is."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from synergie.formats._text import plain

NAMES: Mapping[str, tuple[str, ...]] = {
    "invoice": ("numerofacture", "numerodefacture", "nfacture", "nofacture", "numfacture",
                "nodefacture", "ndefacture", "facture", "reffacture", "referencefacture",
                "invoice", "invoicenumber"),
    "point": ("prm", "pdl", "pdlprm", "prmpdl", "pointdelivraison", "ndepdl", "npdl", "nprm",
              "numeroprm", "numeropdl", "referencepdl", "refpdl", "rae", "idprm", "referenceprm",
              "codeprm", "pce", "supplypoint", "referencepointdelivraison", "refpointdelivraison",
              "refacheminement", "referenceacheminement"),
    "market": ("marche", "refmarche", "referencemarche", "numeromarche", "nmarche",
               "marchesubsequent", "accordcadre", "contrat", "numerocontrat", "refcontrat",
               "referencecontrat", "referencedumarche", "ncontrat", "numerodemarche",
               "engagement"),
    "tariff_code": ("fta", "formuletarifaire", "formuletarifairedacheminement", "tarif",
                    "optiontarifaire", "tarifacheminement", "formuletarifaireacheminement",
                    "codefta", "option", "version"),
    "element": ("code", "idev", "codeelement", "codeligne", "element", "codearticle"),
    "component": ("composante", "typedeligne", "typeligne", "famille", "type", "rubrique",
                  "categorie", "nature", "component", "composant"),
    "label": ("libelle", "designation", "description", "ligne", "intitule", "prestation", "label",
              "libelleligne", "libelleev", "detail", "article", "produit", "libelleelement"),
    "time_class": ("postehorosaisonnier", "posteshorosaisonniers", "classetemporelle", "classe",
                   "cadran", "postetarifaire", "periodetarifaire", "plage", "plagehoraire",
                   "poste", "timeclass", "classehorosaisonniere"),
    "from_date": ("du", "debut", "datedebut", "datededebut", "debutperiode", "periodedu",
                  "debutdeperiode", "datedebutperiode", "from", "fromdate",
                  "datededebutdeperiode", "debutconsommation", "datedebutconsommation"),
    "to_date": ("au", "fin", "datefin", "datedefin", "finperiode", "periodeau", "findeperiode",
                "datefinperiode", "to", "todate", "datedefindeperiode", "finconsommation",
                "datefinconsommation"),
    "quantity": ("quantite", "qte", "consommation", "conso", "volume", "energie", "quantity",
                 "quantitefacturee", "consommationfacturee", "kwh", "assiette", "base"),
    "quantity_unit": ("unite", "unitequantite", "u", "unitedequantite", "unit", "uq"),
    "unit_price": ("prixunitaire", "pu", "prix", "tarifunitaire", "prixunitaireht", "puht",
                   "unitprice", "prixht", "taux", "coefficient"),
    "price_unit": ("uniteprix", "unitedeprix", "unitepu", "uniteduprix", "priceunit",
                   "uniteprixunitaire", "unitedeprixunitaire", "unitepuht"),
    "amount": ("montant", "montantht", "totalht", "ht", "amount", "montanthorstaxes",
               "montanthorstaxe", "montanteurht", "totalligneht", "montantligneht", "amounteur",
               "montanthteur"),
    "vat": ("tva", "tauxtva", "tauxdetva", "vat", "tauxtvaapplicable", "codetva", "tvataux"),
    "estimated": ("naturereleve", "typereleve", "estime", "reelestime", "typedereleve",
                  "naturedereleve", "natureindex", "typeindex", "estimereel", "statutreleve"),
    "ignored": ("montanttva", "montantttc", "ttc", "totalttc", "totaltva", "datefacture",
                "datedefacture", "dateemission", "fournisseur", "site", "nomdusite", "adresse",
                "commune", "budget", "codeservice", "siret", "membre", "segment", "dateecheance",
                "puissancesouscrite", "puissance", "nomsite", "client", "compte"),
}  # fmt: skip
"""Plain names (without accents, spaces, signs) of each field; `ignored` are known and not read."""

_BY_NAME = {name: field for field, names in NAMES.items() for name in names}
_UNIT = re.compile(r"[(\[]([^)\]]{1,20})[)\]]|\ben\s+([^\s]{1,10})\s*$", re.IGNORECASE)
_PRICE = re.compile(r"/\s*(kwh|mwh|wh|kva|kw|j|jour|mois|an)", re.IGNORECASE)


class Columns(NamedTuple):
    """Where each field stands, the units that names tell, and the names that are not known."""

    at: dict[str, int]
    units: dict[str, str]
    unknown: tuple[str, ...]


def columns(names: Sequence[str]) -> Columns:
    """The fields of a head; of two columns for one field the first counts."""
    at: dict[str, int] = {}
    units: dict[str, str] = {}
    unknown = []
    for place, name in enumerate(names):
        field, unit = _field(name)
        if field is None and name.strip():
            unknown.append(name)
        elif field is not None and field not in at:
            at[field] = place
            if unit:
                units[field] = unit
    return Columns(at, units, tuple(unknown))


def readable(found: Columns) -> bool:
    """Whether an invoice can be read: an amount, and what it is for (a thing, a point, a bill)."""
    about = {"label", "component", "element", "time_class"} & found.at.keys()
    whole = {"point", "invoice"} <= found.at.keys()
    return "amount" in found.at and (bool(about) or whole)


def _field(name: str) -> tuple[str | None, str | None]:
    """What a column holds, and the unit in brackets behind its name."""
    found = _UNIT.search(name)
    unit = (found[1] or found[2]).strip() if found else None
    bare = plain(_UNIT.sub("", name))
    if unit is not None and _PRICE.search(unit) and bare in {"tarif", "prix", "pu"}:
        return "unit_price", unit
    return _BY_NAME.get(bare) or _BY_NAME.get(plain(name)), unit
