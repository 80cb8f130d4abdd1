"""The territory of a served history: who has which homes, readings and agreements, over HTTP.

Each reading is a random number; the sums that exist are those of the cells as they are counted.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sqlalchemy import text

from synergie.policy.publication.cells import tree
from synergie.schemas.publication.cell_scheme import Cell, CellScheme
from tests.adversary.hearing import LEAST, Hearing
from tests.adversary.rules import Wh
from tests.exchange.sums import scheme, start_of
from tests.server.place import Member, Place, curve, point, series, terms

DECLARER, MONTHS = "declarer", (1, 2)
_MANY = range(30)
"""More versions of a reading than any history makes."""


@dataclass
class Opened:
    """An agreement that lets *reader* read single points of *owner*."""

    id: str
    owner: str
    reader: str
    codes: Sequence[str]
    consents: list[str] = field(default_factory=list)
    closed: bool = False


@dataclass
class ServedTerritory:
    """Who is there, who knows what by right, and what was heard."""

    random: Random
    place: Place
    members: dict[str, Member]
    hearing: Hearing
    schemes: dict[str, CellScheme] = field(default_factory=dict)
    """Publisher -> its scheme, of whichever version."""
    points: dict[str, dict[str, str]] = field(default_factory=dict)
    """Owner -> code -> identifier of the delivery point; `series`: of its series."""
    series: dict[str, str] = field(default_factory=dict)
    values: dict[tuple[str, int], list[Wh]] = field(default_factory=dict)
    by_value: dict[int, Wh] = field(default_factory=dict)
    communes: dict[str, str] = field(default_factory=dict)
    """Code -> its commune."""
    counting: set[str] = field(default_factory=set)
    """The publishers whom the declarer lets count its homes."""
    opened: list[Opened] = field(default_factory=list)
    shared: list[tuple[str, str]] = field(default_factory=list)
    """Agreement over sums, and its reader."""

    def _add(self, owner: str, many: Mapping[str, int]) -> None:
        """So many homes more of *owner* in each commune, with their readings."""
        there = [commune for commune, n in many.items() for _ in range(n)]
        codes = [f"99{len(self.series) + n + 1:012d}" for n, _ in enumerate(there)]
        if not codes:
            return
        me, usual = self.members[owner], {"personal_data": "yes", "usage": "building"}
        places = dict(zip(codes, there, strict=True))
        declared = [point(code, site=f"S-{places[code]}", **usual) for code in codes]
        made = me.made("/v1/supply-points", *declared)
        monthly = {"quantity": "active_energy", "form": "period_energy", "unit": "Wh"}
        curves = me.made("/v1/series", *(series(code, **monthly) for code in codes))
        for code, one, name in zip(codes, made, curves, strict=True):
            self.points[owner][code], self.series[owner + code] = one, name
        self.communes |= places
        self.hearing.log.known[owner] |= {Wh(c, m, v) for c in codes for m in MONTHS for v in _MANY}
        self._measure(owner, codes)

    def _measure(self, owner: str, codes: Sequence[str]) -> None:
        sent = []
        for code in codes:
            drawn = [self.random.randrange(LEAST, 4 * LEAST) for _ in MONTHS]
            for month, value in zip(MONTHS, drawn, strict=True):
                some = self.values.setdefault((code, month), [])
                one = Wh(code, month, len(some))
                some.append(one)
                self.hearing.log.values[one], self.by_value[value] = value, one
                self.hearing.sums[value] = {one: 1}
                self._know(one)
            sent.append(
                curve(self.series[owner + code], start=_told(start_of(1)), step="P1M", unit="Wh",
                      values=drawn)
            )  # fmt: skip
        lines = "".join(f"{json.dumps(one)}\n" for one in sent).encode()
        kind = {"Content-Type": "application/x-ndjson"}
        answer = self.members[owner].post("/v1/curves", lines, headers=kind)
        assert answer.status_code == 200, answer.text

    def _know(self, one: Wh) -> None:
        """Who reads a new reading by right: it was opened, and is not closed."""
        for agreed in self.opened:
            if one.point in agreed.codes and not agreed.closed:
                self.hearing.log.known[agreed.reader].add(one)

    def _know_sums(self) -> None:
        """The sums of each cell as it is counted now, under each version of its scheme."""
        with self.place.store.read() as session:
            rows = session.connection().execute(
                text("SELECT scheme, leaf, energies FROM aggregate_member")
            )
            counted: dict[str, list[tuple[str, list[int | None]]]] = {}
            for name, leaf, energies in rows:
                counted.setdefault(name, []).append((leaf, json.loads(energies)))
            bodies = session.connection().execute(text("SELECT id, body FROM cell_scheme"))
            drawn = [(name, json.loads(body)["cells"]) for name, body in bodies]
        for name, cells in drawn:
            made = tree([Cell.model_validate(one) for one in cells])
            for cell in made.order:
                below = set(made.below(cell))
                for month in MONTHS:
                    self._know_sum(
                        [e[month - 1] for leaf, e in counted.get(name, ()) if leaf in below]
                    )

    def _know_looks(self, name: str) -> None:
        """What a look of *name* would compute if it computed sums: of all that it may count now."""
        counts = (name, DECLARER) if name in self.counting else (name,)
        for communes in ({*self.communes.values()}, *({one} for one in self.communes.values())):
            codes = [c for one in counts for c in self.points[one] if self.communes[c] in communes]
            for month in MONTHS:
                newest = [self.values[code, month][-1] for code in codes]
                total = sum(self.hearing.log.values[one] for one in newest)
                self.hearing.sums[total] = dict.fromkeys(newest, 1)

    def _know_sum(self, energies: Sequence[int | None]) -> None:
        there = [one for one in energies if one is not None]
        if there:
            self.hearing.sums[sum(there)] = {self.by_value[one]: 1 for one in there}

    def _open(self, owner: str, reader: str, some: Sequence[str], **more: Any) -> str:
        consents = more.pop("consents", [])
        ids = [self.points[owner][code] for code in some]
        told = self._agree(owner, reader, {"supply_points": ids}, **more)
        if told.startswith("agr_"):
            self.opened.append(Opened(told, owner, reader, some, consents))
            for key, versions in self.values.items():
                if key[0] in some:
                    self.hearing.log.known[reader] |= {*versions}
        return f"{owner} opens {len(some)} of {len(self.points[owner])} to {reader}: {told}"

    def _count_for(self, name: str) -> None:
        """The declarer lets *name* count its homes."""
        told = self._agree(
            DECLARER, name, {"sites": self._sites(DECLARER)}, granularity="aggregate",
            cell_scheme=self.schemes[name].id, onward="open_data",
        )  # fmt: skip
        assert told.startswith("agr_"), told
        self.counting.add(name)

    def _agree(self, owner: str, reader: str, selector: Mapping[str, Any], **more: Any) -> str:
        """The agreement that both sign, or the first refusal."""
        one, other = self.members[owner], self.members[reader]
        asked = terms(one, other, selector=selector, datasets=["consumption"], **more)
        answer = one.post("/v1/agreements", asked)
        if answer.status_code != 201:
            return f"{answer.status_code} {answer.text[:120]}"
        name = str(answer.json()["id"])
        for side, act in ((one, "propose"), (other, "accept")):
            answer = side.act(name, act)
            if answer.status_code != 200:
                return f"{act} {answer.status_code} {answer.text[:300]}"
        return name

    def _save(self, name: str, communes: Sequence[str]) -> int:
        body = scheme(*communes).model_dump(mode="json")
        answer = self.members[name].put("/v1/cell-schemes/communes", body)
        if answer.status_code == 200:
            self.schemes[name] = CellScheme.model_validate_json(answer.content)
        return answer.status_code

    def _sites(self, name: str) -> list[str]:
        return [one["id"] for one in self.members[name].every("/v1/sites")]


def _told(moment: Any) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
