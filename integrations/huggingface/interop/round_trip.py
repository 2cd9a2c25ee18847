"""Round trips of adapters between Tribuo PEFT and Hugging Face PEFT on real text, see docs/interop.md.

    python integrations/huggingface/interop/round_trip.py --base DIR --texts train.tsv --words train.conll

DIR is a Hugging Face directory of a BERT with its pooler, such as all-MiniLM-L6-v2 from the hub, or of a decoder. The
program needs torch, transformers and peft. For each method and task, it trains an adapter for a few steps on one side,
transfers it, and predicts sentences on both sides. It compares logarithms of probabilities, which equal logits up to a
constant for each row.
"""

import argparse
import json
import math
import re
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

import torch
import transformers
from peft import (IA3Config, LoraConfig, PeftModel, PrefixTuningConfig, PromptEncoderConfig, PromptTuningConfig,
                  TaskType, get_peft_model)
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoModelForTokenClassification, AutoTokenizer

HOME = Path(__file__).resolve().parents[3]
TOLERANCE = 1e-4
TEXTS = [
    "a gorgeous , witty , seductive movie .",
    "it 's slow -- very , very slow .",
    "unflinchingly bleak and desperate",
    "allows us to hope that nolan is poised to embark a major career .",
    "good",
    "the plot is nothing but boilerplate clichés",
]
SENTENCES = [
    "Ada Lovelace lived in London .",
    "We saw Radiohead at the O2 yesterday !",
    "no names here",
    "Unpronounceable Llanfairpwllgwyngyll , Wales",
    "Apple released the iPhone in San Francisco",
]
METHODS = ["prompt-tuning", "p-tuning", "prefix-tuning", "lora", "ia3"]
EXAMPLES = 160
DECODERS = ["gpt2", "llama", "mistral", "qwen2", "qwen3"]

failures = 0


def report(title, python, java):
    """Prints the largest difference of log probabilities over all rows and labels."""
    global failures
    worst = 0.0
    assert len(python) == len(java), (len(python), len(java))
    for ours, theirs in zip(java, python):
        assert len(ours) == len(theirs), (title, len(ours), len(theirs))
        for a, b in zip(ours, theirs):
            worst = max(worst, max(abs(math.log(x) - math.log(y)) for x, y in zip(a, b)))
    passed = worst <= TOLERANCE
    failures += not passed
    print(f"{'ok  ' if passed else 'FAIL'}  {title:58}  {worst:.1e}", flush=True)


def run(*arguments):
    process = subprocess.run([str(a) for a in arguments], capture_output=True, text=True)
    if process.returncode != 0:
        sys.exit(f"{arguments[0]} {arguments[1]} ... failed:\n{process.stderr}")
    return process.stdout


def peft(*arguments):
    return run(HOME / "peft", *arguments)


def scores(model, lines, words, folder):
    """Returns the probabilities that Java computes for lines."""
    file = folder / "lines.txt"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    classpath = (HOME / "integrations/cli/target/classpath").read_text().strip()
    classes = HOME / "integrations/cli/target/classes"
    program = HOME / "integrations/huggingface/interop/OutputScores.java"
    options = ["-Dai.djl.offline=true", "-cp", f"{classes}:{classpath}"]
    out = run("java", *options, program, model, file, str(words).lower())
    return [json.loads(line) for line in out.splitlines() if line.startswith("[")]


def probabilities_of_readme(directory):
    """Runs the program in an exported adapter's README.md and returns its function."""
    text = (directory / "README.md").read_text(encoding="utf-8")
    program = re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1)
    program = program.replace('adapter = "."', f"adapter = {str(directory)!r}")
    scope = {}
    exec(compile(program.split("\nfor row in")[0], str(directory / "README.md"), "exec"), scope)
    return scope["probabilities"]


def max_length(base):
    """Returns a length of texts that leaves positions for virtual tokens."""
    return min(64, AutoConfig.from_pretrained(base).max_position_embeddings - 24)


