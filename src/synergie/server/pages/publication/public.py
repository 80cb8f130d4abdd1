"""`/public`: what anybody may know without an account: open data, named agreements, the proof."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response

from synergie.exchange.publication import open_files as files
from synergie.exchange.publication.publications_public import Dataset, OpenVersion
from synergie.formats.opendata.open_rows import COLUMNS
from synergie.proof import publication
from synergie.proof.jose import ALGORITHMS
from synergie.reports.document import Figure
from synergie.reports.figure.bars import Bar, Bars
from synergie.reports.figure.picture import build_figure
from synergie.schemas.publication.licences import LICENCES
from synergie.server.pages import _policy_text as policy
from synergie.server.pages.door import Anyone
from synergie.server.pages.frame import Visit, page_router, render_page
from synergie.server.pages.publication import _public_words as words
from synergie.server.pages.words import format_energy, format_page_number, short_date

router = page_router()

_FEW = 30
"""Cells that `/public` shows of a dataset."""
_MOST = 1_000
"""Cells that its own page shows; all of them are in its files."""


@dataclass(frozen=True, slots=True)
class CellView:
    """One row of sums. `hidden`: why there is no number; empty when there is one."""

    name: str
    n_points: int | None
    energy_kwh: float | None
    hidden: str


@dataclass(frozen=True, slots=True)
class DatasetView:
    """One dataset as the list shows it. `cells`: the first few; `more`: how many follow."""

    dataset: Dataset
    energy: str
    fresh: str
    late: bool
    licence: str
    shown: int
    hidden: int
    cells: tuple[CellView, ...]
    figure: Figure | None
    more: int


@dataclass(frozen=True, slots=True)
class FileView:
    """One file to download."""

    name: str
    address: str
    size: int
    sha256: str
    about: str
    schema: str
    """Address of its Table Schema; empty when it bears its own."""


@dataclass(frozen=True, slots=True)
class VersionView:
    """One version of one period."""

    one: OpenVersion
    package: str
    record: str
    name: str
    """Its file for programs."""
    address: str
    signature: str
    """Address of the publisher's signature; empty when there is none."""


@dataclass(frozen=True, slots=True)
class ProofView:
    """How anybody checks who opened a version: addresses to download, and one command.

    `title`: the one that was signed with it; another version may have been signed since.
    """

    one: OpenVersion
    title: str
    downloads: tuple[str, ...]
    command: str


@router.get("/public")
def public(*, visit: Anyone) -> Response:
    """What is known of the territory, at which grain, and whom to ask."""
    datasets = visit.publication.public_data.datasets(now=visit.now)
    return render_page(
        visit,
        "public.html",
        views=[_build_dataset_view(visit, one) for one in datasets],
        agreements=visit.publication.public_data.agreements(now=visit.now),
        publishers=_list_publishers(datasets),
        cells=sum(len(one.newest.cells) for one in datasets),
    )


@router.get("/public/donnees/{dataset_id}")
def dataset(*, visit: Anyone, dataset_id: str) -> Response:
    """The page of one dataset: what it is, its files, its versions, how to cite it, whom to ask."""
    found = visit.publication.public_data.dataset(dataset_id, now=visit.now)
    newest, first = found.newest, found.versions[0]
    shelf = visit.publication.open_shelf.files(found, now=visit.now)
    return render_page(
        visit,
        "public_dataset.html",
        view=_build_dataset_view(visit, found, every=True),
        newest=newest,
        placed=_has_outlines(visit, found),
        licence=LICENCES[newest.licence or found.terms.licence],
        newest_files=[_build_file_view(visit, shelf, first, one) for one in shelf.facts(first)],
        all_files=[_describe_full_file(visit, shelf, kind) for kind in files.data_kinds()],
        versions=[_build_version_view(shelf, one) for one in found.versions],
        columns=[(one.name, one.heading, visit.say(one.fr, one.en)) for one in COLUMNS],
        base=visit.services.problems.settings.public_url,
        package=shelf.address(first, files.PACKAGE),
        licences=[(LICENCES[name].name, periods) for name, periods in found.licences.items()],
        proof=_build_proof_view(shelf),
    )


