"""Tiny tokenizers of the kinds that the model families use, made from the sentences below."""
import json
import math
import re
from collections import Counter

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CORPUS = """
The small dog chased a ball across the garden. The dog and the ball are in the old garden.
Rain again! It may rain in the town and it may rain at the station.
After the meeting in the old town hall two engineers walked slowly to the station and talked about it, didn't they?
Where did the engineers walk? They walked to the station. She said: "It's only 42"; he laughed.
Café Zürich: naïve 東 😀 €5. Ada Lovelace visited São Paulo with Microsoft's engineers in 1843.
What is the name of the long river? Who talked about the small river? How many walked with them?
""".strip().splitlines()

# The patterns by which Llama 3 and Qwen split a text into words.
CONTRACTIONS = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+"
REST = r" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
LLAMA_WORDS = CONTRACTIONS + r"|\p{N}{1,3}|" + REST
QWEN_WORDS = CONTRACTIONS + r"|\p{N}|" + REST

SIZE = 144  # entries of most vocabularies

BERT_SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
ROBERTA_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
MPNET_SPECIAL = ["<s>", "<pad>", "</s>", "[UNK]", "<mask>"]


def bert(lowercase=True):
    tokenizer = word_piece(BERT_SPECIAL, "[UNK]", lowercase)
    tokenizer.post_processor = template(tokenizer, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B:1 [SEP]:1")
    return tokenizer


def mpnet():
    tokenizer = word_piece(MPNET_SPECIAL, "[UNK]", lowercase=True)
    tokenizer.post_processor = roberta_processing()
    return tokenizer


def roberta():
    tokenizer = byte_level(special_first=ROBERTA_SPECIAL)
    tokenizer.post_processor = roberta_processing()
    return tokenizer


def xlm_roberta():
    """Unigram with scores made by hand, since the trainer of the library is not deterministic."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")])
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    words = word_counts(tokenizer)
    characters = Counter()
    for word, count in words.items():
        characters.update(word * count)
    pieces = {word: count for word, count in words.items() if count > 1 and len(word) > 2}
    pieces |= {"ed": 6, "er": 6, "in": 8, "ou": 4, "th": 8, "▁w": 5, "▁s": 5} | dict(characters)
    scores = [(piece, round(math.log(count / 1000), 4)) for piece, count in sorted(pieces.items())]
    tokenizer.model = models.Unigram([(token, 0.0) for token in ROBERTA_SPECIAL] + scores, unk_id=3)
    tokenizer.add_special_tokens([special_token(token) for token in ROBERTA_SPECIAL])
    tokenizer.post_processor = template(tokenizer, "<s> $A </s>", "<s> $A </s> </s> $B </s>")
    return tokenizer


def modernbert():
    tokenizer = byte_level(
        special_last=["[UNK]", "[CLS]", "[SEP]", "[PAD]", "[MASK]"], normalizer=normalizers.NFC())
    tokenizer.post_processor = template(tokenizer, "[CLS] $A [SEP]", "[CLS] $A [SEP] $B [SEP]")
    return tokenizer


def gpt2():
    tokenizer = byte_level(special_last=["<|endoftext|>"])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    return tokenizer


def llama():
    tokenizer = byte_level(
        special_last=["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"], words=LLAMA_WORDS)
    begin = template(tokenizer, "<|begin_of_text|> $A", "<|begin_of_text|> $A <|begin_of_text|>:1 $B:1")
    tokenizer.post_processor = processors.Sequence([processors.ByteLevel(trim_offsets=False), begin])
    return tokenizer


def qwen():
    tokenizer = byte_level(
        special_last=["<|endoftext|>", "<|im_start|>", "<|im_end|>"], words=QWEN_WORDS, normalizer=normalizers.NFC())
    tokenizer.post_processor = processors.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    return tokenizer


def mistral():
    """SentencePiece-style BPE: a character outside the vocabulary becomes its bytes."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    special = ["<unk>", "<s>", "</s>"]
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)]
    words = [word for line in CORPUS for word in re.sub("[東😀€]", "", line).split()]
    tokenizer.train_from_iterator(words, bpe_trainer(390, special + bytes_))
    # only <unk>, <s> and </s> are special: bytes are ordinary entries of the vocabulary
    state = json.loads(tokenizer.to_str())
    state["added_tokens"] = [token for token in state["added_tokens"] if token["content"] in special]
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.post_processor = template(tokenizer, "<s> $A", "<s> $A <s>:1 $B:1")
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)])
    return tokenizer


def word_piece(special, unknown, lowercase):
    """WordPiece with a vocabulary made by hand, since the trainer of the library is not deterministic."""
    tokenizer = Tokenizer(models.WordPiece(unk_token=unknown))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    words = word_counts(tokenizer)
    characters = sorted(set("".join(words)))
    continued = sorted({character for word in words for character in word[1:]})
    endings = ["##ed", "##er", "##ing", "##in", "##ll", "##tion"]
    entries = special + characters + ["##" + character for character in continued] + endings
    frequent = sorted((word for word in words if len(word) > 1), key=lambda word: (-words[word], word))
    tokens = entries + frequent[:SIZE - len(entries)]
    tokenizer.model = models.WordPiece({token: i for i, token in enumerate(tokens)}, unk_token=unknown)
    tokenizer.add_special_tokens([special_token(token) for token in special])
    return tokenizer


def word_counts(tokenizer):
    """Counts the words of the corpus, without the two characters that the vocabulary must not contain."""
    words = Counter()
    for line in CORPUS:
        normalized = tokenizer.normalizer.normalize_str(re.sub("[東😀] ", "", line))
        words.update(word for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(normalized))
    return words


def byte_level(special_first=(), special_last=(), words=None, normalizer=None):
    """BPE on bytes. The vocabulary contains the bytes of the corpus only, which keeps it small."""
    tokenizer = Tokenizer(models.BPE())
    if normalizer is not None:
        tokenizer.normalizer = normalizer
    if words is None:
        tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    else:
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence([
            pre_tokenizers.Split(Regex(words), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)])
    tokenizer.decoder = decoders.ByteLevel()
    size = SIZE - len(special_last)
    tokenizer.train_from_iterator(CORPUS, bpe_trainer(size, [special_token(token) for token in special_first]))
    tokenizer.add_special_tokens([special_token(token) for token in special_last])
    return tokenizer


def bpe_trainer(size, special):
    return trainers.BpeTrainer(vocab_size=size, special_tokens=special, show_progress=False)


def special_token(token):
    return AddedToken(token, special=True, lstrip=token.lower().strip("<[]>") == "mask", normalized=False)


def roberta_processing():
    return processors.RobertaProcessing(sep=("</s>", 2), cls_token=("<s>", 0), add_prefix_space=False)


def template(tokenizer, single, pair):
    names = sorted({part.split(":")[0] for part in (single + " " + pair).split() if not part.startswith("$")})
    return processors.TemplateProcessing(
        single=single, pair=pair, special_tokens=[(name, tokenizer.token_to_id(name)) for name in names])


def with_prefix_space(tokenizer):
    """Returns the tokenizer that marks every word as preceded by a space, as add_prefix_space=True does."""
    state = json.loads(tokenizer.to_str())
    part = state["pre_tokenizer"]
    for step in part.get("pretokenizers", [part]):
        if step["type"] == "ByteLevel":
            step["add_prefix_space"] = True
    return Tokenizer.from_str(json.dumps(state))
