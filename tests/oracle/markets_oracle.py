"""Stable assignments compared with the package `matching` (hospital–resident game, residents
proposing), market by market.

    python markets_oracle.py target/oracle/markets.json
"""

import json
import sys
import warnings

from matching.games import HospitalResident


def reference(market):
    """The residents' best stable matching: the place of the seat of each applicant, or None."""
    wanted = {seat for seats in market["wishes"] for seat in seats}
    residents = {f"a{who}": [f"s{seat}" for seat in seats] for who, seats in enumerate(market["wishes"])}
    hospitals = {
        f"s{seat}": [f"a{who}" for who in claims]
        for seat, claims in enumerate(market["claims"])
        if seat in wanted
    }
    places = {
        f"s{seat}": count for seat, count in enumerate(market["places"]) if seat in wanted
    }
    game = HospitalResident.create_from_dictionaries(residents, hospitals, places)
    given = [None] * len(market["wishes"])
    for hospital, matched in game.solve(optimal="resident").items():
        for resident in matched:
            given[int(resident.name[1:])] = int(hospital.name[1:])
    return given


def main():
    warnings.simplefilter("ignore")
    with open(sys.argv[1], encoding="utf-8") as file:
        markets = json.load(file)
    wrong = [number for number, market in enumerate(markets) if reference(market) != market["given"]]
    print(f"{len(markets)} markets, {len(wrong)} differ {wrong[:10]}")
    return 1 if wrong or not markets else 0


if __name__ == "__main__":
    sys.exit(main())