def rows(probabilities, lines, words):
    """Returns the probabilities that Python computes for lines, one row per word or one row per text."""
    if words:
        return [probabilities(line.split()).tolist() for line in lines]
    return [[row] for row in probabilities(lines).tolist()]


def java_to_python(base, data, task, method, settings, expected, folder):
    words = task == "ner"
    model = folder / "model.tribuo"
    adapter = folder / f"java-{task}-{method}-{expected}"
    # the tensors' file then contains the training state, which PEFT must ignore
    options = [o for setting in ["training.keepState=true", *settings] for o in ("--set", setting)]
    peft("train", "--task", task, "--train", data, "--backbone", base, "--method", method, "--epochs", 1,
         "--max-length", max_length(base), "--output", model, *options)
    peft("export", "--model", model, "--to", adapter)
    found = json.loads((adapter / "adapter_config.json").read_text())["task_type"]
    assert found == expected, (found, expected)
    probabilities = probabilities_of_readme(adapter)
    lines = SENTENCES if words else TEXTS
    python = rows(probabilities, lines, words)
    report(f"Java to Python, {task}, {method}, {expected}", python, scores(model, lines, words, folder))


def config(method, task, model):
    common = {"task_type": task}
    if model.config.model_type in DECODERS and method in ("lora", "ia3"):
        return {"lora": LoraConfig, "ia3": IA3Config}[method](**common)  # PEFT's default modules
    return {
        "prompt-tuning": lambda: PromptTuningConfig(num_virtual_tokens=6, **common),
        "p-tuning": lambda: PromptEncoderConfig(num_virtual_tokens=6, encoder_hidden_size=32, **common),
        "prefix-tuning": lambda: PrefixTuningConfig(num_virtual_tokens=6, **common),
        "lora": lambda: LoraConfig(r=4, lora_alpha=12, use_rslora=True, target_modules=["query", "key", "value"],
                                   rank_pattern={"layer.0.attention.self.query": 2}, **common),
        "ia3": lambda: IA3Config(target_modules=["key", "value", "output.dense"], feedforward_modules=["output.dense"],
                                 **common),
    }[method]()


def train(model, batches, loss):
    optimizer = torch.optim.AdamW([p for p in model.parameters() if p.requires_grad], lr=1e-2)
    model.train()
    for batch in batches:
        optimizer.zero_grad()
        loss(model, batch).backward()
        optimizer.step()
    model.eval()


def python_classifier(base, data, method):
    tokenizer = AutoTokenizer.from_pretrained(base)
    tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token  # many decoders have no padding token
    rows = [line.split("\t", 1) for line in data.read_text(encoding="utf-8").splitlines()[1:]]
    labels = sorted({label for label, _ in rows})
    model = AutoModelForSequenceClassification.from_pretrained(base, num_labels=len(labels))
    model.config.pad_token_id = tokenizer.pad_token_id
    model = get_peft_model(model, config(method, TaskType.SEQ_CLS, model))

    def loss(model, batch):
        inputs = tokenizer([text for _, text in batch], padding=True, return_tensors="pt")
        return model(**inputs, labels=torch.tensor([labels.index(label) for label, _ in batch])).loss

    train(model, [rows[i:i + 16] for i in range(0, EXAMPLES, 16)], loss)
    with torch.no_grad():
        outputs = [model(**tokenizer([text], return_tensors="pt")) for text in TEXTS]
        return model, labels, [output.logits.softmax(-1).tolist() for output in outputs]


