"""The catalogue of what is open, DCAT-AP 3 in JSON-LD, as data.gouv.fr and EU portals harvest it.

The context stands inline: a remote one would be fetched by the reader. Places are geometries, the
only form that data.gouv.fr reads. Pages follow one another by Hydra.
"""

from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass
from datetime import UTC, date, datetime
from typing import Any

from synergie.schemas.publication.licences import LICENCES
from synergie.schemas.publication.open_publication import Extent

CONTEXT: dict[str, Any] = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "gsp": "http://www.opengis.net/ont/geosparql#",
    "dcatap": "http://data.europa.eu/r5r/",
    "spdx": "http://spdx.org/rdf/terms#",
    "schema": "http://schema.org/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}
_EU = "http://publications.europa.eu/resource/authority"
_ADMS = "http://purl.org/adms/licencetype"


def _build_list_concept(scheme: str, code: str, kind: str) -> dict[str, Any]:
    """A concept of one of the EU's lists, which says whose it is: no list needs to be fetched."""
    return {
        "@id": f"{_EU}/{scheme}/{code}",
        "@type": kind,
        "skos:inScheme": {"@id": f"{_EU}/{scheme}"},
    }


_FRENCH = _build_list_concept("language", "FRA", "dct:LinguisticSystem")
_ENERGY = _build_list_concept("data-theme", "ENER", "skos:Concept") | {
    "skos:prefLabel": {"@language": "fr", "@value": "Énergie"}
}
_PUBLIC = _build_list_concept("access-right", "PUBLIC", "dct:RightsStatement")
_STABLE = _build_list_concept("planned-availability", "STABLE", "skos:Concept") | {
    "skos:prefLabel": {"@language": "fr", "@value": "stable"}
}
_LICENCE = LICENCES["etalab-2.0"].address
"""Of the catalogue itself: what it says may be used again by anybody."""
_LICENCE_KINDS = {_LICENCE: "Attribution"}
"""Address of a licence → its kind in the list of ADMS; the others ask to share alike."""
_FREQUENCY = {"month": "MONTHLY", "year": "ANNUAL"}


@dataclass(frozen=True, slots=True)
class OpenFile:
    """One file of a dataset. `file_type`: of the EU's list (CSV, PARQUET, GEOJSON…)."""

    _: KW_ONLY
    title: str
    url: str
    media_type: str
    file_type: str
    sha256: str
    size: int
    """Bytes."""
    modified: datetime


@dataclass(frozen=True, slots=True)
class OpenProof:
    """What the publisher signed of a dataset, of how many *periods* it has: addresses."""

    signatures: tuple[str, ...]
    """One a period that is signed."""
    periods: int
    keys: str
    """The public keys that verify them."""


@dataclass(frozen=True, slots=True)
class OpenDataset:
    """One dataset as a catalogue tells it. Days: the first, and the last included."""

    _: KW_ONLY
    url: str
    """Its landing page, and its name for ever."""
    title: str
    description: str
    publisher: str
    publisher_url: str
    siren: str | None
    contact: str
    licence_url: str
    rights: str | None = None
    """Which periods are under which licence, when not all are under that one."""
    keywords: tuple[str, ...]
    first: date
    last: date
    step: str
    """`month` or `year`."""
    issued: datetime
    modified: datetime
    extent: Extent | None
    files: tuple[OpenFile, ...]
    proof: OpenProof | None = None
    """Who signed. None: no version that holds is signed."""


@dataclass(frozen=True, slots=True)
class Paging:
    """Where a page of the catalogue stands. `following`, `before`: None at either end."""

    total: int
    url: str
    first: str
    last: str
    following: str | None = None
    before: str | None = None


