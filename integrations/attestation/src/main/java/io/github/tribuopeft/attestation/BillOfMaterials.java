package io.github.tribuopeft.attestation;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.attestation.Material.Role;
import io.github.tribuopeft.training.DevelopmentScore;
import io.github.tribuopeft.training.TrainingHistory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.cyclonedx.Version;
import org.cyclonedx.exception.GeneratorException;
import org.cyclonedx.generators.BomGeneratorFactory;
import org.cyclonedx.model.Ancestors;
import org.cyclonedx.model.Bom;
import org.cyclonedx.model.Component;
import org.cyclonedx.model.Component.Type;
import org.cyclonedx.model.Dependency;
import org.cyclonedx.model.ExternalReference;
import org.cyclonedx.model.Hash;
import org.cyclonedx.model.Metadata;
import org.cyclonedx.model.Pedigree;
import org.cyclonedx.model.Property;
import org.cyclonedx.model.component.ModelCard;
import org.cyclonedx.model.component.data.ComponentData;
import org.cyclonedx.model.component.data.ComponentData.ComponentDataType;
import org.cyclonedx.model.component.data.DatasetChoice;
import org.cyclonedx.model.component.modelCard.InputOutputParameter;
import org.cyclonedx.model.component.modelCard.ModelParameters;
import org.cyclonedx.model.component.modelCard.ModelParameters.Approach;
import org.cyclonedx.model.component.modelCard.ModelParameters.Approach.ApproachType;
import org.cyclonedx.model.component.modelCard.PerformanceMetric;
import org.cyclonedx.model.component.modelCard.QuantitativeAnalysis;
import org.cyclonedx.model.metadata.ToolInformation;

/**
 * CycloneDX bill of materials of a model: the model with its card, the backbone as its ancestor, the data, and the
 * software that trained it.
 */
final class BillOfMaterials {

    /** Version of the library's generator. Every valid document of this version is also valid in the next one. */
    private static final Version GENERATED = Version.VERSION_16;

    /** Reference of the model. */
    static final String MODEL = "model";

    private static final String BACKBONE = "backbone";
    private static final String PREFIX = "tribuo-peft:";

    private final Path file;
    private final String sha256;
    private final AdaptedModel model;
    private final String task;
    private final Map<String, Object> environment;
    private final List<Material> materials;

    private BillOfMaterials(AdaptedModel model, String task, Path file, String sha256) {
        this.model = model;
        this.task = task;
        this.file = file;
        this.sha256 = sha256;
        this.environment = TrainingEnvironment.of(model);
        this.materials = Materials.of(model);
    }

    /**
     * Returns the bill of materials of a model as JSON.
     *
     * @param task name of the task
     * @param file the model's file
     * @param sha256 SHA-256 of the file in lower-case hex
     */
    static byte[] of(AdaptedModel model, String task, Path file, String sha256) {
        try {
            String json = BomGeneratorFactory.createJson(
                            GENERATED, new BillOfMaterials(model, task, file, sha256).bom())
                    .toJsonString(false);
            return StrictJson.writeIndented(BomSchema.upgrade(
                    StrictJson.parse(json.getBytes(StandardCharsets.UTF_8), "The bill of materials")));
        } catch (GeneratorException | IOException e) {
            throw new IllegalStateException("The bill of materials cannot be written: " + e.getMessage(), e);
        }
    }

    private Bom bom() {
        Bom bom = new Bom();
        bom.setSerialNumber("urn:uuid:" + UUID.nameUUIDFromBytes(sha256.getBytes(StandardCharsets.US_ASCII)));
        bom.setVersion(1);
        Metadata metadata = new Metadata();
        metadata.setTimestamp(Date.from(model.getProvenance().getTrainingTime().toInstant()));
        metadata.setComponent(model());
        ToolInformation tools = new ToolInformation();
        tools.setComponents(List.of(
                library("io.github.tribuopeft", "tribuo-peft", "tribuoPeft"),
                library("org.tribuo", "tribuo-core", "tribuo"),
                library("ai.djl", "api", "djl"),
                library("ai.djl.pytorch", "pytorch-engine", "djl"),
                library("ai.djl.pytorch", "pytorch-native", "libtorch")));
        metadata.setToolChoice(tools);
        bom.setMetadata(metadata);
        Dependency uses = new Dependency(MODEL);
        List<Component> components = new ArrayList<>(List.of(backbone(BACKBONE)));
        for (int i = 0; i < materials.size(); i++) {
            Material material = materials.get(i);
            if (material.role().isData()) {
                components.add(data(material, reference(i)));
            } else if (!material.role().isBackbone()) {
                components.add(checkpoint(material));
            }
        }
        components.forEach(component -> uses.addDependency(new Dependency(component.getBomRef())));
        bom.setComponents(components);
        bom.setDependencies(List.of(uses));
        return bom;
    }

    private Component library(String group, String name, String fact) {
        String version = String.valueOf(environment.get(fact));
        Component library = component(Type.LIBRARY, name, null);
        library.setGroup(group);
        library.setVersion(version);
        library.setPurl("pkg:maven/" + group + "/" + name + "@" + version);
        return library;
    }

    private static Component component(Type type, String name, String reference) {
        Component component = new Component();
        component.setType(type);
        component.setName(name);
        component.setBomRef(reference);
        return component;
    }

