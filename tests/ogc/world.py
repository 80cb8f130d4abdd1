"""A served territory for maps: light points, an agreement on one cabinet, open sums, outlines."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2

from synergie.storage.store import Store
from tests.server.partner import URL
from tests.server.place import (
    Furnished,
    Member,
    Place,
    active,
    cabinet,
    cell_scheme,
    furnish,
    january,
    light_point,
    point,
    series,
    site,
    sums,
)

SCRIPT = "<script>alert(1)</script>"
CANARY = "CANARI-QUE-NUL-AUTRE-NE-VOIT"
OUTLINE = [[[6.10, 48.75], [6.16, 48.75], [6.16, 48.80], [6.10, 48.80], [6.10, 48.75]]]
CODE = "99000000000555"
GEO = "application/geo+json"


def places(n: int) -> list[tuple[float, float]]:
    """A grid of *n* places, none on a bound that the tests ask for."""
    return [(6.1005 + 0.002 * (i % 7), 48.7505 + 0.003 * (i // 7)) for i in range(n)]


@dataclass
class World:
    """Who is there, and what each may see."""

    furnished: Furnished
    ids: dict[str, Any]

    @property
    def owner(self) -> Member:
        return self.furnished.owner

    @property
    def partner(self) -> Member:
        return self.furnished.partner

    @property
    def stranger(self) -> Member:
        return self.furnished.stranger

    @property
    def http(self) -> httpx2.Client:
        return self.furnished.place.http

    @property
    def shared(self) -> str:
        """Where the partner reads what the agreement opens."""
        return f"/ogc/agreements/{self.ids['map']}"

    def every(self, member: Member | None, path: str) -> list[dict[str, Any]]:
        """The features of all pages, by their `next` links."""
        found: list[dict[str, Any]] = []
        here: str | None = path
        while here is not None:
            answer = self.http.get(here) if member is None else member.get(here)
            assert answer.status_code == 200, answer.text
            found += answer.json()["features"]
            here = turned(answer, "next")
        return found


def turned(answer: httpx2.Response, rel: str) -> str | None:
    """Path and query of a link of an answer; None without."""
    for one in answer.json()["links"]:
        if one["rel"] == rel:
            parts = urlsplit(one["href"])
            assert one["href"].startswith(URL), "links start with the public address"
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return None


def outlines(folder: Path) -> Path:
    """A file of one commune, as an operator gives it."""
    path = folder / "communes.geojson"
    feature = {
        "type": "Feature",
        "properties": {"code": "54430", "nom": "Pompey"},
        "geometry": {"type": "Polygon", "coordinates": OUTLINE},
    }
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")
    return path


def made(store: Store, folder: Path) -> World:
    """The whole of it, over an empty store."""
    folder.mkdir(exist_ok=True)
    furnished = furnish(Place.of(store, folder / "data", communes=outlines(folder)))
    owner, partner = furnished.owner, furnished.partner
    at = [{"longitude": x, "latitude": y} for x, y in places(25)]
    (shared,) = owner.made("/v1/cabinets", cabinet("A7", location=at[0], name=SCRIPT))
    lights = [
        light_point(f"L{n}", cabinet="A7" if n < 20 else "A1", location=at[n], power_w=70,
                    insee_code="54430", luminaire_model=SCRIPT)
        for n in range(25)
    ]  # fmt: skip
    owner.made("/v1/light-points", *lights, light_point("L-nowhere", cabinet="A7"))
    owner.made("/v1/sites", site("S7", location=at[3], insee_code="54430"))
    owner.made("/v1/supply-points", point("99000000000031", site="S7"))
    other = furnished.stranger
    other.made("/v1/light-points", light_point("L1", location=at[1], luminaire_model=CANARY))
    ids: dict[str, Any] = {
        "map": active(owner, partner, selector={"cabinets": [shared]}, datasets=["assets"]),
        "cabinet": shared,
        "foreign": other.every("/v1/light-points")[0]["id"],
    }
    ids["open"] = _opened(furnished.place)
    return World(furnished, ids)


def _opened(place: Place) -> str:
    """Sums of one commune that anybody may read."""
    owner = place.member("org-open")
    owner.made("/v1/sites", site(insee_code="54430"))
    owner.made("/v1/supply-points", point(CODE, site="S1", usage="public_lighting"))
    (measured,) = owner.made("/v1/series", series(CODE))
    owner.post("/v1/curves", january(measured))
    cells = cell_scheme(title="Éclairage")["cells"]
    cells[0]["name"] = SCRIPT
    scheme = owner.put("/v1/cell-schemes/communes", cell_scheme(title="Éclairage", cells=cells))
    told = sums(scheme.json()["id"], open_data=True)
    released = owner.post("/v1/releases", told)
    assert released.status_code == 201, released.text
    return f"{scheme.json()['id']}-electricity"