def python_tagger(base, data, method):
    blocks = data.read_text(encoding="utf-8").strip().split("\n\n")[:EXAMPLES]
    sentences = [[line.split("\t") for line in block.splitlines()] for block in blocks]
    labels = sorted({row[-1] for sentence in sentences for row in sentence})
    model = AutoModelForTokenClassification.from_pretrained(base, num_labels=len(labels))
    model = get_peft_model(model, config(method, TaskType.TOKEN_CLS, model))

    tokenizer = AutoTokenizer.from_pretrained(base, add_prefix_space=True)
    space = " " if tokenizer.tokenize(" a")[0].startswith("\u0120") else ""  # as in the exported programs

    def first_subwords(words):
        batch = tokenizer([[space + word for word in words]], is_split_into_words=True, return_tensors="pt")
        ids = batch.word_ids()
        # the rows of a prompt come first; PEFT's own loss fails for them
        return model(**batch).logits[0, -len(ids):][[ids.index(word) for word in range(len(words))]]

    def loss(model, sentence):
        targets = torch.tensor([labels.index(row[-1]) for row in sentence])
        return torch.nn.functional.cross_entropy(first_subwords([row[0] for row in sentence]), targets)

    train(model, [s for s in sentences[:100] if all(tokenizer.tokenize(row[0]) for row in s)], loss)
    with torch.no_grad():
        return model, labels, [first_subwords(line.split()).softmax(-1).tolist() for line in SENTENCES]


def python_to_java(base, data, task, method, folder):
    words = task == "ner"
    torch.manual_seed(1)
    model, labels, python = (python_tagger if words else python_classifier)(base, data, method)
    adapter = folder / f"python-{task}-{method}"
    model.save_pretrained(adapter)
    tribuo = folder / "imported.tribuo"
    peft("import", "--from", adapter, "--backbone", base, "--output", tribuo, "--labels", ",".join(labels))
    java = scores(tribuo, SENTENCES if words else TEXTS, words, folder)
    report(f"Python to Java, {task}, {method}", python, java)
    back = folder / f"back-{task}-{method}"
    peft("export", "--model", tribuo, "--to", back)
    assert json.loads((back / "adapter_config.json").read_text())["task_type"] == ("TOKEN_CLS" if words else "SEQ_CLS")
    probabilities = probabilities_of_readme(back)
    again = rows(probabilities, SENTENCES if words else TEXTS, words)
    report(f"and back to Python, {task}, {method}", again, java)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--texts", type=Path, required=True, help="a .tsv file with columns label and text")
    parser.add_argument("--words", type=Path, required=True, help="a .conll file")
    parser.add_argument("--methods", default=",".join(METHODS), help="methods to test, separated by commas")
    options = parser.parse_args()
    transformers.logging.set_verbosity_error()
    transformers.logging.disable_progress_bar()
    warnings.filterwarnings("ignore", message="Token type ids are not supported")
    warnings.filterwarnings("ignore", message="fan_in_fan_out is set to False")
    decoder = AutoConfig.from_pretrained(options.base).model_type in DECODERS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        texts = folder / "texts.tsv"
        lines = options.texts.read_text(encoding="utf-8").splitlines(keepends=True)
        texts.write_text("".join(lines[:EXAMPLES + 1]), encoding="utf-8")
        words = folder / "words.conll"
        blocks = options.words.read_text(encoding="utf-8").strip().split("\n\n")
        words.write_text("\n\n".join(blocks[:EXAMPLES]) + "\n", encoding="utf-8")
        for method in options.methods.split(","):
            prompt = method in ("prompt-tuning", "p-tuning")
            before = ["method.placement=BEFORE"] if method == "prefix-tuning" else []
            pooling = "FIRST_VIRTUAL" if prompt else "CLS"
            java_to_python(options.base, texts, "classification", method, [], "FEATURE_EXTRACTION", folder)
            if not decoder:  # transformers' classifiers of decoders have no bias, unlike the heads of Tribuo PEFT
                settings = [f"trainer.pooling={pooling}", "head.dense=TANH", *before]
                java_to_python(options.base, texts, "classification", method, settings, "SEQ_CLS", folder)
            java_to_python(options.base, words, "ner", method, [], "TOKEN_CLS", folder)
            python_to_java(options.base, texts, "classification", method, folder)
            python_to_java(options.base, words, "ner", method, folder)
    sys.exit(f"{failures} of the round trips differ by more than {TOLERANCE}" if failures else 0)


if __name__ == "__main__":
    main()
