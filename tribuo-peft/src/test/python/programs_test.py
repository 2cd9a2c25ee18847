"""Runs the program files as Python and compares them with transformers and torch.

    python programs_test.py     (torch 2.13, transformers 5.18; the Java build does not run it)

libtorch compiles the same files from a TorchScript archive; the tests of the Java build cover that.
"""
import ast
import sys
import tempfile
import unittest
from pathlib import Path

import torch
import transformers
from transformers import AutoModel, AutoModelForCausalLM, DynamicCache

SOURCES = Path(__file__).resolve().parents[2] / "main/resources/io/github/tribuopeft"
sys.dont_write_bytecode = True  # nothing is written next to the sources
sys.path.insert(0, str(SOURCES))

from architecture.backbone import Backbone  # noqa: E402
from architecture.bert import Bert  # noqa: E402
from architecture.gpt2 import Gpt2  # noqa: E402
from architecture.llama import Llama  # noqa: E402
from architecture.modernbert import ModernBert  # noqa: E402
from architecture.traced import Traced  # noqa: E402
from engine.mapped import MappedFile  # noqa: E402
from training.adamw import AdamW  # noqa: E402

FLOAT32 = 6  # number of the type in c10/core/ScalarType.h
HALF = 5
BFLOAT16 = 15
TOLERANCE = 1e-4
LENGTHS = [13, 9]
PROMPT = 3

SIZES = dict(vocab_size=40, hidden_size=16, num_hidden_layers=3, num_attention_heads=4, intermediate_size=24,
             max_position_embeddings=32)
OFFSET = SIZES | dict(max_position_embeddings=34, pad_token_id=1, bos_token_id=0, eos_token_id=2)
DECODER = SIZES | dict(bos_token_id=0, eos_token_id=0, pad_token_id=0)
GROUPED = DECODER | dict(num_key_value_heads=2)
CONFIGS = {
    "bert": transformers.BertConfig(**SIZES),
    "roberta": transformers.RobertaConfig(**OFFSET, type_vocab_size=1),
    "xlm-roberta": transformers.XLMRobertaConfig(**OFFSET, type_vocab_size=1),
    "distilbert": transformers.DistilBertConfig(
        vocab_size=40, dim=16, n_layers=3, n_heads=4, hidden_dim=24, max_position_embeddings=32),
    "electra": transformers.ElectraConfig(**SIZES, embedding_size=12),
    "mpnet": transformers.MPNetConfig(**OFFSET),
    "modernbert": transformers.ModernBertConfig(
        **SIZES | dict(num_hidden_layers=4), global_attn_every_n_layers=3, local_attention=6, pad_token_id=0,
        cls_token_id=2, sep_token_id=3, bos_token_id=2, eos_token_id=3),
    "gpt2": transformers.GPT2Config(
        vocab_size=40, n_positions=32, n_embd=16, n_layer=3, n_head=4, n_inner=24, bos_token_id=0, eos_token_id=0,
        pad_token_id=0),
    "llama": transformers.LlamaConfig(**GROUPED),
    "llama with biases and scaled rotation": transformers.LlamaConfig(
        **GROUPED, attention_bias=True, mlp_bias=True, head_dim=6,
        rope_parameters=dict(rope_type="llama3", rope_theta=100., factor=8., low_freq_factor=1., high_freq_factor=4.,
                             original_max_position_embeddings=16)),
    "mistral": transformers.MistralConfig(**GROUPED, sliding_window=4),
    "qwen2": transformers.Qwen2Config(**GROUPED),
    "qwen2 with windows": transformers.Qwen2Config(
        **GROUPED, use_sliding_window=True, sliding_window=4, max_window_layers=1),
    "qwen3": transformers.Qwen3Config(**GROUPED, head_dim=8),
}
DECODERS = [name for name in CONFIGS if name.split()[0] in ("gpt2", "llama", "mistral", "qwen2", "qwen3")]

