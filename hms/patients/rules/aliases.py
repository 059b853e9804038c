"""Names for people whose name nobody knows, and bands for an age that is guessed.

An alias is one clear word that no patient is likely to bear and that can't be taken for another on the
telephone or a wristband; two unknown people in one emergency room never share one. After the advice of
the UK National Patient Safety Agency on unknown patients (Safer Practice Notice 24, 2007): a distinct
first and second name rather than "Unknown male 2".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

_WORDS = """
Acacia Amberly Anchor Aspen Badger Bamboo Beacon Bison Boulder Bramble Breeze Cactus Canyon Cedar Clover Comet
Condor Coral Cricket Crystal Cypress Dahlia Dolphin Domino Dragonfly Ebony Eclipse Falconer Fennel Fjord
Flamingo Fossil Foxglove Galaxy Garnet Gazelle Geyser Ginger Glacier Granite Harbour Hazelnut Heather Hickory
Horizon Hyacinth Iceberg Indigo Island Ivory Jaguar Jasmine Juniper Kestrel Lagoon Lantern Lavender Lemur
Lighthouse Lotus Magnolia Mahogany Mammoth Maple Marble Meadow Meteor Mimosa Monsoon Nebula Nectar Nutmeg Oasis
Obsidian Octopus Orchid Osprey Otter Panther Papaya Pebble Pelican Peony Pinecone Plateau Poppy Prairie Puffin
Quartz Quokka Raven Ripple Rosemary Saffron Sequoia Sparrow Spruce Sycamore Tamarind Thistle Thunder Topaz Tulip
Tundra Turquoise Violet Volcano Walnut Waterfall Willow Wombat Yarrow Zephyr Zinnia
"""
ALIASES = tuple(_WORDS.split())

# Code → youngest and oldest age in years.
AGE_BANDS: dict[str, tuple[int, int]] = {
    "infant": (0, 0),
    "child": (1, 12),
    "teenager": (13, 17),
    "young-adult": (18, 39),
    "adult": (40, 59),
    "older-adult": (60, 79),
    "old-adult": (80, 105),
}


def free_alias(in_use: Collection[str], turn: int) -> str:
    """The next alias nobody bears now, going round the list; with a number where all are taken."""
    taken = set(in_use)
    for lap in range(100):
        for step in range(len(ALIASES)):
            alias = ALIASES[(turn + step) % len(ALIASES)] + (f" {lap + 1}" if lap else "")
            if alias not in taken:
                return alias
    raise ValueError("every alias is in use")


def born_between(band: str, on: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day on which somebody of that age band can have been born."""
    youngest, oldest = AGE_BANDS[band]
    return dt.date(on.year - oldest - 1, 1, 1), min(dt.date(on.year - youngest, 12, 31), on)


def middle_year(band: str, on: dt.date) -> int:
    """The year in the middle of the band, to have something to write."""
    low, high = born_between(band, on)
    return (low.year + high.year) // 2
