"""Checks a certificate of an integer programme: `python checker.py FILE`, nothing else needed.

Reads VIPR 1.0 (Cheung, Gleixner, Steffy 2017) as far as proofs of bounds need it: assumptions,
linear combinations, roundings and splits, all in exact rationals. It imports nothing of this
project and no solver, and can be read in one go: that is its purpose. viprchk, by the authors of
the format, checks the same files.

Prints what is proved and ends with 0; with 1 when the proof does not hold, with 2 when the file is
no certificate; both say where.
"""

import sys
from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import ceil, floor, lcm

SENSES = {"L": -1, "E": 0, "G": 1}
SPLIT = 4
MOST_DIGITS = 4000
"""Digits of one number: more are no certificate, and would take the machine's time."""


class NoCertificateError(Exception):
    """The file cannot be read as VIPR 1.0."""


class NotProvedError(Exception):
    """A step does not follow from those before it."""


class Constraint:
    """`sum of factors * columns sense end`, as whole numbers over one denominator."""

    def __init__(self, sense: int, end: Fraction, factors: dict[int, Fraction]) -> None:
        """*factors* by column."""
        self.scale = lcm(end.denominator, *(f.denominator for f in factors.values()))
        self.sense = sense
        self.end = int(end * self.scale)
        self.factors = {j: int(f * self.scale) for j, f in factors.items() if f}

    def is_absurd(self) -> bool:
        """Nothing on the left, and an end that 0 does not keep: everything follows from it."""
        if self.factors:
            return False
        return (self.sense >= 0 and self.end > 0) or (self.sense <= 0 and self.end < 0)

    def dominates(self, other: "Constraint") -> bool:
        """Whether *other* follows from this one alone."""
        if self.is_absurd():
            return True
        if self.factors.keys() != other.factors.keys():
            return False
        own, its = self.scale, other.scale
        if any(f * its != other.factors[j] * own for j, f in self.factors.items()):
            return False
        here, there = self.end * its, other.end * own
        if other.sense == 0:
            return self.sense == 0 and here == there
        if self.sense not in (0, other.sense):
            return False
        return here >= there if other.sense > 0 else here <= there


def read_words(lines: Iterable[str]) -> Iterator[str]:
    """The words of the file; lines that begin with % are comments."""
    for line in lines:
        if not line.startswith("%"):
            yield from line.split()


