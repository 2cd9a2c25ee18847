"""Texts that the tokenizers library makes of token ids."""
from common import Noise, write_json

TEXTS = [
    "The small dog didn't walk to the station, she said.",
    "  two  spaces\n\nand lines\t",
    "東京 😀 👩‍👩‍👧 e\u0301 Zürich 한국어",
    "日本語日本語",
]
RANDOM = 20
LENGTH = 12


def write(family, folder):
    """Writes decoding.json: ids of texts and random ids, with their text without special tokens."""
    tokenizer = family.tokenizer()
    noise = Noise(family.name + "/decoding")
    rows = [tokenizer.encode(text).ids for text in TEXTS]
    rows += [noise.integers(0, tokenizer.get_vocab_size(), (LENGTH,)).tolist() for _ in range(RANDOM)]
    write_json(folder / "decoding.json", [dict(ids=ids, text=tokenizer.decode(ids)) for ids in rows])
