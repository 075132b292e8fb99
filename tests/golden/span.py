#!/usr/bin/env python3
"""Golden entities of transformers' pipeline("token-classification").

usage: span.py        writes tests/golden/span/ (the vocabulary is that of tests/golden/wptok)

    NAME.msg            a stream as bertfwd writes it: texts (or words), pieces, offsets, logits of a small random model
    NAME.AGG.jsonl      the entities of each record under one aggregation strategy
"""
import json
import os
import tempfile

import msgpack
import numpy as np
import torch
from transformers import BertConfig, BertForTokenClassification, BertTokenizerFast, pipeline

ROOT = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(ROOT, "span")
LABELS = {"iob": ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"], "types": ["NOUN", "VERB", "X-Y-Z", "S-PER", "E-PER", "O"]}
TEXTS = ["", "the cat runs in Paris.", "My name is Sylvain and I work at Hugging Face in Brooklyn.", "e\u0301a e\u0301 a", "Zürich, café? naïve!",
         "中国日本 the 東京", "the 👍👩\u200d👩 x", "[SEP] the [MASK] a", "don't do not isn't it's we've", "unbelievably running , the . a",
         "##ing the##ed # ##", "ÉLAN élan Éé", "\u200dthe\u200d \u00ad a", "Ёлка ёж Москва", "x" * 120 + " a", "İstanbul ﬁne ½", "a.b,c!d?e",
         "unplayed workers 1996 2024", "ΣΟΦΟΣ σίσυφος", "हिन्दी ไทย العربية", "the  cat\tin\nLondon", "q\u0307\u0323 \u0344 a\u0301\u0327"]
WORDS = [["the", "cat", "runs"], ["Zürich", ",", "café"], ["e\u0301a", "a"], ["\u200d", "the"], ["do not", "n't", "[SEP]"], ["x" * 120, "."],
         ["中国", "unbelievable"], ["👍", "the", "##ing"], ["", "a"], ["İ", "é", "É"]]


def write(name, tok, model, labels, texts, words, d):
    field = "tokens" if words else "text"
    with open(os.path.join(OUT, name + ".msg"), "wb") as f:
        f.write(msgpack.packb({"msgstream": 1, "kind": "sentence", "fields": [field, "word_ids", "offsets", "pieces", "logits"],
                               "labels": {"logits": labels}}))
        for i, text in enumerate(texts):
            e = tok(text, is_split_into_words=words, return_offsets_mapping=True)
            with torch.no_grad():
                logits = model(input_ids=torch.tensor([e["input_ids"]])).logits[0].numpy()
            packer = msgpack.Packer(use_single_float=True)
            f.write(packer.pack({"id": i, field: text, "word_ids": e.word_ids(), "offsets": [list(p) for p in e["offset_mapping"]],
                                 "pieces": tok.convert_ids_to_tokens(e["input_ids"]), "logits": [[float(x) for x in r] for r in logits]}))
        f.write(msgpack.packb({"end": True, "records": len(texts)}))
    for aggregation in "none simple first average max".split():
        p = pipeline("token-classification", model=d, aggregation_strategy=aggregation, device=-1)
        with open(os.path.join(OUT, f"{name}.{aggregation}.jsonl"), "w", encoding="utf-8") as f:
            for text in texts:
                if words:
                    found = p([text], is_split_into_words=True)
                    found = found[0] if found and isinstance(found[0], list) else found
                else:
                    found = p(text)
                rows = [{k: float(v) if isinstance(v, np.floating) else v for k, v in row.items()} for row in found]
                f.write(json.dumps(rows, ensure_ascii=False, separators=(",", ":")) + "\n")


def main():
    os.makedirs(OUT, exist_ok=True)
    for lower in (True, False):
        for name, labels in LABELS.items():
            torch.manual_seed(7 + len(labels))
            with tempfile.TemporaryDirectory() as d:
                tok = BertTokenizerFast(os.path.join(ROOT, "wptok", "vocab.txt"), do_lower_case=lower)
                config = BertConfig(vocab_size=len(tok), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
                                    max_position_embeddings=256, initializer_range=0.3, id2label=dict(enumerate(labels)),
                                    label2id={x: i for i, x in enumerate(labels)})
                model = BertForTokenClassification(config).eval()
                model.save_pretrained(d)
                tok.save_pretrained(d)
                kind = f"{name}-{'uncased' if lower else 'cased'}"
                write(kind + "-text", tok, model, labels, TEXTS, False, d)
                write(kind + "-words", tok, model, labels, WORDS, True, d)


main()
