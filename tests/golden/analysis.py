#!/usr/bin/env python3
"""Golden analyses of errors, by plain counting over the entities that the package seqeval 1.2.2 finds, and numpy.

usage: analysis.py > tests/golden/analysis.jsonl

Each line is a case, an object: mode (lenient, iob2, tags); words, gold, pred, other, doc, train_words, train_gold, which are sentences with
blanks as separators; rounds, seed, examples; and the expected results: confusion, errors, seen, intervals, compare.
"""
import itertools
import json
import random
import sys

import numpy
from seqeval.metrics.sequence_labeling import get_entities
from seqeval.scheme import IOB2, Tokens

CASES, ROUNDS = 60, 50


def philox(seed, stream, counter):
    """Philox4x32-10, as in lib/base/rng.h."""
    low = 0xFFFFFFFF
    c = [counter & low, counter >> 32, stream & low, stream >> 32]
    k = [seed & low, seed >> 32]
    for _ in range(10):
        a, b = 0xD2511F53 * c[0], 0xCD9E8D57 * c[2]
        c = [(b >> 32) ^ c[1] ^ k[0], b & low, (a >> 32) ^ c[3] ^ k[1], a & low]
        k = [(k[0] + 0x9E3779B9) & low, (k[1] + 0xBB67AE85) & low]
    return c


def uniform(seed, stream, counter):
    v = philox(seed, stream, counter)
    return ((v[0] << 32 | v[1]) >> 11) * 2.0**-53


def entities(mode, tags):
    if mode == "tags":
        return [(t, i, i + 1) for i, t in enumerate(tags)]
    if mode == "iob2":
        return [(e.tag, e.start, e.end) for e in Tokens(tags, IOB2).entities]
    return [(t, a, b + 1) for t, a, b in get_entities(tags)]


def other_of(e, against):
    """The index of the entity that e is compared with."""
    same = [i for i, o in enumerate(against) if o[1:] == e[1:]]
    over = [i for i, o in enumerate(against) if o[1] < e[2] and e[1] < o[2]]
    return (same or over or [None])[0]


def kind(e, against, alone):
    i = other_of(e, against)
    if i is None:
        return alone
    return "boundary" if against[i][1:] != e[1:] else "right" if against[i][0] == e[0] else "type"


def confusion(gold, pred, tags):
    cells = {}
    for g, p in zip(gold, pred):
        used = set()
        for i, e in enumerate(g):
            k, o = kind(e, p, "missed"), other_of(e, p)
            if k in ("right", "type"):
                to = p[o][0]
                used.add(o)
            else:
                to = k
            cells[e[0], to] = cells.get((e[0], to), 0) + 1
        for i, e in enumerate(p):
            if i not in used:
                k = kind(e, g, "invented")
                cells[k, e[0]] = cells.get((k, e[0]), 0) + 1
    types = sorted({e[0] for s in gold + pred for e in s})
    rows, columns = types + ([] if tags else ["boundary", "invented"]), types + ([] if tags else ["boundary", "missed"])
    return {"rows": rows, "columns": columns, "counts": [[cells.get((r, c), 0) for c in columns] for r in rows]}


def sample(seed, stream, n_examples, items):
    """Vitter's algorithm R, and then in order."""
    kept = []
    for i, item in enumerate(items):
        place = i if i < n_examples else int(uniform(seed, stream, i) * (i + 1))
        if place == len(kept) < n_examples:
            kept.append((i, item))
        elif place < n_examples:
            kept[place] = (i, item)
    return [item for _, item in sorted(kept)]


