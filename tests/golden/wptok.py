#!/usr/bin/env python3
"""Golden vectors of the tokenizer, from transformers and tokenizers.

usage: wptok.py [SHARED]        writes tests/golden/wptok/ (SHARED: the folder with data/, for the real vocabularies)

    vocab.txt           a small vocabulary made here: characters of many scripts, some words and suffixes
    KIND.config.json    tokenizer_config.json of each kind: cased, uncased, multilingual, accents, stripped
    text.msg words.msg  the hand-picked cases as streams: each as a raw text, and each as the words of a sentence
    KIND.text.jsonl     input_ids, word_ids and offsets of each case with the small vocabulary
    real-NAME.*.jsonl   the same with the real vocabularies of SHARED/data/vocab
    added.*             a tokenizer with added tokens of every flag: its files, 400 random cases, and their results
    corpora.txt         kind, corpus, words or text, sentences, md5 of all its lines as in KIND.*.jsonl
"""
import hashlib
import json
import os
import random
import sys
import tempfile

import msgpack
from tokenizers import AddedToken
from transformers import AutoTokenizer, BertTokenizerFast

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "wptok")
SHARED = sys.argv[1] if len(sys.argv) > 1 else None
KINDS = {
    "cased": {"do_lower_case": False},
    "uncased": {},
    "multilingual": {"do_lower_case": False, "tokenize_chinese_chars": True, "strip_accents": None},
    "accents": {"do_lower_case": True, "strip_accents": False},
    "stripped": {"do_lower_case": False, "strip_accents": True, "tokenize_chinese_chars": False},
}
REAL = {"cased": "bert-base-cased", "uncased": "bert-base-uncased", "multilingual": "bert-base-multilingual-cased"}

WORDS = """the a an of and in to is was for on that with as by at from it his he she they we you Paris London Zürich zurich
naïve naive café cafe über uber élan ELAN Σίσυφος σίσυφος ſ ß straße Москва москва Ёлка елка Київ हिन्दी ไทย العربية
עברית 日本 中国 東京 한국 서울 un ##believ ##able ##ing ##ed ##s ##er ##ly ##est ##tion run ##n play work ##ers 19 ##96
20 ##24 100 e ##l ##an ##é ##e ##ü ##u i ##i ##ı ı İ don ' t ## ### # $ % & @ ! ? . , ; : ( ) [ ] { } < > = + - * / _ ~ ` ^ |""".split()
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def vocabulary():
    chars = [chr(c) for c in range(0x21, 0x7f)] + list("àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœšžßđłğışαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώ"
                                                     "абвгдежзийклмнопрстуфхцчшщъыьэюяёіїєÀÉÖÜŠŽΣΩАБВМ中国日本東京人大学一二三가각한국서울"
                                                     "अआइईकखगनमरसहािीुू्ंกขคงจดตนมรลวสอาเแโءابتثجدرسعفقكلمنهويאבגדהולמןנרש、。，！“”‘’–—…€£°½")
    chars += ["\u0301", "\u0308", "\u0307", "\u1100", "\u1161", "\u11a8", "\u1112", "\u11ab", "👍", "🏽", "\u0e33", "ﬁ", "Ａ", "ａ"]
    out = []
    for piece in SPECIAL + [f"[unused{i}]" for i in range(3)] + WORDS + chars + ["##" + c for c in chars]:
        if piece not in out:
            out.append(piece)
    return out


