"""bench-peers: runs the Python packages that bench.sh measures against.
usage: bench-peers.py MODELS CACHE TRAIN.txt TAGGED.txt ALL.txt TAG-COLUMN THREADS

One process serves a whole part of the measurement: each line on standard input is a request; the answer is a line on standard
output, "ok FIGURE..." or "no REASON". Importing, loading, exporting and calibrating are not timed; exports are kept in CACHE.
    train MODEL fp32|bf16 plain|grouped BATCH STEPS SEED    samples/s after five steps of warm-up; peak memory in GB
    product FORM M N K PRECISION                            GFLOP/s of torch; forms: see tests/bench/products.c
    tag MODEL ENGINE PRECISION                              pieces/s; sorted by length, batches of 32, padding not counted
    tokenize MODEL words|raw                                M words/s or MB/s, one thread
    seqeval lenient|strict                                  M tags/s
"""
import os, random, resource, shutil, sys, time

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
MODELS, CACHE, TRAIN, TAGGED, ALL, COLUMN, THREADS = sys.argv[1:8]
THREADS = int(THREADS)
WARM_UP = 5


def sentences(path):
    """[(words, tags)] of a column file."""
    every, words, tags = [], [], []
    for line in open(path, encoding="utf-8"):
        columns = line.split()
        if columns and columns[0] != "-DOCSTART-":
            words.append(columns[0])
            tags.append(columns[int(COLUMN) - 1])
        elif words:
            every.append((words, tags))
            words, tags = [], []
    return every + ([(words, tags)] if words else [])


class Once(dict):
    """What is made when it is first asked for."""
    def get_or(self, key, make):
        if key not in self:
            self[key] = make()
        return self[key]


kept = Once()
read = lambda path: kept.get_or(path, lambda: sentences(path))
label_names = lambda: kept.get_or("labels", lambda: sorted({tag for _, tags in read(TRAIN) for tag in tags}))


def tokenizer(model):
    from transformers import AutoTokenizer
    return kept.get_or(("tokenizer", model), lambda: AutoTokenizer.from_pretrained(f"{MODELS}/{model}"))


def classifier(model, **options):
    from transformers import AutoModelForTokenClassification
    return AutoModelForTokenClassification.from_pretrained(f"{MODELS}/{model}", num_labels=len(label_names()), **options)


def examples(model, path):
    """Pieces, and the label of its word for each, as the course aligns them."""
    def make():
        data = read(path)
        encoded = tokenizer(model)([words for words, _ in data], is_split_into_words=True, truncation=True, max_length=512)
        number = {name: i for i, name in enumerate(label_names())}
        rows = []
        for i, (_, tags) in enumerate(data):
            ids = encoded.word_ids(i)
            rows.append({"input_ids": encoded["input_ids"][i], "attention_mask": encoded["attention_mask"][i],
                         "labels": [-100 if w is None else number[tags[w]] for w in ids]})
        return rows
    return kept.get_or(("examples", model, path), make)


# ---- training ----

def train(model, precision, order, batch, steps, seed):
    """In a child of its own, so that its memory is that of one training."""
    import accelerate, torch, transformers      # noqa: F401 (before the fork: once for all)
    examples(model, TRAIN)
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = train_here(model, precision, order, int(batch), int(steps), int(seed))
        except Exception as error:
            answer = refusal(error)
        os.write(into, answer.encode())
        os._exit(0)
    os.close(into)
    answer = os.fdopen(out).read()
    os.waitpid(child, 0)
    return answer or "no the training died"


def train_here(model, precision, order, batch, steps, seed):
    import torch
    from transformers import DataCollatorForTokenClassification, Trainer, TrainerCallback, TrainingArguments, set_seed
    torch.set_num_threads(THREADS)
    set_seed(seed)

    class Clock(TrainerCallback):
        def on_step_end(self, args, state, control, **rest):
            if state.global_step == WARM_UP:
                self.start = time.time()
            self.end = time.time()

    clock = Clock()
    grouped = {"train_sampling_strategy": "group_by_length"} if order == "grouped" else {}
    options = TrainingArguments(f"{CACHE}/trainer", learning_rate=2e-5, weight_decay=0.01, per_device_train_batch_size=batch,
                                max_steps=steps + WARM_UP, eval_strategy="no", save_strategy="no", logging_strategy="no",
                                bf16=precision == "bf16", use_cpu=True, report_to=[], disable_tqdm=True, seed=seed, **grouped)
    Trainer(model=classifier(model), args=options, train_dataset=examples(model, TRAIN), callbacks=[clock],
            data_collator=DataCollatorForTokenClassification(tokenizer(model)), processing_class=tokenizer(model)).train()
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return f"ok {steps * batch / (clock.end - clock.start):.4f} {memory:.3f}"


# ---- tagging ----

def batches(model, size=32):
    import numpy
    rows = sorted((row["input_ids"] for row in examples(model, TAGGED)), key=len)
    return [padded(numpy, rows[i:i + size]) for i in range(0, len(rows), size)]


