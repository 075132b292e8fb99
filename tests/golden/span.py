#!/usr/bin/env python3
"""Golden entities of transformers' pipeline("token-classification").

usage: span.py [-k DIR] [KIND...]    writes tests/golden/span/ (BERT's vocabulary is that of tests/golden/wptok, the others are trained
                                     here); KIND: of these only; -k: keep the models in DIR

    NAME.msg            a stream as bertfwd writes it: texts (or words), pieces, offsets, logits of a small random model
    NAME.AGG.jsonl      the entities of each record under one aggregation strategy
"""
import argparse
import json
import os
import random
import tempfile
import warnings

import msgpack
import numpy as np
import sentencepiece
import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, processors, trainers
from transformers import (BertConfig, BertForTokenClassification, BertTokenizerFast, CamembertConfig, CamembertForTokenClassification,
                          CamembertTokenizerFast, PreTrainedTokenizerFast, RobertaConfig, RobertaForTokenClassification,
                          RobertaTokenizerFast, XLMRobertaConfig, XLMRobertaForTokenClassification, XLMRobertaTokenizerFast, pipeline)

ROOT = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(ROOT, "span")
LABELS = {"iob": ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"], "types": ["NOUN", "VERB", "X-Y-Z", "S-PER", "E-PER", "O"]}
TEXTS = ["", "the cat runs in Paris.", "My name is Sylvain and I work at Hugging Face in Brooklyn.", "e\u0301a e\u0301 a", "Zürich, café? naïve!",
         "中国日本 the 東京", "the 👍👩\u200d👩 x", "[SEP] the [MASK] a", "don't do not isn't it's we've", "unbelievably running , the . a",
         "##ing the##ed # ##", "ÉLAN élan Éé", "\u200dthe\u200d \u00ad a", "Ёлка ёж Москва", "x" * 120 + " a", "İstanbul ﬁne ½", "a.b,c!d?e",
         "unplayed workers 1996 2024", "ΣΟΦΟΣ σίσυφος", "हिन्दी ไทย العربية", "the  cat\tin\nLondon", "q\u0307\u0323 \u0344 a\u0301\u0327"]
WORDS = [["the", "cat", "runs"], ["Zürich", ",", "café"], ["e\u0301a", "a"], ["\u200d", "the"], ["do not", "n't", "[SEP]"], ["x" * 120, "."],
         ["中国", "unbelievable"], ["👍", "the", "##ing"], ["", "a"], ["İ", "é", "É"]]
# for pieces that spell blanks: blanks of all kinds, their sign itself, characters cut into bytes, characters that stand for bytes
BLANKS = [x for x in TEXTS if len(x) < 90] + [" the cat", "the  cat  runs   far ", "   ", "a\u00a0b \u00a0 c", "\u3000東京\u3000タワー", "x\u2581y \u2581z\u2581 \u2581", "\u2581",
                  "<s>Paris </s> <unk>London <mask> a<mask>  the", "中国日本の東京タワー。한국어 각", "👍🏽👩\u200d👩\u200d👧 the🎉🎉 cat🎉", "Ġthe Ã© Ċ ðŁĳ", "(Paris),\"London\"; don't we'll I'm",
                  "ﬁne ½ ＡＢＣ ｶﾞ", "tab\tnew\nline \r\n", "\ufffd \x07the\x7f", "e\u0301e\u0301 \u0301", "1996/2024 London-Paris", "żółw ŁÓDŹ \u00ad\u00ad"]
BLANK_WORDS = [x for x in WORDS if len(x[0]) < 90] + [["Paris", "London"], [" the", "cat ", "a b"], ["\u00a0", "x\u00a0y"], ["\u2581", "a\u2581b"], ["<s>", "<unk>", "the<mask>"],
                       ["👍🏽", "🎉the"], ["中国", "日本"], ["Ã©", "café"], ["un", "believ", "able"], [" ", "  "], ["ab", "ab"]]
SPECIAL = {"bos_token": "<s>", "eos_token": "</s>", "sep_token": "</s>", "cls_token": "<s>", "unk_token": "<unk>", "pad_token": "<pad>",
           "mask_token": "<mask>"}


def spelling(tok):
    """What the stream's header says about the pieces."""
    decoder = json.loads(tok.backend_tokenizer.to_str())["decoder"]
    if decoder["type"] == "WordPiece":
        return {}
    bare = decoder["type"] == "Metaspace" and decoder["prepend_scheme"] == "never"
    return {"vocab": {"size": len(tok), "hash": "0", "pieces": {"ByteLevel": "byte-level", "Metaspace": "metaspace"}[decoder["type"]] + "-bare" * bare,
                      "unk": tok.unk_token}}


def write(name, tok, model, labels, texts, words, d):
    field = "tokens" if words else "text"
    with open(os.path.join(OUT, name + ".msg"), "wb") as f:
        f.write(msgpack.packb({"msgstream": 1, "kind": "sentence", "fields": [field, "word_ids", "offsets", "pieces", "logits"],
                               "labels": {"logits": labels}} | spelling(tok)))
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


def sentences():
    rng = random.Random(1)
    words = [a + b + c for a in "th un re pl str c".split() for b in "a e i ou é".split() for c in "t ing ed n't s r".split()]
    words += [w for x in TEXTS for w in x.split(" ")]
    return [" ".join(rng.choices(words, k=8)).strip() for _ in range(1000)]


def byte_level(**options):
    tok = Tokenizer(models.BPE())
    tok.pre_tokenizer = pre_tokenizers.ByteLevel()
    tok.train_from_iterator(sentences(), trainers.BpeTrainer(vocab_size=400, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"], show_progress=False,
                                                           initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())))
    model = json.loads(tok.to_str())["model"]
    return RobertaTokenizerFast(vocab=model["vocab"], merges=[tuple(m) for m in model["merges"]], **options)


