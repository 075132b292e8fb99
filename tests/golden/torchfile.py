#!/usr/bin/env python3
"""Small files of torch.save, good and bad, and checkpoints in several files.

    pip install torch safetensors
    python3 tests/golden/torchfile.py           # writes tests/golden/torchfile/; the numbers are those of tests/golden/train/model

    model/new, old, shards, safeshards      the model of tests/golden/train/model, as the directories of older models have it
    model/base                              its encoder alone
    model/masked                            with the head for masked words; masked.safetensors: the same, converted
    new.bin, old.bin                        tensors of every kind, which tests/model/test_torchfile.c knows by their formulas
    expanded.bin                            an encoder, and a tensor of 2^40 elements in the memory of one
    NAME.bin                                what is refused
"""
import collections
import json
import os
import shutil

import torch
from safetensors.torch import load_file, save_file

ROOT = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(ROOT, "torchfile")
MODEL = os.path.join(ROOT, "train", "model")


def save(what, *path, new=True):
    path = os.path.join(OUT, *path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    torch.save(what, path, _use_new_zipfile_serialization=new)


def shards(folder, state, stem, ext, write):
    """Two files, the tensors by turns."""
    os.makedirs(os.path.join(OUT, "model", folder), exist_ok=True)
    names = [f"{stem}-{i + 1:05}-of-00002.{ext}" for i in range(2)]
    where = {k: i % 2 for i, k in enumerate(sorted(state))}
    for i, name in enumerate(names):
        write({k: v for k, v in state.items() if where[k] == i}, os.path.join(OUT, "model", folder, name))
    with open(os.path.join(OUT, "model", folder, f"{stem}.{ext}.index.json"), "w") as f:
        json.dump({"metadata": {}, "weight_map": {k: names[i] for k, i in where.items()}}, f, indent=1)


def models():
    state = collections.OrderedDict(load_file(os.path.join(MODEL, "model.safetensors")))
    state._metadata = collections.OrderedDict({"": {"version": 1}})
    state["bert.embeddings.position_ids"] = torch.arange(3).expand((1, -1))
    save(state, "model", "new", "pytorch_model.bin")
    # As the first BERT models: old names, the encoder's matrices in one storage, some transposed.
    old, flat, at = collections.OrderedDict(), torch.zeros(sum(v.numel() for v in state.values())), 0
    for name, v in state.items():
        name = name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")
        if name.endswith("query.weight"):
            v = v.t().contiguous().t()
        elif v.is_floating_point():
            flat[at:at + v.numel()] = v.flatten()
            v, at = flat[at:at + v.numel()].view(v.shape), at + v.numel()
        old[name] = torch.nn.Parameter(v) if "bias" in name else v
    save(old, "model", "old", "pytorch_model.bin", new=False)
    shards("shards", state, "pytorch_model", "bin", torch.save)
    base = {k[5:]: v for k, v in state.items() if k.startswith("bert.")}
    save({**base, "pooler.dense.weight": torch.eye(16), "pooler.dense.bias": torch.zeros(16)}, "model", "base", "pytorch_model.bin")
    masked(base)
    save({**base, "x": torch.zeros(1).expand(1 << 20, 1 << 20)}, "expanded.bin")
    del state["bert.embeddings.position_ids"]
    shards("safeshards", state, "model", "safetensors", save_file)


def masked(base):
    """A model for masked words: its own head, tied to the embeddings, three precisions, old names; and what the conversion makes of it."""
    state = collections.OrderedDict((f"bert.{k}", v if "LayerNorm" in k or not v.is_floating_point() else v.half()) for k, v in base.items())
    dense = torch.randn(16, 16).bfloat16().t()
    kept = {k: v for k, v in state.items() if v.is_floating_point()}
    kept.update({"cls.predictions.transform.dense.weight": dense.contiguous(), "cls.predictions.bias": torch.randn(40).half(),
                 "cls.predictions.transform.LayerNorm.weight": torch.randn(16), "cls.predictions.transform.LayerNorm.bias": torch.randn(16)})
    for name, v in kept.items():
        state[name.replace("LayerNorm.weight", "LayerNorm.gamma").replace("LayerNorm.bias", "LayerNorm.beta")] = v
        if "LayerNorm" in name:
            state.pop(name, None)
    state["cls.predictions.transform.dense.weight"] = dense
    state["cls.predictions.decoder.weight"] = state["bert.embeddings.word_embeddings.weight"]
    state["cls.predictions.decoder.bias"] = state["cls.predictions.bias"]
    save(state, "model", "masked", "pytorch_model.bin")
    save_file(kept, os.path.join(OUT, "masked.safetensors"), {"format": "pt"})


def kinds():
    a = torch.arange(24.0).reshape(2, 3, 4)
    return collections.OrderedDict([
        ("plain", a), ("part", a[1]), ("transposed", a.permute(2, 0, 1)), ("step", a[:, 1:, ::2]), ("expanded", a[0, 0, :1].expand(3, 2)),
        ("parameter", torch.nn.Parameter(a[0])), ("half", a.half() / 8), ("brain", a.bfloat16().transpose(0, 2)), ("scalar", a[1, 2, 3]),
        ("empty", a[:, :0]), ("long", torch.arange(4)), ("double", a[0].double()), ("bool", a[0] > 3),
    ])


def refused():
    class Thing(torch.nn.Module):
        pass
    Thing.__module__, Thing.__qualname__ = "mine", "Thing"
    import sys
    sys.modules["mine"] = type(sys)("mine")
    sys.modules["mine"].Thing = Thing
    one = {"a": torch.arange(2.0)}
    save(Thing(), "module.bin")
    save({"epoch": 3, "state_dict": one}, "nested.bin")
    save({"state_dict": one}, "inner.bin")
    save([one["a"]], "list.bin")
    save({"a": torch.zeros(2, dtype=torch.float8_e4m3fn)}, "float8.bin")
    save({"a": torch.quantize_per_tensor(one["a"], 1.0, 0, torch.qint8)}, "quantised.bin")
    save({"a": torch.view_as_complex(torch.zeros(1, 2)).conj().imag}, "negated.bin")
    torch.save(one, os.path.join(OUT, "protocol4.bin"), pickle_protocol=4)


if __name__ == "__main__":
    shutil.rmtree(OUT, ignore_errors=True)
    torch.manual_seed(1)
    models()
    save(kinds(), "new.bin")
    save(kinds(), "old.bin", new=False)
    refused()
