package io.github.tribuopeft.huggingface.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.backbone.Adapter;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.VirtualTokens;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.huggingface.adapter.AdapterCodec.EncodedAdapter;
import io.github.tribuopeft.huggingface.family.Family;
import io.github.tribuopeft.huggingface.family.TensorLocation;
import io.github.tribuopeft.huggingface.files.ConfigFile;
import io.github.tribuopeft.huggingface.safetensors.Safetensors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Adapters of fused modules, such as GPT-2's c_attn and ModernBERT's Wqkv, which contain query, key and value.
 */
class FusedMapsTest {

    @TempDir
    private Path folder;

    private static final int WIDTH = 4;
    private static final List<String> PARTS = List.of("query", "key", "value");

    /** BERT with one fused module {@code qkv} for query, key and value in its checkpoints. */
    private static final Family FUSED = new Family() {
        @Override
        public Architecture architecture(ConfigFile config) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<String> prefixes() {
            return List.of("fused.");
        }

        @Override
        public TensorLocation locate(String weight) {
            for (String part : PARTS) {
                if (weight.contains("self." + part)) {
                    return new TensorLocation(weight.replace("self." + part, "qkv"), PARTS.indexOf(part), 3, true);
                }
            }
            return TensorLocation.whole(weight);
        }
    };

    private final AdapterTarget target =
            new AdapterTarget(new Bert(9, 9, 1, WIDTH, 2, 2, 8, 1e-12).architecture(), FUSED);
    private final SplittableRandom random = new SplittableRandom(1);

    private Tensor noise(long... extents) {
        Tensor tensor = Tensor.zeros(extents);
        for (int i = 0; i < tensor.size(); i++) {
            tensor.values()[i] = (float) random.nextDouble(0.5, 1);
        }
        return tensor;
    }

    private static String linear(int layer, String part) {
        return "encoder.layer." + layer + ".attention.self." + part;
    }

    private static String module(int layer) {
        return "base_model.model.fused.encoder.layer." + layer + ".attention.qkv";
    }

    private Adapter decode(AdapterCodec codec, EncodedAdapter encoded) throws IOException {
        AdapterConfig config = new AdapterConfig(new ObjectMapper().valueToTree(encoded.settings()), Path.of("config"));
        Path file = folder.resolve(AdapterFiles.TENSORS);
        Safetensors.write(file, encoded.tensors(), Map.of());
        AdapterTensors tensors = AdapterTensors.read(file);
        Adapter adapter = codec.decode(config, tensors, target);
        tensors.requireNoneLeft("nothing");
        return adapter;
    }

