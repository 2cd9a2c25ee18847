package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.types.Shape;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil.HashType;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftSequenceModel;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.BackboneReference;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.Pooling;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.Decoding;
import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.training.TrainingState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.interop.ExternalDatasetProvenance;
import org.tribuo.interop.ExternalTrainerProvenance;
import org.tribuo.provenance.ModelProvenance;

/**
 * An adapter as <a href="https://huggingface.co/docs/peft">Hugging Face PEFT</a> saves it: a directory with {@code adapter_config.json} and {@code
 * adapter_model.safetensors}. PROMPT_TUNING, P_TUNING, PREFIX_TUNING, LORA and IA3 can be read, and what our methods of the same names train can be
 * written.
 *
 * <pre>{@code
 * try (AdaptedModel model = PeftAdapterDirectory.open(Path.of("adapter")).model(new HuggingFaceDirectory(Path.of("bert")))) {
 *     model.serializeToFile(Path.of("model.tribuo"));
 * }
 * PeftAdapterDirectory.write(model, "google-bert/bert-base-uncased", Path.of("adapter"));
 * }</pre>
 *
 * <p>Everything in the files is checked against the backbone. What does not fit, is missing, or cannot be honoured is an {@link AdapterException}
 * that names the file, the key or tensor, what was found and what was expected.
 */
public final class PeftAdapterDirectory {

    /** Name of the file with the adapter's configuration. */
    public static final String CONFIG = AdapterFiles.CONFIG;

    static final String TENSORS = AdapterFiles.TENSORS;
    static final String README = "README.md";

    /** Names of the files that {@link #write} writes. */
    public static final List<String> FILES = List.of(CONFIG, TENSORS, README);

    /** What the names of a head's tensors begin with where transformers has no such head. */
    static final String OWN_HEAD = "tribuo_head.";

    private static final Logger logger = Logger.getLogger(PeftAdapterDirectory.class.getName());

    private final Path directory;
    private final AdapterConfig config;
    private final AdapterCodec kind;
    private final TaskType task;
    private final List<String> labels;
    private final boolean realFirstToken;

    private PeftAdapterDirectory(Path directory, AdapterConfig config, List<String> labels, boolean realFirstToken) {
        this.directory = directory;
        this.config = config;
        this.kind = AdapterCodec.of(config);
        this.task = TaskType.of(config);
        this.labels = labels;
        this.realFirstToken = realFirstToken;
    }

    /**
     * Reads the configuration in a directory; tensors are read when a backbone is named. The adapter is data: nothing in it is run, and nothing
     * that it names is opened or downloaded. Keys of the configuration that are not known are logged as a warning.
     *
     * @throws AdapterException if a file is missing, unreadable or damaged, or the adapter is of a kind or for a task that is not known here
     */
    public static PeftAdapterDirectory open(Path directory) {
        AdapterFiles files = AdapterFiles.in(directory);
        PeftAdapterDirectory adapter =
                new PeftAdapterDirectory(directory, AdapterConfig.read(files.config()), List.of(), false);
        adapter.warnOfUnknownKeys();
        return adapter;
    }

    private void warnOfUnknownKeys() {
        List<String> unknown = config.unknownKeys(kind.keys());
        if (!unknown.isEmpty()) {
            logger.warning(() -> Printable.text(config.file() + " has keys that are unknown for " + kind.type()
                    + " and are ignored: "
                    + unknown.stream().limit(10).toList()
                    + (unknown.size() > 10 ? " and " + (unknown.size() - 10) + " more" : "")
                    + ". If a newer PEFT wrote them, it may compute something else"));
        }
    }

    /**
     * Writes a model's adapter and head, and a README.md with a program that runs them in Python. Where transformers' own classifier of the
     * backbone's family computes what the model computes, the adapter is for SEQ_CLS or TOKEN_CLS; in other cases, as with mean pooling, for
     * FEATURE_EXTRACTION with the head beside it.
     *
     * @param model a model by prompt tuning, prefix tuning, P-tuning, LoRA or IA3; it is left open
     * @param baseModel how Python finds the backbone: a name on the Hugging Face hub or a path
     * @param directory is created if it does not exist; the files {@code adapter_config.json}, {@code adapter_model.safetensors} and {@code README.md}
     *     in it are replaced together
     * @return what Python must do beside loading the adapter, for people; empty if nothing
     * @throws AdapterException if PEFT has no place for something that the model was trained with
     * @throws IOException if a file cannot be written; the message names the file and the reason, and existing files stay as they are
     */
    public static Optional<String> write(AdaptedModel model, String baseModel, Path directory) throws IOException {
        return AdapterExport.of(model, baseModel).write(directory);
    }

