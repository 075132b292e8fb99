#!/usr/bin/env python3
"""Golden vectors of the normalizers and pre-tokenizers of a tokenizer.json, from tokenizers.

usage: steps.py               writes tests/golden/steps.jsonl

Each line: {"normalizer":..., "pre_tokenizer":..., "texts":[[TEXT, [[PRE_TOKEN, START, END], ...]], ...]}; places are code points
of the raw text. Without a pre-tokenizer each character is a PRE_TOKEN.
"""
import json
import os

from tokenizers import PreTokenizedString, Regex, Tokenizer, models
from tokenizers import normalizers as N
from tokenizers import pre_tokenizers as P

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "steps.jsonl")
GPT2 = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"
GPT4 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|%s| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
BEHAVIOURS = "removed isolated merged_with_previous merged_with_next contiguous".split()
PLAIN = ["", " ", "Hey, U.S.--Army's  5th (1,234.5)  \t x\u3000y ", "--a-b- - c--", "ab a b a b", "Ⅷ½12٣４", "_x__1 ﬁ\u0301 n-o", "日本語。です！", "\u00a0\r\n\n a\n", "'"]
LETTERS = ["É\u0301 e\u0323\u0302 x", "ﬁne ½ ㎏ Ａ ｶﾞ ﷺ", "\u1100\u1161\u11a8 가\u11a8 각\u11a7", "İSTANBUL ΣΑΣ ẞ", "\u0301a \u0301", "a  b   c\u2003\u2003d\t\te", "q\u0301\u0323 \u0344 \u0958 \u2126",
           "``x'' é ''", "", " a ", "नि́ \u20dd \u0903"]
RULES = ["it's IT'S 'ſ 'lL x'vE 'r", "1234567 12.5x", "a\n\n b \r\n  c\t\td", " .\n\r.. x", "  \n  ", "\u00a0é é\u00a0\u00a0é", "!a ?\u0301b 日本 ½Ⅷ", "x  \u3000\u2003"]


def line(normalizer, pre_tokenizer, texts):
    tok = Tokenizer(models.BPE())
    if normalizer:
        tok.normalizer = normalizer
    if pre_tokenizer:
        tok.pre_tokenizer = pre_tokenizer
    made = json.loads(tok.to_str())
    rows = []
    for text in texts:
        split = PreTokenizedString(text)
        if normalizer:
            split.normalize(normalizer.normalize)
        (pre_tokenizer or P.Split(Regex("(?m:.)"), "isolated")).pre_tokenize(split)
        rows.append([text, [[t, *place] for t, place, _ in split.get_splits("original", "char") if t]])
    return json.dumps({"normalizer": made["normalizer"], "pre_tokenizer": made["pre_tokenizer"], "texts": rows}, ensure_ascii=False, separators=(",", ":")) + "\n"


def main():
    normalizers = [N.NFC(), N.NFD(), N.NFKC(), N.NFKD(), N.StripAccents(), N.Lowercase(), N.Prepend("▁x"), N.Strip(), N.Replace("é", "e!"),
                   N.Replace(Regex(r"\s+"), " "), N.Replace(Regex(r"\s{2,}"), "_"), N.Replace(Regex(" +"), "▁"), N.Replace(Regex(" {2,}"), ""),
                   N.Sequence([N.NFD(), N.Lowercase(), N.StripAccents()]), N.Sequence([N.NFKC(), N.Sequence([N.Strip(), N.Prepend("_")]), N.Replace("``", '"')])]
    pre = [P.Whitespace(), P.WhitespaceSplit(), P.Digits(True), P.Digits(False), P.CharDelimiterSplit("-"), P.BertPreTokenizer()]
    for b in BEHAVIOURS:
        pre.append(P.Punctuation(b))
        pre += [P.Split(x, b, invert) for x in (" ", "-", "a b") for invert in (False, True)]
        pre.append(P.Split(Regex(r"\p{N}{1,3}"), b, False))
    pre += [P.Sequence([P.Whitespace(), P.Sequence([P.Digits(True)])]), P.Sequence([P.Punctuation("contiguous"), P.Metaspace()])]
    rules = [P.Split(Regex(r), b, invert) for r in (GPT2, GPT4 % r"\p{N}{1,3}", GPT4 % r"\p{N}") for b, invert in (("isolated", False), ("removed", True))]
    rules += [P.Split(Regex(r), "isolated", False) for r in (r"\s", r"\s+", r"\p{L}+", r"\p{N}", r"\p{N}+")]
    rules += [P.Split(Regex(GPT2), "contiguous", False), P.ByteLevel(add_prefix_space=False), P.ByteLevel(add_prefix_space=True),
              P.ByteLevel(add_prefix_space=False, use_regex=False)]
    with open(OUT, "w", encoding="utf-8") as out:
        out.writelines(line(n, None, LETTERS) for n in normalizers)
        out.writelines(line(None, p, PLAIN) for p in pre)
        out.writelines(line(None, p, RULES) for p in rules)


main()
