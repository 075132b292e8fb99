#!/usr/bin/env python3
"""A model directory of a few kilobytes, good and bad streams for it, and the logits that transformers computes.

    pip install torch transformers==5.23 safetensors msgpack
    python3 tests/golden/bertfwd.py         # writes tests/golden/bertfwd/
"""
import json
import os

import msgpack
import numpy as np
import torch
from transformers import BertConfig, BertForTokenClassification

from bert import fill, uniform

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bertfwd")
NAMES = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + [chr(97 + i) for i in range(25)]
LENGTHS = [5, 1, 20, 3, 8, 13, 2, 2, 19, 7, 4]


def model():
    config = BertConfig(vocab_size=len(PIECES), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
                        intermediate_size=24, max_position_embeddings=20, id2label=dict(enumerate(NAMES)),
                        label2id={n: i for i, n in enumerate(NAMES)})
    config._attn_implementation = "eager"
    net = BertForTokenClassification(config).eval()
    fill(net, 0.6)
    net.save_pretrained(os.path.join(HERE, "model"))
    with open(os.path.join(HERE, "model", "vocab.txt"), "w") as f:
        f.write("\n".join(PIECES) + "\n")
    for kind, dtype in (("half", torch.float16), ("brain", torch.bfloat16)):    # the same numbers in 16 and in 32 bits
        short = BertForTokenClassification(config)
        short.load_state_dict(net.state_dict())
        short.to(dtype).save_pretrained(os.path.join(HERE, kind))
        short.float().save_pretrained(os.path.join(HERE, kind + "-rounded"))
    return net


def stream(name, records, kind="sentence", fields=("id", "input_ids", "labels"), labels=None, **more):
    header = {"msgstream": 1, "kind": kind, "fields": list(fields), "labels": labels or {}} | more | {"history": []}
    with open(os.path.join(HERE, name + ".msg"), "wb") as f:
        for value in [header, *records, {"end": True, "records": len(records)}]:
            f.write(msgpack.packb(value))


def main():
    torch.set_num_threads(1)
    os.makedirs(HERE, exist_ok=True)
    net = model()
    draw = (uniform("ids", 999) + 0.5).tolist()
    records, lines = [], []
    for i, n in enumerate(LENGTHS):
        ids = [int(draw.pop() * len(PIECES)) for _ in range(n)]
        labels = [-100 if k in (0, n - 1) else int(draw.pop() * len(NAMES)) for k in range(n)]
        records.append({"id": 100 + i, "input_ids": ids, "labels": labels, "kept": {"as": [1.5, None, "it is"]}})
        y = net(input_ids=torch.tensor([ids])).logits[0].detach()
        loss = torch.nn.functional.cross_entropy(y, torch.tensor(labels), reduction="sum", ignore_index=-100)
        lines.append({"id": 100 + i, "logits": y.numpy().astype(np.float64).round(7).tolist(), "loss": round(loss.item(), 6)})
    with open(os.path.join(HERE, "torch.jsonl"), "w") as f:
        f.writelines(json.dumps(line) + "\n" for line in lines)

    own = {"labels": NAMES}
    good = records[0]
    stream("in", records, labels=own, fields=("id", "input_ids", "labels", "kept"))
    stream("nothing", [], labels=own)
    stream("batch", [], kind="batch")
    stream("untokenized", [], fields=("id", "tokens"))
    stream("unlabelled", [good], fields=("id", "input_ids"))
    stream("other-labels", [good], labels={"labels": ["O", "B-PER", "I-PER", "I-LOC", "B-LOC"]})
    stream("other-tags", [good], labels={"ner_tags": ["O", "B-ORG"], "pos_tags": ["NN"]})
    stream("some-tags", [good], labels={"pos_tags": ["NN"], "ner_tags": ["O", "B-LOC", "I-LOC"]})
    stream("other-vocab", [good], labels=own, vocab={"size": 99, "hash": "0123456789abcdef"})
    bad = {"no-pieces": {"input_ids": [], "labels": []}, "negative": {"input_ids": [2, -1, 3]}, "foreign": {"input_ids": [2, 30]},
           "long": {"input_ids": [2] * 21}, "few-labels": {"labels": [1]}, "no-label": {"labels": [5, 0, 0, 0, 0]}}
    for name, change in bad.items():
        stream(name, [good, good | {"id": 4711} | change], labels=own)


if __name__ == "__main__":
    main()
