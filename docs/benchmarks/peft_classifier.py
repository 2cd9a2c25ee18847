# Licensed under the Apache License, Version 2.0 (https://www.apache.org/licenses/LICENSE-2.0).
# SPDX-License-Identifier: Apache-2.0
"""The Python side of the benchmark: a text classifier trained with Hugging Face PEFT on a frozen BERT.

    pip install torch transformers peft safetensors
    python peft_classifier.py --method prefix --learning-rate 1e-1 --epochs 3 --backbone DIR \
        --train train.tsv --dev dev.tsv --test test.tsv --json result.json

What it shares with the Java side: mean pooling over the real tokens (never the virtual ones), a linear head, AdamW, 6 % warm-up
and linear decay, no dropout (the backbone stays in eval mode), batches of similar length in a new order every epoch.
Everything else is PEFT's own: a prefix starts from N(0, 1) unless --init says otherwise, and shifts the positions of the real tokens.
"""
import argparse
import csv
import json
import resource
import sys
import time

import peft
import torch
import transformers

WARM_UP = 0.06
INITS = {"prompt": {"default": "RANDOM", "vocabulary": "SAMPLE_VOCAB"}, "prefix": {"default": None, "zero": "zero"}}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--method", choices=["prefix", "prompt", "lora", "probe"], required=True)
    parser.add_argument("--backbone", required=True, help="Hugging Face directory of a BertModel")
    for split in ("train", "dev", "test"):
        parser.add_argument("--" + split, required=True, help="TSV with the header label<TAB>text, no quoting")
    parser.add_argument("--virtual-tokens", type=int, default=20, help="of prefix and prompt")
    parser.add_argument("--init", choices=["default", "vocabulary", "zero"], default="default",
                        help="start from PEFT's default, from sampled vocabulary rows (prompt) or from zeros (prefix)")
    parser.add_argument("--rank", type=int, default=8, help="of lora, on query and value")
    parser.add_argument("--alpha", type=int, default=8, help="of lora; its scale is alpha / rank")
    parser.add_argument("--learning-rate", type=float, default=1e-2, help="of the adapter")
    parser.add_argument("--head-learning-rate", type=float, default=1e-3, help="of the linear head")
    parser.add_argument("--weight-decay", type=float, default=0.0, help="of AdamW")
    parser.add_argument("--epochs", type=int, default=3, help="passes over the training set")
    parser.add_argument("--batch-size", type=int, default=32, help="texts in a batch")
    parser.add_argument("--max-length", type=int, default=128, help="tokens of a text, special ones included")
    parser.add_argument("--random-batches", action="store_true", help="plain random batches, not batches of similar length")
    parser.add_argument("--seed", type=int, default=1, help="of adapter, head and order")
    parser.add_argument("--threads", type=int, default=2, help="of PyTorch")
    parser.add_argument("--device", default="cpu", help="of the computation: cpu or cuda:N")
    parser.add_argument("--json", help="file for the figures")
    args = parser.parse_args()
    if args.init not in INITS.get(args.method, {"default"}):
        parser.error(f"--init {args.init} does not apply to --method {args.method}")
    return args