def errors(words, gold, pred, seed, n):
    kinds = ["right", "type", "boundary", "missed", "invented"]
    found = {k: [] for k in kinds}
    predicted = dict.fromkeys(kinds, 0)
    for r, (w, g, p) in enumerate(zip(words, gold, pred)):
        text = lambda e: None if e is None else [e[0], " ".join(w[e[1]:e[2]])]
        for e in g:
            o = other_of(e, p)
            found[kind(e, p, "missed")].append([r + 1, text(e), text(None if o is None else p[o])])
        for e in p:
            k = kind(e, g, "invented")
            predicted[k] += 1
            if k == "invented":
                found[k].append([r + 1, None, text(e)])
    return {k: {"gold": 0 if k == "invented" else len(found[k]), "predicted": predicted[k],
                "examples": sample(seed, i, n, found[k])} for i, k in enumerate(kinds) if k != "right"}


def tag_errors(words, gold, pred, seed, n):
    pairs = {}
    for r, (w, g, p) in enumerate(zip(words, gold, pred)):
        for e, o in zip(g, p):
            if e[0] != o[0]:
                pairs.setdefault((e[0], o[0]), []).append([r + 1, [e[0], w[e[1]]], [o[0], w[e[1]]]])
    order = sorted(range(len(pairs)), key=lambda i: -len(list(pairs.values())[i]))
    return [{"gold": list(pairs)[i][0], "predicted": list(pairs)[i][1], "number": len(list(pairs.values())[i]),
             "examples": sample(seed, i, min(n, 3), list(pairs.values())[i])} for i in order[:n]]


def figures(correct, pred, gold):
    p, r = correct / pred if pred else 0.0, correct / gold if gold else 0.0
    return [p, r, 2 * p * r / (p + r) if p + r else 0.0]


def seen(words, gold, pred, train_words, train):
    known = {(e[0], " ".join(w[e[1]:e[2]])) for w, s in zip(train_words, train) for e in s}
    texts = {t for _, t in known}
    count = {k: [0, 0, 0] for k in ("seen", "other_types", "new")}
    for w, g, p in zip(words, gold, pred):
        name = lambda e: (e[0], " ".join(w[e[1]:e[2]]))
        which = lambda e: "seen" if name(e) in known else "other_types" if name(e)[1] in texts else "new"
        for e in g:
            count[which(e)][0] += 1
            count[which(e)][2] += e in p
        for e in p:
            count[which(e)][1] += 1
    count["unseen"] = [a + b for a, b in zip(count["other_types"], count["new"])]
    out = {"training": len(known)}
    for k in ("seen", "unseen", "other_types", "new"):
        g, p, c = count[k]
        f = figures(c, p, g)
        out[k] = {"precision": f[0], "recall": f[1], "f1": f[2], "number": g, "predicted": p, "correct": c}
    return out


def unit_counts(types, gold, pred, gold_tags, pred_tags, doc):
    """[units, tags and equal ones, then gold, predicted and right entities of each type]"""
    rows, last = [], None
    for g, p, x, y, d in zip(gold, pred, gold_tags, pred_tags, doc):
        if d is None or d != last:
            rows.append(numpy.zeros(2 + 3 * len(types), dtype=numpy.int64))
        last = d
        rows[-1][:2] += [len(x), sum(a == b for a, b in zip(x, y))]
        for i, t in enumerate(types):
            a, b = {e for e in g if e[0] == t}, {e for e in p if e[0] == t}
            rows[-1][2 + 3 * i:5 + 3 * i] += [len(a), len(b), len(a & b)]
    return numpy.array(rows)


def measures(s):
    by_type = s[2:].reshape(-1, 3)
    g, p, c = by_type.sum(axis=0)
    return numpy.array(figures(c, p, g) + [s[1] / s[0] if s[0] else 0.0] + [figures(c, p, g)[2] for g, p, c in by_type])


