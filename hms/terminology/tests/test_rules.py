"""Words and scores: cases without a database."""

import pytest

from hms.terminology import rules
from hms.terminology.codes import ConceptKind
from hms.terminology.index import ConceptRow, build, default_leaf, pack, unpack


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("anaemia", "anemia"),
        ("oedema", "edema"),
        ("tumour", "tumor"),
        ("generalised", "generalized"),
        ("stones", "stone"),
        ("allergies", "allergy"),
        ("diarrhoea", "diarrhea"),
    ],
)
def test_british_american_and_plural_spellings_are_one_word(one, other):
    assert rules.fold(one) == rules.fold(other)


@pytest.mark.parametrize("word", ["arthritis", "mellitus", "abscess", "gas", "virus"])
def test_words_that_end_in_s_by_nature_are_left_alone(word):
    assert rules.fold(word) == word


def test_accents_capitals_and_possessives_do_not_matter():
    assert rules.words("Crohn’s Disease") == rules.words("crohn's disease") == ["crohn", "disease"]
    assert rules.words("Ménière disease") == rules.words("meniere disease")


def test_the_letter_of_hepatitis_a_is_a_word_though_an_article_is_none():
    assert rules.words("hepatitis A") != rules.words("hepatitis B")
    assert rules.words("a cold") == ["cold"]


@pytest.mark.parametrize(
    ("title", "essential"),
    [
        ("Low back pain, unspecified", ["low", "back", "pain"]),
        ("Essential (primary) hypertension", ["essential", "hypertension"]),
        ("Fracture of rib, initial encounter for closed fracture", ["fracture", "rib"]),
        ("Unspecified asthma, uncomplicated", ["asthma"]),
    ],
)
def test_what_may_stay_unsaid_is_not_essential(title, essential):
    analysed = rules.analyse(title)
    assert list(analysed.words[: analysed.essential]) == essential
    assert set(rules.words(title)) <= set(analysed.words)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("I10", "I10"),
        ("i10", "I10"),
        ("e119", "E11.9"),
        ("E11.9", "E11.9"),
        ("s72 001a", "S72.001A"),
        ("heart", None),
        ("b12 deficiency", None),
        ("", None),
        ("E11.99999", None),
    ],
)
def test_a_typed_code_is_told_from_words(typed, code):
    assert rules.looks_like_icd(typed) == code


@pytest.mark.parametrize(
    ("typed", "also"),
    [
        ("prostate cancer", "malignant neoplasm prostate"),
        ("cancer of the stomach", "malignant neoplasm stomach"),
        ("ovarian cancer", "malignant neoplasm ovary"),
        ("diabetes type II", "type 2 diabetes"),
        ("penicillin allergy", "allergy status penicillin"),
    ],
)
def test_a_turn_of_phrase_is_also_tried_in_the_words_of_the_classification(typed, also):
    wanted = set(rules.words(also))
    assert any(set(phrasing) == wanted for phrasing in rules.phrasings(typed)[1:])
    assert rules.phrasings(typed)[0] == list(dict.fromkeys(rules.words(typed)))


def test_nothing_but_stop_words_is_nothing():
    assert rules.phrasings("of the") == []
    assert rules.phrasings("") == []


def score(typed, title, **how):
    defaults = {"lay": False, "common": False, "complete": True, "title": True}
    return rules.score(rules.words(typed), rules.analyse(title), **defaults | how)


@pytest.mark.parametrize(
    ("typed", "better", "worse"),
    [
        ("asthma", "Unspecified asthma, uncomplicated", "Exercise induced bronchospasm and asthma"),
        ("hypertension", "Essential (primary) hypertension", "Hypertension secondary to endocrine disorders"),
        ("low back pain", "Low back pain, unspecified", "Back pain in pregnancy"),
    ],
)
def test_a_title_that_says_little_else_is_the_better_answer(typed, better, worse):
    assert score(typed, better) > score(typed, worse)


def test_a_word_typed_in_full_beats_the_beginning_of_a_longer_one():
    assert score("cyst", "Cyst of kidney", complete=False) > score("cyst", "Cystitis", complete=False)


def test_a_common_code_stands_before_its_equals():
    assert score("gout", "Gout", common=True) > score("gout", "Gout")


# --- The index ------------------------------------------------------------------------------------------------
ASTHMA = [
    ConceptRow("J45", "Asthma", ConceptKind.CATEGORY, "", False),
    ConceptRow("J45.2", "Mild intermittent asthma", ConceptKind.SUBCATEGORY, "J45", True, True),
    ConceptRow("J45.9", "Other and unspecified asthma", ConceptKind.SUBCATEGORY, "J45", False),
    ConceptRow("J45.90", "Unspecified asthma", ConceptKind.SUBCATEGORY, "J45.9", False),
    ConceptRow("J45.909", "Unspecified asthma, uncomplicated", ConceptKind.SUBCATEGORY, "J45.90", True, True),
    ConceptRow(
        "J45.901", "Unspecified asthma with (acute) exacerbation", ConceptKind.SUBCATEGORY, "J45.90", True, True
    ),
]


def test_the_plain_name_of_a_category_stands_for_its_unspecified_leaf():
    children = {}
    for row in ASTHMA:
        children.setdefault(row.parent, []).append(row)
    assert default_leaf(ASTHMA[0], children).code == "J45.909"


def test_everyday_words_of_a_heading_lead_to_its_leaf_too():
    index = build(ASTHMA, lay={"J45": ["wheezy bronchitis"]}, common=frozenset())
    found = [row.code for row in index.designations if row.text == "wheezy bronchitis"]
    assert sorted(found) == ["J45", "J45.909"]


def test_postings_tell_leaves_from_headings_and_survive_storage():
    index = build(ASTHMA, lay={}, common=frozenset())
    ranks = unpack(pack(index.postings["asthma"]))
    assert list(ranks) == sorted(ranks)
    for number in ranks:
        assert index.designations[number >> 1].is_leaf == bool(number & 1)
