#!/usr/bin/env python3
"""Golden hashes of every code point between two letters, from the package tokenizers.

usage: unicode.py > tests/golden/unicode.txt      (the vocabulary is that of tests/golden/wptok)

A line a kind and a block of 4096 code points: kind, block, XXH3 of the lines "CODE ID/WORD/START/END ...\\n" of its texts aCb.
"""
import os

import xxhash
from tokenizers import Tokenizer, normalizers, pre_tokenizers
from tokenizers.models import WordPiece

ROOT = os.path.dirname(os.path.abspath(__file__))
KINDS = {"cased": (False, False), "uncased": (True, True), "accents": (True, False), "stripped": (False, True)}


def main():
    with open(os.path.join(ROOT, "wptok", "vocab.txt"), encoding="utf-8", newline="\n") as f:
        vocab = {line.rstrip("\n"): i for i, line in enumerate(f)}
    for kind, (lower, strip) in KINDS.items():
        tok = Tokenizer(WordPiece(vocab, unk_token="[UNK]"))
        tok.normalizer = normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=strip, lowercase=lower)
        tok.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        for block in range(0x110000 // 4096):
            codes = [c for c in range(4096 * block, 4096 * (block + 1)) if not 0xD800 <= c < 0xE000]
            h = xxhash.xxh3_64()
            for c, e in zip(codes, tok.encode_batch(["a" + chr(c) + "b" for c in codes])):
                pieces = " ".join(f"{i}/{w}/{o[0]}/{o[1]}" for i, w, o in zip(e.ids, e.word_ids, e.offsets))
                h.update(f"{c} {pieces}\n".encode())
            print(kind, block, h.hexdigest())


main()