def padded(numpy, rows):
    ids = numpy.zeros((len(rows), max(map(len, rows))), numpy.int64)
    mask = numpy.zeros_like(ids)
    for i, row in enumerate(rows):
        ids[i, :len(row)], mask[i, :len(row)] = row, 1
    return {"input_ids": ids, "attention_mask": mask}


def cached(name, make):
    """The path of what `make` wrote once, by way of another name: one that was interrupted is not taken for whole."""
    path = f"{CACHE}/{name}"
    if not os.path.exists(path):
        new = f"{CACHE}/new.{name}"
        shutil.rmtree(new, ignore_errors=True)
        make(new)
        os.rename(new, path)
    return path


def onnx(model):
    def make(path):
        import torch
        net = classifier(model, attn_implementation="eager").eval()

        class Logits(torch.nn.Module):
            def __init__(self):
                super().__init__()
                self.net = net

            def forward(self, input_ids, attention_mask):
                return self.net(input_ids=input_ids, attention_mask=attention_mask).logits

        sample = batches(model, 4)[-1]
        names = ["input_ids", "attention_mask"]
        torch.onnx.export(Logits(), tuple(torch.from_numpy(sample[name]) for name in names), path, dynamo=False,
                          opset_version=17, input_names=names, output_names=["logits"],
                          dynamic_axes={name: {0: "batch", 1: "pieces"} for name in names + ["logits"]})
    return cached(f"{model}.onnx", make)


def onnxruntime(model, precision):
    import onnxruntime as ort
    path = onnx(model)
    if precision == "int8":
        from onnxruntime.quantization import QuantType, quantize_dynamic
        path = cached(f"{model}.int8.onnx", lambda new: quantize_dynamic(onnx(model), new, weight_type=QuantType.QInt8))
    options = ort.SessionOptions()
    options.intra_op_num_threads = THREADS
    session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return [lambda batch=batch: session.run(None, batch) for batch in batches(model)]


def openvino(model, precision):
    import openvino as ov
    core = ov.Core()
    hint = {"fp32": {"INFERENCE_PRECISION_HINT": "f32"}, "bf16": {"INFERENCE_PRECISION_HINT": "bf16"}, "int8": {}}[precision]
    path = onnx(model)
    if precision == "int8":
        folder = cached(f"{model}.openvino-int8", lambda new: calibrate(ov, core, model, new))
        path = f"{folder}/model.xml"
    compiled = core.compile_model(core.read_model(path), "CPU", {"INFERENCE_NUM_THREADS": THREADS} | hint)
    is_bf16 = "bfloat16" in str(compiled.get_property("INFERENCE_PRECISION_HINT"))
    if precision == "bf16" and not is_bf16:
        raise RuntimeError("OpenVINO does not take bf16 on this processor")
    request = compiled.create_infer_request()
    return [lambda batch=batch: request.infer(batch) for batch in batches(model)]


def calibrate(ov, core, model, folder):
    import nncf, numpy
    rows = [row["input_ids"] for row in examples(model, TRAIN)[:240]]
    data = [padded(numpy, rows[i:i + 4]) for i in range(0, len(rows), 4)]
    net = nncf.quantize(core.read_model(onnx(model)), nncf.Dataset(data), model_type=nncf.ModelType.TRANSFORMER,
                        subset_size=len(data))
    os.mkdir(folder)
    ov.save_model(net, f"{folder}/model.xml", compress_to_fp16=False)


def ctranslate2(model, precision):
    """The encoder alone: it has no classifier."""
    import ctranslate2 as ct2
    kind = {"fp32": "float32", "int8": "int8"}[precision]

    def convert(new):
        import json
        from transformers import AutoModel
        source = f"{CACHE}/new.source"
        AutoModel.from_pretrained(f"{MODELS}/{model}").save_pretrained(source)
        tokenizer(model).save_pretrained(source)
        with open(f"{source}/config.json") as file:
            config = json.load(file)
        with open(f"{source}/config.json", "w") as file:        # transformers leaves it out, the converter asks for it
            json.dump(config | {"position_embedding_type": "absolute"}, file)
        ct2.converters.TransformersConverter(source).convert(new, quantization=kind)
        shutil.rmtree(source)

    encoder = ct2.Encoder(cached(f"{model}.ctranslate2-{precision}", convert), device="cpu", intra_threads=THREADS,
                          compute_type=kind)
    rows = sorted((row["input_ids"] for row in examples(model, TAGGED)), key=len)
    return [lambda part=rows[i:i + 32]: encoder.forward_batch(part) for i in range(0, len(rows), 32)]


def pytorch(model, precision, compiled=False):
    import torch
    torch.set_num_threads(THREADS)
    net = classifier(model, dtype={"fp32": torch.float32, "bf16": torch.bfloat16}[precision]).eval()
    if compiled:
        net = torch.compile(net, dynamic=True)

    def run(batch):
        with torch.inference_mode():
            return net(**batch).logits
    return [lambda batch=batch: run(batch) for batch in
            [{name: torch.from_numpy(array) for name, array in batch.items()} for batch in batches(model)]]