RENAMED = {
    "distilbert": [
        ("transformer.layer.", "encoder.layer."), (".attention.q_lin", ".attention.self.query"),
        (".attention.k_lin", ".attention.self.key"), (".attention.v_lin", ".attention.self.value"),
        (".attention.out_lin", ".attention.output.dense"), (".sa_layer_norm", ".attention.output.LayerNorm"),
        (".ffn.lin1", ".intermediate.dense"), (".ffn.lin2", ".output.dense"),
        (".output_layer_norm", ".output.LayerNorm")],
    "mpnet": [
        (".attention.attn.q.", ".attention.self.query."), (".attention.attn.k.", ".attention.self.key."),
        (".attention.attn.v.", ".attention.self.value."), (".attention.attn.o.", ".attention.output.dense."),
        (".attention.LayerNorm", ".attention.output.LayerNorm")],
}
FUSED = {
    ".attn.c_attn.": [".attn.query.", ".attn.key.", ".attn.value."],
    ".attn.Wqkv.": [".attn.query.", ".attn.key.", ".attn.value."],
    ".mlp.Wi.": [".mlp.gate.", ".mlp.up."],
}


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def tiny(config, cls=AutoModel):
    """A model of transformers with random weights that are large enough for errors to show."""
    model = cls.from_config(config, attn_implementation="eager").eval()
    with torch.no_grad():
        for seed, (name, weight) in enumerate(model.named_parameters()):
            norm = weight.dim() == 1 and name.endswith("weight")
            noise = normal(*weight.shape, seed=seed)
            weight.copy_(1 + 0.25 * noise if norm else 0.4 * noise)
    return model


def weights_of(model):
    """The weights under the names and in the layouts of the programs."""
    family = model.config.model_type
    weights = {}
    for name, weight in model.state_dict().items():
        for old, new in RENAMED.get(family, []):
            name = name.replace(old, new)
        if family == "gpt2" and (".attn." in name or ".mlp." in name) and weight.dim() == 2:
            weight = weight.T  # Conv1D stores [in, out]
        for fused, parts in FUSED.items():
            if fused in name:
                for part, values in zip(parts, weight.chunk(len(parts))):
                    weights[name.replace(fused, part)] = values.clone()
                break
        else:
            weights[name] = weight.clone()
    return weights


def instance(cls, **constants):
    made = cls()
    for name, value in constants.items():
        setattr(made, name, value)
    return made


