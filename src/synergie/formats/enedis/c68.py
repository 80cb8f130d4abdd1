"""Enedis C68: what is now known of a delivery point, technical and contractual, JSON or CSV.

One item a PRM (Enedis.SGE.GUI.0504 v1.2.0 and its JSON schema 0514; CSV of 207 or 211 columns).
Names, telephones, mails and addresses are never read; of who holds the contract, a SIRET only.
"""

from collections.abc import Iterator
from typing import BinaryIO

from synergie.errors import BadInput
from synergie.formats import checks
from synergie.formats._json import Node, items
from synergie.formats.enedis import _r6x
from synergie.formats.enedis._c68_facts import Facts, facts_of_item, facts_of_row
from synergie.formats.format import Format, Sample
from synergie.formats.report import Place, Report
from synergie.schemas.assets.supply_point import SupplyPointRecord
from synergie.schemas.assets.supply_terms import SupplyTerms
from synergie.schemas.readings.profile import Profile

NAME = "enedis-c68"

_TELLTALES = (b'"situationsContractuelles"', b'"situationComptage"', b'"situationAlimentation"')
_COLUMNS = {"prm", "segment", "etatcontractuel"}
_TAKEN = {"formuletarifaireacheminement", "puissancesouscrite", "typedecomptage"}


def sniff(sample: Sample) -> float:
    """1.0 for a list of points with `idPrm` and two of its parts; 0.9 for its columns."""
    columns = set(_r6x.columns_of(sample))
    if columns:
        return 0.9 if columns >= _COLUMNS and columns & _TAKEN else 0.0
    if b'"idPrm"' not in sample.start:
        return 0.0
    told = sum(name in sample.start for name in _TELLTALES)
    return (0.0, 0.7, 1.0, 1.0)[told]


def read(
    source: BinaryIO, profile: Profile
) -> tuple[Iterator[SupplyPointRecord | SupplyTerms], Report]:
    """The delivery point, then its terms, of each item; an item is a row of the report.

    Terms whose beginning nothing tells are left out with a remark. An item that is wrong is
    refused. BadInput: neither a list of points nor a table with a column PRM.
    """
    report = Report()
    facts = (
        _read_c68_items(source, report) if _r6x.is_json(source) else _read_c68_rows(source, report)
    )
    return _build_c68_records(facts, profile, report), report


def _read_c68_items(source: BinaryIO, report: Report) -> Iterator[tuple[Place, Facts]]:
    for place, value in items(source):
        try:
            node = Node.of(value)
            yield place, facts_of_item(node, report)
        except BadInput as fault:
            report.refuse(place, fault)


def _read_c68_rows(source: BinaryIO, report: Report) -> Iterator[tuple[Place, Facts]]:
    for line, cells in _r6x.read_portal_table(source, ["prm"], report):
        try:
            yield line, facts_of_row(cells, report)
        except BadInput as fault:
            report.refuse(line, fault)


def _build_c68_records(
    each: Iterator[tuple[Place, Facts]], profile: Profile, report: Report
) -> Iterator[SupplyPointRecord | SupplyTerms]:
    for place, facts in each:
        try:
            point, terms = facts.point(profile), facts.terms(NAME, profile)
        except BadInput as fault:
            report.refuse(place, fault)
            continue
        report.kept += 1
        if facts.personal:
            report.find(checks.PERSONAL_DATA_DROPPED, place=place)
        yield point
        if terms is None:
            report.note("nothing tells since when the terms of {} hold: left out", facts.code)
        else:
            yield terms


FORMAT = Format(
    name=NAME, title="Enedis delivery points and contracts, C68 (JSON, CSV)", sniff=sniff, read=read
)
