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
 * What a reader needs to know of a trained model, after Mitchell et al., "Model Cards for Model Reporting" (2019). Immutable.
 *
 * <p>The JSON is that of {@code org.tribuo.interop.modelcard.ModelCard}, whose {@code deserializeFromJson} reads it: the sections
 * {@code ModelDetails}, {@code TrainingDetails}, {@code TestingDetails} and {@code UsageDetails}, which only a person can fill in and which
 * is null until then. Tribuo makes cards of models alone; these are of sequence models too, in the same sections. {@code DataDetails} comes
 * after them, the hashes of the data, and then what callers add.
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

    /** The sections that are made of models and evaluations, not by callers. */
    private static final Set<String> MEASURED = Set.of(MODEL, TRAINING, TESTING, DATA);

    private static final String SCHEMA_VERSION = "schema-version";
    private static final String CURRENT_SCHEMA = "1.0";
    private static final String TRAINING_TIME = "training-time";
    private static final String TRAINING_DATA = "training-data";
    private static final String TESTING_DATA = "testing-data";

    private final ObjectNode sections;

    private ModelCard(ObjectNode sections) {
        this.sections = sections;
    }

    /** The card of a model, without test figures. */
    public static ModelCard of(Model<?> model) {
        return of(model.getClass(), model.getProvenance(), model.getFeatureIDMap(), model.getOutputIDInfo());
    }

    /** The card of a sequence model, without test figures. The sizes of data sets are numbers of sequences. */
    public static ModelCard of(SequenceModel<?> model) {
        return of(model.getClass(), model.getProvenance(), model.getFeatureIDMap(), model.getOutputIDInfo());
    }

    /** The card of a model of any kind, without test figures, from what all models of Tribuo have. */
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
        ObjectNode figures = testing.putObject("metrics");
        metrics.forEach((name, value) -> {
            if (Double.isFinite(value)) {
                figures.put(name, value); // Tribuo's reader takes numbers with a decimal point, and no others
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
     * This card with test figures, in place of those that it has.
     *
     * @param metrics by names for people, see {@link CardMetrics}; what is infinite or no number is left out
     * @throws IllegalArgumentException if the evaluation is of another model
     */
    public ModelCard tested(Evaluation<?> evaluation, Map<String, Double> metrics) {
        return tested(evaluation.getProvenance(), evaluation.getPredictions().size(), metrics);
    }

    /**
     * This card with test figures, in place of those that it has.
     *
     * @param sequences the size of the test set
     * @param metrics by names for people, see {@link CardMetrics}; what is infinite or no number is left out
     * @throws IllegalArgumentException if the evaluation is of another model
     */
    public ModelCard tested(SequenceEvaluation<?> evaluation, int sequences, Map<String, Double> metrics) {
        return tested(evaluation.getProvenance(), sequences, metrics);
    }

    private ModelCard tested(EvaluationProvenance provenance, int size, Map<String, Double> metrics) {
        String evaluated = provenance.getModelProvenance().getTrainingTime().toString();
        if (!evaluated.equals(trainingTime())) {
            throw new IllegalArgumentException("The evaluation is of a model trained at " + evaluated
                    + ", this card of one trained at " + trainingTime());
        }
        return withTest(testing(size, metrics), hashes(DataHash.of(provenance.getTestDatasetProvenance())));
    }

    private ModelCard withTest(JsonNode testing, JsonNode data) {
        ObjectNode copy = sections.deepCopy();
        copy.set(TESTING, testing);
        ObjectNode described = copy.get(DATA) instanceof ObjectNode there ? there : copy.putObject(DATA);
        described.set(TESTING_DATA, data);
        return new ModelCard(copy);
    }

    /**
     * This card with the test figures of another of the same model, and with the sections of the other that it lacks. Everything else stays,
     * also what a person has filled in.
     *
     * @throws IllegalArgumentException if the other card is of another model
     */
    public ModelCard updatedFrom(ModelCard other) {
        if (!trainingTime().equals(other.trainingTime())) {
            throw new IllegalArgumentException("The card is of another model: one trained at " + trainingTime()
                    + ", not at " + other.trainingTime());
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
     * This card with one more section, in place of one of the same name.
     *
     * @param name such as {@code PeftDetails}
     * @param content texts, numbers, lists and maps by name
     * @throws IllegalArgumentException if the section is one that models and evaluations make
     */
    public ModelCard with(String name, Map<String, ?> content) {
        if (MEASURED.contains(Objects.requireNonNull(name, "name"))) {
            throw new IllegalArgumentException("The section " + name + " is made of the model and its evaluation");
        }
        ObjectNode copy = sections.deepCopy();
        ObjectNode section = copy.putObject(name);
        content.forEach((key, value) -> section.set(key, JSON.valueToTree(value)));
        return new ModelCard(copy);
    }

    /** When the model was trained. No two models have the same time, so it tells whose card this is. */
    public String trainingTime() {
        return sections.get(TRAINING).get(TRAINING_TIME).textValue();
    }

    /** The card as JSON, a copy. */
    public ObjectNode toJson() {
        return sections.deepCopy();
    }

    /**
     * Writes the card and creates its parent directories. The file appears complete, or an existing one stays as it is.
     *
     * @throws IOException if the file cannot be written; the message names the file and the reason
     */
    public void write(Path file) throws IOException {
        byte[] content = JSON.writeValueAsBytes(sections);
        AtomicFile.write(file, out -> out.write(content));
    }

    /**
     * Reads a card that {@link #write} or Tribuo wrote. All sections are kept as they are, known or not.
     *
     * @throws IOException if the file cannot be read, or is no card; the message says which
     */
    public static ModelCard read(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(file + ": there is no such file");
        }
        JsonNode json;
        try {
            json = JSON.readTree(file.toFile());
        } catch (JsonProcessingException e) {
            throw new IOException(file + " is no model card: " + e.getOriginalMessage(), e);
        }
        if (!(json instanceof ObjectNode sections)) {
            throw new IOException(file + " is no model card: it holds no JSON object");
        }
        for (String name : List.of(MODEL, TRAINING, TESTING)) {
            if (!sections.path(name).isObject()) {
                throw new IOException(file + " is no model card: it has no " + name);
            }
        }
        if (!sections.get(TRAINING).path(TRAINING_TIME).isTextual()) {
            throw new IOException(file + " is no model card: its " + TRAINING + " have no " + TRAINING_TIME);
        }
        return new ModelCard(sections);
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
