"""A proof as VIPR 1.0, the format of certificates of integer programmes.

Source: Cheung, Gleixner, Steffy, "Verifying integer programming results", IPCO 2017, with the
specification `cert_spec_v1_0` beside its checker viprchk. Bounds of columns come first (constraint
`2 j` is the lower one of column `j`, `2 j + 1` the upper one), then rows. Of each part every leaf
of its tree is a linear combination, every split an `uns`, a bound up to whole cents a `rnd`; the
last step sums the parts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TextIO

from synergie.plan.certificate.exact import PRICES, ExactModel, Part
from synergie.plan.certificate.proof import BoundProof, Node, PartProof

type Terms = list[tuple[int, Fraction]]


def build_vipr_problem(exact: ExactModel) -> str:
    """The sections `VER` to `CON`: the model, without any proof. The same model, the same text."""
    columns = range(len(exact.costs))
    whole = [j for j in columns if exact.whole[j]]
    rows = list(_iterate_rows(exact))
    lines = ["VER 1.0", f"VAR {len(columns)}", " ".join(f"x{j}" for j in columns)]
    lines += [f"INT {len(whole)}", " ".join(map(str, whole))]
    lines += ["OBJ min", _spell_terms(_list_costs(exact, columns))]
    lines.append(f"CON {2 * len(columns) + len(rows)} {2 * len(columns)}")
    for j in columns:
        lines.append(f"L{j} G {exact.bounds[j].low} 1 {j} 1")
        lines.append(f"U{j} L {exact.bounds[j].high} 1 {j} 1")
    for number, (sense, end, terms) in enumerate(rows):
        lines.append(f"R{number} {sense} {end} {_spell_terms(terms)}")
    return "\n".join(lines) + "\n"


def write_vipr(proof: BoundProof, sink: TextIO) -> None:
    """The model, what is proved of it, and the proof.

    What is proved is the bound of the tree, whether or not it is as high as was sought.
    """
    sink.write(build_vipr_problem(proof.exact))
    claim = "infeas" if proof.bound is None else f"range {proof.bound} inf"
    sink.write(f"RTP {claim}\nSOL 0\n")
    lines = _Derivations(proof.exact).derive(proof)
    sink.write(f"DER {len(lines)}\n")
    sink.writelines(f"{line}\n" for line in lines)


def _list_costs(exact: ExactModel, columns: range | tuple[int, ...]) -> Terms:
    return [(j, exact.cost_of(j)) for j in columns if exact.costs[j]]


def _iterate_rows(exact: ExactModel) -> Iterator[tuple[str, Fraction, Terms]]:
    """Constraints of the rows: one of two different ends is two, the lower one first."""
    for row, low, high in zip(exact.rows, exact.lows, exact.highs, strict=True):
        terms = [(j, Fraction(factor, exact.scale)) for j, factor in row]
        if low is not None and low == high:
            yield "E", Fraction(low, exact.scale), terms
            continue
        if low is not None:
            yield "G", Fraction(low, exact.scale), terms
        if high is not None:
            yield "L", Fraction(high, exact.scale), terms


def _number_rows(exact: ExactModel) -> list[tuple[int, int]]:
    """For each row the numbers of the constraints of its lower and of its upper end."""
    numbers, following = [], 2 * len(exact.costs)
    for low, high in zip(exact.lows, exact.highs, strict=True):
        ends = 1 if low == high and low is not None else (low is not None) + (high is not None)
        numbers.append((following, following + max(ends - 1, 0)))
        following += ends
    return numbers


def _spell_terms(terms: Terms) -> str:
    return " ".join([str(len(terms)), *(f"{j} {factor}" for j, factor in terms)])


@dataclass(frozen=True, slots=True)
class _Step:
    """A constraint that was derived: its number, its bound (None: a contradiction)."""

    number: int
    bound: Fraction | None


@dataclass(slots=True)
class _Derivations:
    """The lines of the section `DER`, in the order in which they follow from each other."""

    exact: ExactModel
    lines: list[str] = field(default_factory=list)
    numbers: list[tuple[int, int]] = field(init=False)
    first: int = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = _number_rows(self.exact)
        self.first = 2 * len(self.exact.costs) + sum(1 for _ in _iterate_rows(self.exact))

    def derive(self, proof: BoundProof) -> list[str]:
        """All lines; the last is the bound of the whole, or a contradiction of one part."""
        steps: Terms = []
        for one in proof.parts:
            if one.bound == 0 and not _list_costs(self.exact, one.part.columns):
                continue  # it costs nothing, and that it can be is not to be proved
            step = self._round(one, self._derive_tree(one))
            if step.bound is None:
                self._add(f"G 1 0 {{ lin 1 {step.number} 1 }}")
                return self.lines
            steps.append((step.number, Fraction(1)))
        steps = steps or [(0, Fraction(0))]  # viprchk takes no empty sum
        self._add(f"G {proof.bound} OBJ {{ lin {_spell_terms(steps)} }}")
        return self.lines

    def _spell_costs(self, part: Part) -> str:
        """The costs of *part*: `OBJ` where no other columns cost anything."""
        mine = _list_costs(self.exact, part.columns)
        return "OBJ" if len(mine) == sum(map(bool, self.exact.costs)) else _spell_terms(mine)

    def _derive_tree(self, one: PartProof) -> _Step:
        """The tree of *one*, its leaves before what joins them; no recursion, it may be deep."""
        pending: list[tuple[Node, dict[tuple[int, bool], int], bool]] = [(one.root, {}, False)]
        done: list[_Step] = []
        splits: list[tuple[int, int]] = []
        claim = self._spell_costs(one.part)
        while pending:
            node, ends, joined = pending.pop()
            if node.below is None or node.above is None or node.column is None:
                done.append(self._add_leaf(one.part, node, ends, claim))
            elif joined:
                above, below = done.pop(), done.pop()
                done.append(self._join(below, above, splits.pop(), claim))
            else:
                j = node.column
                down = self._add(f"L {node.below.box[j].high} 1 {j} 1 {{ asm }}")
                up = self._add(f"G {node.above.box[j].low} 1 {j} 1 {{ asm }}")
                splits.append((down, up))
                pending.append((node, ends, True))
                pending.append((node.above, {**ends, (j, False): up}, False))
                pending.append((node.below, {**ends, (j, True): down}, False))
        return done.pop()

    def _add(self, line: str) -> int:
        self.lines.append(f"D{len(self.lines)} {line} -1")
        return self.first + len(self.lines) - 1

    def _add_leaf(
        self, part: Part, node: Node, ends: dict[tuple[int, bool], int], claim: str
    ) -> _Step:
        """Prices of rows and what is left of each cost, at the end of its column in the box."""
        exact, leaf = self.exact, node.leaf
        costs = leaf.bound is not None
        terms = [(self.numbers[i][n < 0], Fraction(n, PRICES)) for i, n in leaf.prices.items()]
        for column, rest in exact.compute_reduced(part, leaf.prices, costs=costs).items():
            number = ends.get((column, rest < 0), 2 * column + (rest < 0))
            terms.append((number, Fraction(rest, exact.scale * PRICES)))
        if leaf.bound is not None:
            line = f"G {leaf.bound} {claim} {{ lin {_spell_terms(terms)} }}"
            return _Step(self._add(line), leaf.bound)
        total = exact.compute_bound(part, leaf.prices, node.box, costs=False)
        terms = [(number, factor / total) for number, factor in terms]
        return _Step(self._add(f"G 1 0 {{ lin {_spell_terms(terms)} }}"), None)

    def _join(self, below: _Step, above: _Step, split: tuple[int, int], claim: str) -> _Step:
        """What holds of both parts: the lower of their bounds."""
        bounds = [step.bound for step in (below, above) if step.bound is not None]
        bound = min(bounds, default=None)
        what = "G 1 0" if bound is None else f"G {bound} {claim}"
        line = f"{what} {{ uns {below.number} {split[0]} {above.number} {split[1]} }}"
        return _Step(self._add(line), bound)

    def _round(self, one: PartProof, step: _Step) -> _Step:
        """The bound up to whole cents, where all its plans cost whole cents."""
        if step.bound is None or not self.exact.is_in_cents(one.part):
            return step
        rounded = self.exact.round_bound(one.part, step.bound)
        cents = [(j, 100 * cost) for j, cost in _list_costs(self.exact, one.part.columns)]
        line = f"G {100 * rounded} {_spell_terms(cents)} {{ rnd 1 {step.number} 100 }}"
        number = self._add(line)
        line = f"G {rounded} {self._spell_costs(one.part)} {{ lin 1 {number} 1/100 }}"
        return _Step(self._add(line), rounded)