class Certificate:
    """A file while it is read: what is known by number, and the assumptions that it rests on."""

    def __init__(self, lines: Iterable[str]) -> None:
        """*lines*: the text."""
        self.words = read_words(lines)
        self.columns = 0
        self.whole: set[int] = set()
        self.objective: dict[int, Fraction] = {}
        self.constraints: list[Constraint] = []
        self.rests: list[frozenset[int]] = []

    def check(self) -> tuple[Fraction | None, int]:
        """Everything: the bound that holds (None: nothing is feasible), and how many steps."""
        self.read_problem()
        claim = self.read_claim()
        self.expect("DER")
        steps = self.read_count()
        for _ in range(steps):
            self.derive()
        for word in self.words:
            raise NoCertificateError(f"{word!r} after the last step")
        if not steps or self.rests[-1]:
            raise NotProvedError("nothing is derived without an assumption")
        sought = Constraint(1, *((Fraction(1), {}) if claim is None else (claim, self.objective)))
        if not self.constraints[-1].dominates(sought):
            raise NotProvedError("the last step does not say what was to be proved")
        return claim, steps

    def read_problem(self) -> None:
        """The sections up to `CON`."""
        self.expect("VER")
        self.expect("1.0")
        self.expect("VAR")
        self.columns = self.read_count()
        for _ in range(self.columns):
            self.read_word()
        self.expect("INT")
        self.whole = {self.read_number(self.columns) for _ in range(self.read_count())}
        self.expect("OBJ")
        self.expect("min")
        self.objective = {j: c for j, c in self.read_pairs(self.columns).items() if c}
        self.expect("CON")
        rows, _bounds = self.read_count(), self.read_count()
        for _ in range(rows):
            self.constraints.append(self.read_constraint()[1])
            self.rests.append(frozenset())

    def read_claim(self) -> Fraction | None:
        """The lower bound to be proved; None for "nothing is feasible"."""
        self.expect("RTP")
        claim = None
        if self.expect("range", "infeas") == "range":
            claim = self.read_rational()
            self.expect("inf")  # who made the plan shows that it holds; here, that none is better
        self.expect("SOL")
        self.expect("0")
        return claim

    def derive(self) -> None:
        """The next step, checked."""
        name, derived = self.read_constraint()
        number = len(self.constraints)
        self.expect("{")
        way = self.expect("asm", "lin", "rnd", "uns")
        if way == "asm":
            rests = frozenset((number,))
        elif way == "uns":
            numbers = [self.read_number(number) for _ in range(SPLIT)]
            rests = self.check_split(name, derived, numbers)
        else:
            terms = self.read_pairs(number)
            whole = self.combine(name, terms)
            if way == "rnd":
                whole = self.round(name, whole)
            if not whole.dominates(derived):
                raise NotProvedError(f"{name}: it does not follow from its parts")
            rests = frozenset[int]().union(*(self.rests[i] for i in terms))
        self.expect("}")
        self.read_word()  # until where it is used: a hint
        self.constraints.append(derived)
        self.rests.append(rests)

    def combine(self, name: str, terms: dict[int, Fraction]) -> Constraint:
        """The sum of constraints times factors, all of which press the same way."""
        scale = lcm(*(f.denominator * self.constraints[i].scale for i, f in terms.items()))
        factors: dict[int, int] = {}
        end, ways = 0, set[bool]()
        for i, factor in terms.items():
            used = self.constraints[i]
            times = factor.numerator * (scale // (factor.denominator * used.scale))
            if used.sense and times:
                ways.add((used.sense > 0) == (times > 0))
            end += times * used.end
            for j, a in used.factors.items():
                factors[j] = factors.get(j, 0) + times * a
        if len(ways) > 1:
            raise NotProvedError(f"{name}: its parts press both ways")
        sense = 0 if not ways else 1 if True in ways else -1
        whole = {j: Fraction(a, scale) for j, a in factors.items() if a}
        return Constraint(sense, Fraction(end, scale), whole)

    def round(self, name: str, whole: Constraint) -> Constraint:
        """Whole factors of whole columns: the end is whole, too."""
        for j, a in whole.factors.items():
            if a % whole.scale or j not in self.whole:
                raise NotProvedError(f"{name}: what is not whole cannot be rounded")
        if whole.sense == 0:
            raise NotProvedError(f"{name}: an equation is not rounded")
        end = Fraction(whole.end, whole.scale)
        factors = {j: Fraction(a, whole.scale) for j, a in whole.factors.items()}
        rounded = ceil(end) if whole.sense > 0 else floor(end)
        return Constraint(whole.sense, Fraction(rounded), factors)

    def check_split(self, name: str, derived: Constraint, numbers: list[int]) -> frozenset[int]:
        """What holds at or below a whole number, and above it, holds; on which assumptions."""
        first, one, second, other = numbers
        low, high = self.constraints[one], self.constraints[other]
        if low.sense > 0:
            low, high = high, low
        alike = low.factors.keys() == high.factors.keys() and all(
            f * high.scale == high.factors[j] * low.scale and not f % low.scale and j in self.whole
            for j, f in low.factors.items()
        )
        ends = Fraction(low.end, low.scale), Fraction(high.end, high.scale)
        covers = low.sense < 0 < high.sense and ends[0].denominator == 1 and ends[1] - ends[0] == 1
        if not (alike and covers):
            raise NotProvedError(f"{name}: its two assumptions leave something out")
        for part in (first, second):
            if not self.constraints[part].dominates(derived):
                raise NotProvedError(f"{name}: one of its parts does not say it")
        return (self.rests[first] - {one}) | (self.rests[second] - {other})

    def read_word(self) -> str:
        """The next word."""
        for word in self.words:
            return word
        raise NoCertificateError("the file ends too early")

    def expect(self, *words: str) -> str:
        """The next word, which is one of *words*."""
        word = self.read_word()
        if word not in words:
            raise NoCertificateError(f"{word[:40]!r} where {' or '.join(words)} was expected")
        return word

    def read_count(self) -> int:
        """How many things follow."""
        return self.parse_count(self.read_word())

    def parse_count(self, word: str) -> int:
        """The number in *word*, 0 or more."""
        if not (word.isascii() and word.isdigit() and len(word) < MOST_DIGITS):
            raise NoCertificateError(f"{word[:40]!r} where a count was expected")
        return int(word)

    def read_number(self, limit: int) -> int:
        """The number of a column or constraint, below *limit*."""
        number = self.read_count()
        if number >= limit:
            raise NoCertificateError(f"number {number}, and there are only {limit}")
        return number

    def read_rational(self) -> Fraction:
        """A rational."""
        word = self.read_word()
        try:
            if len(word) < MOST_DIGITS and "e" not in word.lower():
                return Fraction(word)
        except (ValueError, ZeroDivisionError):
            pass
        raise NoCertificateError(f"{word[:40]!r} where a rational was expected")

    def read_pairs(self, limit: int) -> dict[int, Fraction]:
        """Numbers below *limit*, each once, with a rational; or, as `OBJ`, the objective."""
        word = self.read_word()
        if word == "OBJ":
            return dict(self.objective)
        pairs: dict[int, Fraction] = {}
        for _ in range(self.parse_count(word)):
            number = self.read_number(limit)
            if number in pairs:
                raise NoCertificateError(f"number {number} stands twice in one list")
            pairs[number] = self.read_rational()
        return pairs

    def read_constraint(self) -> tuple[str, Constraint]:
        """Its name, and itself."""
        name = self.read_word()
        sense = SENSES[self.expect(*SENSES)]
        end = self.read_rational()
        return name, Constraint(sense, end, self.read_pairs(self.columns))


def check_file(path: str) -> tuple[int, str]:
    """The status to end with and what to say of the file at *path*."""
    try:
        with open(path, encoding="ascii") as lines:  # noqa: PTH123 (as few imports as can be)
            claim, steps = Certificate(lines).check()
    except (NoCertificateError, UnicodeDecodeError, OSError) as error:
        return 2, f"no certificate: {error}"
    except NotProvedError as error:
        return 1, f"not proved: {error}"
    bound = "nothing is feasible" if claim is None else f"no cost below {claim}"
    return 0, f"proved: {bound} ({steps} steps)"


if __name__ == "__main__":
    status, sentence = check_file(sys.argv[1])
    sys.stdout.write(f"{sentence}\n")
    sys.exit(status)
