package io.github.tribuopeft.huggingface.adapter;

import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.training.TrainingState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.logging.Logger;

/**
 * Adapter directory of <a href="https://huggingface.co/docs/peft">Hugging Face PEFT</a> with
 * {@code adapter_config.json} and {@code adapter_model.safetensors}. It can be read if it is of type PROMPT_TUNING,
 * P_TUNING, PREFIX_TUNING, LORA or IA3, and written from models of the methods of the same names.
 *
 * <pre>{@code
 * HuggingFaceDirectory bert = new HuggingFaceDirectory(Path.of("bert"));
 * try (AdaptedModel model = PeftAdapterDirectory.open(Path.of("adapter")).model(bert)) {
 *     model.serializeToFile(Path.of("model.tribuo"));
 *     PeftAdapterDirectory.write(model, "google-bert/bert-base-uncased", Path.of("copy"));
 * }
 * }</pre>
 *
 * <p>All settings and tensors are checked against the backbone. If one is missing, unsupported or does not fit, an
 * {@link AdapterException} names the file, the key or tensor, the value found and the value expected.
 */
public final class PeftAdapterDirectory {

    /** Name of the file with the adapter's configuration. */
    public static final String CONFIG = AdapterFiles.CONFIG;

    /** Name of the file with the adapter's tensors. */
    public static final String TENSORS = AdapterFiles.TENSORS;

    static final String README = "README.md";

    /** Names of the files that {@link #write} writes. */
    public static final List<String> FILES = List.of(CONFIG, TENSORS, README);

    /** Logger of the whole package, so that applications configure one name. */
    static final Logger LOGGER = Logger.getLogger(PeftAdapterDirectory.class.getName());

    private final OpenedAdapter opened;
    private final List<String> labels;
    private final boolean realFirstToken;

    private PeftAdapterDirectory(OpenedAdapter opened, List<String> labels, boolean realFirstToken) {
        this.opened = opened;
        this.labels = labels;
        this.realFirstToken = realFirstToken;
    }

    /**
     * Reads the configuration in a directory. Tensors are read by {@link #adapter} and {@link #model}. The adapter is
     * data: no code in it is run, and no file or URL that it names is opened. Unknown keys of the configuration are
     * logged as a warning.
     *
     * @throws AdapterException if a file is missing, unreadable or damaged, or the type or the task is not supported
     */
    public static PeftAdapterDirectory open(Path directory) {
        return new PeftAdapterDirectory(OpenedAdapter.open(directory), List.of(), false);
    }

    /**
     * Writes the adapter and the head of a model, and a README.md with a Python program that runs them. The adapter
     * is for SEQ_CLS or TOKEN_CLS if transformers' classifier for the backbone's family computes the same as the
     * model. Otherwise, as with mean pooling, it is for FEATURE_EXTRACTION, and the tensors of the head have names
     * that start with {@code tribuo_head.}.
     *
     * @param model a model trained with prompt tuning, prefix tuning, P-tuning, LoRA or IA3; it stays open
     * @param baseModel name on the Hugging Face hub or path under which Python finds the backbone
     * @param directory is created if it does not exist; the files {@code adapter_config.json},
     *     {@code adapter_model.safetensors} and {@code README.md} in it are replaced together
     * @return advice for the user on what Python must do in addition to loading the adapter; empty if nothing
     * @throws AdapterException if PEFT cannot represent the model
     * @throws IOException if a file cannot be written; the message names the file and the reason, and existing files
     *     stay unchanged
     */
    public static Optional<String> write(AdaptedModel model, String baseModel, Path directory) throws IOException {
        return AdapterExport.of(model, baseModel).write(directory);
    }

    /**
     * Returns this adapter with names for its labels. By default the names are those of the adapter's metadata, those
     * of the backbone's {@code id2label} if their number is right, or {@code LABEL_0} and so on.
     *
     * @param names the names in the order of the logits
     */
    public PeftAdapterDirectory withLabels(List<String> names) {
        return new PeftAdapterDirectory(opened, List.copyOf(names), realFirstToken);
    }

