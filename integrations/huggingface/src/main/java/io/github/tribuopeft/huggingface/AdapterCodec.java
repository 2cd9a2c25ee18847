package io.github.tribuopeft.huggingface;

import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.engine.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A kind of adapter that both PEFT and this library know: its settings and tensors there, its entries here. */
sealed interface AdapterCodec permits PromptCodec, PrefixCodec, LoraCodec, Ia3Codec {

    /** The kinds that there are. */
    List<AdapterCodec> ALL = List.of(
            PromptCodec.promptTuning(), PromptCodec.pTuning(), new PrefixCodec(), new LoraCodec(), new Ia3Codec());

    /** The kind that a configuration names. */
    static AdapterCodec of(AdapterConfig config) {
        String type = config.text("peft_type");
        return ALL.stream()
                .filter(kind -> kind.type().equals(type))
                .findFirst()
                .orElseThrow(() -> config.wrong(
                        "peft_type",
                        "one of " + ALL.stream().map(AdapterCodec::type).toList()));
    }

    /** The kind that a method of this library trains. */
    static AdapterCodec ofMethod(String method) {
        return ALL.stream()
                .filter(kind -> kind.method().equals(method))
                .findFirst()
                .orElseThrow(() -> new AdapterException("Hugging Face PEFT has no counterpart of the method '" + method
                        + "'; models of "
                        + ALL.stream().map(AdapterCodec::method).toList() + " can be exported"));
    }

    /** The value of {@code peft_type}. */
    String type();

    /** The name of the method here. */
    String method();

    /** The keys of {@code adapter_config.json} that this kind has beside those of all kinds, and whose meaning is known. */
    Set<String> keys();

    /** What the names of a head's tensors begin with; with prompts and prefixes PEFT wraps the model once only. */
    default String headLead() {
        return "base_model.";
    }

    /** Which states PEFT's classifier of texts reads where the model without adapter reads these. */
    default Pooling read(Pooling bare) {
        return bare;
    }

    /**
     * Takes an adapter's tensors.
     *
     * @throws AdapterException if a setting or a tensor is missing, not supported, or does not fit the backbone
     */
    Adapter read(AdapterConfig config, AdapterTensors tensors, AdapterTarget target);

    /**
     * What PEFT keeps of an adapter.
     *
     * @throws AdapterException if the adapter holds what PEFT has no place for
     */
    Written write(Adapter adapter, AdapterTarget target, TaskType task);

    /**
     * An adapter in PEFT's words.
     *
     * @param settings keys of {@code adapter_config.json}
     * @param tensors tensors by name
     */
    record Written(Map<String, Object> settings, Map<String, Tensor> tensors) {}

    /** PEFT pools the first row of all, which with a prompt is a virtual token's. */
    static Pooling firstOfAll(Pooling bare) {
        return bare == TextPooling.CLS ? TextPooling.FIRST_VIRTUAL : bare;
    }
}