def draws(seed, r, n):
    return [philox(seed, r, i // 4)[i % 4] * n >> 32 for i in range(n)]


def interval(samples):
    return [numpy.percentile(samples, [2.5, 97.5], axis=0)[k].tolist() for k in (0, 1)]


def exchanged(a, b, swap):
    d = (b - a)[numpy.array(swap, dtype=bool)].sum(axis=0)
    return numpy.abs(measures(a.sum(axis=0) + d) - measures(b.sum(axis=0) - d))


def compare(a, b, seed):
    n = len(a)
    here, there = measures(a.sum(axis=0)), measures(b.sum(axis=0))
    low, high = interval([measures(a[d].sum(axis=0)) - measures(b[d].sum(axis=0)) for d in (draws(seed, r, n) for r in range(ROUNDS))])
    bit = lambda r, i: philox(seed, 2**32 + r, i // 128)[i // 32 % 4] >> i % 32 & 1
    least = sum(exchanged(a, b, [bit(r, i) for i in range(n)]) >= numpy.abs(here - there) - 1e-12 for r in range(ROUNDS))
    differ = [i for i in range(n) if (a[i] != b[i]).any()]
    exact = None
    if len(differ) <= 8:
        every = [[i in differ and bits[differ.index(i)] for i in range(n)] for bits in itertools.product([0, 1], repeat=len(differ))]
        exact = numpy.mean([exchanged(a, b, s) >= numpy.abs(here - there) - 1e-12 for s in every], axis=0).tolist()
    return {"differ": len(differ), "here": here.tolist(), "there": there.tolist(), "low": low, "high": high,
            "p": ((least + 1) / (ROUNDS + 1)).tolist(), "exact": exact}


def main():
    rng = random.Random(7)
    for case in range(CASES):
        mode = ["lenient", "iob2", "tags"][case % 3]
        types = ["A", "B", "C-D"][:rng.randint(1, 3)]
        tags = ["DT", "NN", "VB", "."] if mode == "tags" else ["O", "O", "O"] + [p + "-" + t for p in "BI" for t in types]
        n = [1, rng.randint(2, 8), rng.randint(5, 40)][case // 3 % 3]
        words = [[rng.choice(["x", "y", "é", "人"]) for _ in range(rng.randint(1, 9))] for _ in range(n)]
        gold = [[rng.choice(tags) if case != 4 else "O" for _ in w] for w in words]
        noise = [0.3, 0.1, 0.9][case // 9 % 3]
        change = lambda s, rate: [t if rng.random() >= rate else rng.choice(tags) for t in s]
        pred = [change(s, noise) for s in gold]
        other = pred if case == 7 else [change(s, noise * 0.8) for s in gold]
        doc = [i // 3 for i in range(n)]
        train_words = [[rng.choice(["x", "y", "é"]) for _ in range(3)] for _ in range(rng.randint(1, 4))]
        train_gold = [[rng.choice(tags) for _ in w] for w in train_words]
        by_document = case % 2 == 1
        units = doc if by_document else [None] * n
        seed, examples = rng.choice([1, 42, 2**40 + 3]), rng.randint(0, 4)
        g, p, o, t = ([entities(mode, s) for s in x] for x in (gold, pred, other, train_gold))
        names = sorted({e[0] for s in g + p + o for e in s})
        own = sorted({e[0] for s in g + p for e in s})
        mine = unit_counts(own, g, p, gold, pred, units)
        low, high = interval([measures(mine[draws(seed, r, len(mine))].sum(axis=0)) for r in range(ROUNDS)])
        line = {"mode": mode, "words": words, "gold": gold, "pred": pred, "other": other, "doc": doc, "by_document": by_document,
                "train_words": train_words, "train_gold": train_gold, "rounds": ROUNDS, "seed": seed, "examples": examples,
                "confusion": confusion(g, p, mode == "tags"),
                "errors": (tag_errors if mode == "tags" else errors)(words, g, p, seed, examples),
                "seen": seen(words, g, p, train_words, t), "types": names, "own_types": own, "low": low, "high": high,
                "compare": compare(unit_counts(names, g, p, gold, pred, units), unit_counts(names, g, o, gold, other, units), seed)}
        for key in ("words", "gold", "pred", "other", "train_words", "train_gold"):
            line[key] = [" ".join(s) for s in line[key]]
        sys.stdout.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")


main()