    private Component model() {
        Component component =
                component(Type.MACHINE_LEARNING_MODEL, file.getFileName().toString(), MODEL);
        component.setDescription("Tribuo PEFT model: " + model.method() + " on a frozen backbone");
        component.addHash(new Hash(Hash.Algorithm.SHA_256, sha256));
        component.setModelCard(card());
        Pedigree pedigree = new Pedigree();
        Ancestors ancestors = new Ancestors();
        ancestors.addComponent(backbone("ancestor"));
        pedigree.setAncestors(ancestors);
        pedigree.setNotes("The model contains the tensors of its method and its head; it needs the backbone's files.");
        component.setPedigree(pedigree);
        AttestationFiles files = AttestationFiles.of(file);
        component.addExternalReference(reference(ExternalReference.Type.ATTESTATION, files.envelope()));
        List<Property> properties = new ArrayList<>(List.of(property("method", model.method())));
        environment.forEach((name, value) -> properties.add(
                property(name, value instanceof List<?> list ? String.join(" ", strings(list)) : value.toString())));
        component.setProperties(properties);
        return component;
    }

    private static List<String> strings(List<?> list) {
        return list.stream().map(Object::toString).toList();
    }

    private static Property property(String name, String value) {
        return new Property(PREFIX + name, value);
    }

    private static ExternalReference reference(ExternalReference.Type type, Path file) {
        ExternalReference reference = new ExternalReference();
        reference.setType(type);
        reference.setUrl(relative(file.getFileName().toString()));
        return reference;
    }

    /** Returns a file name as a relative URL. */
    private static String relative(String name) {
        return Path.of("/").resolve(name).toUri().getRawPath().substring(1);
    }

    private ModelCard card() {
        ModelParameters parameters = new ModelParameters();
        Approach approach = new Approach();
        approach.setType(ApproachType.SUPERVISED);
        parameters.setApproach(approach);
        parameters.setTask(task);
        parameters.setArchitectureFamily("transformer");
        parameters.setModelArchitecture(model.backbone().name() + " with " + model.method());
        List<DatasetChoice> datasets = new ArrayList<>();
        for (int i = 0; i < materials.size(); i++) {
            if (materials.get(i).role().isData()) {
                DatasetChoice dataset = new DatasetChoice();
                dataset.setRef(reference(i));
                datasets.add(dataset);
            }
        }
        parameters.setDatasets(datasets.isEmpty() ? null : datasets);
        parameters.setInputs(List.of(format("text/plain")));
        parameters.setOutputs(List.of(format("application/json")));
        ModelCard card = new ModelCard();
        card.setModelParameters(parameters);
        model.history().flatMap(TrainingHistory::bestScore).ifPresent(score -> {
            QuantitativeAnalysis analysis = new QuantitativeAnalysis();
            analysis.setPerformanceMetrics(List.of(metric(score)));
            card.setQuantitativeAnalysis(analysis);
        });
        return card;
    }

    private static InputOutputParameter format(String format) {
        InputOutputParameter parameter = new InputOutputParameter();
        parameter.setFormat(format);
        return parameter;
    }

    private static PerformanceMetric metric(DevelopmentScore score) {
        PerformanceMetric metric = new PerformanceMetric();
        metric.setType(score.name());
        metric.setValue(Double.toString(score.value()));
        metric.setSlice("development data");
        return metric;
    }

    private Component backbone(String reference) {
        Component backbone =
                component(Type.MACHINE_LEARNING_MODEL, model.backbone().name(), reference);
        for (Material material : materials) {
            if (material.role() == Role.BACKBONE_WEIGHTS) {
                backbone.addHash(new Hash(Hash.Algorithm.SHA_256, material.sha256()));
            } else if (material.role().isBackbone()) {
                Component part = component(
                        Type.FILE,
                        material.role().id(),
                        reference + "-" + material.role().id());
                part.addHash(new Hash(Hash.Algorithm.SHA_256, material.sha256()));
                backbone.addComponent(part);
            }
        }
        return backbone;
    }

    private String reference(int material) {
        return materials.get(material).role().id() + "-" + material;
    }

    private static Component data(Material material, String reference) {
        Component component = component(Type.DATA, material.name(), reference);
        component.addHash(new Hash(Hash.Algorithm.SHA_256, material.sha256()));
        ComponentData data = new ComponentData();
        data.setType(ComponentDataType.DATASET);
        data.setName(material.name());
        data.setDescription(material.role().label());
        component.setData(List.of(data));
        return component;
    }

    private static Component checkpoint(Material material) {
        Component component = component(
                Type.MACHINE_LEARNING_MODEL, material.name(), material.role().id());
        component.addHash(new Hash(Hash.Algorithm.SHA_256, material.sha256()));
        return component;
    }

    /** Returns the SHA-256 hashes in a bill of materials by the reference of their component. */
    static Map<String, String> hashes(byte[] bytes, String origin) throws IOException {
        JsonNode json = StrictJson.parse(bytes, origin);
        Map<String, String> hashes = new HashMap<>();
        collect(json.at("/metadata/component"), hashes);
        json.path("components").forEach(component -> collect(component, hashes));
        return hashes;
    }

    private static void collect(JsonNode component, Map<String, String> hashes) {
        for (JsonNode hash : component.path("hashes")) {
            if (hash.path("alg").asText().equals(Hash.Algorithm.SHA_256.getSpec())) {
                hashes.put(
                        component.path("bom-ref").asText(), hash.path("content").asText());
            }
        }
        component.path("components").forEach(part -> collect(part, hashes));
    }
}
