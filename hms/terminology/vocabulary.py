"""What people say beside what ICD-10-CM says: single words, organs and turns of phrase. Data, no logic.

Whole phrases that mean one code stand in `data/icd10cm_synonyms.csv` instead.
"""

from __future__ import annotations

import re
from typing import Final

# Words that carry no meaning in a title; ignored on both sides.
STOP_WORDS: Final = frozenset(
    (
        "a", "an", "and", "are", "as", "at", "by", "d", "e", "for", "from", "g", "has", "have", "having", "i", "in",
        "into", "is", "it", "its", "m", "my", "of", "on", "or", "s", "t", "the", "to", "was",
    )
)  # fmt: skip
# Words whose absence from what was typed costs nothing:
# "Low back pain, unspecified" answers "low back pain" in full.
NEUTRAL_WORDS: Final = frozenset(("unspecified", "nos", "uncomplicated", "site"))

# Typed word -> words that a title may use instead.
EQUIVALENTS: Final[dict[str, tuple[str, ...]]] = {
    "abdomen": ("abdominal",),
    "ankles": ("ankle",),
    "baby": ("newborn", "neonatal"),
    "backache": ("dorsalgia",),
    "belly": ("abdominal",),
    "bite": ("bitten",),
    "bleed": ("hemorrhage", "bleeding"),
    "bleeding": ("hemorrhage",),
    "bowel": ("intestine", "intestinal", "colon"),
    "brain": ("cerebral", "intracranial", "intracerebral"),
    "breathlessness": ("dyspnea", "breath"),
    "breathing": ("respiratory", "breath"),
    "broken": ("fracture",),
    "bruise": ("contusion",),
    "bruised": ("contusion",),
    "burned": ("burn",),
    "burnt": ("burn",),
    "cardiac": ("heart",),
    "chickenpox": ("varicella",),
    "clot": ("thrombosis", "embolism"),
    "collarbone": ("clavicle",),
    "cut": ("laceration",),
    "depressed": ("depression", "depressive"),
    "diabetic": ("diabetes",),
    "dislocated": ("dislocation",),
    "elevated": ("abnormal", "raised"),
    "enlarged": ("hyperplasia", "hypertrophy"),
    "faint": ("syncope",),
    "fractured": ("fracture",),
    "gum": ("gingival", "periodontal"),
    "gut": ("intestinal",),
    "heart": ("cardiac",),
    "hepatic": ("liver",),
    "hives": ("urticaria",),
    "infected": ("infection",),
    "inflamed": ("inflammation", "inflammatory"),
    "itch": ("pruritus",),
    "itching": ("pruritus",),
    "itchy": ("pruritus",),
    "jaw": ("mandible",),
    "kidney": ("renal",),
    "kneecap": ("patella",),
    "lady": ("female",),
    "liver": ("hepatic",),
    "lung": ("pulmonary",),
    "neonatal": ("newborn",),
    "newborn": ("neonatal",),
    "nose": ("nasal",),
    "overweight": ("obesity",),
    "pee": ("urine", "urination"),
    "peeing": ("urine", "urination"),
    "period": ("menstruation", "menstrual"),
    "poo": ("stool", "feces"),
    "pregnant": ("pregnancy",),
    "pulmonary": ("lung",),
    "raised": ("elevated", "high"),
    "rash": ("eruption",),
    "renal": ("kidney",),
    "shin": ("tibia",),
    "sore": ("ulcer",),
    "sprained": ("sprain",),
    "stomach": ("gastric",),
    "stone": ("calculus",),
    "swollen": ("swelling", "edema", "enlarged"),
    "tendonitis": ("tendinitis",),
    "thigh": ("femur",),
    "tired": ("fatigue",),
    "tiredness": ("fatigue",),
    "torn": ("tear",),
    "tooth": ("dental", "teeth"),
    "tummy": ("abdominal",),
    "uterine": ("uterus", "uteri"),
    "womb": ("uterus", "uteri"),
    "wound": ("laceration",),
    "yeast": ("candidiasis",),
}

# The organ somebody names before "cancer" -> the words of the malignant neoplasm's title.
ORGANS: Final[dict[str, str]] = {
    "bowel": "colon",
    "cervical": "cervix uteri",
    "colorectal": "colon",
    "gastric": "stomach",
    "kidney": "kidney except",
    "lung": "bronchus lung",
    "ovarian": "ovary",
    "pancreatic": "pancreas",
    "prostatic": "prostate",
    "renal": "kidney except",
    "testicular": "testis",
    "throat": "pharynx",
    "uterine": "uterus",
    "womb": "uterus",
}

# A turn of phrase -> the classification's. Tried beside the typed words, never instead of them.
REWRITES: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"^(?P<where>.+?) (cancer|carcinoma|malignancy|tumou?r)$"), r"malignant neoplasm \g<where>"),
    (re.compile(r"^(cancer|carcinoma|malignancy) (of )?(the )?(?P<where>.+)$"), r"malignant neoplasm \g<where>"),
    (re.compile(r"\b(tumou?r|growth)\b"), "neoplasm"),
    (re.compile(r"\b(diabetes|diabetic|dm)\b(.*)\b(type )?(ii|2)\b"), r"type 2 diabetes \2"),
    (re.compile(r"\btype ii\b"), "type 2"),
    (re.compile(r"\btype i\b"), "type 1"),
    (re.compile(r"\bt1dm?\b"), "type 1 diabetes"),
    (re.compile(r"\bt2dm?\b"), "type 2 diabetes"),
    (re.compile(r"^(?P<what>.+) allergy$"), r"allergy status \g<what>"),
    (re.compile(r"^allerg(y|ic) to (?P<what>.+)$"), r"allergy status \g<what>"),
    (re.compile(r"\bdisease\b"), "disorder"),
    (re.compile(r"\bdisorder\b"), "disease"),
)

# A letter that names a kind is a word of its own: hepatitis A, vitamin D.
LETTERED: Final = re.compile(r"\b(hepatitis|vitamin|group|stage) ([a-k])\b")
