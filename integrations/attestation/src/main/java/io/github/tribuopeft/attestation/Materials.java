package io.github.tribuopeft.attestation;

import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import com.oracle.labs.mlrg.olcut.provenance.MapProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.FileProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.HashProvenance;
import com.oracle.labs.mlrg.olcut.util.Pair;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.attestation.Material.Role;
import io.github.tribuopeft.backbone.BackboneReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.tribuo.provenance.ModelProvenance;

/** Inputs in the provenance of a model. */
final class Materials {

    private static final String START = "start";

    private final List<Material> found = new ArrayList<>();

    private Materials() {}

    /** Returns the data files, the parts of the backbone, and the checkpoint from which the training resumed. */
    static List<Material> of(AdaptedModel model) {
        ModelProvenance provenance = model.getProvenance();
        Materials materials = new Materials();
        materials.addData(Role.TRAINING_DATA, provenance.getDatasetProvenance());
        Map<String, ? extends Provenance> run =
                provenance.getInstanceProvenance().getMap();
        if (run.containsKey(PeftTrainer.DEVELOPMENT_DATA)) {
            materials.addData(Role.DEVELOPMENT_DATA, run.get(PeftTrainer.DEVELOPMENT_DATA));
        }
        materials.addBackbone(model.backbone());
        if (run.get(PeftTrainer.START_HASH) instanceof HashProvenance hash) {
            materials.addCheckpoint(hash, provenance);
        }
        return List.copyOf(materials.found);
    }

    /** Adds the data files of a provenance: objects that contain the hash of a file and its path. */
    private void addData(Role role, Provenance provenance) {
        if (provenance instanceof ListProvenance<?> list) {
            list.forEach(element -> addData(role, element));
        } else if (provenance instanceof MapProvenance<?> map) {
            map.forEach(entry -> addData(role, entry.getB()));
        } else if (provenance instanceof ObjectProvenance object) {
            Optional<Path> file = file(object);
            for (Pair<String, Provenance> entry : object) {
                if (entry.getB() instanceof HashProvenance hash) {
                    add(new Material(role, name(file, entry.getA()), file, lowerCase(hash)));
                } else {
                    addData(role, entry.getB());
                }
            }
        }
    }

    private void add(Material material) {
        if (!found.contains(material)) {
            found.add(material);
        }
    }

    private static Optional<Path> file(ObjectProvenance object) {
        for (Pair<String, Provenance> entry : object) {
            if (entry.getB() instanceof FileProvenance file) {
                return Optional.of(file.getValue().toPath());
            }
        }
        return Optional.empty();
    }

    private static String name(Optional<Path> file, String otherwise) {
        return file.map(Path::getFileName).map(Path::toString).orElse(otherwise);
    }

    private static String lowerCase(HashProvenance hash) {
        return hash.getValue().toLowerCase(Locale.ROOT);
    }

    private void addBackbone(BackboneReference backbone) {
        add(backbone, Role.BACKBONE_CONFIGURATION, backbone.fingerprint().config());
        add(backbone, Role.BACKBONE_WEIGHTS, backbone.fingerprint().weights());
        add(backbone, Role.BACKBONE_TOKENIZER, backbone.fingerprint().tokenizer());
    }

    private void add(BackboneReference backbone, Role role, String sha256) {
        add(new Material(role, backbone.name(), Optional.empty(), sha256));
    }

    private void addCheckpoint(HashProvenance hash, ModelProvenance provenance) {
        Provenance start =
                provenance.getTrainerProvenance().getConfiguredParameters().get(START);
        Optional<Path> file = start instanceof ObjectProvenance object ? file(object) : Optional.empty();
        add(new Material(Role.INITIAL_CHECKPOINT, name(file, START), file, lowerCase(hash)));
    }
}