    /** The same, with names for its labels in the order of the logits. Without them those of the backbone's {@code id2label} are taken if there are
     * as many, or else {@code LABEL_0} and so on. */
    public PeftAdapterDirectory withLabels(List<String> names) {
        return new PeftAdapterDirectory(directory, config, List.copyOf(names), realFirstToken);
    }

    /**
     * The same, with a classifier of texts that reads the text's own first token. With a prompt, PEFT reads the first <em>virtual</em> token
     * instead; that is the default here, since it is how such an adapter was trained. Without a prompt both are one.
     */
    public PeftAdapterDirectory withRealFirstToken() {
        return new PeftAdapterDirectory(directory, config, labels, true);
    }

    /** The kind of adapter, such as {@code LORA}. */
    public String type() {
        return kind.type();
    }

    /** What it is for, such as {@code SEQ_CLS}. */
    public String task() {
        return task.name();
    }

    /** The base model that the configuration names; empty if it names none. */
    public String baseModel() {
        return config.text("base_model_name_or_path", "");
    }

    /**
     * What the adapter adds to a backbone, for use with {@link io.github.tribuopeft.backbone.Backbone#forward}. A head, if there is one, is not
     * looked at.
     *
     * @throws AdapterException if it does not fit the backbone
     */
    public Adapter adapter(BackboneSource backbone) {
        warnOfOtherBackbone(backbone);
        AdapterTensors tensors = AdapterTensors.read(directory.resolve(TENSORS));
        try (Checkpoint checkpoint = backbone.open()) {
            AdapterTarget target = new AdapterTarget(checkpoint.architecture());
            Adapter adapter = placed(kind.read(config, tensors, target), tensors.memo());
            tensors.skip(name -> StoredTrainingState.owns(name) || isOfClassifier(name, target.family()));
            tensors.requireNoneLeft("the adapter's tensors and those of a classifier alone");
            return adapter;
        }
    }

    /** Whether a tensor belongs to the classifier: it lies outside the backbone, or is the pretrained dense layer that the classifier reads. */
    private boolean isOfClassifier(String tensor, Family family) {
        if (tensor.startsWith(OWN_HEAD)) {
            return true;
        }
        if (!task.isClassifier() || !tensor.startsWith(kind.headLead())) {
            return false;
        }
        String name = tensor.substring(kind.headLead().length());
        String bare = family.bare(name);
        return bare.equals(name)
                || family.heads().stream()
                        .anyMatch(head ->
                                head.task() == task && head.pretrained() && bare.startsWith(head.dense() + "."));
    }

    private void warnOfOtherBackbone(BackboneSource backbone) {
        String named = baseModel();
        if (!named.isEmpty() && !mayBe(named, backbone)) {
            logger.warning(() -> Printable.text(config.file() + " names the base model '" + named
                    + "', but the backbone is '" + backbone.hubName()
                    + "'; the results are right only if both have the same weights"));
        }
    }

    /** A directory does not say which model it contains: only the ends of names can be compared, or the name of a folder of the hub's cache. */
    private static boolean mayBe(String named, BackboneSource backbone) {
        return lastPart(named).equals(lastPart(backbone.hubName()))
                || lastPart(named).equals(lastPart(backbone.name()))
                || backbone.hubName().contains("models--" + named.replace("/", "--"));
    }

    private static String lastPart(String name) {
        String[] parts = name.split("[/\\\\]+");
        return parts.length == 0 ? "" : parts[parts.length - 1].toLowerCase(Locale.ROOT);
    }