def build_open_catalogue(
    base: str, some: Iterable[OpenDataset], *, title: str, publisher: str, paging: Paging
) -> dict[str, Any]:
    """A page of the catalogue at the public address *base*, published by the holder of the server.

    DCAT-AP 3.0.0: title, description and publisher are mandatory, whatever the catalogue holds.
    """
    told = list(some)
    made: dict[str, Any] = {
        "@id": f"{base}/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": _mark_as_french(title),
        "dct:description": _mark_as_french(
            "Sommes d'énergie de territoires, ouvertes à tous : aucune ne dit ce que consomme un "
            "logement ou une entreprise."
        ),
        "dct:language": _FRENCH,
        "dct:license": _build_licence_document(_LICENCE),
        "dct:publisher": {"@id": base, "@type": "foaf:Agent", "foaf:name": publisher},
        "foaf:homepage": {"@id": f"{base}/public", "@type": "foaf:Document"},
        "dcat:themeTaxonomy": {
            "@id": f"{_EU}/data-theme",
            "@type": "skos:ConceptScheme",
            "dct:title": _mark_as_french("Thèmes des données"),
        },
        "dcat:dataset": [_build_open_dataset(one) for one in told],
    }
    if told:
        made["dct:issued"] = _format_xsd_moment(min(one.issued for one in told))
        made["dct:modified"] = _format_xsd_moment(max(one.modified for one in told))
    whole = _compute_extent(told)
    if whole is not None:
        made["dct:spatial"] = _build_extent_place(whole)
    return {"@context": CONTEXT, "@graph": [made, _build_paging_view(paging)]}


def _build_paging_view(paging: Paging) -> dict[str, Any]:
    links = {
        "hydra:first": paging.first,
        "hydra:last": paging.last,
        "hydra:next": paging.following,
        "hydra:previous": paging.before,
    }
    return {
        "@id": paging.url,
        "@type": "hydra:PagedCollection",
        "hydra:totalItems": paging.total,
        **{name: {"@id": url} for name, url in links.items() if url is not None},
    }


def _build_open_dataset(one: OpenDataset) -> dict[str, Any]:
    publisher = {"@id": one.publisher_url, "@type": "foaf:Agent", "foaf:name": one.publisher}
    if one.siren is not None:
        publisher["dct:identifier"] = one.siren
    told: dict[str, Any] = {
        "@id": one.url,
        "@type": "dcat:Dataset",
        "dct:identifier": one.url,
        "dct:title": _mark_as_french(one.title),
        "dct:description": _mark_as_french(one.description),
        "dct:publisher": publisher,
        "dcat:contactPoint": {
            "@type": ["vcard:Kind", "vcard:Organization"],
            "vcard:fn": one.contact,
        },
        "dcat:keyword": [_mark_as_french(word) for word in one.keywords],
        "dcat:theme": _ENERGY,
        "dcat:landingPage": {"@id": one.url, "@type": "foaf:Document"},
        "dct:accessRights": _PUBLIC,
        "dct:language": _FRENCH,
        "dct:license": _build_licence_document(one.licence_url),
        "dct:accrualPeriodicity": _build_list_concept(
            "frequency", _FREQUENCY[one.step], "dct:Frequency"
        ),
        "dct:temporal": _build_period_fields(one),
        "dct:issued": _format_xsd_moment(one.issued),
        "dct:modified": _format_xsd_moment(one.modified),
        "dcat:distribution": [_build_file_distribution(one, file) for file in one.files],
    }
    if one.extent is not None:
        told["dct:spatial"] = _build_extent_place(one.extent)
    if one.proof is not None:
        told |= _build_signature_fields(one, one.proof)
    return told


def _build_signature_fields(one: OpenDataset, proof: OpenProof) -> dict[str, Any]:
    """Who signed, how it is verified, and the files for that.

    DCAT 3 and DCAT-AP 3 have no property for a signature (w3c/dxwg issue 1526 leaves it to a later
    version): it is said in the provenance, and the files are related resources.
    """
    n, of = len(proof.signatures), proof.periods
    which = "" if n == of else f" pour {n} périodes sur {of}"
    text = f"Signé par {one.publisher}{which} (JWS, RFC 7515) ; clés publiques (RFC 7517) : "
    files = (*proof.signatures, proof.keys)
    return {
        "dct:provenance": {
            "@type": "dct:ProvenanceStatement",
            "rdfs:label": _mark_as_french(f"{text}{proof.keys}"),
        },
        "foaf:page": {"@id": f"{one.url}#signature", "@type": "foaf:Document"},
        "dct:relation": [{"@id": url, "@type": "rdfs:Resource"} for url in files],
    }