FRAGMENTS = ["é", "e\u0301", "\u0301", "\u0301\u0327", "\u0327\u0301", "Å", "A\u030a", "ö", "Ö", "ñ", "Ǖ", "U\u0308\u0304", "ṩ", "q\u0307\u0323", "ΐ",
             "Σ", "ς", "ΣΑΣ", "ſ", "ß", "ẞ", "İ", "I", "ı", "i\u0307", "İİ", "ﬁ", "Ａ", "Ⓐ", "㎏", "½", "²", "Ά", "ᾳ", "ﷺ", "Ё", "ё", "Й", "й",
             "中", "国中", "㐀", "䷀", "䶿", "一", "鿿", "ꀀ", "豈", "\uf8ff", "\U00020000", "\U0002a6df", "\U0002a6e0", "\U0002a700", "\U0002b81f",
             "\U0002b820", "\U0002b91f", "\U0002b920", "\U0002ceaf", "\U0002ceb0", "\U0002f800", "\U0002fa1f", "\U00030000", "々", "〇", "ー",
             "カ", "ガ", "か\u3099", "ｶﾞ", "가", "각", "한국", "\u1100\u1161\u11a8", "\u115f", "\u200d", "\u200b", "\u200c", "\u00ad", "\ufeff",
             "\u2060", "\u061c", "\u180e", "\0", "\ufffd", "\x01", "\x7f", "\u0080", "\u0085", "\x0b", "\x0c", "\x1c", "\x1f", "\t", "\n", "\r",
             "\r\n", " ", "  ", "\u00a0", "\u1680", "\u2000", "\u2009", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000", "\u0378", "\u0379",
             "\ue000", "\U000f0000", "\U0010fffd", "\U000e0001", "\U000e0041", "\uffff", "\ufdd0", "\U0001fffe", "👍", "👍🏽", "👨\u200d👩\u200d👧", "🇩🇪",
             "☃\ufe0f", "❤️", "1\ufe0f\u20e3", "😀😀", ".", "...", "-", "--", "–", "—", "'", "’", "“a”", "``", "''", "$", "€", "+", "<", "=", "^", "`",
             "|", "~", "©", "°", "§", "¶", "¿", "·", "་", "।", "،", "؟", "、", "。", "「」", "，", "！", "\u1734", "\u1885", "\u1886", "\ua9bd",
             "\U000111c9", "\u166d", "\U00011938", "\u302e", "a\u302e\u0301", "\U0001d165", "\u0345", "\u0338", "<\u0338", "=\u0338", "\u0344",
             "\u0958", "\u0929", "\u0f71\u0f72\u0f74", "\u0f73", "\u0e33", "ก็", "हिन्दी", "ไทย", "العربية", "الْعَرَبِيَّة", "עברית", "עִבְרִית", "\u0390",
             "\u1c89", "\ua7cb", "\ua7dc", "\U00010d50", "\U00016ea0", "\U00010400", "\U0001e900", "Ꭰ", "ꭰ", "Ა", "Ⴀ", "Ȿ", "\u2c2f", "\u2126", "\u212a", "\u212b",
             "[SEP]", "[CLS]", "[MASK]", "[PAD]", "[UNK]", "[sep]", "[ SEP ]", "[SEP][SEP]", "[unused1]", "##a", "#", "##", "[", "]", "the", "The",
             "THE", "unbelievable", "Unbelievably", "running", "don't", "U.S.", "1996", "2024", "1,000.50", "Zürich", "ZÜRICH", "Москва", "Σίσυφος",
             "STRASSE", "straße", "naïve", "x" * 99, "x" * 100, "x" * 101, "x" * 300, "é" * 100, "e\u0301" * 60, "가" * 33, "가" * 34, "각" * 34, "가" * 51,
             "İ" * 50, "İ" * 51, "a\u200d" * 120, "the" * 40]


def cases():
    out = ["", " ", "My name is Sylvain and I work at Hugging Face in Brooklyn.", "EU rejects German call to boycott British lamb .",
           "the\tcafé\nis [SEP] in\u00a0Zürich\u3000...", "[CLS] the [SEP]", "a [MASK]. b[MASK]c", "e\u0301a e\u0301 a", "\ufeffthe end\u200b.",
           "他来到了北京。", "私は東京に住んでいます", "Δεν καταλαβαίνω ΣΟΦΟΣ", "Ёлка и ёж", "a\u0301\u0308\u0327b", "  spaces  all   over  "]
    out += FRAGMENTS + [f"the {f} run" for f in FRAGMENTS[:60]] + [f"un{f}ed" for f in FRAGMENTS]
    seen = []
    for c in out:
        if c not in seen:
            seen.append(c)
    return seen


ADDED = [AddedToken("<e1>"), AddedToken("<L>", lstrip=True), AddedToken("<R>", rstrip=True), AddedToken("<LR>", lstrip=True, rstrip=True),
         AddedToken("<SW>", single_word=True), AddedToken("sw", single_word=True, normalized=False), AddedToken("norm", normalized=True),
         AddedToken("Éa", normalized=True), AddedToken("a b", normalized=True), AddedToken("日本", normalized=True),
         AddedToken("né", normalized=True, single_word=True), AddedToken("<e1>2", normalized=False),
         AddedToken("NORM", normalized=False, lstrip=True)]


def added_cases():
    rng = random.Random(1)
    alphabet = [a.content for a in ADDED] * 3 + FRAGMENTS + [" "] * 60 + list("aEé.x") * 8
    return ["".join(rng.choice(alphabet) for _ in range(rng.randint(1, 9))) for _ in range(400)]


