"""The recipe "Add a criterion", followed: a new indicator of the night stands in the comparison."""

import json
import re
from pathlib import Path

from synergie.lighting.samples.study import study
from tests.architecture.recipes.scratch import Scratch

EFFECTS = "src/synergie/lighting/records/effects.py"
STAKE = "src/synergie/lighting/plan/criteria/night_sky.py"
TEXTS = "src/synergie/lighting/plan/criteria/_text.py"
LABELS = "src/synergie/lighting/plan/consultation/labels.csv"
BOUNDS = "src/synergie/lighting/plan/weighing/bounds.csv"
NAMES = "src/synergie/lighting/reports/names.py"
SUMS = "src/synergie/lighting/policy/sums.py"
PAGE = "docs/plan/lighting-criteria.md"

CRITERION = """
    Criterion(
        told=CriterionTold(
            criterion="blue_lights",
            stake="night_sky",
            unit="%",
            direction="min",
            purpose=Phrase(text="how many lights scatter much in the sky"),
            source=Phrase(text="share of the luminaires above 3000 K"),
        ),
        of=_compute_blue_share,
    ),
)
"""
FUNCTIONS = '''

def _read_colours(whole: ScenarioEvaluation) -> Column:
    return whole.found.cct_k


def _compute_blue_share(view: View) -> Figure:
    """What scatters most: light of more than 3000 K."""
    cct = view.column(_read_colours)
    return share(view, cct > 3000, np.isnan(cct), _text.NO_COLOUR)

'''
FRENCH = {
    "how many lights scatter much in the sky": "combien de lampes voilent le plus le ciel",
    "share of the luminaires above 3000 K": "part des luminaires au-dessus de 3000 K",
    "the colour temperature of {} luminaires is not known":
        "la température de couleur de {} luminaires n'est pas connue",
}  # fmt: skip
ROW = "| `blue_lights` | night_sky | % | min | luminaires above 3000 K | not known: blue or not |\n"
BY_HAND = """

def test_blue_lights_are_a_share_and_a_range_where_a_colour_is_not_known() -> None:
    lights = (light("l1", count=3), light("l2", cabinet="c2", insee_code=B, cct_k=4000))
    assert of("blue_lights", found_of(study(*lights), year([4000, 4000]))).value == 25
    lights = (light("l1", count=3, cct_k=None), lights[1])
    one = of("blue_lights", found_of(study(*lights), year([4000, 4000])))
    assert "3 luminaires" in why(one)
    assert (one.low, one.high, one.known) == (25, 100, 0.25)
"""


def _add_code(scratch: Scratch) -> None:
    scratch.replace(EFFECTS, '    "upward_flux",\n', '    "upward_flux", "blue_lights",\n')
    scratch.insert(TEXTS, after='it is not made up"\n', text=(
        'NO_COLOUR = "the colour temperature of {} luminaires is not known"\n'
    ))  # fmt: skip
    scratch.replace(STAKE, "import Figure, phrase\n", "import Figure, phrase, share\n")
    scratch.replace(STAKE, "\n\nCRITERIA = (\n", f"{FUNCTIONS}\nCRITERIA = (\n")
    scratch.replace(STAKE, "\n)\n", CRITERION)


def _add_words(scratch: Scratch) -> None:
    scratch.insert(LABELS, after="Light sent upwards, which hides the stars. Less means a darker"
                   " sky.\n", text="blue_lights;0;Lumière blanche;% des points lumineux;La part des"
                   " lampes au-dessus de 3000 K.;White light;% of light points;The share of lamps"
                   " above 3000 K.\n")  # fmt: skip
    scratch.insert(BOUNDS, after="From the upward flux of today to none.\n", text=(
        "blue_lights;night_sky;fixed;100;0;A share of points: the whole of what a share may be.\n"
    ))  # fmt: skip
    scratch.replace(NAMES, '    "corridor_light": Name(', (
        '    "blue_lights": Name(("Points au-dessus de 3000 K", "Light points above 3000 K"), 1,\n'
        '                        ("la lumière blanche", "white light")),\n'
        '    "corridor_light": Name('
    ))  # fmt: skip
    scratch.replace(SUMS, '    ("priority_hours",', '    ("blue_lights", "priority_hours",')


def _add_documents(scratch: Scratch) -> None:
    page = scratch.read(PAGE)
    above = re.search(r"^\| `upward_flux` .*\n", page, re.MULTILINE)
    assert above is not None
    scratch.insert(PAGE, after=above[0], text=ROW)
    tests = scratch.root / "tests/scenarios/test_criteria.py"
    tests.write_text(tests.read_text(encoding="utf-8") + BY_HAND, encoding="utf-8")


def test_a_criterion_of_the_recipe_stands_in_the_comparison(
    scratch: Scratch, tmp_path: Path
) -> None:
    _add_code(scratch)
    file = tmp_path / "etude.json"
    file.write_text(study(fast=True).model_dump_json(), encoding="utf-8")
    _add_words(scratch)
    scratch.translate(FRENCH)
    _add_documents(scratch)
    said = scratch.test(
        "tests/scenarios/test_criteria.py", "tests/scenarios/test_criteria_page.py",
        "tests/policy/test_lighting.py", "tests/scenarios/test_weighing.py",
    )  # fmt: skip
    assert "passed" in said
    told = scratch.command("plan", "lighting", "--study", str(file), status=0)
    assert "↓ Points au-dessus de 3000 K (%)" in told
    found = json.loads(scratch.command("plan", "lighting", "--study", str(file), "--json"))[
        "comparison"
    ]
    (criterion,) = (one for one in found["criteria"] if one["criterion"] == "blue_lights")
    assert criterion["stake"] == "night_sky"
    scratch.command("specs")
    assert "blue_lights" in scratch.read("specs/openapi.json")
