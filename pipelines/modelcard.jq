# modelcard.jq: the README of a model, from the data that modelcard.sh passes.
def figure: if . == null then "" else . * 10000 | round / 10000 | tostring | if contains(".") then (. + "0000")[:6] else . + ".0000" end end;
def four: [["Precision", "precision"], ["Recall", "recall"], ["F1", "f1"], ["Accuracy", "accuracy"]];
def row: "| " + (map(gsub("\\|"; "\\|")) | join(" | ")) + " |";
def types: to_entries | map(select(.value | type == "object"));
def report($title):
    "", "### \($title)", "", (["Type", "Precision", "Recall", "F1", "Number"] | row), "|---|---|---|---|---|",
    (types[] | [.key, (.value | .precision, .recall, .f1 | figure), (.value.number | tostring)] | row),
    (["**all**", (.overall_precision, .overall_recall, .overall_f1 | figure), (types | map(.value.number) | add // 0 | tostring)] | row),
    "", "Accuracy, word by word: \(.overall_accuracy | figure)";
def result($split):
    "  - task:", "      type: token-classification", "      name: Token Classification",
    "    dataset:", "      name: \($data | tojson)", "      type: \($data | tojson)", "      split: \($split)",
    "    metrics:",
    (. as $scores | four[] | "    - name: \(.[0])", "      type: \(.[1])", "      value: \($scores["overall_" + .[1]])");
def options: [.[], ""] as $a | [range($a | length - 1) | select($a[.] | startswith("--"))
    | {($a[.][2:]): (if $a[. + 1] | startswith("--") or . == "" then "yes" else $a[. + 1] end)}] | add // {};
def family: $config[0].model_type // "bert"
    | {"bert": "BERT", "distilbert": "DistilBERT", "electra": "ELECTRA", "roberta": "RoBERTa", "xlm-roberta": "XLM-RoBERTa",
       "camembert": "CamemBERT"}[.] // .;
def of($tool): (map(select(.tool == $tool)) | last // {args: []}).args | options;

$header[0] as $header | $parts[0] as $parts | ($parts[] | select(.n == $n)) as $this | $test[0] as $test
| ($header.history | of("trainstep")) as $asked | ($header.history | of("mkbatch")) as $batches
| (($header.settings // "" | split(" ") | options) + $asked) as $o
| "---", "library_name: transformers", "pipeline_tag: token-classification",
  (if $licence != "" then "license: \($licence | tojson)" else empty end),
  (if $base != "" then "base_model: \($base | tojson)" else empty end),
  (if $language != "" then "language:", "- \($language | tojson)" else empty end),
  (if $data != "unnamed" then "datasets:", "- \($data | tojson)" else empty end),
  "tags:", "- token-classification", "- tagpipe", "metrics:", (four[] | "- " + .[1]),
  (if $this.dev or $test then "model-index:", "- name: \($name | tojson)", "  results:" else empty end),
  (if $this.dev then $this.dev | result("validation") else empty end), (if $test then $test | result("test") else empty end),
  "---", "", "# \($name)", "",
  "\(family) with a head for token classification\(if $base != "" then ", trained from \($base)" else "" end)\(
    if $data != "unnamed" then " on \($data)" else "" end). Labels: \($header.labels.labels | map("`" + . + "`") | join(" ")).",
  "", "## Use", "", "```python", "from transformers import pipeline",
  "tag = pipeline(\"token-classification\", \"\($name)\", aggregation_strategy=\"first\")", "```", "",
  "```sh", "tag.sh -m \($name | @sh) <text.txt", "```",
  "", (if $this.dev or $test then "## Results" else empty end),
  (if $this.dev then $this.dev | report("Development set") else empty end), (if $test then $test | report("Test set") else empty end),
  "", "## Training", "", "### Settings", "",
  "- sentences: \($header.examples // "unknown")", "- batch size: \($batches["batch-size"] // "8")",
  (("epochs", "max-steps", "lr", "weight-decay", "schedule", "warmup", "clip", "accumulate", "beta1", "beta2", "epsilon",
    "label-smoothing", "class-weights", "layer-decay", "freeze", "no-dropout", "precision", "seed") | . as $key
   | select($o[$key] and ($key != "max-steps" or $o[$key] != "0"))
   | "- \($key | gsub("-"; " ")): \($o[$key] | sub("\\.0$"; ""))"),
  "", "### Course", "",
  ([(if $kind == "epoch" then "Epoch" else "Steps" end), "Step", "Training loss", "Dev loss", (four[] | .[0])] | row),
  "|---|---|---|---|---|---|---|---|",
  ($parts[] | [(.n | tostring), (.step | tostring), (.loss | figure),
               (.dev.loss | if type == "number" then figure else "" end), (.dev | .overall_precision, .overall_recall, .overall_f1, .overall_accuracy | figure)]
            | if .[0] == ($n | tostring) then .[0] = "**" + .[0] + "**" else . end | row),
  "", "\(if $this.dev then "Scores are those of the development set; this" else "This" end) model is the bold line.",
  "", "### How it was made", "", "```",
  ($header.history[] | "\(.tool) \(.version): \([.args[] | if test("^[A-Za-z0-9_./=,:+-]+$") then . else @sh end] | join(" "))"), "```"
