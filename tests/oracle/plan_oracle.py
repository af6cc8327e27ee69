#!/usr/bin/env python3
"""A second opinion on plans: the same counties, modelled and solved by other means.

The input is written by `cargo run --example oracle_cases`: for each county its raw figures, prices
and money, and the plan that this program found. `county.py` writes the rules down once more, from
the published texts and not from the program; `scip.py` gives the whole problem to another solver;
`exact.py` goes over both plans in fractions. First as few sections as possible are short of the
target lines, then the discounted cost is least; both answers have to agree within their gaps, and
on what is impossible.

Exit code 1 names every case in which something disagrees.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from county import County
from exact import discounted, objections, payments_wrong, read_plan, shortfall
from scip import Oracle

SECONDS = 30.0  # for one case
WIDEST = 0.002  # a wider gap proves too little to compare


@dataclass
class Result:
    """What became of a case."""

    name: str
    ours: str
    theirs: str
    difference: str = ""
    gaps: str = ""
    seconds: str = ""
    wrong: list[str] = field(default_factory=list)


def compare(raw: dict[str, Any]) -> Result:
    """Solves a case and puts both answers side by side."""
    county, ours = County(raw), raw["ours"]
    begun = time.monotonic()
    status, theirs, bound = Oracle(county, float(raw["gap"]), SECONDS).solve()
    seconds = time.monotonic() - begun
    result = Result(
        raw["name"], ours["status"], status, seconds=f"{ours['seconds']:.2f} {seconds:.2f}"
    )
    wrong = result.wrong
    if ours["status"] == "found":
        plan = ours["plan"]
        mine = read_plan(county, plan)
        cost = discounted(county, mine)
        result.ours = f"{float(cost):.4f}"
        wrong += [
            f"our plan: {text}" for text in objections(county, mine) + payments_wrong(county, plan)
        ]
        wrong += [f"our own check: {finding['text']}" for finding in ours["checked"]]
        if cost != Fraction(plan["discounted"]):
            wrong.append(f"our cost is {cost}, it says {plan['discounted']}")
        if shortfall(county, mine) != plan["shortfall"]:
            wrong.append(f"our shortfall is {shortfall(county, mine)}, it says {plan['shortfall']}")
        if not plan["accepted"]:
            wrong.append(f"our plan is not accepted: {plan['objections']}")
    if status == "found":
        their_cost = discounted(county, theirs)
        result.theirs = f"{float(their_cost):.4f}"
        # The other solver works with tolerances; what it finds has to hold exactly all the same.
        wrong += [f"their plan: {text}" for text in objections(county, theirs)]
    if (ours["status"] == "found") != (status == "found"):
        wrong.append(f"ours: {ours['status']}, theirs: {status}")
    elif status == "found":
        own_bound = Fraction(plan["method"]["bound"])
        own_gap = float(cost - own_bound)
        their_gap = float(their_cost) - bound
        apart = float(cost - their_cost)
        result.difference = f"{apart:+.4f}"
        result.gaps = (
            f"{own_gap / max(float(cost), 1e-9):.1e} {their_gap / max(float(their_cost), 1e-9):.1e}"
        )
        if abs(apart) > max(own_gap, 0) + max(their_gap, 0) + 1e-4:
            wrong.append(f"costs differ by {apart}, the gaps are {own_gap} and {their_gap}")
        if float(own_bound) > float(their_cost) + 1e-4:
            wrong.append(f"our bound {float(own_bound)} is beyond their plan")
        if shortfall(county, mine) != shortfall(county, theirs):
            wrong.append(f"their shortfall is {shortfall(county, theirs)}")
        if max(own_gap / max(float(cost), 1e-9), their_gap / max(float(their_cost), 1e-9)) > WIDEST:
            wrong.append(f"gaps of {own_gap} and {their_gap} prove too little")
    return result


def main() -> int:
    """Compares all cases of a file, two at a time, and prints a table."""
    with open(sys.argv[1], encoding="utf-8") as file:
        cases = json.load(file)
    with ProcessPoolExecutor(max_workers=2) as pool:
        results = list(pool.map(compare, cases))
    heads = ("case", "ours 万元", "oracle 万元", "difference", "gaps ours oracle", "seconds")
    print("{:<16}{:>14}{:>14}{:>12}{:>20}{:>14}".format(*heads))
    for r in results:
        print(
            f"{r.name:<16}{r.ours:>14}{r.theirs:>14}{r.difference:>12}{r.gaps:>20}{r.seconds:>14}"
        )
    bad = [result for result in results if result.wrong]
    for result in bad:
        for text in result.wrong:
            print(f"✗ {result.name}: {text}", file=sys.stderr)
    print(f"{len(results) - len(bad)} of {len(results)} counties agree")
    return 1 if bad or not results else 0


if __name__ == "__main__":
    sys.exit(main())
