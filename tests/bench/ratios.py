#!/usr/bin/env python3
"""Pairs of figures, ours and a peer's, as the middle of their ratios with its spread: ratios.py NAME
UNIT PEER reads "OURS PEERS" lines and prints JSON. A ratio below 1 is less than the peer's."""

import json
import statistics
import sys


def main() -> None:
    name, unit, peer = sys.argv[1:]
    pairs = [tuple(map(float, line.split())) for line in sys.stdin]
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    print(json.dumps({name: {
        unit: round(statistics.median(ours for ours, _ in pairs), 2),
        f"{peer}_{unit}": round(statistics.median(theirs for _, theirs in pairs), 2),
        "ratio": round(statistics.median(ratios), 3),
        "spread": [round(ratios[0], 3), round(ratios[-1], 3)]}}))


main()