def family_of(model):
    config = model.config
    match config.model_type:
        case "modernbert":
            rotary = config.rope_parameters
            return instance(
                ModernBert, head_width=config.hidden_size // config.num_attention_heads,
                global_every=config.layer_types[1:].index("full_attention") + 1, window=config.local_attention // 2,
                global_base=float(rotary["full_attention"]["rope_theta"]),
                local_base=float(rotary["sliding_attention"]["rope_theta"]), epsilon=config.norm_eps)
        case "gpt2":
            return instance(Gpt2, head_width=config.n_embd // config.n_head, epsilon=config.layer_norm_epsilon)
        case "llama" | "mistral" | "qwen2" | "qwen3":
            rotary = config.rope_parameters
            windows = [kind == "sliding_attention" for kind in getattr(config, "layer_types", None) or []]
            window = config.sliding_window if config.model_type == "mistral" or any(windows) else 0
            return instance(
                Llama, head_width=getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads,
                epsilon=config.rms_norm_eps, rotary_base=float(rotary["rope_theta"]),
                rotary_factor=rotary.get("factor", 1.), rotary_low=rotary.get("low_freq_factor", 1.),
                rotary_high=rotary.get("high_freq_factor", 2.),
                rotary_positions=float(rotary.get("original_max_position_embeddings", 0)),
                window=window, first_windowed=windows.index(True) if any(windows) else 0)
        case family:
            offset = 0
            if family in ("roberta", "xlm-roberta", "mpnet"):
                offset = config.pad_token_id + 1
            return instance(
                Bert, head_width=config.hidden_size // config.num_attention_heads, position_offset=offset,
                epsilon=getattr(config, "layer_norm_eps", 1e-12))


def backbone_of(model):
    backbone = instance(
        Backbone, layer_count=model.config.num_hidden_layers, family=family_of(model), weights={})
    backbone.load(torch.tensor([FLOAT32, FLOAT32, FLOAT32]), weights_of(model))
    return backbone


def batch():
    """Token ids and mask of two texts, padded on the right."""
    width = max(LENGTHS)
    mask = torch.stack([(torch.arange(width) < length).long() for length in LENGTHS])
    ids = torch.randint(4, 40, mask.shape, generator=torch.Generator().manual_seed(7))
    return ids, mask


def positions_like(ids, first=0):
    return torch.arange(first, first + ids.shape[1]).expand(ids.shape[0], -1)


def prompt_of(model, rows=1):
    return 0.6 * normal(rows, PROMPT, model.get_input_embeddings().embedding_dim, seed=3)


def prefixes_of(backbone, model, rows=1):
    kv_heads = getattr(model.config, "num_key_value_heads", model.config.num_attention_heads)
    shape = (rows, kv_heads, PROMPT, backbone.family.head_width)
    return {f"prefix.{i}.{part}": 0.6 * normal(*shape, seed=11 + 2 * i + (part == "value"))
            for i in range(backbone.layer_count) for part in ("key", "value")}


def families(names):
    """Runs a test for each of some families, with a model of transformers and the program with the same weights."""

    def decorate(test):
        def run(self):
            for name in names:
                with self.subTest(name):
                    model = tiny(CONFIGS[name])
                    test(self, model, backbone_of(model))

        return run

    return decorate


class ProgramsTest(unittest.TestCase):
    def setUp(self):
        torch.set_grad_enabled(False)

    def close(self, actual, expected, tolerance=TOLERANCE):
        self.assertEqual(actual.shape, expected.shape)
        self.assertLessEqual((actual - expected).abs().max().item(), tolerance)

    def test_files_parse(self):
        files = list(SOURCES.rglob("*.py"))
        self.assertGreater(len(files), 10)
        for file in files:
            ast.parse(file.read_text(), str(file))

    @families(CONFIGS)
    def test_hidden_states(self, model, backbone):
        ids, mask = batch()
        expected = model(input_ids=ids, attention_mask=mask).last_hidden_state
        actual = backbone(ids, ids * 0, positions_like(ids), {"mask": mask.float()})
        for row, length in enumerate(LENGTHS):
            self.close(actual[row, :length], expected[row, :length])
        self.close(backbone(ids, ids * 0, positions_like(ids), {}), model(input_ids=ids).last_hidden_state)

    @families(CONFIGS)
    def test_padding_on_the_left(self, model, backbone):
        ids, mask = batch()
        positions = mask.flip(1).cumsum(1) * mask.flip(1)
        positions = (positions - 1).clamp(0)
        right = backbone(ids, ids * 0, positions_like(ids), {"mask": mask.float()})
        shifted = torch.stack([row.roll(max(LENGTHS) - length) for row, length in zip(ids, LENGTHS)])
        left = backbone(shifted, ids * 0, positions, {"mask": mask.flip(1).float()})
        for row, length in enumerate(LENGTHS):
            self.close(left[row, -length:], right[row, :length])

    @families(CONFIGS)
    def test_prompt(self, model, backbone):
        ids, mask = batch()
        wide = torch.cat([torch.ones(2, PROMPT, dtype=torch.long), mask], 1)
        prompt = prompt_of(model)
        embeddings = torch.cat([prompt.expand(2, -1, -1), model.get_input_embeddings()(ids)], 1)
        expected = model(inputs_embeds=embeddings, attention_mask=wide).last_hidden_state
        adapter = {"mask": mask.float(), "prompt": prompt, "prompt.positions": torch.arange(PROMPT).unsqueeze(0)}
        actual = backbone(ids, ids * 0, positions_like(ids, PROMPT), adapter | {"prompt.given": torch.ones(1)})
        for row, length in enumerate(LENGTHS):
            self.close(actual[row, :PROMPT + length], expected[row, :PROMPT + length])
        self.assertTrue(torch.equal(
            backbone(ids, ids * 0, positions_like(ids, PROMPT), adapter), actual[:, PROMPT:]))
        self.assertTrue(torch.equal(backbone.seen(ids, adapter), wide))

    @families(["gpt2", "llama", "qwen2", "qwen3"])
    def test_prefix(self, model, backbone):
        ids, mask = batch()
        wide = torch.cat([torch.ones(2, PROMPT, dtype=torch.long), mask], 1)
        prefixes = prefixes_of(backbone, model)
        cache = DynamicCache()
        for i in range(backbone.layer_count):
            cache.update(*(prefixes[f"prefix.{i}.{part}"].expand(2, -1, -1, -1) for part in ("key", "value")), i)
        expected = model(input_ids=ids, attention_mask=wide, past_key_values=cache).last_hidden_state
        actual = backbone(ids, ids * 0, positions_like(ids, PROMPT), prefixes | {"mask": mask.float()})
        for row, length in enumerate(LENGTHS):
            self.close(actual[row, :length], expected[row, :length])

    @families(CONFIGS)
    def test_layers_one_by_one(self, model, backbone):
        ids, mask = batch()
        adapter = {"mask": mask.float()}
        positions = positions_like(ids)
        h = backbone.embed(ids, ids * 0, positions, adapter)
        for i in range(backbone.layer_count):
            h = backbone.layers(h, positions, torch.tensor([i, i + 1]), adapter)
        h = backbone.final_norm(h, adapter)
        self.assertTrue(torch.equal(h, backbone(ids, ids * 0, positions, adapter)))

    @families(DECODERS)
    def test_keys_and_values(self, model, backbone):
        ids, _ = batch()
        cache = model(input_ids=ids, use_cache=True, past_key_values=DynamicCache()).past_key_values
        actual = backbone.keys_values(ids, ids * 0, positions_like(ids), {})
        for i in range(backbone.layer_count):
            self.close(actual[2 * i], cache.layers[i].keys)
            self.close(actual[2 * i + 1], cache.layers[i].values)

    @families(DECODERS)
    def test_decoding_in_parts(self, model, backbone):
        ids, mask = batch()
        numbered = {"prompt": prompt_of(model), "prompt.positions": torch.arange(PROMPT).unsqueeze(0)}
        for prompt in ({}, numbered, {"prompt": prompt_of(model)}):
            for prefix in ({}, prefixes_of(backbone, model)):
                adapter = prompt | prefix
                positions = positions_like(ids, PROMPT if "prompt.positions" in prompt else 0)
                states = backbone(ids, ids * 0, positions, adapter | {"mask": mask.float()})
                whole = backbone.logits(states, {})
                for cuts in ([0, 5, 9, 13], [0, 1, *range(2, 14)], [0, 13]):
                    logits = self.decoded(backbone, model, ids, positions, adapter, cuts)
                    for end, actual in zip(cuts[1:], logits):
                        for row, length in enumerate(LENGTHS):
                            token = end - 1 - (max(LENGTHS) - length)  # the rows end together
                            if token >= 0:
                                self.close(actual[row], whole[row, token], 5e-5)

    @staticmethod
    def decoded(backbone, model, ids, positions, adapter, cuts):
        width, rows = max(LENGTHS), len(LENGTHS)
        shift = [width - length for length in LENGTHS]
        ids = torch.stack([row.roll(by) for row, by in zip(ids, shift)])
        positions = torch.stack([torch.cat([torch.full([by], -1), row[:width - by]])
                                 for row, by in zip(positions, shift)])
        heads = getattr(model.config, "num_key_value_heads", model.config.num_attention_heads)
        virtual = len(adapter.get("prompt", [[]])[0]) + (PROMPT if "prefix.0.key" in adapter else 0)
        extents = torch.tensor(
            [2, backbone.layer_count, rows, heads, virtual + width + 2, backbone.family.head_width])
        places = torch.full([rows, int(extents[4])], -1)
        buffers = {"cache.buffers": backbone.new_buffers(extents, {}), "cache.positions": places,
                   "cache.padded": torch.ones(1)}
        if adapter:
            backbone.write_virtual(ids[:1, :0], torch.arange(rows), torch.tensor([0]), adapter | buffers)
            places[:, :virtual] = 2 ** 40
            if "prompt.positions" in adapter:
                places[:, virtual - PROMPT:virtual] = adapter["prompt.positions"]
        return [backbone.decode(ids[:, begin:end], positions[:, begin:end], torch.tensor([begin, end]) + virtual,
                                buffers) for begin, end in zip(cuts, cuts[1:])]

    def test_logits(self):
        ids, _ = batch()
        for name in DECODERS:
            for tied in (False, True):
                with self.subTest(name, tied=tied):
                    config = CONFIGS[name].__class__(**CONFIGS[name].to_dict() | dict(tie_word_embeddings=tied))
                    model = tiny(config, AutoModelForCausalLM)
                    backbone = backbone_of(model.base_model)
                    if not tied:
                        backbone.weights["lm_head.weight"] = model.lm_head.weight
                    h = backbone(ids, ids * 0, positions_like(ids), {})
                    self.close(backbone.logits(h, {}), model(input_ids=ids).logits)

    @families(CONFIGS)
    def test_an_adapter_for_each_row(self, model, backbone):
        ids, mask = batch()
        positions = positions_like(ids)
        rows = [self.adapter_of(backbone, model, seed) for seed in (100, 200)]
        adapter = {name: torch.cat([row[name] for row in rows]) for name in rows[0]}
        actual = backbone(ids, ids * 0, positions, adapter | {"mask": mask.float()})
        plain = backbone(ids, ids * 0, positions, {"mask": mask.float()})
        for i, (row, length) in enumerate(zip(rows, LENGTHS)):
            shared = {name: self.shared(name, entry) for name, entry in row.items()}
            single = ids[i:i + 1, :length]
            alone = backbone(single, single * 0, positions[i:i + 1, :length], shared)
            self.close(actual[i:i + 1, :length], alone, 1e-5)
            self.assertGreater((alone - plain[i:i + 1, :length]).abs().max().item(), 0.1)

    @staticmethod
    def adapter_of(backbone, model, seed):
        """Every kind of entry, with a leading extent of 1 for one row."""
        noise = iter(range(seed, 10 * seed + 10000))

        def entry(*shape):
            return 0.3 * normal(1, *shape, seed=next(noise))

        hidden = model.config.hidden_size
        adapter = {name: entry(*values.shape[1:]) for name, values in prefixes_of(backbone, model).items()}
        adapter["prompt"] = entry(PROMPT, model.get_input_embeddings().embedding_dim)
        layer_parts = [".0.", ".1.", ".2."]
        for name, weight in backbone.weights.items():
            if any(part in name for part in layer_parts) and weight.dim() == 2:
                linear = name.removesuffix(".weight")
                out, width = weight.shape
                match sum(name.encode()) % 3:
                    case 0:
                        adapter |= {linear + ".lora.A": entry(2, width), linear + ".lora.B": entry(out, 2)}
                    case 1:
                        adapter |= {linear + ".scale.in": 1 + entry(1, width), linear + ".scale.out": 1 + entry(1, out)}
                    case _:
                        adapter |= {name: entry(out, width), linear + ".bias": entry(1, out)}
            elif any(part in name for part in layer_parts) and "norm" in name.lower():
                adapter[name] = weight + entry(1, *weight.shape)
        for i in range(backbone.layer_count):
            for place in ("attention", "feedforward", "parallel", "layer"):
                name = f"adapter.{i}.{place}."
                adapter |= {name + "down.weight": entry(5, hidden), name + "down.bias": entry(1, 5),
                            name + "up.weight": entry(hidden, 5), name + "up.bias": entry(1, hidden)}
        return adapter

    @staticmethod
    def shared(name, entry):
        """The same entry without an extent for rows."""
        if name == "prompt" or name.startswith("prefix."):
            return entry
        return entry.flatten() if entry.shape[1] == 1 else entry[0]

    @families(CONFIGS)
    def test_tables_for_each_row_are_refused(self, model, backbone):
        ids, _ = batch()
        name = backbone.family.vocabulary()
        table = backbone.weights[name].expand(2, -1, -1)
        with self.assertRaisesRegex(AssertionError, f"The adapter's '{name}' must be one table"):
            backbone(ids, ids * 0, positions_like(ids), {name: table})

    def test_weights_keep_their_bits(self):
        bits = normal(700, 900).bfloat16()
        backbone = instance(Backbone, weights={})
        backbone.load(torch.tensor([HALF, BFLOAT16, FLOAT32]), {"wide": bits.view(torch.half)})
        backbone.load(torch.tensor([HALF, BFLOAT16, BFLOAT16]), {"narrow": bits.view(torch.half)})
        backbone.load(torch.tensor([HALF, HALF, FLOAT32]), {"half": bits.half()})
        self.assertTrue(torch.equal(backbone.weights["wide"], bits.float()))
        self.assertTrue(torch.equal(backbone.weights["narrow"], bits))
        self.assertTrue(torch.equal(backbone.weights["half"], bits.half().float()))
        self.assertTrue(torch.equal(
            backbone.frozen(bits, {}), torch.cat([weight.flatten().float() for weight in backbone.weights.values()])))
        self.assertTrue(torch.equal(backbone.copy(bits, {"narrow": bits}), bits.flatten().float()))

    def test_embeddings_of_a_traced_backbone(self):
        backbone = instance(Backbone, layer_count=0, family=Traced(), weights={"words.weight": normal(40, 8)})
        ids, _ = batch()
        prompt = normal(1, PROMPT, 8, seed=1)
        x = backbone.embed(ids, ids * 0, ids * 0, {"prompt": prompt})
        self.assertTrue(torch.equal(x[:, :PROMPT], prompt.expand(2, -1, -1)))
        self.assertTrue(torch.equal(x[:, PROMPT:], backbone.weights["words.weight"][ids]))
        self.assertTrue(torch.equal(backbone.words(ids[0], {}), backbone.weights["words.weight"][ids[0]]))

    def test_adamw(self):
        torch.set_grad_enabled(True)
        expected = [torch.nn.Parameter(normal(*shape)) for shape in ((3, 4), (5,))]
        actual = [parameter.detach().clone() for parameter in expected]
        first, second = [[torch.zeros_like(values) for values in actual] for _ in range(2)]
        rates = [0.1, 0.01]
        optimizer = torch.optim.AdamW(
            [dict(params=[parameter], lr=rate) for parameter, rate in zip(expected, rates)], weight_decay=0.1)
        for step in range(1, 6):
            gradients = [step * normal(*values.shape, seed=step) for values in actual]
            for parameter, gradient in zip(expected, gradients):
                parameter.grad = gradient.clone()
            norm = torch.nn.utils.clip_grad_norm_(expected, 2.)
            optimizer.step()
            settings = torch.tensor([step, 0.9, 0.999, 1e-8, 0.1, 2., *rates], dtype=torch.double)
            with torch.no_grad():
                self.close(AdamW().step(settings, actual, gradients, first, second), norm, 1e-5)
            for ours, theirs in zip(actual, expected):
                self.close(ours, theirs.detach(), 1e-6)
        before = [values.clone() for values in actual]
        gradients = [torch.full_like(values, float("nan")) for values in actual]
        with torch.no_grad():
            AdamW().step(settings, actual, gradients, first, second)
        for ours, values in zip(actual, before):
            self.assertTrue(torch.equal(ours, values))

    def test_mapped_file(self):
        numbers = normal(6)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "numbers"
            for offset in (8, 3):
                file.write_bytes(bytes(offset) + numbers.numpy().tobytes())
                path = torch.tensor([ord(letter) for letter in str(file)])
                place = {"numbers": torch.tensor([FLOAT32, offset, 6, 4])}
                self.assertTrue(torch.equal(MappedFile().read(path, place), numbers))


if __name__ == "__main__":
    unittest.main()
