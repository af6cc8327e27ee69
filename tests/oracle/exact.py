"""The exact check of a plan, whoever made it, in fractions.

With pupils s, resources Q and S = Σs the coefficient of an indicator is at most τ just when
S·Σ Q²/s ≤ (1 + τ²)·(ΣQ)².
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from county import ENOUGH, FLOOR, STAGES, THRESHOLDS, County, Offer, Stock


@dataclass
class Bought:
    """So many multiples of an offer, or a project, that count from a year."""

    arrival: int  # place of the year in the horizon
    units: int  # below zero where teachers leave
    offer: Offer | None = None
    project: dict[str, Any] | None = None


def stocks(county: County, plan: list[Bought], t: int) -> dict[Stock, Fraction]:
    """All items in a year with a plan."""
    now = dict(county.facts)
    for stock, amount in county.committed_gains(t).items():
        now[stock] += amount
    for bought in plan:
        if bought.arrival > t:
            continue
        if bought.offer is not None:
            for item, amount in county.adds(bought.offer).items():
                now[bought.offer.site, item] += amount * bought.units
        elif bought.project is not None:
            for gain in bought.project["gains"]:
                now[(bought.project["school"], gain["stage"]), gain["item"]] += Fraction(
                    gain["amount"]
                )
    return now


def reached(
    county: County, now: dict[Stock, Fraction], t: int
) -> dict[tuple[str, str, str], Fraction]:
    """Values of every section and indicator."""
    return {
        (*section, indicator): sum(
            (now[stock] * factor for stock, factor in county.value(indicator, section, t)),
            Fraction(0),
        )
        for section in county.sections()
        for indicator in THRESHOLDS
    }


def objections(county: County, plan: list[Bought]) -> list[str]:
    """What the rules hold against a plan, exactly; money aside."""
    found = []
    for t, year in enumerate(county.years):
        now, base = stocks(county, plan, t), stocks(county, [], t)
        found += [f"{year}: {stock} below zero" for stock, value in now.items() if value < 0]
        for within in county.raw["within"]:
            for site in {site for site, _ in now}:
                part, whole = (site, within["part"]), (site, within["whole"])
                if (
                    part in now
                    and whole in now
                    and now[part] - now[whole] > max(Fraction(0), base[part] - base[whole])
                ):
                    found.append(f"{year}: {part} outgrows {whole}")
        if year < county.finish:
            continue
        values = reached(county, now, t)
        for code, stage in county.sections():
            shares = [values[code, stage, k] / Fraction(by[stage]) for k, by in THRESHOLDS.items()]
            if sum(share >= 1 for share in shares) < ENOUGH or min(shares) < FLOOR:
                found.append(f"{year}: {code} {stage} does not pass")
        for stage in STAGES:
            members = [section for section in county.sections() if section[1] == stage]
            for k in THRESHOLDS if members else ():
                weights = [Fraction(county.pupils[section][t]) for section in members]
                resources = [
                    values[(*section, k)] * s for section, s in zip(members, weights, strict=True)
                ]
                squares = sum(q * q / s for q, s in zip(resources, weights, strict=True))
                if sum(weights) * squares > (1 + county.limit(stage) ** 2) * sum(resources) ** 2:
                    found.append(f"{year}: coefficient of {k} {stage} beyond its limit")
    return found + bounds(county, plan)


def bounds(county: County, plan: list[Bought]) -> list[str]:
    """Lead times, bounds of offers, moves that add up to nothing, posts."""
    found = []
    taken: dict[Offer, int] = defaultdict(int)
    moved: dict[tuple[str, str | None, int], int] = defaultdict(int)
    posts: dict[int, Fraction] = defaultdict(Fraction)
    for bought in plan:
        if bought.offer is None:
            continue
        measure = county.measures[bought.offer.measure]
        taken[bought.offer] += bought.units
        if measure["moves"]:
            moved[measure["code"], bought.offer.site[1], bought.arrival] += bought.units
        elif bought.units < 0:
            found.append(f"{measure['code']} below zero")
        if bought.arrival < county.lead(measure["code"]):
            found.append(f"{measure['code']} comes before it can")
        if measure["posts"]:
            posts[bought.arrival - county.lead(measure["code"])] += bought.units * Fraction(
                measure["grid"]
            )
    found += [
        f"too much of {o.measure} at {o.site}"
        for o, n in taken.items()
        if o.most is not None and n > o.most
    ]
    found += [f"moves of {key} do not add up" for key, sum_ in moved.items() if sum_ != 0]
    quota = county.raw["settings"]["posts"]
    if quota is not None:
        over = [
            t
            for t, number in posts.items()
            if number > Fraction(quota.get(str(county.years[t]), 0))
        ]
        found += [f"{county.years[t]}: more posts than there are" for t in over]
    return found


def bills(county: County, plan: list[Bought]) -> dict[tuple[int, str], Fraction]:
    """What a plan costs, by year and category."""
    due: dict[tuple[int, str], Fraction] = defaultdict(Fraction)
    for bought in plan:
        if bought.project is not None:
            start = bought.arrival - bought.project["lead"]
            due[start, bought.project["category"]] += Fraction(bought.project["cost"])
        elif bought.offer is not None and bought.units > 0:
            category = county.measures[bought.offer.measure]["category"]
            due[bought.arrival - county.lead(bought.offer.measure), category] += (
                bought.units * bought.offer.once
            )
            for t in range(bought.arrival, len(county.years)):
                due[t, category] += bought.units * bought.offer.yearly
    return due


def shortfall(county: County, plan: list[Bought]) -> int:
    """Sections that are missing for target lines."""
    short = 0
    for line in county.raw["settings"]["lines"]:
        t = county.years.index(line["year"])
        values = reached(county, stocks(county, plan, t), t)
        good = [
            values[code, stage, line["indicator"]] >= Fraction(THRESHOLDS[line["indicator"]][stage])
            for code, stage in county.sections()
        ]
        short += max(0, math.ceil(Fraction(line["at_least"]) * len(good)) - sum(good))
    return short


def payments_wrong(county: County, plan: dict[str, Any]) -> list[str]:
    """Every bill is paid, by money that may pay it, and no fund is overdrawn."""
    settings = county.raw["settings"]
    if not settings["funds"]:
        return []
    found = []
    funds = {fund["code"]: fund for fund in settings["funds"]}
    used: dict[tuple[str, int], Fraction] = defaultdict(Fraction)
    committed = {project["code"]: project for project in settings["committed"]}
    owners = [(action, action["category"], None) for action in plan["actions"]]
    owners += [
        (paid, committed[paid["project"]]["category"], committed[paid["project"]]["fund"])
        for paid in plan["committed"]
    ]
    for owner, category, only in owners:
        for payment in owner["payments"]:
            fund = funds[payment["fund"]]
            in_time = payment["budget_of"] == payment["year"] or (
                fund["carry"] and payment["budget_of"] < payment["year"]
            )
            allowed = not fund["only_for"] or category in fund["only_for"]
            if (
                not in_time
                or not allowed
                or only not in (None, fund["code"])
                or Fraction(payment["amount"]) < 0
            ):
                found.append(f"{payment} may not be")
            used[fund["code"], payment["budget_of"]] += Fraction(payment["amount"])
        if sum(Fraction(payment["amount"]) for payment in owner["payments"]) != Fraction(
            owner["cost"]
        ):
            found.append(f"{owner.get('measure', owner.get('project'))} is not paid")
    due: dict[int, Fraction] = defaultdict(Fraction)
    for project in settings["committed"]:
        for year, amount in project["payments"].items():
            due[int(year)] += Fraction(amount)
    paid: dict[int, Fraction] = defaultdict(Fraction)
    for owner, _, _ in owners:
        for payment in owner["payments"]:
            paid[payment["year"]] += Fraction(payment["amount"])
    for (t, _), amount in bills(county, read_plan(county, plan)).items():
        due[county.years[t]] += amount
    found += [
        f"{year}: due {due[year]}, paid {paid[year]}"
        for year in county.years
        if due[year] != paid[year]
    ]
    for (code, year), amount in used.items():
        if amount > Fraction(funds[code]["budget"].get(str(year), 0)):
            found.append(f"{code} {year} is overdrawn")
    return found


def read_plan(county: County, plan: dict[str, Any]) -> list[Bought]:
    """The actions of a plan of the program."""
    offers = {(offer.measure, offer.site): offer for offer in county.offers}
    projects = {project["code"]: project for project in county.raw["settings"]["projects"]}
    bought = []
    for action in plan["actions"]:
        arrival = county.years.index(action["counts"])
        if action["project"]:
            item = Bought(arrival, 1, project=projects[action["measure"]])
            lead = item.project["lead"] if item.project else 0
        else:
            offer = offers[action["measure"], (action["school"], action["stage"])]
            units = Fraction(action["quantity"]) / Fraction(county.measures[offer.measure]["grid"])
            if units.denominator != 1:
                raise ValueError(f"{action['measure']}: {action['quantity']} is no whole multiple")
            item = Bought(arrival, int(units), offer=offer)
            lead = county.lead(offer.measure)
        if action["counts"] - action["decided"] != lead:
            raise ValueError(f"{action['measure']}: lead time")
        bought.append(item)
    return bought


def discounted(county: County, plan: list[Bought]) -> Fraction:
    """Cost of a plan, discounted to the first year."""
    due = bills(county, plan).items()
    return sum((county.discount[t] * amount for (t, _), amount in due), Fraction(0))
