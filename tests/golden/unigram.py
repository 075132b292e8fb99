#!/usr/bin/env python3
"""Golden vectors of Unigram tokenizers, from sentencepiece, transformers and tokenizers.

usage: unigram.py        writes tests/golden/unigram/ (needs also the package sentencepiece, and awk)

    graphemes.map graphemes.txt   a charsmap, and a CRC-32 of what becomes of texts with each code point, for each block of 4096
    sentencepiece.bpe.model       a small model, trained on pipelines/demo-corpus.sh with normalisation rules made here
    text.msg words.msg            the cases of wptok.py and more, each as a raw text, and each as the words of a sentence
    KIND.tokenizer.json, .config.json   XLM-RoBERTa, CamemBERT, and steps of the file alone, with added tokens
    sums.txt                      KIND, text or words, and the MD5 of all lines with input_ids, word_ids and offsets
"""
import base64
import hashlib
import json
import os
import random
import subprocess
import tempfile
import zlib

import msgpack
import sentencepiece
from tokenizers import AddedToken
from tokenizers.normalizers import Precompiled
from transformers import AutoTokenizer

import wptok
from charsmap import charsmap

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
HERE = os.path.join(TOP, "tests", "golden", "unigram")
SUMS = []
RULES = {"\t": " ", "\n": " ", "\r": " ", "\u00a0": " ", "\u3000": " ", "\u2009": " ", "\u2581": " ", "\u0001": "", "\u200b": "", "\u00ad": "",
         "ﬁ": "fi", "™": "TM", "½": "1⁄2", "㎏": "kg", "\u00a8": " \u0308", "e\u0301": "é", "E\u0301": "É", "u\u0308": "ü", "ｶ": "カ", "ｶﾞ": "ガ",
         "\uff76\uff9e": "ガ", "Ａ": "A", "ａ": "a", "Ⓐ": "A", "\u0341": "\u0301", "\u212b": "Å", "\ufdfa": "صلى الله عليه وسلم", "\u0958": "क\u093c",
         "\u1112\u1161\u11ab": "한", "©": "(C)"}
ODD = ["▁", "▁▁", "a▁b", " ▁ ", "<s>", "</s>", "<pad>", "<unk>", "<mask>", "  <mask>  ", "<mask><mask>", "<s>NOTUSED", "™\x01g", "\x01a b",
       "\x01 \x01b c", "a\x01 b", "the \x01of x", "<s>\x01the of", "¨", "x\u0341", "e\u0301\u0302", "e\u0301\u0302\u0302", "u\u0308\u200d", "\u0600 x",
       "\u0600ﬁ", "x \u0301y", "x  \u0301 \u0301", "\u00a0\u0301", "©\u200d©\u0301", "\u0915\u094d\u0958\u0301", "ｶﾞ", "ｶﾞﾞ", "\ufdfa", "\r\n", "a\r\nb",
       "the  of", " the", "the ", "\u200b", "日本", "xyzzy漢字x", "ﬁ\u0301", "½½", "İ", "<new>", "a <new>b", "<left>", "the  <left>x", "word", "swords", "word-"]


def graphemes():
    marks = ["a", "\u0301", "\u0915", "\u1100", "\u1161", "\u11a8", "\u00a9"]
    data = charsmap({c: "X" for c in marks})
    n = Precompiled(data).normalize_str
    with open(os.path.join(HERE, "graphemes.map"), "w") as out:
        out.write(base64.b64encode(data).decode())
    with open(os.path.join(HERE, "graphemes.txt"), "w") as out:
        for block in [*range(0, 0x20000, 4096), 0xE0000]:  # the other planes have nothing that joins
            crc = 0
            for c in range(block, block + 4096):
                if 0xD800 <= c < 0xE000:
                    continue
                t = chr(c)
                texts = [m + t + "\u0302" for m in marks] + [t + m + "\u0302" for m in marks]
                texts += [t + "\u094d\u0915\u0302", t + "\u200d\u00a9\u0302", "\u0915" + t + "\u0915\u0302", "\u0915" + t + "\u094d\u0915\u0302",
                          "\u00a9" + t + "\u200d\u00a9\u0302", "\u0915\u094d" + t + "\u0302"]
                crc = zlib.crc32("".join(n(x) + "\n" for x in texts).encode(), crc)
            out.write(f"{block:06x} {crc:08x}\n")


