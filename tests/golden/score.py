#!/usr/bin/env python3
"""Golden scores of the package seqeval 1.2.2 over random and hostile tag sequences.

usage: score.py > tests/golden/score.jsonl

Each line is a case: [mode, scheme or null, suffix, zero_division, gold, pred, result]; gold and pred are sentences of tags with
blanks as separators. result is null if the package raises an error, else [accuracy, {name: [precision, recall, f1, support]}];
the averages have the names of the package, and NaN is null.
"""
import json
import math
import random
import sys
import warnings

import seqeval.metrics as metrics
import seqeval.scheme as schemes

warnings.simplefilter("ignore")
HOSTILE = """- B B- -B B-X-Y I- . O- S E-A L- U- x B-é é-B I-X B-X I-Y E-X S-X L-X U-X O O O-X I-X- -- B--X -X I E B_X IX BX-Y X-B X-I Y-B
X-O .-X B-人 I-人 b-X o""".split()
LETTERS = {"IOB1": "IB", "IOB2": "IB", "IOE1": "IE", "IOE2": "IE", "IOBES": "IBES", "BILOU": "BILU"}
random.seed(20)


def number(x):
    return None if math.isnan(x) else float(x)


def expected(gold, pred, mode, scheme, suffix, zero):
    try:
        report = metrics.classification_report(gold, pred, output_dict=True, mode=mode, suffix=suffix, zero_division=zero,
                                               scheme=getattr(schemes, scheme) if scheme else None)
    except (ValueError, KeyError):
        return None
    rows = {k: [number(v["precision"]), number(v["recall"]), number(v["f1-score"]), int(v["support"])] for k, v in report.items()}
    return [float(metrics.accuracy_score(gold, pred)), rows]


def main():
    for case in range(1200):
        kind = case % 4
        mode, scheme, suffix, zero = None, None, random.random() < 0.25, random.randrange(2)
        if kind == 0:
            tags = HOSTILE
        elif kind == 1:
            tags = ["O"] + [p + "-" + t for p in "BI" for t in "ABCDEFGHIJKL"[:random.randint(1, 12)]]
        else:
            mode, scheme = "strict", random.choice(list(LETTERS) + [None])
            letters = LETTERS[scheme] if scheme else random.choice(["IB", "IE", "IBES", "BILU", "B", "E", "IBE", "IBSU"])
            tags = ["O"] + [p + "-" + t for p in letters for t in ["A", "B", "C-D", "-x-"][:random.randint(1, 4)]]
            tags += random.choice([[], [letters[0]], ["O-A"], ["Z-A"]] if random.random() < 0.2 else [[]])
        if suffix:
            tags = [t[2:] + "-" + t[0] if len(t) > 2 and t[1] == "-" and random.random() < 0.8 else t for t in tags]
        gold = [[random.choice(tags) for _ in range(random.randint(1, 8))] for _ in range(random.randint(1, 4))]
        pred = [[t if random.random() < 0.6 else random.choice(tags) for t in s] for s in gold]
        line = [mode, scheme.lower() if scheme else None, suffix, zero, [" ".join(s) for s in gold], [" ".join(s) for s in pred],
                expected(gold, pred, mode, scheme, suffix, zero)]
        sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


main()