@router.get("/public/preuve")
def proof(*, visit: Anyone) -> Response:
    """The head of the journal, and how anybody checks that nothing in it was rewritten."""
    base = visit.services.problems.settings.public_url
    return render_page(
        visit,
        "public_proof.html",
        head=visit.trust.journal.head(now=visit.now),
        base=base,
        independent=build_check_script(base, ALGORITHMS),
    )


@router.get("/public/preuve/tete.jws")
def head(*, visit: Anyone) -> Response:
    """The signed head as a file to keep: `synergie audit verify --head` takes it."""
    found = visit.trust.journal.head(now=visit.now)
    name = f"tete-{found.tree_size}.jws"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(f"{found.jws}\n".encode(), headers=headers, media_type="application/jose")


@router.get("/public/politique")
def data_policy(*, visit: Anyone) -> Response:
    """The data policy that an assembly can vote."""
    return render_page(visit, "public_policy.html", parts=policy.parse_policy_parts())


@router.get("/public/politique.md")
def data_policy_file(*, visit: Anyone) -> Response:  # noqa: ARG001 (its door)
    """The same, to be filled in."""
    headers = {
        "Content-Disposition": 'attachment; filename="deliberation-politique-de-la-donnee.md"',
        "Cache-Control": "public, max-age=3600",
    }
    return Response(
        policy.read_policy_markdown().encode(), headers=headers, media_type="text/markdown"
    )


def build_dataset_figure(visit: Visit, one: Dataset) -> Figure | None:
    """The figure of *one* by itself: publisher, licence and freshness stand inside it."""
    view = _build_dataset_view(visit, one)
    until = visit.say(
        "Données jusqu'au {} (exclu).",
        "Data until {} (excluded).",
        short_date(visit.lang, one.newest.end),
    )
    source = f"{one.publisher.name}, {view.licence}. {until} {view.fresh}"
    return _build_cell_figure(visit, one, view.cells, source=source)


def _build_cell_figure(
    visit: Visit, one: Dataset, rows: Sequence[CellView], *, source: str
) -> Figure | None:
    """The first groups of the newest period; a hidden one has no length. None: no group."""
    known = [cell.energy_kwh for cell in rows if cell.energy_kwh is not None]
    if not known:
        return None
    hidden = visit.say("masqué", "hidden")
    chart = Bars(
        title=visit.say(
            "{} en {} : {} dans les groupes montrés ici, {} groupes masqués.",
            "{} in {}: {} in the groups shown here, {} groups hidden.",
            visit.say(*words.ENERGIES[one.terms.energy]).capitalize(),
            one.newest.period,
            format_energy(visit.lang, sum(known)),
            format_page_number(visit.lang, len(one.newest.hidden)),
        ),
        bars=[
            Bar(
                cell.name,
                cell.energy_kwh,
                hidden if cell.energy_kwh is None else format_energy(visit.lang, cell.energy_kwh),
            )
            for cell in rows
        ],
        heads=(visit.say("Groupe", "Group"), visit.say("Énergie", "Energy")),
        unit="kWh",
        source=source,
    )
    return build_figure(chart)


def _build_dataset_view(visit: Visit, one: Dataset, *, every: bool = False) -> DatasetView:
    newest, labels = one.newest, words.Labels(visit, one.scheme)
    most = _MOST if every else _FEW
    rows = [
        CellView(labels(c.cell), c.n_points, c.energy_wh / 1000, "") for c in newest.cells[:most]
    ]
    for line in newest.hidden[: most - len(rows)]:
        reason = words.describe_hidden_cell(visit, line, labels, newest.thresholds)
        rows.append(CellView(labels(line.cell), None, None, reason))
    return DatasetView(
        dataset=one,
        energy=visit.say(*words.ENERGIES[one.terms.energy]),
        fresh=words.freshness(visit, one),
        late=one.following.why == "not_released",
        licence=LICENCES[newest.licence or one.terms.licence].name,
        shown=len(newest.cells),
        hidden=len(newest.hidden),
        cells=tuple(rows),
        figure=_build_cell_figure(visit, one, rows[:_FEW], source=one.publisher.name),
        more=len(newest.cells) + len(newest.hidden) - len(rows),
    )


