#!/usr/bin/env python3
"""Golden vectors of the engine, from transformers' BertForTokenClassification and its relatives.

    pip install torch transformers==5.23 safetensors
    python3 tests/golden/bert.py [NAME...]  # writes tests/golden/bert/NAME.{json,safetensors}, of all cases without a NAME
    python3 tests/golden/bert.py --base     # also prints a few numbers for the shape of BERT-base (a minute, 2 GB)

Weights and sentences come from formulas (`uniform` below) that tests/support/bert_cases.c computes, too, so that no weights
are committed. The file of each small model has input_ids, the start of each sentence, labels, logits and the sum of the
cross-entropy. Torch computes them in fp32, one sentence at a time (no padding, eager attention). It computes the gradient of
each parameter in fp64 from the same fp32 weights, so that the tolerance of the test is the error of the engine alone.
"""
import json
import os
import sys

import numpy as np
import torch
from safetensors.numpy import save_file
from transformers import AutoConfig, AutoModelForTokenClassification

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bert")
BASE = dict(vocab_size=28996, hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072,
            max_position_embeddings=512, num_labels=9)
CASES = {  # name: (config, lengths of the sentences, spread of the matrices), of BERT where the config has no model_type
    "tiny": (dict(vocab_size=60, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
                  max_position_embeddings=24, num_labels=9), [7, 1, 24, 12, 3], 0.6),
    "odd": (dict(vocab_size=41, hidden_size=36, num_hidden_layers=3, num_attention_heads=3, intermediate_size=50,
                 max_position_embeddings=33, num_labels=5, hidden_act="gelu_new", layer_norm_eps=1e-5, type_vocab_size=1,
                 pad_token_id=3), [33, 17, 2], 0.6),
    "relu": (dict(vocab_size=30, hidden_size=24, num_hidden_layers=1, num_attention_heads=4, intermediate_size=41,
                  max_position_embeddings=20, num_labels=2, hidden_act="relu"), [20, 5], 0.6),
    "long": (dict(vocab_size=50, hidden_size=20, num_hidden_layers=1, num_attention_heads=2, intermediate_size=33,
                  max_position_embeddings=300, num_labels=3), [300, 4], 0.8),
    "flat": (dict(vocab_size=20, hidden_size=17, num_hidden_layers=0, num_attention_heads=1, intermediate_size=3,
                  max_position_embeddings=9, num_labels=1), [9, 3], 0.6),
    "distilbert": (dict(model_type="distilbert", vocab_size=50, dim=32, n_layers=2, n_heads=2, hidden_dim=48,
                        max_position_embeddings=24, num_labels=5), [7, 1, 24, 3], 0.6),
    "electra": (dict(model_type="electra", vocab_size=50, embedding_size=20, hidden_size=32, num_hidden_layers=2,
                     num_attention_heads=4, intermediate_size=48, max_position_embeddings=24, num_labels=5), [7, 1, 24, 3], 0.6),
    "electra-wide": (dict(model_type="electra", vocab_size=50, embedding_size=37, hidden_size=24, num_hidden_layers=1,
                          num_attention_heads=2, intermediate_size=20, max_position_embeddings=12, num_labels=3,
                          pad_token_id=None), [12, 5], 0.6),
    "electra-same": (dict(model_type="electra", vocab_size=50, embedding_size=24, hidden_size=24, num_hidden_layers=1,
                          num_attention_heads=2, intermediate_size=20, max_position_embeddings=12, num_labels=3), [12, 5], 0.6),
    "roberta": (dict(model_type="roberta", vocab_size=50, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
                     intermediate_size=48, max_position_embeddings=26, num_labels=5, type_vocab_size=1, layer_norm_eps=1e-5),
                [7, 1, 24, 3], 0.6),
    "xlm-roberta": (dict(model_type="xlm-roberta", vocab_size=50, hidden_size=24, num_hidden_layers=1, num_attention_heads=4,
                         intermediate_size=20, max_position_embeddings=20, num_labels=3, pad_token_id=4,
                         hidden_act="gelu_new"), [15, 1, 12], 0.6),
    "camembert": (dict(model_type="camembert", vocab_size=50, hidden_size=24, num_hidden_layers=1, num_attention_heads=3,
                       intermediate_size=20, max_position_embeddings=20, num_labels=3, type_vocab_size=1), [18, 1, 12], 0.6),
}
COUNTED = "roberta", "xlm-roberta", "camembert"     # a piece of padding has no number among the positions


