#!/usr/bin/env python3
"""Golden vectors of byte-level BPE, from transformers and tokenizers.

usage: bpe.py                 writes tests/golden/bpe/

    vocab.json merges.txt     a small vocabulary, trained here on the demo's sentences and on the texts of golden/wptok
    text.msg words.msg        nasty cases as streams: each as a raw text, and each as the words of a sentence
    KIND/                     the tokenizer's files of each kind; kind `files` has nothing but the two files above
    KIND.text.md5 ...         for each case the first 8 digits of the MD5 of its line
                              {"input_ids":[...],"word_ids":[...],"offsets":[...]}
"""
import hashlib
import json
import os
import random
import re
import shutil
import subprocess
import tempfile

import msgpack
from tokenizers import AddedToken, Tokenizer, models, pre_tokenizers, trainers
from transformers import AutoTokenizer

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "bpe")
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
MORE = ["<s>", "</s>", "<mask>", " <mask>", "  <mask> ", "<s>N", " <s> x", "<S>", "'s", "'S", " 's", "''s", "’s", "don't", "we'VE", "they're", "I'll",
        "'", " '", "   ", " \n", "\n ", "\n\n", "\t\t", " \u00a0", "\u00a0 ", " \u00a0x", "\u3000 a", "a\u2003 b", "\u0085 a", "١٢٣", "１２３", "²³", "Ⅷ", "½x",
        "ｶﾞ", "ﾊﾝｶｸ", "Ｆｕｌｌ", "x" * 200, "abc" * 67, " the", " The", "ing", "\u2581", "\u2581a", " \u2581", "Ġ", "Ġthe", "Ċ", " é", " 日本", "日本語です",
        " 👍", " \u200b ", "12", "123 456", "a1b2", "foo_bar", "...", " ...", "!?", "(a)", "\u0301", " \u0301", "a \u0301  b", "\ufffd", "\ud7ff", "\U0010ffff"]
ADDED = [AddedToken("<e1>"), AddedToken("<L>", lstrip=True), AddedToken("<SW>", single_word=True), AddedToken("sw", single_word=True, normalized=False),
         AddedToken("norm", normalized=True), AddedToken("日本", normalized=True), AddedToken("<e1>2", normalized=False), AddedToken("NORM", lstrip=True)]
WIDE = ADDED + [AddedToken("<R>", rstrip=True), AddedToken("<LR>", lstrip=True, rstrip=True), AddedToken("a b"), AddedToken(" c")]


def cases():
    out = [r["text"] for r in msgpack.Unpacker(open(os.path.join(HERE, "wptok", "text.msg"), "rb"), raw=False) if "text" in r]
    rng = random.Random(17)
    out += MORE + [f"the {m} run" for m in MORE]
    alphabet = MORE + [a.content for a in WIDE] * 2 + [" "] * 40 + list("aEé.1") * 6
    out += ["".join(rng.choice(alphabet) for _ in range(rng.randint(2, 9))) for _ in range(300)]
    return list(dict.fromkeys(out))


def ascii_cases():
    """Runs of letters, digits and punctuation, which have a short way through the pipeline."""
    rng = random.Random(18)
    runs = ["".join(chr(c) for c in range(0x21, 0x7f)), "abcdefghij", "0123456789", ".,-'"]

    def run():
        chars = rng.choice(runs)
        return "".join(rng.choice(chars) for _ in range(rng.randint(1, 7)))
    return ["".join(rng.choice([run(), run(), " ", " ", "  "]) for _ in range(rng.randint(1, 12))) for _ in range(150)]


def as_words(case):
    return [case, "the"] if " " not in case else case.split(" ") + ["café"]


def stream(name, field, items):
    with open(os.path.join(OUT, name), "wb") as f:
        f.write(msgpack.packb({"msgstream": 1, "kind": "sentence", "fields": [field], "labels": {}}))
        f.writelines(msgpack.packb({field: i}) for i in items)
        f.write(msgpack.packb({"end": True, "records": len(items)}))


