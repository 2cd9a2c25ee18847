package io.github.tribuopeft;

import com.oracle.labs.mlrg.olcut.provenance.ListProvenance;
import com.oracle.labs.mlrg.olcut.provenance.MapProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.PrimitiveProvenance;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.training.TrainingItem;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.tribuo.provenance.TrainerProvenance;

/**
 * Everything that determines the steps of a training run, by name: the settings, the invocation count, the versions and
 * the backbone in the trainer's provenance, and hashes of the tokenized data. A checkpoint is only resumed by a run
 * with the same identity.
 *
 * @param settings the settings, versions and hashes of the trainer's provenance by name, such as {@code options.epochs}
 * @param data hashes of the data by its name
 */
record RunIdentity(Map<String, String> settings, Map<String, String> data) {

    private static final String NONE = "none";

    /**
     * Describes a run.
     *
     * @param trainer the provenance of the trainer
     * @param outputs the names of the outputs in the order of their ids
     * @param start SHA-256 of the initial checkpoint; empty without one
     */
    static RunIdentity of(
            TrainerProvenance trainer,
            EncodedDataset training,
            ValidationSet development,
            List<String> outputs,
            Optional<String> start) {
        Map<String, String> settings = new TreeMap<>();
        add("", trainer, settings);
        Map<String, String> data = new TreeMap<>();
        data.put("the training data", sha256(out -> writeItems(training.items(), out)));
        data.put(
                "the development data",
                development.examples() == 0
                        ? NONE
                        : sha256(out -> {
                            for (TokenSequence sequence : development.sequences()) {
                                write(sequence, out);
                            }
                            writeTexts(development.expected(), out);
                        }));
        data.put("the names of the outputs", sha256(out -> writeTexts(outputs, out)));
        data.put("the content of the model from which training starts", start.orElse(NONE));
        return new RunIdentity(settings, data);
    }

    private static void add(String name, Provenance value, Map<String, String> facts) {
        String prefix = name.isEmpty() ? "" : name + ".";
        if (value instanceof PrimitiveProvenance<?> primitive) {
            facts.put(name, String.valueOf(primitive.getValue()));
        } else if (value instanceof ObjectProvenance object) {
            object.forEach(pair -> add(prefix + pair.getA(), pair.getB(), facts));
        } else if (value instanceof MapProvenance<?> map) {
            map.getMap().forEach((key, element) -> add(prefix + key, element, facts));
        } else if (value instanceof ListProvenance<?> list) {
            facts.put(prefix + "size", "" + list.getList().size());
            for (int i = 0; i < list.getList().size(); i++) {
                add(prefix + i, list.getList().get(i), facts);
            }
        } else {
            facts.put(name, String.valueOf(value));
        }
    }

    /** Writes content to a digest. */
    private interface Content {
        void writeTo(DataOutputStream out) throws IOException;
    }

    private static String sha256(Content content) {
        MessageDigest digest = Fingerprint.digest();
        try (DataOutputStream out = new DataOutputStream(
                new BufferedOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), digest)))) {
            content.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nothing is written to a device
        }
        return Fingerprint.hex(digest);
    }

    private static void writeItems(List<TrainingItem> items, DataOutputStream out) throws IOException {
        for (TrainingItem item : items) {
            write(item.tokens(), out);
            out.writeInt(item.targets().length);
            for (float[] target : item.targets()) {
                out.writeInt(target.length);
                for (float value : target) {
                    out.writeFloat(value);
                }
            }
            out.writeFloat(item.weight());
        }
    }

    private static void write(TokenSequence sequence, DataOutputStream out) throws IOException {
        write(sequence.ids(), out);
        write(sequence.types(), out);
        write(sequence.wordStarts(), out);
    }

    private static void write(int[] values, DataOutputStream out) throws IOException {
        out.writeInt(values.length);
        for (int value : values) {
            out.writeInt(value);
        }
    }

    private static void writeTexts(List<String> texts, DataOutputStream out) throws IOException {
        for (String text : texts) {
            out.writeInt(text.length());
            out.writeChars(text);
        }
    }

    /**
     * Returns a description of the first fact that differs from those of another identity, such as {@code
     * options.epochs, which is 3 there and 5 here}, the settings first; empty if all are equal.
     */
    Optional<String> difference(RunIdentity here) {
        return difference(settings, here.settings).or(() -> difference(data, here.data));
    }

    private static Optional<String> difference(Map<String, String> there, Map<String, String> here) {
        TreeSet<String> names = new TreeSet<>(there.keySet());
        names.addAll(here.keySet());
        return names.stream()
                .filter(name -> !there.getOrDefault(name, NONE).equals(here.getOrDefault(name, NONE)))
                .findFirst()
                .map(name -> name + ", which is " + shown(there.getOrDefault(name, NONE)) + " there and "
                        + shown(here.getOrDefault(name, NONE)) + " here");
    }

    private static String shown(String value) {
        return value.matches("[0-9a-f]{64}") ? value.substring(0, 12) + "…" : value;
    }
}
