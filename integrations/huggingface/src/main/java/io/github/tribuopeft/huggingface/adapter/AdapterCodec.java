package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.engine.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Converts one type of adapter between PEFT's settings and tensors and the entries of this library. */
sealed interface AdapterCodec permits PromptCodec, PrefixCodec, LoraCodec, Ia3Codec {

    /** All codecs. */
    List<AdapterCodec> ALL = List.of(
            PromptCodec.promptTuning(), PromptCodec.pTuning(), new PrefixCodec(), new LoraCodec(), new Ia3Codec());

    /**
     * Returns the codec for a configuration's {@code peft_type}.
     *
     * @throws AdapterException if the type is missing or not supported
     */
    static AdapterCodec of(AdapterConfig config) {
        String type = config.text("peft_type");
        return ALL.stream()
                .filter(codec -> codec.type().equals(type))
                .findFirst()
                .orElseThrow(() -> config.wrong(
                        "peft_type",
                        "one of " + ALL.stream().map(AdapterCodec::type).toList()));
    }

    /**
     * Returns the codec for a method of this library.
     *
     * @throws AdapterException if PEFT does not have such a method
     */
    static AdapterCodec ofMethod(String method) {
        return ALL.stream()
                .filter(codec -> codec.method().equals(method))
                .findFirst()
                .orElseThrow(() -> new AdapterException("Hugging Face PEFT has no counterpart of the method '" + method
                        + "'; models of "
                        + ALL.stream().map(AdapterCodec::method).toList() + " can be exported"));
    }

    /** Returns the value of {@code peft_type}. */
    String type();

    /** Returns the name of the method in this library. */
    String method();

    /** Returns the known keys of {@code adapter_config.json} that not all types of adapters have. */
    Set<String> keys();

    /**
     * Returns the prefix of the names of a head's tensors. For prompts and prefixes, PEFT wraps the model only once.
     */
    default String headPrefix() {
        return "base_model.";
    }

    /**
     * Returns the hidden states that PEFT's text classifier reads with an adapter of this type.
     *
     * @param withoutAdapter the hidden states that the classifier reads without an adapter
     */
    default Pooling pooling(Pooling withoutAdapter) {
        return withoutAdapter;
    }

    /**
     * Takes an adapter's tensors.
     *
     * @throws AdapterException if a setting or a tensor is missing, is not supported, or does not fit the backbone
     */
    Adapter decode(AdapterConfig config, AdapterTensors tensors, AdapterTarget target);

    /**
     * Returns PEFT's settings and tensors for an adapter.
     *
     * @throws AdapterException if PEFT cannot represent the adapter
     */
    EncodedAdapter encode(Adapter adapter, AdapterTarget target, TaskType task);

    /**
     * An adapter in PEFT's format.
     *
     * @param settings keys of {@code adapter_config.json} and their values
     * @param tensors tensors of {@code adapter_model.safetensors} by name
     */
    record EncodedAdapter(Map<String, Object> settings, Map<String, Tensor> tensors) {}
}