def unigram(cls, **options):
    """From a sentencepiece model that has never seen an emoji."""
    with tempfile.TemporaryDirectory() as d:
        text = [x for x in sentences() if not any(ord(c) > 0xffff for c in x)]
        sentencepiece.SentencePieceTrainer.train(sentence_iterator=iter(text), model_prefix=os.path.join(d, "sentencepiece.bpe"), vocab_size=300,
                                                 character_coverage=0.99, minloglevel=2, num_threads=1)
        return cls.from_pretrained(d, **options)


def metaspace_alone():
    """A tokenizer that is nothing but its file: no words before Metaspace, so the offsets have the blank."""
    model = json.loads(unigram(XLMRobertaTokenizerFast).backend_tokenizer.to_str())["model"]
    tok = Tokenizer(models.Unigram([tuple(x) for x in model["vocab"]], model["unk_id"], False))
    tok.pre_tokenizer = pre_tokenizers.Metaspace()
    tok.decoder = decoders.Metaspace()
    tok.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    return PreTrainedTokenizerFast(tokenizer_object=tok, **SPECIAL)


ROBERTA = (RobertaConfig, RobertaForTokenClassification)
XLM = (XLMRobertaConfig, XLMRobertaForTokenClassification)
OTHERS = {  # how it is made, its classes, and the streams that are kept
    "roberta": (lambda: byte_level(), ROBERTA, ["text", "words"]),
    "roberta-prefix": (lambda: byte_level(add_prefix_space=True), ROBERTA, ["words"]),
    "roberta-untrimmed": (lambda: byte_level(add_prefix_space=True, trim_offsets=False), ROBERTA, ["text"]),
    "xlmr": (lambda: unigram(XLMRobertaTokenizerFast), XLM, ["text", "words"]),
    "xlmr-bare": (lambda: unigram(XLMRobertaTokenizerFast, add_prefix_space=False), XLM, ["text"]),
    "camembert": (lambda: unigram(CamembertTokenizerFast), (CamembertConfig, CamembertForTokenClassification), ["words"]),
    "metaspace": (metaspace_alone, XLM, ["text"]),
}


def write_kind(kind, tok, config_class, model_class, labels, cases, keep):
    with tempfile.TemporaryDirectory() as d:
        more = {} if config_class is BertConfig else {"pad_token_id": tok.pad_token_id, "type_vocab_size": 1}
        config = config_class(vocab_size=len(tok), hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32,
                              max_position_embeddings=256, initializer_range=0.3, id2label=dict(enumerate(labels)),
                              label2id={x: i for i, x in enumerate(labels)}, **more)
        model = model_class(config).eval()
        d = os.path.join(keep, kind) if keep else d
        model.save_pretrained(d)
        tok.save_pretrained(d)
        for field, inputs in cases.items():
            write(f"{kind}-{field}", tok, model, labels, inputs, field == "words", d)


def main():
    os.makedirs(OUT, exist_ok=True)
    warnings.simplefilter("ignore", UserWarning)
    parser = argparse.ArgumentParser()
    parser.add_argument("-k", "--keep")
    parser.add_argument("kind", nargs="*")
    options = parser.parse_args()
    for lower in (True, False):
        for name, labels in LABELS.items():
            kind = f"{name}-{'uncased' if lower else 'cased'}"
            if options.kind and kind not in options.kind:
                continue
            torch.manual_seed(7 + len(labels))
            tok = BertTokenizerFast(os.path.join(ROOT, "wptok", "vocab.txt"), do_lower_case=lower)
            write_kind(kind, tok, BertConfig, BertForTokenClassification, labels, {"text": TEXTS, "words": WORDS}, options.keep)
    for seed, (kind, (make, classes, fields)) in enumerate(OTHERS.items()):
        if options.kind and kind not in options.kind:
            continue
        torch.manual_seed(seed)
        cases = {"text": BLANKS, "words": BLANK_WORDS}
        write_kind(kind, make(), *classes, LABELS["iob"], {field: cases[field] for field in fields}, options.keep)


main()