    /**
     * Returns this adapter with a text classifier that reads the first token of the text. By default a classifier
     * with a prompt reads the first <em>virtual</em> token, as PEFT does in training. Without a prompt both are the
     * same.
     */
    public PeftAdapterDirectory withRealFirstToken() {
        return new PeftAdapterDirectory(opened, labels, true);
    }

    /** Returns the type of the adapter, such as {@code LORA}. */
    public String type() {
        return opened.codec().type();
    }

    /** Returns the task of the adapter, such as {@code SEQ_CLS}. */
    public String task() {
        return opened.task().name();
    }

    /** Returns the base model that the configuration names; empty if it names none. */
    public String baseModel() {
        return opened.baseModel();
    }

    /**
     * Returns the adapter's entries for {@link io.github.tribuopeft.backbone.Backbone#forward}. A head is ignored.
     *
     * @throws AdapterException if the adapter does not fit the backbone
     */
    public Adapter adapter(BackboneSource backbone) {
        opened.warnOfOtherBackbone(backbone);
        AdapterTensors tensors = AdapterTensors.read(opened.files().tensors());
        try (Checkpoint checkpoint = backbone.open()) {
            AdapterTarget target = new AdapterTarget(checkpoint.architecture());
            Adapter adapter = decode(tensors, target);
            HeadReader head = new HeadReader(opened, target, realFirstToken);
            tensors.skip(name -> StoredTrainingState.owns(name) || head.owns(name));
            tensors.requireNoneLeft("only the tensors of the adapter and of a classifier");
            return adapter;
        }
    }

    /**
     * Returns the adapter with its head as a model: a {@link PeftModel} of labels for SEQ_CLS, a
     * {@link PeftSequenceModel} for TOKEN_CLS. An adapter that {@link #write} wrote becomes the type of model that it
     * was.
     *
     * @throws AdapterException if the adapter does not have a head, or does not fit the backbone
     */
    public AdaptedModel model(BackboneSource backbone) {
        opened.warnOfOtherBackbone(backbone);
        AdapterTensors tensors = AdapterTensors.read(opened.files().tensors());
        Optional<AdapterMetadata> metadata = tensors.metadata();
        try (Checkpoint checkpoint = backbone.open()) {
            AdapterTarget target = new AdapterTarget(checkpoint.architecture());
            Optional<TrainingState> state = tensors.state();
            Adapter adapter = decode(tensors, target);
            AdapterHead head = new HeadReader(opened, target, realFirstToken).read(tensors, metadata, checkpoint);
            tensors.requireNoneLeft("only the tensors of the adapter and of its head");
            List<String> names = labels.isEmpty()
                    ? LabelNames.stored(opened.files(), head.labels(), metadata, checkpoint.outputs())
                    : LabelNames.require(
                            labels,
                            head.labels(),
                            "Labels given for the adapter in " + opened.files().directory());
            return new ModelImport(opened, adapter, head, names, metadata, state)
                    .model(
                            BackboneReference.to(backbone),
                            target.shape().positions() - adapter.virtualTokens().positionsTaken());
        }
    }

    /** Decodes the adapter. PEFT's virtual tokens are before the text; ours have the placement in the metadata. */
    private Adapter decode(AdapterTensors tensors, AdapterTarget target) {
        Adapter adapter = opened.codec().decode(opened.config(), tensors, target);
        int count = adapter.virtualTokens().count();
        return tensors.metadata()
                .map(metadata -> new Adapter(adapter.tensors(), new VirtualTokens(count, metadata.placement())))
                .orElse(adapter);
    }

    @Override
    public String toString() {
        return "PeftAdapterDirectory(" + opened.files().directory() + "," + type() + "," + task() + ")";
    }
}