def train(tmp):
    subprocess.run([os.path.join(TOP, "pipelines", "demo-corpus.sh"), tmp], check=True, stdout=subprocess.DEVNULL)
    sentences, now = [], []
    for line in open(os.path.join(tmp, "train.txt"), encoding="utf-8"):
        if line.strip():
            now.append(line.split()[0])
        elif now:
            sentences.append(" ".join(now))
            now = []
    with open(os.path.join(tmp, "text"), "w", encoding="utf-8") as f:
        f.writelines(s + "\n" for s in sentences[:3000] + [" ".join(w for w in wptok.WORDS if "#" not in w)] * 20)
    with open(os.path.join(tmp, "rules.tsv"), "w", encoding="utf-8") as f:
        for a, b in RULES.items():
            f.write(" ".join(f"{ord(c):X}" for c in a) + "\t" + " ".join(f"{ord(c):X}" for c in b) + "\n")
    sentencepiece.SentencePieceTrainer.train(input=os.path.join(tmp, "text"), model_prefix=os.path.join(tmp, "m"), vocab_size=700,
                                             model_type="unigram", normalization_rule_tsv=os.path.join(tmp, "rules.tsv"),
                                             character_coverage=1.0, num_threads=1, minloglevel=2)
    os.replace(os.path.join(tmp, "m.model"), os.path.join(HERE, "sentencepiece.bpe.model"))


def write(name, rows):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as f:
        f.writelines(r + "\n" for r in rows)


def compact(path):
    with open(path, encoding="utf-8") as f:
        return json.load(f)


def golden(kind, made, texts, words):
    tok = AutoTokenizer.from_pretrained(made)
    for what, items in (("text", texts), ("words", words)):
        md5 = hashlib.md5("".join(r + "\n" for r in wptok.lines(tok, items, what == "words")).encode()).hexdigest()
        SUMS.append(f"{kind} {what} {len(items)} {md5}")


def main():
    os.makedirs(HERE, exist_ok=True)
    wptok.HERE = HERE
    graphemes()
    rng = random.Random(7)
    bits = wptok.FRAGMENTS + ODD * 2 + [" "] * 120
    texts = wptok.cases()[:200] + ODD + ["".join(rng.choice(bits) for _ in range(rng.randint(2, 9))) for _ in range(500)]
    words = [wptok.as_words(t) for t in texts]
    wptok.stream("text.msg", "text", texts)
    wptok.stream("words.msg", "tokens", words)
    with tempfile.TemporaryDirectory() as tmp:
        train(tmp)
        for kind, model_type in (("xlm-roberta", "xlm-roberta"), ("camembert", "camembert")):
            made = os.path.join(tmp, kind)
            os.makedirs(made)
            os.symlink(os.path.join(HERE, "sentencepiece.bpe.model"), os.path.join(made, "sentencepiece.bpe.model"))
            with open(os.path.join(made, "config.json"), "w") as f:
                json.dump({"model_type": model_type}, f)
            golden(kind, made, texts, words)
            tok = AutoTokenizer.from_pretrained(made)
            tok.add_tokens([AddedToken("<new>"), AddedToken("<left>", lstrip=True), AddedToken("word", single_word=True, normalized=True)])
            tok.save_pretrained(os.path.join(tmp, kind + "-json"))
            write(kind + "-json.tokenizer.json", [json.dumps(compact(os.path.join(tmp, kind + "-json", "tokenizer.json")), ensure_ascii=False)])
            write(kind + "-json.config.json", [json.dumps(compact(os.path.join(tmp, kind + "-json", "tokenizer_config.json")))])
            golden(kind + "-json", os.path.join(tmp, kind + "-json"), texts, words)
        whole = compact(os.path.join(tmp, "xlm-roberta-json", "tokenizer.json"))
        whole["normalizer"] = {"type": "Sequence", "normalizers": [whole["normalizer"], {"type": "Strip", "strip_left": False, "strip_right": True},
                                                                   {"type": "Replace", "pattern": {"Regex": " {2,}"}, "content": "▁"}]}
        whole["pre_tokenizer"] = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
        made = os.path.join(tmp, "whole")
        os.makedirs(made)
        for name, what in (("tokenizer.json", whole), ("tokenizer_config.json", {"tokenizer_class": "PreTrainedTokenizerFast", "cls_token": "<s>",
                                                                                 "sep_token": "</s>", "unk_token": "<unk>", "pad_token": "<pad>"})):
            with open(os.path.join(made, name), "w") as f:
                json.dump(what, f)
        write("whole.tokenizer.json", [json.dumps(whole)])
        write("whole.config.json", [json.dumps(compact(os.path.join(made, "tokenizer_config.json")))])
        golden("whole", made, texts, words)
    write("sums.txt", SUMS)


main()
