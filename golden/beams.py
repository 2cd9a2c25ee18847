"""Beam search by transformers. Arguments: folder of a model, output file.

Writes settings and ids of the new tokens: beams/<model>.json of the test resources of
integrations/huggingface.
"""
import json
import sys

import torch
from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast

PROMPTS = ["Once upon a time", "Lily and Tom were happy. They went home and"]
# beams, maximum number of new tokens, length penalty, early stopping
SETTINGS = [(4, 30, 1.0, False), (3, 130, 1.0, True), (3, 130, 1.0, False), (4, 60, 0.5, "never"),
            (2, 130, 2.0, "never"), (3, 130, -1.0, False)]

torch.set_num_threads(1)
model = AutoModelForCausalLM.from_pretrained(sys.argv[1], dtype=torch.float32).eval()
tokenizer = PreTrainedTokenizerFast(tokenizer_file=sys.argv[1] + "/tokenizer.json")
rows = []
for prompt in PROMPTS:
    ids = tokenizer(prompt)["input_ids"]
    for beams, new_tokens, penalty, early in SETTINGS:
        out = model.generate(
            torch.tensor([ids]), attention_mask=torch.ones(1, len(ids), dtype=torch.long), do_sample=False,
            num_beams=beams, max_new_tokens=new_tokens, length_penalty=penalty, early_stopping=early,
            pad_token_id=0)[0].tolist()
        new = out[len(ids):]
        rows.append(dict(prompt=prompt, beams=beams, maxTokens=new_tokens, lengthPenalty=penalty,
                         earlyStopping=str(early).lower(), ids=new))
json.dump(rows, open(sys.argv[2], "w"))
