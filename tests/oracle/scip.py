"""The whole problem of a county as one model of SCIP, every unit a whole number.

Nothing is relaxed or cut: limits of coefficients are cones, √(Σ w·x²) ≤ √(1 + τ²)·Σ w·x with the
weights w = s/S, and SCIP takes them as such.
"""

from __future__ import annotations

import math
from collections import defaultdict
from fractions import Fraction
from typing import Any

from pyscipopt import Model, quicksum

from county import ENOUGH, FLOOR, STAGES, THRESHOLDS, County, Offer, Stock
from exact import Bought, stocks


class Oracle:
    """The problem of a county as a model of SCIP."""

    def __init__(self, county: County, gap: float, seconds: float) -> None:
        self.county = county
        self.model = Model()
        self.model.hideOutput()
        self.model.setParam("limits/gap", gap)
        self.model.setParam("limits/time", seconds)
        self.model.setParam("numerics/feastol", 1e-7)
        self.units: dict[tuple[Offer, int], Any] = {}  # what comes, by year of arrival
        self.leaves: dict[tuple[Offer, int], Any] = {}
        self.starts: dict[tuple[str, int], Any] = {}
        self.due: dict[tuple[int, str], Any] = defaultdict(lambda: 0)
        self.short: list[Any] = []
        self._columns()
        for t in range(len(county.years)):
            self._year(t)
        self._money()

    def _columns(self) -> None:
        county, model = self.county, self.model
        moves: dict[tuple[str, str | None, int], list[Any]] = defaultdict(list)
        posts: dict[int, list[Any]] = defaultdict(list)
        for offer in county.offers:
            measure = county.measures[offer.measure]
            lead, mine = county.lead(offer.measure), []
            for t in range(lead, len(county.years)):
                unit = model.addVar(vtype="I", lb=0, ub=offer.most)
                self.units[offer, t] = unit
                mine.append(unit)
                self.due[t - lead, measure["category"]] += float(offer.once) * unit
                for later in range(t, len(county.years)):
                    self.due[later, measure["category"]] += float(offer.yearly) * unit
                if measure["posts"]:
                    posts[t - lead].append(float(Fraction(measure["grid"])) * unit)
                if measure["moves"]:
                    leave = model.addVar(vtype="I", lb=0)
                    self.leaves[offer, t] = leave
                    moves[measure["code"], offer.site[1], t].append(unit - leave)
            if offer.most is not None and len(mine) > 1:
                model.addCons(quicksum(mine) <= offer.most)
        for net in moves.values():
            model.addCons(quicksum(net) == 0)
        quota = county.raw["settings"]["posts"]
        if quota is not None:
            for t, taken in posts.items():
                model.addCons(
                    quicksum(taken) <= float(Fraction(quota.get(str(county.years[t]), 0)))
                )
        for project in county.raw["settings"]["projects"]:
            once = []
            for t, year in enumerate(county.years):
                if project["starts"][0] <= year <= project["starts"][1] and t + project[
                    "lead"
                ] < len(county.years):
                    start = model.addVar(vtype="B")
                    self.starts[project["code"], t] = start
                    once.append(start)
                    self.due[t, project["category"]] += float(Fraction(project["cost"])) * start
            if once:
                model.addCons(quicksum(once) <= 1)

    def _changes(self, t: int) -> dict[Stock, list[Any]]:
        """What the plan has added to each item by a year."""
        county = self.county
        changes: dict[Stock, list[Any]] = defaultdict(list)
        for (offer, arrival), unit in self.units.items():
            if arrival <= t:
                net = (
                    unit - self.leaves[offer, arrival] if (offer, arrival) in self.leaves else unit
                )
                for item, amount in county.adds(offer).items():
                    changes[offer.site, item].append(float(amount) * net)
        for project in county.raw["settings"]["projects"]:
            for (code, start), built in self.starts.items():
                if code == project["code"] and start + project["lead"] <= t:
                    for gain in project["gains"]:
                        stock = ((project["school"], gain["stage"]), gain["item"])
                        changes[stock].append(float(Fraction(gain["amount"])) * built)
        return changes

    def _year(self, t: int) -> None:
        county, model = self.county, self.model
        base, changes = stocks(county, [], t), self._changes(t)

        def now(stock: Stock) -> Any:
            return float(base[stock]) + quicksum(changes.get(stock, []))

        falling = {
            (offer.site, item)
            for offer in county.offers
            for item, amount in county.adds(offer).items()
            if amount < 0 or county.measures[offer.measure]["moves"]
        }
        for stock in sorted(falling, key=str):
            if changes.get(stock):
                model.addCons(now(stock) >= 0)
        for within in county.raw["within"]:
            for site in sorted({site for site, _ in base}, key=str):
                part, whole = (site, within["part"]), (site, within["whole"])
                if part in base and whole in base and changes.get(part):
                    model.addCons(
                        now(part) - now(whole) <= float(max(Fraction(0), base[part] - base[whole]))
                    )

        lines = [
            line for line in county.raw["settings"]["lines"] if line["year"] == county.years[t]
        ]
        final = county.years[t] >= county.finish
        if not final and not lines:
            return
        values = {
            (section, k): quicksum(
                float(factor) * now(stock) for stock, factor in county.value(k, section, t)
            )
            for section in county.sections()
            for k in THRESHOLDS
        }
        # Shares of the threshold, so that every row is of the same size.
        reaches = {}
        for (section, k), value in values.items():
            if final or any(line["indicator"] == k for line in lines):
                threshold = float(Fraction(THRESHOLDS[k][section[1]]))
                reach = model.addVar(vtype="B")
                floor = float(FLOOR) if final else 0.0
                model.addCons((1 / threshold) * value >= floor + (1 - floor) * reach)
                reaches[section, k] = reach
        for line in lines:
            own = [reaches[section, line["indicator"]] for section in county.sections()]
            wanted = math.ceil(Fraction(line["at_least"]) * len(own))
            short = model.addVar(vtype="I", lb=0, ub=wanted)
            model.addCons(quicksum(own) + short >= wanted)
            self.short.append(short)
        if final:
            for section in county.sections():
                model.addCons(quicksum(reaches[section, k] for k in THRESHOLDS) >= ENOUGH)
            for stage in STAGES:
                for k in THRESHOLDS:
                    self._coefficient(stage, k, t, values)

    def _coefficient(self, stage: str, k: str, t: int, values: dict[Any, Any]) -> None:
        """Σ w·x² ≤ (1 + τ²)·m², where m = Σ w·x, in shares of the threshold: a cone."""
        county, model = self.county, self.model
        members = [section for section in county.sections() if section[1] == stage]
        if len(members) < 2:
            return
        total = sum(county.pupils[section][t] for section in members)
        threshold = float(Fraction(THRESHOLDS[k][stage]))
        mean = model.addVar(lb=0)
        parts, squares = [], []
        for section in members:
            share = county.pupils[section][t] / total
            # √w·x, so that the cone has no factors of its own.
            root = model.addVar(lb=0)
            model.addCons(root == math.sqrt(share) / threshold * values[section, k])
            parts.append(math.sqrt(share) * root)
            squares.append(root * root)
        model.addCons(mean == math.sqrt(1 + float(county.limit(stage)) ** 2) * quicksum(parts))
        model.addCons(quicksum(squares) <= mean * mean)

    def _money(self) -> None:
        county, model = self.county, self.model
        settings = county.raw["settings"]
        if not settings["funds"]:
            return
        owed: list[tuple[int, str, str | None, Any]] = [
            (t, category, None, amount) for (t, category), amount in self.due.items()
        ]
        for project in settings["committed"]:
            for year, amount in project["payments"].items():
                if int(year) in county.years:
                    t = county.years.index(int(year))
                    owed.append((t, project["category"], project["fund"], float(Fraction(amount))))
        drawn: dict[tuple[str, int], list[Any]] = defaultdict(list)
        for t, category, only, amount in owed:
            paid = []
            for fund in settings["funds"]:
                if (fund["only_for"] and category not in fund["only_for"]) or only not in (
                    None,
                    fund["code"],
                ):
                    continue
                for of in range(0 if fund["carry"] else t, t + 1):
                    pay = model.addVar(lb=0)
                    paid.append(pay)
                    drawn[fund["code"], of].append(pay)
            model.addCons(quicksum(paid) == amount if paid else quicksum([amount]) == 0)
        for fund in settings["funds"]:
            for t, year in enumerate(county.years):
                if drawn[fund["code"], t]:
                    model.addCons(
                        quicksum(drawn[fund["code"], t])
                        <= float(Fraction(fund["budget"].get(str(year), 0)))
                    )

    def solve(self) -> tuple[str, list[Bought], float]:
        """Status, plan, bound of the cost."""
        county, model = self.county, self.model
        if self.short:
            model.setObjective(quicksum(self.short), "minimize")
            model.optimize()
            if model.getStatus() == "infeasible":
                return "impossible", [], math.inf
            least = round(model.getObjVal())
            model.freeTransform()
            model.addCons(quicksum(self.short) <= least)
        cost = quicksum(float(county.discount[t]) * amount for (t, _), amount in self.due.items())
        model.setObjective(cost, "minimize")
        model.optimize()
        if model.getStatus() == "infeasible":
            return "impossible", [], math.inf
        if model.getNSols() == 0:
            return "nothing", [], -math.inf
        plan = []
        for (offer, t), unit in self.units.items():
            leave = self.leaves.get((offer, t))
            # Who comes and goes in the same year stays.
            net = round(model.getVal(unit)) - (
                round(model.getVal(leave)) if leave is not None else 0
            )
            if net:
                plan.append(Bought(t, net, offer=offer))
        for project in county.raw["settings"]["projects"]:
            for (code, t), start in self.starts.items():
                if code == project["code"] and model.getVal(start) > 0.5:
                    plan.append(Bought(t + project["lead"], 1, project=project))
        return "found", plan, model.getDualbound()
