#!/usr/bin/env python3
"""Golden trainings: AdamW of torch and schedules of transformers on a tiny BERT and a tiny model of each other family, for
tests/train and tests/tools/trainstep.bats.

    pip install torch transformers==5.23 safetensors msgpack
    python3 tests/golden/train.py [NAME...] # writes tests/golden/train/, of all cases without a NAME

It writes the model as save_pretrained does, a stream of two epochs of five batches (one without a label), and for each case the
report of every step and the weights after the last step. Torch computes in fp64 from the fp32 weights, without dropout, one
sentence at a time (no padding), so that the tolerance of the tests is the rounding of the engine alone.
"""
import json
import os
import sys

import msgpack
import torch
from safetensors.torch import save_file
from transformers import (AutoConfig, AutoModelForTokenClassification, BertConfig, BertForTokenClassification,
                          get_constant_schedule_with_warmup, get_cosine_schedule_with_warmup, get_linear_schedule_with_warmup)

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "train")
LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]
EPOCHS, BATCHES = 2, 5
DEFAULT = dict(lr=2e-3, weight_decay=0.01, schedule="linear", warmup=0, clip=1.0, accumulate=1, betas=(0.9, 0.999), eps=1e-8,
               frozen=(), smoothing=0.0, class_weights=None, layer_decay=1.0, folder="model")
CASES = {
    "plain": {},
    "cosine": dict(schedule="cosine", warmup=2, accumulate=2, weight_decay=0.1),
    "frozen": dict(schedule="constant", warmup=3, clip=0.2, frozen=("bert.embeddings.", "bert.encoder.layer.0.attention.self.key")),
    "layers": dict(layer_decay=0.6, schedule="cosine", warmup=3, weight_decay=0.2),
    "smooth": dict(smoothing=0.1, accumulate=2),
    # Rare labels alone give some weights hardly any gradient: a larger eps keeps AdamW from enlarging its rounding.
    "weighted": dict(class_weights=[0.25, 1.0, 2.0, 1.0, 3.5], smoothing=0.2, accumulate=2, eps=1e-4),
    "classes": dict(class_weights=[0.25, 1.0, 0.0, 1.0, 3.5], eps=1e-4),
    "betas": dict(betas=(0.7, 0.9), eps=1e-3, clip=None, weight_decay=0.3),
}


BERT_SHAPE = dict(hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24, max_position_embeddings=16)
# Some of the stream's pieces are padding to the last three: it is not counted among the positions.
ROBERTA_SHAPE = BERT_SHAPE | dict(num_hidden_layers=1, max_position_embeddings=22, pad_token_id=5, type_vocab_size=1)
FAMILIES = {  # model_type: (config, training)
    "distilbert": (dict(dim=16, n_layers=2, n_heads=2, hidden_dim=24, max_position_embeddings=16),
                   dict(layer_decay=0.6, weight_decay=0.2)),
    "electra": (BERT_SHAPE | dict(embedding_size=10), dict(layer_decay=0.7, weight_decay=0.2)),
    "roberta": (ROBERTA_SHAPE, dict(weight_decay=0.2)),
    "xlm-roberta": (ROBERTA_SHAPE, dict(accumulate=2, frozen=("roberta.embeddings.word_embeddings",))),
    "camembert": (ROBERTA_SHAPE, dict(schedule="constant", frozen=("roberta.embeddings.position_embeddings",))),
}
CASES |= {name: dict(case, folder=name) for name, (_, case) in FAMILIES.items()}


def make_family(name):
    torch.manual_seed(7)
    config = AutoConfig.for_model(name, vocab_size=40, initializer_range=0.3, id2label=dict(enumerate(LABELS)),
                                  label2id={name: i for i, name in enumerate(LABELS)}, **FAMILIES[name][0])
    AutoModelForTokenClassification.from_config(config).save_pretrained(os.path.join(HERE, name))


def make_model():
    torch.manual_seed(7)
    config = BertConfig(vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=24,
                        max_position_embeddings=16, initializer_range=0.3, id2label=dict(enumerate(LABELS)),
                        label2id={name: i for i, name in enumerate(LABELS)})
    model = BertForTokenClassification(config).eval()
    model.save_pretrained(os.path.join(HERE, "model"))
    return config