def read(file):
    with open(file, encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    return [row["text"] for row in rows], [row["label"] for row in rows]


class Classifier(torch.nn.Module):
    """A frozen BERT, what PEFT adds to it, and a linear head on the mean of the real tokens' hidden states."""

    def __init__(self, args, labels):
        super().__init__()
        self.tokenizer = transformers.AutoTokenizer.from_pretrained(args.backbone)
        self.max_length = args.max_length
        backbone = transformers.BertModel.from_pretrained(args.backbone, add_pooling_layer=False).requires_grad_(False)
        common = {"task_type": peft.TaskType.FEATURE_EXTRACTION}
        if args.method == "prefix":
            config = peft.PrefixTuningConfig(num_virtual_tokens=args.virtual_tokens, init_weights=INITS["prefix"][args.init], **common)
        elif args.method == "prompt":
            config = peft.PromptTuningConfig(num_virtual_tokens=args.virtual_tokens,
                                             prompt_tuning_init=INITS["prompt"][args.init], **common)
        elif args.method == "lora":
            config = peft.LoraConfig(r=args.rank, lora_alpha=args.alpha, target_modules=["query", "value"], **common)
        self.encoder = backbone if args.method == "probe" else peft.get_peft_model(backbone, config)
        self.labels = labels
        self.head = torch.nn.Linear(backbone.config.hidden_size, len(labels))
        self.device = torch.device(args.device)
        self.to(self.device)
        self.eval()  # no dropout, in training neither

    def tokenize(self, texts):
        return self.tokenizer(texts, truncation=True, max_length=self.max_length)["input_ids"]

    def forward(self, rows):
        """Logits of a batch, given as lists of token ids."""
        batch = self.tokenizer.pad({"input_ids": rows}, return_tensors="pt").to(self.device)
        ids, mask = batch["input_ids"], batch["attention_mask"]
        hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state[:, -ids.shape[1]:]  # a prompt's rows come first
        real = mask.unsqueeze(-1).to(hidden.dtype)
        return self.head((hidden * real).sum(1) / real.sum(1))

    @torch.no_grad()
    def predict(self, texts, batch_size):
        rows = self.tokenize(texts)
        predictions = [None] * len(rows)
        for batch in torch.tensor([len(row) for row in rows]).argsort().split(batch_size):
            for i, best in zip(batch.tolist(), self([rows[i] for i in batch]).argmax(1).tolist()):
                predictions[i] = self.labels[best]
        return predictions


def batches(lengths, size, at_random):
    """One epoch's batches of indices: texts of similar length together (equals in random order), the batches shuffled."""
    order = torch.randperm(len(lengths))
    if at_random:
        return order.split(size)
    chunks = order[lengths[order].argsort(stable=True)].split(size)
    return [chunks[i] for i in torch.randperm(len(chunks))]


def accuracy(model, texts, gold, batch_size):
    return sum(p == g for p, g in zip(model.predict(texts, batch_size), gold)) / len(gold)


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    transformers.utils.logging.set_verbosity_error()
    transformers.utils.logging.disable_progress_bar()
    texts, gold = read(args.train)
    dev, test = read(args.dev), read(args.test)

    torch.manual_seed(args.seed)
    model = Classifier(args, sorted(set(gold)))
    adapter = [p for p in model.encoder.parameters() if p.requires_grad]
    groups = [{"params": model.head.parameters(), "lr": args.head_learning_rate}]
    if adapter:
        groups.append({"params": adapter, "lr": args.learning_rate})
    optimizer = torch.optim.AdamW(groups, weight_decay=args.weight_decay)
    steps = args.epochs * -(-len(texts) // args.batch_size)
    schedule = transformers.get_linear_schedule_with_warmup(optimizer, round(WARM_UP * steps), steps)

    start = time.perf_counter()
    rows = model.tokenize(texts)
    result = {"method": args.method, "arguments": vars(args), "examples": len(texts), "tokenizeSeconds": time.perf_counter() - start,
              "trainableParameters": sum(p.numel() for p in adapter), "headParameters": sum(p.numel() for p in model.head.parameters()),
              "epochSeconds": [], "trainLoss": [], "devAccuracy": [], "testAccuracy": []}
    lengths = torch.tensor([len(row) for row in rows])
    targets = torch.tensor([model.labels.index(label) for label in gold], device=model.device)
    for epoch in range(args.epochs):
        start, total = time.perf_counter(), 0.0
        for batch in batches(lengths, args.batch_size, args.random_batches):
            loss = torch.nn.functional.cross_entropy(model([rows[i] for i in batch]), targets[batch])
            loss.backward()
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
            total += loss.item() * len(batch)
        result["epochSeconds"].append(time.perf_counter() - start)
        result["trainLoss"].append(total / len(rows))
        result["devAccuracy"].append(accuracy(model, *dev, args.batch_size))
        result["testAccuracy"].append(accuracy(model, *test, args.batch_size))
        print("epoch %d: %.1f s, loss %.4f, dev %.3f, test %.3f" % (epoch + 1, *(result[key][-1] for key in (
            "epochSeconds", "trainLoss", "devAccuracy", "testAccuracy"))), flush=True)

    start = time.perf_counter()
    model.predict(test[0], args.batch_size)
    result["predictTestSeconds"] = time.perf_counter() - start  # from text to label
    result["trainSeconds"] = sum(result["epochSeconds"])
    if model.device.type == "cuda":
        result["peakGpuMb"] = torch.cuda.max_memory_allocated(model.device) / 2**20
    result["examplesPerSecond"] = args.epochs * len(texts) / result["trainSeconds"]
    result["peakRssMb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
    result["versions"] = {library.__name__: library.__version__ for library in (torch, transformers, peft)}
    print("predicted the test set in %.2f s, peak RSS %.0f MB" % (result["predictTestSeconds"], result["peakRssMb"]))
    if args.json:
        with open(args.json, "w", encoding="utf-8") as file:
            json.dump(result, file, indent=2)


if __name__ == "__main__":
    main()
