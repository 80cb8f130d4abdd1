"""The recipe "Add a table", followed: a file to fill, with no parser of its own."""

from pathlib import Path

from tests.architecture.recipes.scratch import Scratch

COLUMNS = """table;name;title;kind;words;free;required;example;purpose;where;heads
schools;external_id;Code de l'école;;;;oui;ECO-1;Le code de votre liste d'écoles.;;
schools;name;Nom de l'école;;;;oui;École du centre;Le nom d'usage.;;
schools;kind;Usage du lieu;choice;uses;;oui;école;À quoi il sert.;;
schools;floor_area_m2;Surface des classes (m²);decimal;;;;850,5;La surface des classes.;;
schools;provenance;Provenance;choice;sources;;;partenaire;D'où vient la ligne.;;
"""
WORDS = """list;code;word
uses;building;école
uses;other;terrain
sources;partner;partenaire
sources;synthetic;synthétique
"""
CODE = '''"""The template of schools: one a row."""

from synergie.formats.checks import N_
from synergie.formats.columns import load_columns, load_words
from synergie.formats.templates.engine import template_format
from synergie.formats.templates.plain import plain_template
from synergie.schemas.assets.site import SiteRecord

_PACKAGE = "synergie.formats.schools"
_COLUMNS = load_columns(_PACKAGE, load_words(_PACKAGE))

TEMPLATE = plain_template(
    "schools",
    "Écoles",
    "Une école par ligne.",
    columns=_COLUMNS["schools"],
    record=SiteRecord,
)
FORMAT = template_format(TEMPLATE, title=N_("Schools to fill (CSV, XLSX)"))
'''
CASES = '''"""Schools, as the conformance suite asks for them."""

from tests.formats.cases import Case

HEAD = "Code de l'école;Nom de l'école;Usage du lieu;Surface des classes (m²)"
DATA = f"{HEAD}\\r\\nE1;Centre;école;850,5\\r\\nE2;Nord;terrain;\\r\\n".encode()
CASES = [
    Case(
        format="template-schools",
        name="ecoles.csv",
        data=DATA,
        records=2,
        bad=DATA.replace(b";850,5", b";beaucoup"),
        skips={"clock": "it holds a list of places: no step of a curve"},
    )
]
'''
REGISTRY = "src/synergie/formats/registry.py"
CATALOGUE = "src/synergie/formats/templates/catalogue.py"
IMPORT = "from synergie.formats.schools import schools\n"
BAD = """Code de l'école;Nom de l'école;Usage du lieu;Surface des classes (m²)
E1;Centre;école;850,5
E2;Nord;piscine;
E3;Sud;école;beaucoup
E4;;école;10
"""


def test_a_table_of_the_recipe_is_filled_and_read_by_the_one_engine(
    scratch: Scratch, tmp_path: Path
) -> None:
    folder = "src/synergie/formats/schools"
    scratch.write(f"{folder}/__init__.py", '"""Schools."""\n')
    scratch.write(f"{folder}/columns.csv", COLUMNS)
    scratch.write(f"{folder}/words.csv", WORDS)
    scratch.write(f"{folder}/schools.py", CODE)
    scratch.insert(REGISTRY, after="formats.report import Report\n", text=IMPORT)
    scratch.insert(REGISTRY, after="supply_points.FORMAT,", text="\n    schools.FORMAT,")
    scratch.insert(CATALOGUE, after="formats.report import Place, Report\n", text=IMPORT)
    scratch.insert(CATALOGUE, after="    assets.SITES,\n", text="    schools.TEMPLATE,\n")
    scratch.write("tests/formats/schools/__init__.py", "")
    scratch.write("tests/formats/schools/cases.py", CASES)
    scratch.translate({"Schools to fill (CSV, XLSX)": "Écoles à remplir (CSV, XLSX)"})
    scratch.test("tests/formats/test_conformance.py", only="template-schools")
    scratch.test("tests/architecture/test_cells.py")
    assert "schools" in scratch.command("template", "--list")
    for kind in ("csv", "xlsx"):
        blank = tmp_path / f"ecoles.{kind}"
        scratch.command("template", "ecoles", "-o", str(blank))
        assert blank.stat().st_size > len(COLUMNS) // 2
    told = _check_bad_cells(scratch, tmp_path / "mauvaises.csv")
    for place, found, expected in (
        ("ligne 3", "piscine", "un mot de la liste de cette colonne"),
        ("ligne 4", "beaucoup", "un nombre"),
        ("ligne 5", "Nom de l'école", ""),
    ):
        (line,) = (one for one in told if place in one)
        assert found in line, told
        assert expected in line, told


def _check_bad_cells(scratch: Scratch, file: Path) -> list[str]:
    file.write_text(BAD, encoding="utf-8")
    return scratch.command("check", str(file), status=1).splitlines()
