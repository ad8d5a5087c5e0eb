import msgspec
import pytest

from function.model import Segmenter
from tests.helpers import models
from training.files.source import DataError
from training.naming.names import Name
from training.naming.playbook import (
    apply_fixed,
    apply_playbook,
    entries,
    merge,
    read_playbook,
    remembered,
    remembered_fixed,
    resolve_fixed,
)

NAMES = [Name("Careful", "Old.", "Do."), Name("Frugal", "Old.", "Do.")]


@pytest.fixture
def written(tmp_path):
    def write(text):
        path = tmp_path / "words.toml"
        path.write_text(text)
        return path

    return write


def test_the_playbook_replaces_what_it_names_and_keeps_slugs(written):
    playbook = read_playbook(written('[careful]\nname = "Quality seekers"\naction = "Invite them."\n'))
    assert apply_playbook(playbook.texts, NAMES) == [
        Name("Quality seekers", "Old.", "Invite them.", "careful"),
        NAMES[1],
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[careful", "expected TOML"),
        ("careful = 3", r"\[careful\]: expected a table with name, description, action, found a value"),
        ('[careful]\ncolour = "red"', r"\[careful\]: expected name, description, action, found colour"),
        ("[careful]\nname = 3", r"\[careful\]: name: expected one line of 1 to 200 characters"),
        ('[careful]\nname = " "', "name: expected one line"),
        ('[careful]\naction = """a\nb"""', "action: expected one line"),
        (f'[careful]\naction = "{"a" * 201}"', "action: expected one line"),
        ("fixed = 3", r"\[fixed\]: expected a table"),
        ("fixed = [3]", "fixed: expected a list of features' names"),
        ('fixed = ["age"]\nchangeable = ["age"]', 'expected "age" in fixed or in changeable, found it in both'),
    ],
)
def test_a_playbook_of_another_form_is_refused_with_its_place(written, text, message):
    with pytest.raises(DataError, match=f"words.toml: .*{message}"):
        read_playbook(written(text))


def test_a_missing_playbook_is_refused(tmp_path):
    with pytest.raises(DataError, match=r"none.toml: cannot be read: no such file"):
        read_playbook(tmp_path / "none.toml")


def test_a_segment_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(DataError, match=r"\[lavish\]: expected a segment's slug, one of careful, frugal"):
        apply_playbook({"lavish": {"name": "x"}}, NAMES)


def test_two_segments_of_one_name_are_refused():
    with pytest.raises(DataError, match='found "Frugal" twice'):
        apply_playbook({"careful": {"name": "Frugal"}, "frugal": {"name": "Frugal"}}, NAMES)


def test_the_playbooks_names_win_over_those_of_other_segments():
    called = apply_playbook({"careful": {"name": "Frugal"}}, NAMES)
    assert [(name.name, name.slug) for name in called] == [("Frugal", "careful"), ("Frugal (2)", "frugal")]


def test_the_model_remembers_the_words_of_segments_that_are_still_there():
    words = {"careful": {"name": "Quality seekers", "action": "Invite them."}, "gone": {"name": "Nobody"}}
    square = models.square()
    last = Segmenter(msgspec.structs.replace(square, provenance={"playbook": entries(words)}), "0" * 64)
    kept = remembered(last, NAMES)
    assert kept == {"careful": words["careful"]}
    given = {"careful": {"name": "Choosy"}, "frugal": {"name": "Thrifty"}}
    assert merge(kept, given) == {
        "careful": {"name": "Choosy", "action": "Invite them."},
        "frugal": {"name": "Thrifty"},
    }
    assert remembered(None, NAMES) == remembered(Segmenter(square, "0" * 64), NAMES) == {}


FEATURES = [
    models.feature("income_usd", label="Income"),
    models.feature("tenure", fixed=True),
    models.feature("age", fixed=True),
]


def test_the_playbook_says_which_features_are_fixed_and_which_are_not(written):
    told = read_playbook(written('fixed = ["INCOME"]\nchangeable = ["Tenure"]\n[careful]\nname = "Choosy"\n'))
    assert told.texts == {"careful": {"name": "Choosy"}}
    fixed = resolve_fixed(told.fixed, FEATURES)
    assert [feature.fixed for feature in apply_fixed(fixed, FEATURES)] == [True, False, True]


def test_a_fixed_feature_that_the_model_has_not_is_refused():
    with pytest.raises(DataError, match='found "visits", not in Income, Tenure, Age'):
        resolve_fixed({"visits": True}, FEATURES)


def test_the_model_remembers_which_features_were_said_to_be_fixed():
    provenance = {"fixed": {"income_usd": "yes", "tenure": "no", "gone": "yes"}}
    last = Segmenter(msgspec.structs.replace(models.square(), provenance=provenance), "0" * 64)
    assert remembered_fixed(last, FEATURES) == {"income_usd": True, "tenure": False}
    assert remembered_fixed(None, FEATURES) == {}