def write_json(name, value):
    with open(os.path.join(OUT, name), "w", encoding="utf-8") as f:
        f.write(json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n")


def digests(name, tok, items, words):
    with open(os.path.join(OUT, name), "w") as f:
        for item in items:
            e = tok(item, is_split_into_words=words, return_offsets_mapping=True, truncation=False)
            line = json.dumps({"input_ids": e["input_ids"], "word_ids": e.word_ids(), "offsets": [list(p) for p in e["offset_mapping"]]},
                              separators=(",", ":"))
            f.write(hashlib.md5(line.encode()).hexdigest()[:8] + "\n")


def train(texts):
    demo = subprocess.run(["awk", "-f", os.path.join(HERE, "..", "..", "pipelines", "demo-corpus.awk")], capture_output=True, check=True, text=True).stdout
    words = " ".join(line.split()[0] for line in demo.splitlines()[:4000] if line.split())
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tok.train_from_iterator([words] + texts, trainers.BpeTrainer(vocab_size=700, special_tokens=SPECIAL, show_progress=False,
                                                                 initial_alphabet=pre_tokenizers.ByteLevel.alphabet()))
    model = json.loads(tok.to_str())["model"]
    write_json("vocab.json", model["vocab"])
    with open(os.path.join(OUT, "merges.txt"), "w", encoding="utf-8") as f:
        f.write("#version: 0.2\n")
        f.writelines(" ".join(m) + "\n" for m in model["merges"])


def template(ids):
    def special(name):
        return {"SpecialToken": {"id": name, "type_id": 0}}
    one = [special("<s>"), {"Sequence": {"id": "A", "type_id": 0}}, special("</s>")]
    return {"type": "TemplateProcessing", "single": one, "pair": one + [{"Sequence": {"id": "B", "type_id": 1}}],
            "special_tokens": {n: {"id": n, "ids": [ids[n]], "tokens": [n]} for n in ("<s>", "</s>")}}


def save(kind, tok, change=lambda tokenizer, config: None, drop=()):
    with tempfile.TemporaryDirectory() as made:
        tok.save_pretrained(made)
        with open(made + "/tokenizer.json") as t, open(made + "/tokenizer_config.json") as c:
            tokenizer, config = json.load(t), json.load(c)
    config = {k: v for k, v in config.items() if k not in ("backend", "is_local", "local_files_only", "errors", "name_or_path", *drop)}
    change(tokenizer, config)
    os.makedirs(os.path.join(OUT, kind), exist_ok=True)
    write_json(kind + "/tokenizer.json", tokenizer)
    write_json(kind + "/tokenizer_config.json", config)


def whole(tokenizer, config):
    """All options in tokenizer.json: bytes that are unknown, words that are pieces, two post-processors."""
    model, config["tokenizer_class"] = tokenizer["model"], "PreTrainedTokenizerFast"
    for byte in "ÃâqãĀ":
        model["vocab"].pop(byte, None)
    model["merges"] = [" ".join(m) for m in model["merges"][:200] if all(x in model["vocab"] for x in (m[0], m[1], m[0] + m[1]))]
    model.update(unk_token="<unk>", fuse_unk=True, ignore_merges=True)
    tokenizer["pre_tokenizer"]["add_prefix_space"] = True
    tokenizer["post_processor"] = {"type": "Sequence", "processors": [{"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True,
                                                                       "use_regex": True}, template(model["vocab"])]}


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    texts = cases()
    train([re.sub(r"<[^>]*>", " ", t) for t in texts])
    texts += ascii_cases()
    stream("text.msg", "text", texts)
    stream("words.msg", "tokens", [as_words(t) for t in texts])
    with tempfile.TemporaryDirectory() as made:
        for name in ("vocab.json", "merges.txt"):
            shutil.copy(os.path.join(OUT, name), made)
        with open(made + "/tokenizer_config.json", "w") as f:
            f.write('{"tokenizer_class":"RobertaTokenizer"}')

        def load(added=(), **options):
            tok = AutoTokenizer.from_pretrained(made, **options)
            tok.add_tokens(list(added))
            return tok

        def lstrip(tokenizer, config):
            tokenizer["added_tokens"][4]["lstrip"] = True

        save("prefix", load(add_prefix_space=True), lstrip)
        save("notrim", load(trim_offsets=False), lstrip)
        save("whole", load(), whole, ("cls_token", "sep_token", "bos_token", "eos_token"))
        save("added", load(ADDED, add_prefix_space=True), lstrip)
        save("wide", load(WIDE), lstrip)
        for kind in ("files", "prefix", "notrim", "whole", "added", "wide"):
            tok = AutoTokenizer.from_pretrained(made if kind == "files" else os.path.join(OUT, kind))
            digests(kind + ".text.md5", tok, texts, False)
            digests(kind + ".words.md5", tok, [as_words(t) for t in texts], True)
    print(len(texts), "cases")


main()
