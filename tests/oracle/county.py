"""A county as the published rules see it: raw figures, and seven indicators as sums of them.

Rules: 县域义务教育优质均衡发展督导评估办法 (教督〔2017〕6号) 第六条, and its working rules of 2019.

* Seven indicators a section, thresholds by stage (`THRESHOLDS`). L1 teachers above the required
  degree (primary 专科 and above, junior 本科 and above), L2 backbone teachers, L3 sports and arts
  teachers, each for a hundred pupils; L4 teaching rooms without indoor sports, L5 grounds with
  indoor sports, ㎡ a pupil; L6 equipment, 元 a pupil; L7 multimedia rooms for a hundred pupils.
* L4 to L7 of a school with several stages are shared out by weighted pupils: primary 1, junior
  1.1, senior 1.32. L1 to L3 are counted by section.
* At least six of the seven reach their threshold and none lies below 85 % of it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

Site = tuple[str, str | None]  # school, stage (None: the school as a whole)
Stock = tuple[Site, str]  # an item at a site

STAGES = ("primary", "junior")
THRESHOLDS = {
    "L1": {"primary": "4.2", "junior": "5.3"},
    "L2": {"primary": "1", "junior": "1"},
    "L3": {"primary": "0.9", "junior": "0.9"},
    "L4": {"primary": "4.5", "junior": "5.8"},
    "L5": {"primary": "7.5", "junior": "10.2"},
    "L6": {"primary": "2000", "junior": "2500"},
    "L7": {"primary": "2.3", "junior": "2.4"},
}
WEIGHTS = {"primary": Fraction(1), "junior": Fraction(11, 10), "senior": Fraction(132, 100)}
FLOOR = Fraction(85, 100)
ENOUGH = 6
# Numerators: items with their factors; teachers count by section, all else by school.
TEACHERS = {
    ("L1", "primary"): (
        "teachers_doctor",
        "teachers_master",
        "teachers_bachelor",
        "teachers_college",
    ),
    ("L1", "junior"): ("teachers_doctor", "teachers_master", "teachers_bachelor"),
    ("L2", "primary"): ("teachers_backbone",),
    ("L2", "junior"): ("teachers_backbone",),
    ("L3", "primary"): ("teachers_pe", "teachers_art", "teachers_music", "teachers_fine_art"),
    ("L3", "junior"): ("teachers_pe", "teachers_art", "teachers_music", "teachers_fine_art"),
}
SHARED = {
    "L4": {"teaching_rooms_area": Fraction(1), "indoor_sports_area": Fraction(-1)},
    "L5": {"outdoor_sports_area": Fraction(1), "indoor_sports_area": Fraction(1)},
    "L6": {"equipment_value": Fraction(10_000)},  # 万元 → 元
    "L7": {"multimedia_rooms": Fraction(100)},  # a hundred pupils
}


@dataclass(frozen=True)
class Offer:
    """A measure that can be taken at a site."""

    measure: str
    site: Site
    once: Fraction
    yearly: Fraction
    most: int | None  # in multiples of the measure's grid


@dataclass
class County:
    """A case, read."""

    raw: dict[str, Any]
    years: list[int] = field(init=False)
    finish: int = field(init=False)
    facts: dict[Stock, Fraction] = field(init=False)
    pupils: dict[tuple[str, str], list[int]] = field(init=False)
    measures: dict[str, dict[str, Any]] = field(init=False)
    offers: list[Offer] = field(init=False)
    discount: list[Fraction] = field(init=False)

    def __post_init__(self) -> None:
        settings = self.raw["settings"]
        self.years = [settings["first"] + t for t in range(settings["years"])]
        self.finish = settings["finish"]
        rate = 1 + Fraction(settings["discount"])
        self.discount = [1 / rate**t for t in range(len(self.years))]
        self.facts, self.pupils = {}, {}
        for school in self.raw["schools"]:
            code = school["code"]
            for item, value in school["facts"].items():
                self.facts[(code, None), item] = Fraction(value)
            for section in school["sections"]:
                self.pupils[code, section["stage"]] = section["pupils_by_year"]
                for item, value in section["facts"].items():
                    self.facts[(code, section["stage"]), item] = Fraction(value)
        self.measures = {measure["code"]: measure for measure in self.raw["measures"]}
        self.offers = list(self._offers())

    def sections(self) -> list[tuple[str, str]]:
        """School and stage of every section that is judged."""
        return [key for key in self.pupils if key[1] in STAGES]

    def lead(self, measure: str) -> int:
        """Years from the decision to the statistics that count it."""
        return int(self.measures[measure]["lead"])

    def adds(self, offer: Offer) -> dict[str, Fraction]:
        """What one multiple of the grid does to the items that are known at the site."""
        measure = self.measures[offer.measure]
        grid = Fraction(measure["grid"])
        return {
            add["item"]: Fraction(add["amount"]) * grid
            for add in measure["adds"]
            if (offer.site, add["item"]) in self.facts
        }

    def _offers(self) -> Iterator[Offer]:
        settings = self.raw["settings"]
        judged = {code for code, _ in self.sections()}
        for school in self.raw["schools"]:
            code = school["code"]
            for measure in self.measures.values():
                if measure["code"] in settings["without"] or code not in judged:
                    continue
                stages: list[str | None] = [None]
                if measure["level"] == "section":
                    allowed = measure["stages"] or STAGES
                    stages = [
                        stage for own, stage in self.sections() if own == code and stage in allowed
                    ]
                for stage in stages:
                    offer = self._offer(school, measure, (code, stage))
                    if offer is not None:
                        yield offer

    def _offer(self, school: dict[str, Any], measure: dict[str, Any], site: Site) -> Offer | None:
        known = {item for own, item in self.facts if own == site}
        if any(a["item"] not in known and not a["if_known"] for a in measure["adds"]):
            return None
        grows = {
            a["item"] for a in measure["adds"] if Fraction(a["amount"]) > 0 and a["item"] in known
        }
        # A part cannot grow against a whole that nobody knows.
        for within in self.raw["within"]:
            if (
                within["level"] == measure["level"]
                and within["part"] in grows
                and within["whole"] not in known
            ):
                return None
        fits = [
            price
            for price in measure["prices"]
            if (not price["kinds"] or school["kind"] in price["kinds"])
            and (not price["stages"] or site[1] in price["stages"])
        ]
        if not fits:
            return None
        grid = Fraction(measure["grid"])
        bounds = []
        if measure["at_most"]:
            item, share = measure["at_most"]
            if item not in known:
                return None
            bounds.append(math.floor(self.facts[site, item] * Fraction(share)) / grid)
        settings = self.raw["settings"]
        land = settings["land"].get(site[0], settings["land_elsewhere"])
        if measure["land"] and land is not None:
            bounds.append(Fraction(land) / grid)
        most = math.floor(min(bounds)) if bounds else None
        return Offer(
            measure["code"],
            site,
            Fraction(fits[-1]["once"]) * grid,
            Fraction(fits[-1]["yearly"]) * grid,
            most,
        )

    def committed_gains(self, t: int) -> dict[Stock, Fraction]:
        """What decided projects have added by a year."""
        gains: dict[Stock, Fraction] = defaultdict(Fraction)
        for project in self.raw["settings"]["committed"]:
            if (
                project["school"]
                and project["opens"] is not None
                and project["opens"] <= self.years[t]
            ):
                for gain in project["gains"]:
                    gains[(project["school"], gain["stage"]), gain["item"]] += Fraction(
                        gain["amount"]
                    )
        return gains

    def value(
        self, indicator: str, section: tuple[str, str], t: int
    ) -> list[tuple[Stock, Fraction]]:
        """An indicator of a section as a sum of items with factors."""
        code, stage = section
        own = Fraction(self.pupils[section][t])
        if indicator in SHARED:
            weighted = {
                other: WEIGHTS[other] * counts[t]
                for (school, other), counts in self.pupils.items()
                if school == code
            }
            share = weighted[stage] / sum(weighted.values())
            return [
                (((code, None), item), factor * share / own)
                for item, factor in SHARED[indicator].items()
            ]
        return [(((code, stage), item), 100 / own) for item in TEACHERS[indicator, stage]]

    def limit(self, stage: str) -> Fraction:
        """The limit of the coefficients of a stage."""
        return Fraction(self.raw["limits"][stage])