def fnv1a(name):
    h = 0xCBF29CE484222325
    for byte in name.encode():
        h = (h ^ byte) * 0x100000001B3 % 2**64
    return h


def uniform(name, n):
    """n numbers in [-1/2, 1/2), multiples of 2^-24: splitmix64 of FNV-1a(name) + place."""
    with np.errstate(over="ignore"):
        x = (np.uint64(fnv1a(name)) + np.arange(n, dtype=np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x = x ^ (x >> np.uint64(31))
    return ((x >> np.uint64(40)).astype(np.float64) * 2.0**-24 - 0.5).astype(np.float32)


def fill(model, spread):
    with torch.no_grad():
        for name, p in model.named_parameters():
            u = uniform(name, p.numel())
            if name.lower().replace("_", "").endswith("layernorm.weight"):
                u = np.float32(1) + u * np.float32(0.5)
            elif name.endswith("bias"):
                u = u * np.float32(0.5)
            elif "embeddings." in name:
                u = u * np.float32(2)
            else:
                u = u * np.float32(spread)
            p.copy_(torch.from_numpy(u).reshape(p.shape))


def sentences(config, lengths):
    n = sum(lengths)
    ids = ((uniform("input_ids", n) + 0.5) * config.vocab_size).astype(np.int64)
    ids[0] = config.pad_token_id or 0       # whose embedding gets no gradient
    if config.model_type in COUNTED:
        ids[[2, 3, 5, 7, 8]] = config.pad_token_id
    labels = ((uniform("labels", n) + 0.5) * config.num_labels).astype(np.int64)
    labels[uniform("masked", n) < -0.25] = -100
    return ids, labels, np.concatenate([[0], np.cumsum(lengths)])


def run(model, ids, labels, start):
    logits, loss = [], 0
    for a, b in zip(start[:-1], start[1:]):
        y = model(input_ids=torch.tensor(ids[None, a:b])).logits[0]
        loss = loss + torch.nn.functional.cross_entropy(y, torch.tensor(labels[a:b]), reduction="sum", ignore_index=-100)
        logits.append(y.detach().numpy())
    loss.backward()
    return np.concatenate(logits), loss.item()


def build(config, spread):
    config = AutoConfig.for_model(**({"model_type": "bert"} | config))
    model = AutoModelForTokenClassification.from_config(config, attn_implementation="eager").eval()
    fill(model, spread)
    return config, model


def write_config(name, config):
    with open(os.path.join(HERE, name + ".json"), "w") as f:
        keys = sorted(set(config) - {"num_labels"})
        named = {"id2label": {str(i): f"LABEL_{i}" for i in range(config["num_labels"])}, "model_type": "bert"}
        json.dump(named | {k: config[k] for k in keys}, f, indent=1, sort_keys=True)
        f.write("\n")


def small(name):
    config, lengths, spread = CASES[name]
    config, model = build(config, spread)
    ids, labels, start = sentences(config, lengths)
    logits, loss = run(model, ids, labels, start)
    model.zero_grad()
    model.double()
    run(model, ids, labels, start)
    out = {"gradient." + k: p.grad.numpy().astype(np.float32) for k, p in model.named_parameters()}
    out |= {"input_ids": ids.astype(np.float32), "labels": labels.astype(np.float32), "start": start.astype(np.float32)}
    out |= {"logits": logits, "loss": np.array([loss, spread], np.float32)}
    save_file(out, os.path.join(HERE, name + ".safetensors"))
    write_config(name, CASES[name][0])


def base():
    """Of the large model: all logits, and of each gradient its norm and its product with uniform("projection")."""
    config, model = build(BASE, 0.12)
    ids, labels, start = sentences(config, [12, 40, 5])
    logits, loss = run(model, ids, labels, start)
    numbers = []
    for _, p in sorted(model.named_parameters()):
        g = p.grad.double().numpy().ravel()
        numbers.append([np.linalg.norm(g), g @ uniform("projection", g.size).astype(np.float64)])
    save_file({"logits": logits, "loss": np.array([loss, 0.12], np.float32), "input_ids": ids.astype(np.float32),
               "labels": labels.astype(np.float32), "start": start.astype(np.float32),
               "numbers": np.array(numbers, np.float32)}, os.path.join(HERE, "base.safetensors"))
    write_config("base", BASE)


def main():
    torch.set_num_threads(1)
    os.makedirs(HERE, exist_ok=True)
    for name in [a for a in sys.argv[1:] if a != "--base"] or CASES:
        small(name)
    if "--base" in sys.argv[1:]:
        base()


if __name__ == "__main__":
    main()
