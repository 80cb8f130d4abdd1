"""What the formats of lighting show of themselves to the conformance suite."""

import io
import zipfile
from datetime import date

from synergie.formats.lighting import eclext, inventory_geojson, light_points_csv
from synergie.formats.lighting.monthly_csv import COLUMNS as MONTHLY
from synergie.schemas.assets.light_point import LightPointRecord
from synergie.schemas.assets.location import Location
from synergie.schemas.assets.night_profile import DimmingRange, NightProfile
from synergie.schemas.readings.profile import Profile
from tests.formats.cases import Case
from tests.formats.lighting import talq_messages as say
from tests.formats.lighting.packages import PLACE, package, point
from tests.formats.lighting.test_inventory_shapefile import dbf, layer, shp

NO_CLOCK = {"clock": "a table of things, not a series of steps"}
POINTS = [
    LightPointRecord(
        external_id=f"PL-{i}", insee_code="54430", source_type="LED", power_w=30 + i,
        cct_k=3000, height_m=6.5, installed_on=date(2020, 5, 1),
        location=Location(longitude=6.13 + i / 1000, latitude=48.77), provenance="synthetic",
    )
    for i in range(5)
]  # fmt: skip
CSV = b"numero;typeSource;puissance;armoire;longitude;latitude\n" + b"".join(
    f"PL-{i};LED;{30 + i};A-7;6,13{i};48,77\n".encode() for i in range(5)
)
WORKS = "num_inter;nature;date_signalement;date_realisation;panne\n" + "".join(
    f"{i};signalement;0{i}/11/2026 10:05;;lampe éteinte\n" for i in range(1, 6)
)
SUPPORTS = "id_support;type_support;materiau;hauteur_support\n" + "".join(
    f"S{i};mat;acier;{i},5\n" for i in range(1, 6)
)
CIRCUITS = "id_depart;armoire;nom;calibre\n" + "".join(
    f"D{i};A-7;Rue {i};16 A\n" for i in range(1, 6)
)
MONTHS = ",".join(MONTHLY) + "\n" + "".join(
    f"HDF,62,Ville,62400,RUE {i},2019-0{i}-01,12.5,1.5,1.05\n" for i in range(1, 6)
)  # fmt: skip
SHAPES = [(930_000.0 + i, 6_860_000.0) for i in range(5)]
TABLE = {"id": 8, "lamp_type": 10, "puissance": 6}


def _points(form: str) -> bytes:
    sink = io.BytesIO()
    formats = {
        "csv": light_points_csv.FORMAT, "fr": light_points_csv.FORMAT_FR,
        "geojson": inventory_geojson.FORMAT,
    }  # fmt: skip
    write = formats[form].write
    assert write is not None
    write(POINTS, sink, Profile())
    return sink.getvalue()


def _eclext() -> bytes:
    sink = io.BytesIO()
    night = NightProfile(external_id="N", on_at="-15CS", ranges=("R",), provenance="synthetic")
    dimmed = DimmingRange(
        external_id="R", quantity="P", start="23:00HL", end="05:00HL", value=50.0,
        provenance="synthetic",
    )  # fmt: skip
    eclext.write([dimmed, night, *POINTS], sink, Profile())
    return sink.getvalue()


def _spoilt(archive: bytes, member: str, old: str, new: str) -> bytes:
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as whole, zipfile.ZipFile(sink, "w") as made:
        for name in whole.namelist():
            text = whole.read(name).decode()
            made.writestr(name, text.replace(old, new, 1) if name == member else text)
    return sink.getvalue()


def _shapefile(power: str) -> bytes:
    rows = [[f"P{i}", "LED", power if i == 2 else "70"] for i in range(5)]
    return layer(shp=shp(*SHAPES), dbf=dbf(TABLE, *rows))


def _geopackage(power: str) -> bytes:
    rows = [(point(*PLACE), f"P{i}", "LED", power if i == 2 else 70) for i in range(5)]
    return package(("id", "typeSource", "puissance"), *rows)


def _talq(flux: object) -> bytes:
    lamps = [
        say.device(
            say.LIGHT[:-1] + str(i),
            say.basic(f"PL-{i}"),
            say.luminaire(
                luminousFluxConfiguration=say.attribute("Integer", flux if i == 2 else 3900)
            ),
        )
        for i in range(5)
    ]
    return say.packed({"devices": lamps, "luminaire-types": [say.LUMINAIRE_TYPE]})


CASES = [
    Case(
        format="lighting-csv", name="inventaire.csv", data=CSV, records=6,
        bad=CSV.replace(b";32;", b";beaucoup;"), skips=NO_CLOCK,
    ),
    Case(
        format="light-points-csv", name="points.csv", data=_points("csv"), records=5,
        bad=_points("csv").replace(b",32,", b",-32,"), skips=NO_CLOCK,
    ),
    Case(
        format="light-points-csv-fr", name="points.csv", data=_points("fr"), records=5,
        bad=_points("fr").replace(b";32;", b";-32;"), skips=NO_CLOCK,
    ),
    Case(
        format="lighting-geojson", name="points.geojson", data=_points("geojson"), records=5,
        bad=_points("geojson").replace(b'"power_w":32', b'"power_w":-32'), skips=NO_CLOCK,
    ),
    Case(
        format="lighting-shapefile", name="points.zip", data=_shapefile("70"), records=5,
        bad=_shapefile("x"), skips=NO_CLOCK,
    ),
    Case(
        format="lighting-geopackage", name="points.gpkg", data=_geopackage("70"), records=5,
        bad=_geopackage("x"), skips=NO_CLOCK,
    ),
    Case(
        format="eclext", name="eclext.zip", data=_eclext(), records=7,
        bad=_spoilt(_eclext(), "PointLumineux.csv", ",LED,", ",BOUGIE,"), skips=NO_CLOCK,
    ),
    Case(
        format="lighting-consumption-csv", name="eclairage-public.csv", data=MONTHS.encode(),
        records=5, bad=MONTHS.replace(",12.5,", ",douze,", 1).encode(), skips=NO_CLOCK,
    ),
    Case(
        format="lighting-works", name="interventions.csv", data=WORKS.encode(), records=5,
        bad=WORKS.replace("03/11/2026", "33/11/2026").encode(), skips=NO_CLOCK,
    ),
    Case(
        format="lighting-supports", name="supports.csv", data=SUPPORTS.encode(), records=5,
        bad=SUPPORTS.replace("3,5", "haut").encode(), skips=NO_CLOCK,
    ),
    Case(
        format="lighting-circuits", name="departs.csv", data=CIRCUITS.encode(), records=5,
        bad=CIRCUITS.replace("D3;A-7", "D2;A-8").encode(), skips=NO_CLOCK,
    ),
    Case(
        format="talq", name="devices.json", data=_talq(3900), records=5,
        bad=_talq(-5), skips=NO_CLOCK,
    ),
]  # fmt: skip
