"""The whole corpus, the same at each run."""

from random import Random

from tests.tables_corpus.assets import assets
from tests.tables_corpus.beside_energies import beside_energies
from tests.tables_corpus.calendars import calendars
from tests.tables_corpus.claims import claims
from tests.tables_corpus.courses import courses
from tests.tables_corpus.daily_words import daily_words
from tests.tables_corpus.feet import feet_and_names
from tests.tables_corpus.filled import filled
from tests.tables_corpus.fittings import fittings
from tests.tables_corpus.foreign import foreign
from tests.tables_corpus.held_out import held_out
from tests.tables_corpus.hints import hints
from tests.tables_corpus.labels import labels
from tests.tables_corpus.less import less
from tests.tables_corpus.lights import inventories
from tests.tables_corpus.lists import lists
from tests.tables_corpus.marks import marks
from tests.tables_corpus.mistakes import mistakes
from tests.tables_corpus.names import names
from tests.tables_corpus.ordinary import ordinary
from tests.tables_corpus.other_energies import other_energies
from tests.tables_corpus.parks import parks
from tests.tables_corpus.partly import partly
from tests.tables_corpus.parts import parts
from tests.tables_corpus.qualified import qualified
from tests.tables_corpus.quantities import quantities
from tests.tables_corpus.rivals import rivals
from tests.tables_corpus.rules import rules
from tests.tables_corpus.sales import sales
from tests.tables_corpus.scattered import scattered
from tests.tables_corpus.shapes import shapes
from tests.tables_corpus.standing import standing
from tests.tables_corpus.stretches import stretches
from tests.tables_corpus.templates import templates
from tests.tables_corpus.titles import titles
from tests.tables_corpus.told_apart import told_apart
from tests.tables_corpus.traps import traps
from tests.tables_corpus.truth import Case
from tests.tables_corpus.unlike import unlike
from tests.tables_corpus.workbooks import workbooks
from tests.tables_corpus.writing import writings
from tests.tables_corpus.years import years

SEED = 20261130


def corpus() -> list[Case]:
    """Every case, in order; each family draws for itself, so that one more changes no other."""
    families = (
        ordinary,
        inventories,
        traps,
        writings,
        workbooks,
        foreign,
        rules,
        shapes,
        lists,
        mistakes,
        parts,
        parks,
        names,
        courses,
        labels,
        filled,
        sales,
        years,
        claims,
        scattered,
        calendars,
        rivals,
        templates,
        unlike,
        assets,
        partly,
        other_energies,
        fittings,
        beside_energies,
        titles,
        quantities,
        feet_and_names,
        less,
        stretches,
        held_out,
        daily_words,
        qualified,
        standing,
        marks,
        told_apart,
        hints,
    )
    return [
        case
        for family in families
        for case in family(Random(f"{SEED} {family.__name__}"))  # noqa: S311 (the same at each run)
    ]