    /**
     * The adapter with its head as a model: a {@link PeftModel} of labels from SEQ_CLS, a {@link PeftSequenceModel} from TOKEN_CLS, the former kind
     * again of what {@link #write} wrote.
     *
     * @throws AdapterException if it has no head, or does not fit the backbone
     */
    public AdaptedModel model(BackboneSource backbone) {
        warnOfOtherBackbone(backbone);
        AdapterTensors tensors = AdapterTensors.read(directory.resolve(TENSORS));
        Optional<AdapterMetadata> memo = tensors.memo();
        try (Checkpoint checkpoint = backbone.open()) {
            AdapterTarget target = new AdapterTarget(checkpoint.architecture());
            Optional<TrainingState> state = tensors.state();
            Adapter adapter = placed(kind.read(config, tensors, target), memo);
            Head head = tensors.find(OWN_HEAD + "weight").isPresent()
                    ? ownHead(
                            tensors,
                            memo.orElseThrow(() -> noHead()),
                            target.shape().hidden())
                    : head(tensors, target, checkpoint);
            tensors.requireNoneLeft("the adapter's and the head's tensors alone");
            List<String> names = names(head, memo, checkpoint);
            int room = target.shape().positions() - adapter.virtualTokens().positionsTaken();
            int longest = memo.map(AdapterMetadata::maxLength).orElse(room);
            if (longest > room || room < 1) {
                throw new AdapterException("The adapter in " + directory + " is for texts of up to " + longest
                        + " tokens, but beside its virtual tokens the backbone has positions for " + room);
            }
            ModelState<Label> parts = new ModelState<>(
                    kind.method(),
                    BackboneReference.to(backbone),
                    adapter,
                    new LabelHead(0.1, head.dense()),
                    head.tensors(),
                    head.readout(),
                    longest,
                    Precision.FP32,
                    "auto",
                    state);
            return head.task() == TaskType.TOKEN_CLS
                    ? tagger(parts, names, memo.map(AdapterMetadata::decoding).orElse(Decoding.LEGAL))
                    : classifier(parts, names);
        }
    }

    /** With the position numbers that a model of ours was trained with; PEFT has virtual tokens before the text always. */
    private static Adapter placed(Adapter adapter, Optional<AdapterMetadata> memo) {
        int count = adapter.virtualTokens().count();
        return memo.map(known -> new Adapter(adapter.tensors(), new VirtualTokens(count, known.placement())))
                .orElse(adapter);
    }

    private AdaptedModel classifier(ModelState<Label> parts, List<String> names) {
        return PeftModel.of(provenance(PeftModel.class, parts, names.size(), false), outputs(names), parts);
    }

    private AdaptedModel tagger(ModelState<Label> parts, List<String> names, Decoding decoding) {
        return PeftSequenceModel.of(
                provenance(PeftSequenceModel.class, parts, names.size(), true), outputs(names), parts, decoding);
    }

    private static ImmutableOutputInfo<Label> outputs(List<String> names) {
        Map<Label, Integer> ids = new LinkedHashMap<>();
        names.forEach(name -> ids.put(new Label(name), ids.size()));
        return new LabelFactory().constructInfoForExternalModel(ids);
    }

    /**
     * A head as it is read.
     *
     * @param task what it is for: SEQ_CLS or TOKEN_CLS
     * @param readout which states it reads
     * @param dense the layer before its linear map
     * @param tensors its tensors, by our names
     */
    private record Head(TaskType task, Pooling readout, DenseLayer dense, Map<String, Tensor> tensors) {

        int labels() {
            return tensors.get("bias").size();
        }
    }

    /** A head of a model of ours that transformers has no class for. */
    private static Head ownHead(AdapterTensors tensors, AdapterMetadata memo, int hidden) {
        Map<String, Tensor> own = new HashMap<>();
        int count = memo.labels().size();
        if (count < 2) {
            throw new AdapterException("The adapter's metadata names " + count + " labels; expected at least two");
        }
        own.put("weight", tensors.take(OWN_HEAD + "weight", count, hidden));
        own.put("bias", tensors.take(OWN_HEAD + "bias", count));
        if (memo.dense() != DenseLayer.NONE) {
            own.put("dense.weight", tensors.take(OWN_HEAD + "dense.weight", hidden, hidden));
            own.put("dense.bias", tensors.take(OWN_HEAD + "dense.bias", hidden));
        }
        return new Head(memo.task(), memo.states(), memo.dense(), own);
    }

