package io.github.tribuopeft.evaluation.card;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.evaluation.Evaluation;
import org.tribuo.provenance.DatasetProvenance;
import org.tribuo.provenance.EvaluationProvenance;
import org.tribuo.provenance.ModelProvenance;
import org.tribuo.sequence.SequenceEvaluation;
import org.tribuo.sequence.SequenceModel;

/**
 * Model card of a trained model (Mitchell et al., "Model Cards for Model Reporting", 2019). Immutable.
 *
 * <p>The JSON has the format of {@code org.tribuo.interop.modelcard.ModelCard}, whose {@code deserializeFromJson} can
 * read it. Its sections are {@code ModelDetails}, {@code TrainingDetails}, {@code TestingDetails} and {@code
 * UsageDetails}, which is null until an author fills it in. {@code DataDetails} with the hashes of the data and the
 * sections of callers follow. In contrast to Tribuo's class, this class supports sequence models.
 *
 * <pre>{@code
 * ModelCard.of(model).tested(evaluation, CardMetrics.of(evaluation)).write(Path.of("model.card.json"));
 * }</pre>
 */
public final class ModelCard {

    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);

    private static final String MODEL = "ModelDetails";
    private static final String TRAINING = "TrainingDetails";
    private static final String TESTING = "TestingDetails";
    private static final String USAGE = "UsageDetails";
    private static final String DATA = "DataDetails";

    /** Sections that are generated from models and evaluations, not added by callers. */
    private static final Set<String> GENERATED = Set.of(MODEL, TRAINING, TESTING, DATA);

    private static final String SCHEMA_VERSION = "schema-version";
    private static final String CURRENT_SCHEMA = "1.0";

    /** Valid schema versions; the first one is 1.0. */
    private static final Pattern VERSION = Pattern.compile("[1-9]\\d{0,5}\\.\\d{1,6}");

    private static final String TRAINING_TIME = "training-time";
    private static final String TRAINING_DATA = "training-data";
    private static final String TESTING_DATA = "testing-data";

    private final ObjectNode sections;

    private ModelCard(ObjectNode sections) {
        this.sections = sections;
    }

    /** Creates the card of a model, without test metrics. */
    public static ModelCard of(Model<?> model) {
        return of(model.getClass(), model.getProvenance(), model.getFeatureIDMap(), model.getOutputIDInfo());
    }

    /** Creates the card of a sequence model, without test metrics. Sizes of datasets are numbers of sequences. */
    public static ModelCard of(SequenceModel<?> model) {
        return of(model.getClass(), model.getProvenance(), model.getFeatureIDMap(), model.getOutputIDInfo());
    }

    /** Creates the card of any kind of model, without test metrics, from the parts that all Tribuo models have. */
    public static ModelCard of(
            Class<?> type, ModelProvenance provenance, ImmutableFeatureMap features, ImmutableOutputInfo<?> outputs) {
        ObjectNode sections = JSON.createObjectNode();
        sections.set(MODEL, model(type, provenance));
        sections.set(TRAINING, training(provenance, features, outputs));
        sections.set(TESTING, testing(0, Map.of()));
        sections.putNull(USAGE);
        sections.set(DATA, data(provenance));
        return new ModelCard(sections);
    }

    private static ObjectNode section() {
        return JSON.createObjectNode().put(SCHEMA_VERSION, CURRENT_SCHEMA);
    }

    private static ObjectNode model(Class<?> type, ModelProvenance provenance) {
        ObjectNode model = section()
                .put("model-type", type.getSimpleName())
                .put("model-package", type.getTypeName())
                .put("tribuo-version", provenance.getTribuoVersion())
                .put("java-version", provenance.getJavaVersion());
        return model.set(
                "configured-parameters",
                JSON.valueToTree(ProvenanceUtil.convertToMap(provenance.getTrainerProvenance())));
    }

    private static ObjectNode training(
            ModelProvenance provenance, ImmutableFeatureMap features, ImmutableOutputInfo<?> outputs) {
        DatasetProvenance data = provenance.getDatasetProvenance();
        ObjectNode training = section()
                .put(TRAINING_TIME, provenance.getTrainingTime().toString())
                .put("training-set-size", data.getNumExamples())
                .put("num-features", data.getNumFeatures());
        ArrayNode names = training.putArray("features-list");
        IntStream.range(0, features.size())
                .forEach(i -> names.add(features.get(i).getName()));
        training.put("num-outputs", data.getNumOutputs());
        ObjectNode distribution = training.putObject("outputs-distribution");
        outputs.outputCountsIterable().forEach(output -> distribution.put(output.getA(), output.getB()));
        return training;
    }

    private static ObjectNode testing(int size, Map<String, Double> metrics) {
        ObjectNode testing = section().put("testing-set-size", size);
        ObjectNode values = testing.putObject("metrics");
        metrics.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                values.put(name, value); // Tribuo's reader accepts only numbers with a decimal point
            }
        });
        return testing;
    }

    private static ObjectNode data(ModelProvenance provenance) {
        ObjectNode data = section();
        data.set(TRAINING_DATA, hashes(DataHash.of(provenance.getDatasetProvenance())));
        provenance.getInstanceProvenance().getMap().forEach((name, further) -> {
            List<DataHash> hashes = DataHash.of(further);
            if (!hashes.isEmpty() && !data.has(name)) {
                data.set(name, hashes(hashes));
            }
        });
        return data;
    }

    private static ArrayNode hashes(List<DataHash> hashes) {
        ArrayNode array = JSON.createArrayNode();
        hashes.forEach(hash -> array.addObject().put("hash-type", hash.type()).put("hash", hash.value()));
        return array;
    }

    /**
     * Returns this card with test metrics, which replace existing ones.
     *
     * @param metrics metrics by display name, see {@link CardMetrics}; values that are not finite are omitted
     * @throws IllegalArgumentException if the evaluation is that of another model
     */
    public ModelCard tested(Evaluation<?> evaluation, Map<String, Double> metrics) {
        return tested(evaluation.getProvenance(), evaluation.getPredictions().size(), metrics);
    }

    /**
     * Returns this card with test metrics, which replace existing ones.
     *
     * @param sequences number of test sequences
     * @param metrics metrics by display name, see {@link CardMetrics}; values that are not finite are omitted
     * @throws IllegalArgumentException if the evaluation is that of another model
     */
    public ModelCard tested(SequenceEvaluation<?> evaluation, int sequences, Map<String, Double> metrics) {
        return tested(evaluation.getProvenance(), sequences, metrics);
    }

    private ModelCard tested(EvaluationProvenance provenance, int size, Map<String, Double> metrics) {
        String evaluated = provenance.getModelProvenance().getTrainingTime().toString();
        if (!evaluated.equals(trainingTime())) {
            throw new IllegalArgumentException("The evaluation is that of a model trained at " + evaluated
                    + ", but the card is that of a model trained at " + trainingTime());
        }
        return withTest(testing(size, metrics), hashes(DataHash.of(provenance.getTestDatasetProvenance())));
    }

    private ModelCard withTest(JsonNode testing, JsonNode data) {
        ObjectNode copy = sections.deepCopy();
        copy.set(TESTING, testing);
        ObjectNode described = copy.get(DATA) instanceof ObjectNode existing ? existing : copy.putObject(DATA);
        described.set(TESTING_DATA, data);
        return new ModelCard(copy);
    }

    /**
     * Returns this card with the test metrics of another card of the same model, and with the sections that only the
     * other card has. Other sections, such as those filled in by an author, are unchanged.
     *
     * @throws IllegalArgumentException if the other card is that of another model
     */
    public ModelCard updatedFrom(ModelCard other) {
        if (!trainingTime().equals(other.trainingTime())) {
            throw new IllegalArgumentException("The card is that of another model: trained at " + trainingTime()
                    + "; expected " + other.trainingTime());
        }
        ObjectNode filled = sections.deepCopy();
        other.sections.properties().forEach(section -> {
            if (!filled.has(section.getKey())) {
                filled.set(section.getKey(), section.getValue().deepCopy());
            }
        });
        return new ModelCard(filled)
                .withTest(
                        other.sections.get(TESTING).deepCopy(),
                        other.sections.path(DATA).path(TESTING_DATA).isArray()
                                ? other.sections.get(DATA).get(TESTING_DATA).deepCopy()
                                : hashes(List.of()));
    }

    /**
     * Returns this card with a section, which replaces an existing one of the same name.
     *
     * @param name name of the section, such as {@code PeftDetails}
     * @param content strings, numbers, lists and maps by name
     * @throws IllegalArgumentException if the section is generated from the model or its evaluation
     */
    public ModelCard with(String name, Map<String, ?> content) {
        if (GENERATED.contains(Objects.requireNonNull(name, "name"))) {
            throw new IllegalArgumentException(
                    "The section " + name + " is generated from the model and its evaluation and cannot be replaced");
        }
        ObjectNode copy = sections.deepCopy();
        ObjectNode section = copy.putObject(name);
        content.forEach((key, value) -> section.set(key, JSON.valueToTree(value)));
        return new ModelCard(copy);
    }

    /** Returns the training time of the model, which identifies the model. */
    public String trainingTime() {
        return sections.get(TRAINING).get(TRAINING_TIME).textValue();
    }

    /** Returns a copy of the card as JSON. */
    public ObjectNode toJson() {
        return sections.deepCopy();
    }

    /**
     * Writes the card and creates its parent directories. The file is written completely or not changed.
     *
     * @throws IOException if the file cannot be written; the message names the file and the reason
     */
    public void write(Path file) throws IOException {
        byte[] content = JSON.writeValueAsBytes(sections);
        AtomicFile.write(file, out -> out.write(content));
    }

    /**
     * Reads a card written by {@link #write} or by Tribuo. Unknown sections are kept.
     *
     * @throws IOException if the file cannot be read or is not a model card; the message names the file and the reason
     */
    public static ModelCard read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": there is no such file");
        }
        JsonNode json;
        try {
            json = JSON.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is not a model card: " + e.getOriginalMessage(), e);
        }
        if (!(json instanceof ObjectNode sections)) {
            throw new IOException(file + " is not a model card: its content is not a JSON object");
        }
        for (String name : List.of(MODEL, TRAINING, TESTING)) {
            if (!sections.path(name).isObject()) {
                throw new IOException(file + " is not a model card: missing section " + name);
            }
        }
        for (String name : GENERATED) {
            requireKnown(sections.path(name).path(SCHEMA_VERSION).asText(CURRENT_SCHEMA), name, file);
        }
        if (!sections.get(TRAINING).path(TRAINING_TIME).isTextual()) {
            throw new IOException(file + " is not a model card: missing '" + TRAINING_TIME + "' in " + TRAINING);
        }
        return new ModelCard(sections);
    }

    private static void requireKnown(String version, String section, Path file) throws IOException {
        if (VERSION.matcher(version).matches() && !version.equals(CURRENT_SCHEMA)) {
            throw new IOException(file + " was written by a newer version of this library: its section " + section
                    + " has schema version " + version + ", but this library reads versions up to " + CURRENT_SCHEMA);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ModelCard that && sections.equals(that.sections);
    }

    @Override
    public int hashCode() {
        return sections.hashCode();
    }

    @Override
    public String toString() {
        return sections.toPrettyString();
    }
}