def torch_compile(model, precision):
    if not any(map(shutil.which, [os.environ.get("CXX", "g++"), "g++", "clang++"])):
        raise RuntimeError("torch.compile needs a C++ compiler, and there is none (Debian: apt-get install g++)")
    return pytorch(model, precision, compiled=True)


ENGINES = {"ONNX-Runtime": onnxruntime, "OpenVINO": openvino, "CTranslate2": ctranslate2, "torch": pytorch,
           "torch.compile": torch_compile}


def tag(model, engine, precision):
    def make():
        calls = ENGINES[engine](model, precision)
        for call in calls:                      # shapes are prepared for when they are first seen
            call()
        return calls
    calls = kept.get_or((model, engine, precision), make)
    pieces = sum(len(row["input_ids"]) for row in examples(model, TAGGED))
    start = time.time()
    for call in calls:
        call()
    return f"ok {pieces / (time.time() - start):.2f}"


# ---- matrix products ----

def product(form, m, n, k, precision):
    """Rows as far apart as in tests/bench/products.c. In bf16 operands and result are bfloat16; in int8 they are bytes, the result
    is fp32. Neither rounding nor packing of weights is counted, which tagpipe's figure has."""
    import torch
    m, n, k, qkv = int(m), int(n), int(k), 3 * 768
    torch.set_num_threads(1 if form in ("scores", "context") else THREADS)
    kind = torch.bfloat16 if precision == "bf16" else torch.float32

    def matrix(rows, columns, apart=None):
        return (torch.rand(rows, apart or columns) - 0.5).to(kind)[:, :columns]

    def apart(columns):
        return columns if columns * 4 % 4096 else columns + 16

    if precision == "int8":
        x, w = torch.randint(0, 127, (m, k), dtype=torch.uint8), torch.randint(-127, 128, (n, k), dtype=torch.int8)
        packed, scale, zero = torch.ops.onednn.qlinear_prepack(w, [m, k]), torch.full((n,), 0.01), torch.zeros(n, dtype=torch.int32)
        call = lambda: torch.ops.onednn.qlinear_pointwise(x, 0.01, 64, packed, scale, zero, None, 1.0, 0, torch.float32, "none", [], "")
    else:
        a, b = {"forward": lambda: (matrix(m, k, apart(k)), matrix(n, k).t()),
                "packed": lambda: (matrix(m, k, apart(k)), matrix(n, k).t()),
                "dx": lambda: (matrix(m, k, apart(k)), matrix(k, n)),
                "dw": lambda: (matrix(k, m, apart(m)).t(), matrix(k, n, apart(n))),
                "scores": lambda: (matrix(m, k, qkv), matrix(n, k, qkv).t()),
                "context": lambda: (matrix(m, k), matrix(k, n, qkv))}[form]()
        call = lambda: a @ b
    best, work = 0, 2 * m * n * k
    with torch.inference_mode():
        call()
        for _ in range(5):
            start, times, seconds = time.time(), 0, 0
            while seconds < 0.02:
                call()
                times += 1
                seconds = time.time() - start
            best = max(best, work * times / seconds)
    return f"ok {best / 1e9:.2f}"


# ---- text ----

def tokenize(model, kind):
    fast = tokenizer(model)._tokenizer
    words = [words for words, _ in read(ALL)]
    lines = [" ".join(row) for row in words]
    start = time.time()
    if kind == "words":
        fast.encode_batch(words, is_pretokenized=True)
        return f"ok {sum(map(len, words)) / (time.time() - start) / 1e6:.4f}"
    fast.encode_batch(lines)
    return f"ok {sum(len(line.encode()) + 1 for line in lines) / (time.time() - start) / 1e6:.4f}"


def seqeval(mode):
    from seqeval.metrics import classification_report
    from seqeval.scheme import IOB2
    gold = [tags for _, tags in read(ALL)]
    chance = random.Random(1)
    pred = [[chance.choice(label_names()) if chance.random() < 0.03 else tag for tag in tags] for tags in gold]
    start = time.time()
    classification_report(gold, pred, digits=4, **({"mode": "strict", "scheme": IOB2} if mode == "strict" else {}))
    return f"ok {sum(map(len, gold)) / (time.time() - start) / 1e6:.5f}"


def refusal(error):
    return "no " + " ".join(f"{type(error).__name__}: {error}".split())[:200]


def main():
    answers = os.fdopen(os.dup(1), "w")         # what the packages print goes to standard error
    os.dup2(2, 1)
    os.makedirs(CACHE, exist_ok=True)
    commands = {"train": train, "tag": tag, "product": product, "tokenize": tokenize, "seqeval": seqeval}
    for line in sys.stdin:
        command, *arguments = line.split()
        try:
            answer = commands[command](*arguments)
        except Exception as error:
            answer = refusal(error)
        print(answer, file=answers, flush=True)


main()
