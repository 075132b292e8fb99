#!/usr/bin/env python3
"""Golden windows of tokenizers' truncation with stride (transformers' return_overflowing_tokens).

usage: window.py > tests/golden/window.txt

Each line is a case: pieces, pieces of a window, stride, then start-end of each window. Each word is one piece, because our windows
keep words whole and these do not.
"""
import random

from tokenizers import Tokenizer, models, pre_tokenizers

random.seed(5)
tokenizer = Tokenizer(models.WordLevel({"[UNK]": 0, **{str(i): i + 1 for i in range(3000)}}, unk_token="[UNK]"))
tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
cases = [(n, most, stride) for n in range(1, 13) for most in range(1, 7) for stride in range(most)]
cases += [(random.randrange(1, 3000), most, random.randrange(most)) for most in (10, 62, 126, 254, 510) for _ in range(20)]
for n, most, stride in cases:
    tokenizer.enable_truncation(most, stride=stride)
    first = tokenizer.encode(" ".join(map(str, range(n))))
    rows = [encoding.ids for encoding in [first, *first.overflowing]]
    print(n, most, stride, *(f"{row[0] - 1}-{row[-1]}" for row in rows))
