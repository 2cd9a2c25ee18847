package io.github.tribuopeft;

import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.data.WordExamples;
import io.github.tribuopeft.engine.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Map;
import java.util.TreeMap;
import org.tribuo.Dataset;
import org.tribuo.Example;
import org.tribuo.Output;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;

/** SHA-256 of what training reads from a dataset, and of the tensors that it creates. */
public final class DataDigest {

    private final MessageDigest digest = Fingerprint.digest();

    private DataDigest() {}

    /**
     * Returns the SHA-256 of the texts, outputs and weights of examples in their order, in lower-case hex.
     *
     * @throws IllegalArgumentException if an example has no text
     */
    public static <T extends Output<T>> String of(Dataset<T> examples) {
        DataDigest digest = new DataDigest();
        for (Example<T> example : examples) {
            digest.add(TextExampleExtractor.text(example));
            digest.add(example.getOutput());
            digest.add(example.getWeight());
        }
        return digest.hex();
    }

    /**
     * Returns the SHA-256 of the words, outputs and weights of sequences in their order, in lower-case hex.
     *
     * @throws IllegalArgumentException if an example has no word
     */
    public static <T extends Output<T>> String of(SequenceDataset<T> sequences) {
        DataDigest digest = new DataDigest();
        for (SequenceExample<T> sequence : sequences) {
            digest.add(sequence.size());
            WordExamples.words(sequence).forEach(digest::add);
            sequence.forEach(word -> digest.add(word.getOutput()));
            digest.add(sequence.getWeight());
        }
        return digest.hex();
    }

    /** Returns the SHA-256 of the names, shapes and values of a model's adapter and head, in lower-case hex. */
    static String of(Map<String, Tensor> adapter, Map<String, Tensor> head) {
        DataDigest digest = new DataDigest();
        digest.add(adapter);
        digest.add(head);
        return digest.hex();
    }

    private void add(Map<String, Tensor> tensors) {
        add(tensors.size());
        new TreeMap<>(tensors).forEach((name, tensor) -> {
            add(name);
            add(tensor.shape().toString());
            ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * tensor.size());
            bytes.asFloatBuffer().put(tensor.values());
            digest.update(bytes);
        });
    }

    private void add(Output<?> output) {
        add(output.getSerializableForm(false));
    }

    private void add(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        add(bytes.length);
        digest.update(bytes);
    }

    private void add(int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(0, number));
    }

    private void add(float number) {
        add(Float.floatToIntBits(number));
    }

    private String hex() {
        return Fingerprint.hex(digest);
    }
}