    private static float[] product(Tensor b, Tensor a) {
        int rows = (int) b.shape().get(0);
        int rank = (int) b.shape().get(1);
        int columns = (int) a.shape().get(1);
        float[] product = new float[rows * columns];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                for (int k = 0; k < rank; k++) {
                    product[i * columns + j] += b.values()[i * rank + k] * a.values()[k * columns + j];
                }
            }
        }
        return product;
    }

    /**
     * A query update of rank 2 and a value update of rank 1 become one update of rank 3 that does not change the
     * keys.
     */
    @Test
    void lowRankUpdatesOfSeveralLayers() throws IOException {
        Map<String, Tensor> entries = new TreeMap<>();
        for (int layer = 0; layer < 2; layer++) {
            int rank = 2 - layer; // a different rank in each layer
            entries.put(linear(layer, "query") + ".lora.A", noise(rank, WIDTH));
            entries.put(linear(layer, "query") + ".lora.B", noise(WIDTH, rank));
            entries.put(linear(layer, "value") + ".lora.A", noise(1, WIDTH));
            entries.put(linear(layer, "value") + ".lora.B", noise(WIDTH, 1));
        }
        Adapter adapter = new Adapter(entries, VirtualTokens.NONE);
        EncodedAdapter encoded = new LoraCodec().encode(adapter, target, TaskType.SEQ_CLS);
        assertThat(encoded.settings()).containsEntry("r", 3).containsEntry("fan_in_fan_out", true);
        assertThat(encoded.settings().get("rank_pattern"))
                .isEqualTo(Map.of("fused.encoder.layer.1.attention.qkv", 2))
                .isEqualTo(encoded.settings().get("alpha_pattern"));
        Tensor a = encoded.tensors().get(module(0) + ".lora_A.weight");
        Tensor b = encoded.tensors().get(module(0) + ".lora_B.weight");
        assertThat(a.shape()).isEqualTo(new Shape(3, WIDTH));
        assertThat(b.shape()).isEqualTo(new Shape(3 * WIDTH, 3));
        float[] whole = product(b, a);
        for (int part = 0; part < 3; part++) {
            String name = linear(0, PARTS.get(part));
            float[] expected = entries.containsKey(name + ".lora.A")
                    ? product(entries.get(name + ".lora.B"), entries.get(name + ".lora.A"))
                    : new float[WIDTH * WIDTH];
            for (int i = 0; i < expected.length; i++) {
                assertThat(whole[part * WIDTH * WIDTH + i]).isCloseTo(expected[i], within(1e-6f));
            }
        }
        assertThat(decode(new LoraCodec(), encoded)).isEqualTo(adapter);
    }

    /** An adapter that PEFT trained has one A for query, key and value. */
    @Test
    void lowRankUpdateOfTheWholeModule() throws IOException {
        Tensor a = noise(2, WIDTH);
        Tensor b = noise(3 * WIDTH, 2);
        Map<String, Tensor> entries = decode(
                        new LoraCodec(),
                        new EncodedAdapter(
                                Map.of(
                                        "r",
                                        2,
                                        "lora_alpha",
                                        4,
                                        "fan_in_fan_out",
                                        true,
                                        "target_modules",
                                        List.of("qkv"),
                                        "layers_to_transform",
                                        List.of(1)),
                                Map.of(module(1) + ".lora_A.weight", a, module(1) + ".lora_B.weight", b)))
                .tensors();
        assertThat(entries).hasSize(6);
        for (int part = 0; part < 3; part++) {
            assertThat(entries.get(linear(1, PARTS.get(part)) + ".lora.A")).isEqualTo(a);
            Tensor own = entries.get(linear(1, PARTS.get(part)) + ".lora.B");
            for (int i = 0; i < own.size(); i++) {
                assertThat(own.values()[i]).isEqualTo(2 * b.values()[part * own.size() + i]);
            }
        }
    }

    @Test
    void factorsOfOutputs() throws IOException {
        Map<String, Tensor> entries = new TreeMap<>();
        for (int layer = 0; layer < 2; layer++) {
            entries.put(linear(layer, "key") + ".scale.out", noise(WIDTH));
            entries.put(linear(layer, "value") + ".scale.out", noise(WIDTH));
            entries.put("encoder.layer." + layer + ".output.dense.scale.in", noise(8));
        }
        Adapter adapter = new Adapter(entries, VirtualTokens.NONE);
        EncodedAdapter encoded = new Ia3Codec().encode(adapter, target, TaskType.SEQ_CLS);
        float[] factors = encoded.tensors().get(module(0) + ".ia3_l").values();
        assertThat(factors).hasSize(3 * WIDTH).startsWith(1f, 1f, 1f, 1f);
        assertThat(encoded.settings().get("feedforward_modules"))
                .isEqualTo(List.of("fused.encoder.layer.0.output.dense", "fused.encoder.layer.1.output.dense"));
        assertThat(decode(new Ia3Codec(), encoded)).isEqualTo(adapter);
    }

    /** The layers of a fused module have the same inputs. */
    @Test
    void factorsOfInputs() throws IOException {
        Map<String, Tensor> entries = new TreeMap<>();
        Tensor factors = noise(WIDTH);
        PARTS.forEach(part -> entries.put(linear(0, part) + ".scale.in", factors));
        Adapter adapter = new Adapter(entries, VirtualTokens.NONE);
        assertThat(decode(new Ia3Codec(), new Ia3Codec().encode(adapter, target, TaskType.SEQ_CLS)))
                .isEqualTo(adapter);
        entries.remove(linear(0, "key") + ".scale.in");
        assertThatThrownBy(
                        () -> new Ia3Codec().encode(new Adapter(entries, VirtualTokens.NONE), target, TaskType.SEQ_CLS))
                .isInstanceOf(AdapterException.class)
                .hasMessageContainingAll("encoder.layer.0.attention.qkv", "differently");
    }
}