def _list_publishers(datasets: tuple[Dataset, ...]) -> list[tuple[str, str]]:
    """Who publishes, and whom to ask there, once each."""
    return sorted({(one.publisher.name, one.terms.contact) for one in datasets})


def _has_outlines(visit: Visit, found: Dataset) -> bool:
    """Whether the operator gave outlines of its communes."""
    communes = visit.publication.public_features.communes
    return communes.around(cell.insee_code for cell in found.scheme.cells) is not None


def _build_version_view(shelf: files.Files, one: OpenVersion) -> VersionView:
    name = shelf.name(one, files.OPEN)
    return VersionView(
        one=one,
        package=shelf.address(one, files.PACKAGE),
        record=shelf.address(one, shelf.name(one, files.RECORD)),
        name=name,
        address=shelf.address(one, name),
        signature=shelf.address(one, shelf.signature(one)) if one.signature else "",
    )


def _build_proof_view(shelf: files.Files) -> ProofView | None:
    """How the newest version that is signed, of those that hold, is checked; None: none is."""
    one = next((each for each in shelf.dataset.current if each.signature is not None), None)
    if one is None or one.signature is None:
        return None
    names = shelf.signature(one), shelf.name(one, files.RECORD), shelf.name(one, files.OPEN)
    addresses = [shelf.address(one, name) for name in names]
    return ProofView(
        one=one,
        title=publication.parse_publication_claims(one.signature).terms.title,
        downloads=(*addresses, shelf.address(None, files.KEYS)),
        command=f"synergie publication verify {' '.join(names)} --jwks {files.KEYS}",
    )


def _build_file_view(
    visit: Visit, shelf: files.Files, one: OpenVersion, found: files.Facts
) -> FileView:
    beside = {files.OPEN: files.OPEN_SCHEMA, files.SHEET: files.SHEET_SCHEMA}.get(found.kind)
    return FileView(
        name=found.name,
        address=shelf.address(one, found.name),
        size=found.size,
        sha256=found.sha256,
        about=visit.say(*_ABOUT[found.kind.suffix]),
        schema="" if beside is None else shelf.address(one, shelf.name(one, beside)),
    )


def _describe_full_file(visit: Visit, shelf: files.Files, kind: files.Kind) -> tuple[str, str, str]:
    """Name, address and use of a file of all periods; it grows, so no digest is told."""
    name = shelf.name(None, kind)
    return name, shelf.address(None, name), visit.say(*_ABOUT[kind.suffix])


_ABOUT: dict[str, tuple[str, str]] = {
    files.OPEN.suffix: (
        "CSV pour les programmes : virgule, point décimal, dates ISO",
        "CSV for programs: comma, decimal point, ISO dates",
    ),
    files.SHEET.suffix: (
        "CSV pour un tableur français : point-virgule, virgule décimale",
        "CSV for a French spreadsheet: semicolon, decimal comma",
    ),
    files.PARQUET.suffix: (
        "Parquet, pour DuckDB, pandas, polars ou R",
        "Parquet, for DuckDB, pandas, polars or R",
    ),
    files.GEOJSON.suffix: (
        "GeoJSON sans contour : les géométries sont nulles, joignez par le code INSEE",
        "GeoJSON without outlines: geometries are null, join by the INSEE code",
    ),
}


# A check of the journal's head that runs none of our code: Python and a free JOSE library.

INDEPENDENT = """\
# python -m pip install joserfc
import json, urllib.request
from joserfc import jws
from joserfc.jwk import KeySet

SERVER = "{server}"
read = lambda path: json.load(urllib.request.urlopen(SERVER + path))

keys = KeySet.import_key_set(read("/jwks"))
head = read("/audit/head")
signed = jws.deserialize_compact(head["jws"], keys, algorithms={algorithms})
claims = json.loads(signed.payload)
assert claims["iss"] == SERVER and claims["root"] == head["root"], "not this server's head"
print(claims["tree_size"], "records, root", claims["root"])
"""
"""`{server}` and `{algorithms}` are filled in by the page."""


def build_check_script(server: str, algorithms: tuple[str, ...]) -> str:
    """The check, for the server at the public address *server*."""
    return INDEPENDENT.replace("{server}", server).replace("{algorithms}", repr(list(algorithms)))