    /** A head of a classifier of transformers'. */
    private Head head(AdapterTensors tensors, AdapterTarget target, Checkpoint checkpoint) {
        ClassifierLayout names = target.family().heads().stream()
                .filter(known -> known.task() == task)
                .findFirst()
                .orElseThrow(this::noHead);
        int hidden = target.shape().hidden();
        String output = kind.headLead() + names.output();
        Map<String, Tensor> own = new HashMap<>();
        Shape found = tensors.find(output + ".weight")
                .orElseThrow(() -> tensors.missing(output + ".weight", "[labels, " + hidden + "]"));
        if (found.dimension() != 2 || found.get(0) < 2) {
            throw new AdapterException("Tensor '" + output + ".weight' in " + directory + " has shape " + found
                    + "; expected [labels, " + hidden + "] with at least two labels."
                    + " A single row is a regression in transformers, not a classifier");
        }
        int count = Math.toIntExact(found.get(0));
        own.put("weight", tensors.take(output + ".weight", count, hidden));
        own.put("bias", names.biased() ? tensors.take(output + ".bias", count) : Tensor.zeros(count));
        if (names.hasDense()) {
            String dense = kind.headLead() + (names.pretrained() ? target.prefix(task) : "") + names.dense();
            boolean brought =
                    !names.pretrained() || tensors.find(dense + ".weight").isPresent();
            own.put(
                    "dense.weight",
                    brought
                            ? tensors.take(dense + ".weight", hidden, hidden)
                            : pretrained(checkpoint, names.dense() + ".weight", new Shape(hidden, hidden)));
            own.put(
                    "dense.bias",
                    brought
                            ? tensors.take(dense + ".bias", hidden)
                            : pretrained(checkpoint, names.dense() + ".bias", new Shape(hidden)));
        }
        return new Head(task, realFirstToken ? names.readout() : kind.read(names.readout()), names.activation(), own);
    }

    private Tensor pretrained(Checkpoint checkpoint, String name, Shape shape) {
        return checkpoint
                .find(name)
                .filter(tensor -> tensor.shape().equals(shape))
                .orElseThrow(() -> new AdapterException("The backbone has no tensor '" + name + "' " + shape
                        + ", which transformers' classifier of texts computes with; expected the checkpoint that "
                        + directory + " was trained on, pooler included"));
    }

    private AdapterException noHead() {
        return new AdapterException(
                config.file() + ": 'task_type' is " + task
                        + ", which gives no classifier of this backbone's family here: only its adapter can be used, from Java, by PeftAdapterDirectory.adapter");
    }

    private List<String> names(Head head, Optional<AdapterMetadata> memo, Checkpoint checkpoint) {
        int count = head.labels();
        if (!labels.isEmpty()) {
            return LabelNames.require(labels, count, "Labels given for the adapter in " + directory);
        }
        if (memo.isPresent()) {
            return LabelNames.require(memo.get().labels(), count, "The metadata of " + directory.resolve(TENSORS));
        }
        List<String> ofBackbone = checkpoint.outputs();
        if (ofBackbone.size() == count) {
            return LabelNames.require(ofBackbone, count, "'id2label' in the backbone's config.json");
        }
        if (!ofBackbone.isEmpty()) {
            logger.warning(
                    () -> "'id2label' in the backbone's config.json names " + ofBackbone.size()
                            + " labels, but the head of the adapter in " + directory + " has " + count
                            + " rows; its labels are called LABEL_0 and so on. Names can be given (--labels, or withLabels in Java)");
        }
        return IntStream.range(0, count).mapToObj(id -> "LABEL_" + id).toList();
    }

    private ModelProvenance provenance(Class<?> model, ModelState<?> parts, int labelCount, boolean sequence) {
        Map<String, Provenance> facts = new LinkedHashMap<>();
        hash(facts, "adapter-config-hash", CONFIG);
        hash(facts, "adapter-tensors-hash", TENSORS);
        text(facts, "peft-type", type());
        text(facts, "task-type", task());
        text(facts, "peft-version", config.text("peft_version", "unknown"));
        text(facts, "base-model", baseModel());
        text(facts, "readout", parts.pooling().name());
        try {
            return new ModelProvenance(
                    model.getName(),
                    OffsetDateTime.now(),
                    new ExternalDatasetProvenance("unknown", new LabelFactory(), sequence, 1, labelCount),
                    new ExternalTrainerProvenance(
                            directory.resolve(TENSORS).toUri().toURL()),
                    facts);
        } catch (IOException e) {
            throw new AdapterException(directory + " cannot be named as a URL: " + e.getMessage(), e);
        }
    }

    private static void text(Map<String, Provenance> facts, String key, String value) {
        facts.put(key, new StringProvenance(key, value));
    }

    private void hash(Map<String, Provenance> facts, String key, String name) {
        facts.put(key, new HashProvenance(HashType.SHA256, key, sha256(name)));
    }

    /** The hash of one of the directory's files. */
    String sha256(String name) {
        try {
            return Fingerprint.sha256(Files.newInputStream(directory.resolve(name)));
        } catch (IOException e) {
            throw AdapterFiles.unreadable(directory.resolve(name), e);
        }
    }

    @Override
    public String toString() {
        return "PeftAdapterDirectory(" + directory + "," + type() + "," + task() + ")";
    }
}
