# Licensed under the Apache License, Version 2.0 (https://www.apache.org/licenses/LICENSE-2.0).
# SPDX-License-Identifier: Apache-2.0
"""The Python side of the serving benchmark: a minimal server of text classifiers with FastAPI and Hugging Face PEFT.

    pip install torch transformers peft fastapi uvicorn
    python peft_server.py --tokenizer tokenizer.json --tasks 64 --port 8090

One BERT of MiniLM's size in memory, a prefix of 20 virtual tokens and a linear head for each task. PEFT switches the adapter of the
whole model, so each request is computed alone. Weights are random unless --backbone names a directory: times do not depend on them.
Paths and fields are those of `peft serve`, so the same client measures both.
"""
import argparse
import threading

import fastapi
import peft
import pydantic
import torch
import transformers
import uvicorn

VIRTUAL_TOKENS = 20
CLASSES = 6


class Request(pydantic.BaseModel):
    texts: list[str]


class Classifiers:
    """A frozen BERT, and a prefix and a head for each task."""

    def __init__(self, args):
        self.tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=args.tokenizer, pad_token="[PAD]")
        backbone = transformers.BertModel.from_pretrained(args.backbone) if args.backbone else transformers.BertModel(
            transformers.BertConfig(hidden_size=384, num_hidden_layers=6, intermediate_size=1536))
        config = peft.PrefixTuningConfig(num_virtual_tokens=VIRTUAL_TOKENS, task_type=peft.TaskType.FEATURE_EXTRACTION)
        names = [f"task{task}" for task in range(args.tasks)]
        self.encoder = peft.get_peft_model(backbone, config, adapter_name=names[0])
        for name in names[1:]:
            self.encoder.add_adapter(name, config)
        self.encoder.eval()
        self.heads = {name: torch.nn.Linear(backbone.config.hidden_size, CLASSES) for name in names}
        self.lock = threading.Lock()

    def predict(self, name, texts):
        batch = self.tokenizer(texts, truncation=True, max_length=256, padding=True, return_tensors="pt")
        ids, mask = batch["input_ids"], batch["attention_mask"]
        with self.lock, torch.inference_mode():
            self.encoder.set_adapter(name)
            hidden = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
            real = mask.unsqueeze(-1).to(hidden.dtype)
            return self.heads[name]((hidden * real).sum(1) / real.sum(1)).softmax(-1).tolist()


def application(classifiers):
    app = fastapi.FastAPI()

    @app.post("/v1/models/{name}:predict")
    def predict(name: str, request: Request):
        if name not in classifiers.heads:
            raise fastapi.HTTPException(404)
        scores = [{f"class {i}": score for i, score in enumerate(row)} for row in classifiers.predict(name, request.texts)]
        return {"model": name, "predictions": [{"label": max(row, key=row.get), "scores": row} for row in scores]}

    return app


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0], formatter_class=argparse.ArgumentDefaultsHelpFormatter)
    parser.add_argument("--tokenizer", required=True, help="tokenizer.json of MiniLM")
    parser.add_argument("--backbone", help="Hugging Face directory of a BertModel (default: random weights of MiniLM's size)")
    parser.add_argument("--tasks", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2, help="of PyTorch")
    parser.add_argument("--port", type=int, default=8090)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    uvicorn.run(application(Classifiers(args)), port=args.port, log_level="warning", timeout_keep_alive=600)


if __name__ == "__main__":
    main()