def write_added(tmp):
    made = os.path.join(tmp, "added")
    tok = BertTokenizerFast(os.path.join(HERE, "vocab.txt"))
    tok.add_tokens(ADDED)
    tok.save_pretrained(made)
    tok = AutoTokenizer.from_pretrained(made)
    for name, to in (("tokenizer.json", "added.tokenizer.json"), ("tokenizer_config.json", "added.config.json")):
        with open(os.path.join(made, name)) as f:
            write(to, [json.dumps(json.load(f), separators=(",", ":"))])
    stream("added.msg", "text", added_cases())
    write("added.text.jsonl", lines(tok, added_cases(), False))


def as_words(case):
    """The same case as the words of a sentence: cut at blanks, and once whole in front of a plain word."""
    return [case, "the"] if " " not in case else case.split(" ") + ["café"]


def lines(tok, items, words):
    for item in items:
        e = tok(item, is_split_into_words=words, return_offsets_mapping=True, truncation=False)
        yield json.dumps({"input_ids": e["input_ids"], "word_ids": e.word_ids(),
                          "offsets": [list(p) for p in e["offset_mapping"]]}, separators=(",", ":"))


def write(name, rows):
    with open(os.path.join(HERE, name), "w", encoding="utf-8") as f:
        f.writelines(r + "\n" for r in rows)


def stream(name, field, items):
    with open(os.path.join(HERE, name), "wb") as f:
        f.write(msgpack.packb({"msgstream": 1, "kind": "sentence", "fields": [field], "labels": {}}))
        for i in items:
            f.write(msgpack.packb({field: i}))
        f.write(msgpack.packb({"end": True, "records": len(items)}))


def corpora(data):
    """(name, sentences) of each file, words as conll2msg reads them."""
    for name in ("conll2003/train.txt", "conll2003/valid.txt", "conll2003/test.txt", "wnut17/wnut17train.conll", "wnut17/emerging.dev.conll",
                 "wnut17/emerging.test.annotated", "ud-ru-taiga/ru_taiga-ud-train.conllu", "ud-ru-taiga/ru_taiga-ud-dev.conllu",
                 "ud-ru-taiga/ru_taiga-ud-test.conllu"):
        sentences, now = [], []
        for line in open(os.path.join(data, name), encoding="utf-8", newline="\n"):
            line = line.rstrip("\r\n \t")
            columns = line.split("\t" if "\t" in line else " ")
            if not line or line.startswith("-DOCSTART-"):
                if now:
                    sentences.append(now)
                now = []
            elif name.endswith("conllu"):
                if not line.startswith("#") and columns[0].isdigit():
                    now.append(columns[1])
            else:
                now.append(columns[0])
        if now:
            sentences.append(now)
        yield name, sentences


def main():
    os.makedirs(HERE, exist_ok=True)
    write("vocab.txt", vocabulary())
    texts = cases()
    words = [as_words(c) for c in texts]
    stream("text.msg", "text", texts)
    stream("words.msg", "tokens", words)
    print(len(texts), "cases", file=sys.stderr)
    with tempfile.TemporaryDirectory() as tmp:
        for kind, options in KINDS.items():
            made = os.path.join(tmp, kind)
            BertTokenizerFast(os.path.join(HERE, "vocab.txt"), **options).save_pretrained(made)
            with open(os.path.join(made, "tokenizer_config.json")) as f, open(os.path.join(HERE, kind + ".config.json"), "w") as to:
                to.write(f.read())
            tok = AutoTokenizer.from_pretrained(made)
            write(kind + ".text.jsonl", lines(tok, texts, False))
            write(kind + ".words.jsonl", lines(tok, words, True))
        write_added(tmp)
        if not SHARED:
            return
        sums = []
        for kind, name in REAL.items():
            made = os.path.join(tmp, "real-" + kind)
            BertTokenizerFast(f"{SHARED}/data/vocab/{name}/vocab.txt", **KINDS[kind]).save_pretrained(made)
            tok = AutoTokenizer.from_pretrained(made)
            write(f"real-{kind}.text.jsonl", lines(tok, texts, False))
            write(f"real-{kind}.words.jsonl", lines(tok, words, True))
            for corpus, sentences in corpora(f"{SHARED}/data"):
                for what, items in (("words", sentences), ("text", [" ".join(s) for s in sentences])):
                    md5 = hashlib.md5("".join(r + "\n" for r in lines(tok, items, what == "words")).encode()).hexdigest()
                    sums.append(f"{kind} {corpus} {what} {len(items)} {md5}")
        write("corpora.txt", sums)


if __name__ == "__main__":
    main()
