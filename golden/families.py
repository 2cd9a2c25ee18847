"""The model families: tiny configurations, the class that saves the model, and the modules that adapters target."""
from collections.abc import Callable
from dataclasses import dataclass, field

import transformers

import vocabularies

POSITIONS = 64
ENCODER = dict(hidden_size=24, num_hidden_layers=3, num_attention_heads=4, intermediate_size=40)
DECODER = ENCODER | dict(num_key_value_heads=2, intermediate_size=36, max_position_embeddings=POSITIONS,
                         rope_theta=100.0, rms_norm_eps=1e-5)
BERT = ENCODER | dict(max_position_embeddings=POSITIONS)
ROBERTA = ENCODER | dict(max_position_embeddings=POSITIONS + 2, pad_token_id=1, bos_token_id=0, eos_token_id=2,
                         layer_norm_eps=1e-5)

PROMPTS = ("prompt_tuning", "p_tuning")
METHODS = (*PROMPTS, "prefix_tuning", "lora", "ia3")
WITHOUT_PREFIX = (*PROMPTS, "lora", "ia3")  # PEFT cannot run prefix tuning in these families


@dataclass(frozen=True)
class Family:
    """A model family.

    name: folder of the family
    saved: class of transformers that saves the model
    tokenizer: makes the tokenizer
    config: settings of the configuration, except the size of the vocabulary
    lora, ia3, feedforward: modules that LoRA and IA3 adapt, and those of IA3 whose input is scaled
    tasks: tasks of the adapters
    methods: methods of the adapters
    pad: padding token
    """

    name: str
    saved: type
    tokenizer: Callable
    config: dict
    lora: tuple = ("query", "value")
    ia3: tuple = ("key", "value", "output.dense")
    feedforward: tuple = ("output.dense",)
    tasks: tuple = ("feature_extraction",)
    methods: tuple = METHODS
    pad: str = "<pad>"
    decoder: bool = False
    spare_rows: int = 0  # rows of the embedding table without a token
    prompt: dict = field(default_factory=dict)  # dimensions that PEFT does not infer


CLASSIFIERS = ("feature_extraction", "seq_cls", "token_cls")
LANGUAGE_MODELS = ("feature_extraction", "causal_lm")
PROJECTIONS = dict(lora=("q_proj", "v_proj"), ia3=("k_proj", "v_proj", "down_proj"), feedforward=("down_proj",))
# PEFT's own default for Qwen
QWEN = PROJECTIONS | dict(ia3=("q_proj", "v_proj", "down_proj"))
FUSED = dict(lora=("c_attn",), ia3=("c_attn", "mlp.c_proj"), feedforward=("mlp.c_proj",))

FAMILIES = [
    Family("bert", transformers.BertModel, vocabularies.bert, BERT, pad="[PAD]", tasks=CLASSIFIERS),
    Family("roberta", transformers.RobertaForMaskedLM, vocabularies.roberta, ROBERTA | dict(type_vocab_size=1),
           tasks=CLASSIFIERS),
    Family("xlm-roberta", transformers.XLMRobertaForMaskedLM, vocabularies.xlm_roberta,
           ROBERTA | dict(type_vocab_size=1)),
    Family("distilbert", transformers.DistilBertForMaskedLM, lambda: vocabularies.bert(lowercase=False),
           dict(dim=24, n_layers=3, n_heads=4, hidden_dim=40, max_position_embeddings=POSITIONS),
           lora=("q_lin", "v_lin"), ia3=("k_lin", "v_lin", "ffn.lin2"), feedforward=("ffn.lin2",), pad="[PAD]",
           methods=WITHOUT_PREFIX, prompt=dict(token_dim=24, num_attention_heads=4, num_layers=3)),
    Family("electra", transformers.ElectraForPreTraining, vocabularies.bert, BERT | dict(embedding_size=16),
           pad="[PAD]", prompt=dict(token_dim=16)),
    Family("mpnet", transformers.MPNetModel, vocabularies.mpnet, ROBERTA,
           lora=("attn.q", "attn.v"), ia3=("attn.k", "attn.v", "output.dense"), methods=WITHOUT_PREFIX),
    Family("modernbert", transformers.ModernBertForMaskedLM, vocabularies.modernbert,
           BERT | dict(num_hidden_layers=4, local_attention=8, layer_types=[
               "full_attention", "sliding_attention", "sliding_attention", "full_attention"]),
           lora=("Wqkv",), ia3=("Wqkv", "mlp.Wo"), feedforward=("mlp.Wo",), pad="[PAD]", methods=WITHOUT_PREFIX),
    Family("gpt2", transformers.GPT2LMHeadModel, vocabularies.gpt2,
           dict(n_positions=POSITIONS, n_embd=24, n_layer=3, n_head=4), **FUSED, tasks=LANGUAGE_MODELS,
           pad="<|endoftext|>", decoder=True),
    Family("llama", transformers.LlamaForCausalLM, vocabularies.llama, DECODER, **PROJECTIONS, tasks=LANGUAGE_MODELS,
           pad="<|end_of_text|>", decoder=True),
    Family("llama3", transformers.LlamaForCausalLM, vocabularies.llama,
           DECODER | dict(tie_word_embeddings=True, rope_scaling=dict(
               rope_type="llama3", factor=8.0, low_freq_factor=1.0, high_freq_factor=4.0,
               original_max_position_embeddings=64)),
           **PROJECTIONS, pad="<|end_of_text|>", decoder=True),
    Family("mistral", transformers.MistralForCausalLM, vocabularies.mistral, DECODER | dict(sliding_window=None),
           **PROJECTIONS, tasks=LANGUAGE_MODELS, pad="</s>", decoder=True),
    Family("qwen2", transformers.Qwen2ForCausalLM, vocabularies.qwen, DECODER | dict(tie_word_embeddings=True),
           **QWEN, tasks=LANGUAGE_MODELS, pad="<|endoftext|>", decoder=True, spare_rows=8),
    Family("qwen3", transformers.Qwen3ForCausalLM, vocabularies.qwen, DECODER | dict(head_dim=8), **QWEN,
           tasks=LANGUAGE_MODELS, pad="<|endoftext|>", decoder=True),
]
