#!/usr/bin/env python3
"""Golden vectors of byte-pair encoding alone: small random models and words, from tokenizers.

usage: merges.py              writes tests/golden/merges.jsonl

Each line: {"pieces":[...], "model":{"merges":...}, "words":[[WORD, [[ID, START, END], ...]], ...]}; places are code points.
"""
import json
import os
import random

from tokenizers import models

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "merges.jsonl")
# alphabet, merges, unk_token, fuse_unk, ignore_merges
KINDS = [("ab", 6, None, False, False), ("abc", 30, None, False, False), ("abcé", 20, "<u>", False, False), ("abc日", 20, "<u>", True, False),
         ("abcde", 40, None, False, True), ("aé日😀", 25, None, False, False)]


def model_of(rng, alphabet, n):
    pieces, merges = list(alphabet), []
    while len(merges) < n:
        a, b = rng.choice(pieces), rng.choice(pieces)
        if len(a + b) <= 6 and [a, b] not in merges:
            merges.append([a, b])
            pieces += [a + b] if a + b not in pieces else []
    return pieces, merges


def places(word, start, end):
    """The package counts bytes, and moves what follows a character that is left out: a byte may be inside of one."""
    of = [i for i, c in enumerate(word) for _ in c.encode()]
    return [of[start], of[end - 1] + 1]


def main():
    rng = random.Random(17)
    with open(OUT, "w", encoding="utf-8") as out:
        for alphabet, n, unk, fuse, ignore in KINDS:
            pieces, merges = model_of(rng, alphabet, n)
            pieces += ([unk] if unk else []) + ["deadbeef"]
            bpe = models.BPE({p: i for i, p in enumerate(pieces)}, [tuple(m) for m in merges], unk_token=unk, fuse_unk=fuse, ignore_merges=ignore)
            words = ["".join(rng.choice(list(alphabet) * 5 + ["x", "ü"]) for _ in range(k)) for k in (1, 2, 3, 5, 9, 23, 24, 25, 26, 60)] + ["deadbeef", "üüax"]
            rows = [[w, [[t.id, *places(w, *t.offsets)] for t in bpe.tokenize(w)]] for w in words]
            model = {"merges": merges, "unk_token": unk, "fuse_unk": fuse, "ignore_merges": ignore}
            out.write(json.dumps({"pieces": pieces, "model": model, "words": rows}, ensure_ascii=False, separators=(",", ":")) + "\n")


main()