def _build_file_distribution(one: OpenDataset, file: OpenFile) -> dict[str, Any]:
    media = {
        "@id": f"https://www.iana.org/assignments/media-types/{file.media_type}",
        "@type": "dct:MediaType",
    }
    kind = _build_list_concept("file-type", file.file_type, "dct:MediaTypeOrExtent")
    return {
        "@id": f"{file.url}#fichier",
        "@type": "dcat:Distribution",
        "dct:title": _mark_as_french(file.title),
        "dct:description": _mark_as_french(f"{one.title} : {file.title}"),
        "dcatap:availability": _STABLE,
        "dcat:accessURL": {"@id": file.url},
        "dcat:downloadURL": {"@id": file.url},
        "dcat:mediaType": media,
        "dct:format": kind,
        "dct:license": _build_licence_document(one.licence_url),
        **_build_period_rights(one),
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.size)},
        "dct:modified": _format_xsd_moment(file.modified),
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {
                "@id": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
                "@type": "spdx:ChecksumAlgorithm",
            },
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
    }


def _build_period_rights(one: OpenDataset) -> dict[str, Any]:
    """Which licence each period is under, when there are several: a file has one `dct:license`."""
    if one.rights is None:
        return {}
    return {
        "dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": _mark_as_french(one.rights)}
    }


def _build_licence_document(url: str) -> dict[str, Any]:
    kind = {
        "@id": f"{_ADMS}/{_LICENCE_KINDS.get(url, 'ViralEffect-ShareAlike')}",
        "@type": "skos:Concept",
        "skos:prefLabel": {
            "@language": "en",
            "@value": "attribution" if url in _LICENCE_KINDS else "share alike",
        },
        "skos:inScheme": {"@id": f"{_ADMS}/1.0"},
    }
    return {"@id": url, "@type": "dct:LicenseDocument", "dct:type": kind}


def _build_period_fields(one: OpenDataset) -> dict[str, Any]:
    """Ends included, as DCAT tells them; both vocabularies that harvesters read."""
    first = {"@type": "xsd:date", "@value": one.first.isoformat()}
    last = {"@type": "xsd:date", "@value": one.last.isoformat()}
    return {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": first,
        "dcat:endDate": last,
        "schema:startDate": first,
        "schema:endDate": last,
    }


def _build_extent_place(extent: Extent) -> dict[str, Any]:
    """The rectangle as WKT, longitude first.

    `dcat:bbox` takes a literal; `locn:geometry` would want a node (DCAT-AP 3.0.0, its shapes).
    """
    west, south, east, north = extent.west, extent.south, extent.east, extent.north
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{lon} {lat}" for lon, lat in corners)
    wkt = {"@type": "gsp:wktLiteral", "@value": f"POLYGON(({ring}))"}
    middle = f"POINT({(west + east) / 2:.6f} {(south + north) / 2:.6f})"
    return {
        "@type": "dct:Location",
        "dcat:bbox": wkt,
        "dcat:centroid": {"@type": "gsp:wktLiteral", "@value": middle},
    }


def _compute_extent(some: Iterable[OpenDataset]) -> Extent | None:
    """The rectangle around the places of *some*; None when none tells its own."""
    told = [one.extent for one in some if one.extent is not None]
    if not told:
        return None
    return Extent(
        west=min(one.west for one in told),
        south=min(one.south for one in told),
        east=max(one.east for one in told),
        north=max(one.north for one in told),
    )


def _mark_as_french(text: str) -> dict[str, str]:
    return {"@language": "fr", "@value": text}


def _format_xsd_moment(at: datetime) -> dict[str, str]:
    return {"@type": "xsd:dateTime", "@value": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"}