def make_batches():
    """Batches of 3, 3, 3, 3 and 2 sentences; of the second no piece has a label."""
    g = torch.Generator().manual_seed(11)
    pick = lambda low, high, n: torch.randint(low, high, (n,), generator=g).tolist()
    sentences = []
    for i in range(14):
        n = pick(3, 13, 1)[0]
        ids = [2] + pick(4, 40, n) + [3]
        labels = [-100] + [label if label < 5 else -100 for label in pick(0, 7, n)] + [-100]
        sentences.append((ids, labels))
    batches = []
    for epoch in range(1, EPOCHS + 1):
        order = torch.randperm(14, generator=g).tolist()
        for b in range(BATCHES):
            chosen = order[3 * b:3 * b + 3]
            rows = [sentences[i] for i in chosen]
            if b == 1:
                rows = [(ids, [-100] * len(ids)) for ids, _ in rows]
            batches.append(dict(epoch=epoch, batch=b, ids=chosen, input_ids=[r[0] for r in rows], labels=[r[1] for r in rows]))
    return batches


def write_stream(batches, path):
    header = dict(msgstream=1, kind="batch", fields=["epoch", "batch", "ids", "input_ids", "labels"],
                  labels=dict(labels=LABELS), batches=BATCHES, examples=14, epoch=1)
    with open(path, "wb") as f:
        for value in [header, *batches, dict(end=True, records=len(batches))]:
            f.write(msgpack.packb(value))


def depth(name):
    """0 for the embeddings, 1 and 2 for the layers, 3 for the head."""
    return 3 if name.startswith("classifier") else 0 if "embeddings" in name else 1 + int(name.split(".")[3])


def train(batches, lr, weight_decay, schedule, warmup, clip, accumulate, betas, eps, frozen, smoothing, class_weights, layer_decay,
          folder):
    model = AutoModelForTokenClassification.from_pretrained(os.path.join(HERE, folder), attn_implementation="eager").double().eval()
    for name, p in model.named_parameters():
        p.requires_grad = not name.startswith(frozen) if frozen else True
    wanted = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    plain = lambda name: name.endswith(".bias") or "layernorm" in name.lower().replace("_", "")
    # The head comes first, because its learning rate is the reported one.
    groups = [{"params": [p], "weight_decay": 0.0 if plain(n) else weight_decay, "lr": lr * layer_decay ** (3 - depth(n))}
              for n, p in sorted(wanted, key=lambda item: -depth(item[0]))]
    optimizer = torch.optim.AdamW(groups, betas=betas, eps=eps)
    weight = torch.tensor(class_weights, dtype=torch.float64) if class_weights else None
    total = EPOCHS * -(-BATCHES // accumulate)
    scheduler = {"linear": lambda: get_linear_schedule_with_warmup(optimizer, warmup, total),
                 "constant": lambda: get_constant_schedule_with_warmup(optimizer, warmup),
                 "cosine": lambda: get_cosine_schedule_with_warmup(optimizer, warmup, total)}[schedule]()
    steps = []
    for epoch in range(EPOCHS):
        for first in range(0, BATCHES, accumulate):
            group = batches[epoch * BATCHES:][:BATCHES][first:first + accumulate]
            optimizer.zero_grad()
            rows, truth, labelled, tokens = [], [], 0, 0
            for batch in group:
                for ids, labels in zip(batch["input_ids"], batch["labels"]):
                    rows.append(model(input_ids=torch.tensor([ids])).logits[0])
                    truth += labels
                    labelled += sum(label != -100 for label in labels)
                    tokens += len(ids)
            loss = torch.nn.functional.cross_entropy(torch.cat(rows), torch.tensor(truth), weight=weight, label_smoothing=smoothing,
                                                     reduction="mean" if labelled else "sum")
            loss.backward()
            norm = torch.nn.utils.clip_grad_norm_([p for _, p in wanted], clip if clip else float("inf"))
            steps.append(dict(step=len(steps) + 1, epoch=epoch + 1, batch=group[-1]["batch"], loss=loss.item(),
                              learning_rate=optimizer.param_groups[0]["lr"], grad_norm=norm.item(), tokens=tokens,
                              labelled=labelled))
            optimizer.step()
            scheduler.step()
    return steps, {name: p.detach().float().contiguous() for name, p in model.named_parameters()}


def main():
    os.makedirs(HERE, exist_ok=True)
    batches = make_batches()
    if len(sys.argv) == 1:
        make_model()
        write_stream(batches, os.path.join(HERE, "batches.msg"))
    for name, case in [(name, CASES[name]) for name in sys.argv[1:] or CASES]:
        if name in FAMILIES:
            make_family(name)
        steps, weights = train(batches, **{**DEFAULT, **case})
        with open(os.path.join(HERE, name + ".jsonl"), "w") as f:
            f.writelines(json.dumps(step) + "\n" for step in steps)
        save_file(weights, os.path.join(HERE, name + ".safetensors"), metadata={"format": "pt"})


main()
