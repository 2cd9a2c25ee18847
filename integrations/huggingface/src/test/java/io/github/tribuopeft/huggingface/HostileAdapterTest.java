package io.github.tribuopeft.huggingface;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.testing.GoldenFiles;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Adapters that somebody forged: well-formed files with values that no training writes. Each is a model or an {@link AdapterException} of one
 * printable line. No connection is opened, and no file is made or changed.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
class HostileAdapterTest {

    private static final long SEED = 20251126;
    private static final int FACTOR = Integer.getInteger("fuzz.factor", 1);
    private static final HuggingFaceDirectory BERT = new HuggingFaceDirectory(
            new Golden(GoldenFiles.own()).in("bert/model").folder());
    private static final List<String> ADAPTERS = List.of(
            "lora_patterns", "lora_regex", "lora_layers", "ia3_suffixes", "prefix_projection", "prompt_vocabulary");
    private static final Logger LOGGER = Logger.getLogger(PeftAdapterDirectory.class.getName());

    @TempDir
    private Path folder;

    private Path adapter;
    private ServerSocket server;
    private final SplittableRandom random = new SplittableRandom(SEED);

    @BeforeEach
    void listen() throws IOException {
        LOGGER.setLevel(Level.OFF);
        adapter = Files.createDirectory(folder.resolve("adapter"));
        Files.writeString(folder.resolve("outside.json"), "{\"secret\": 1}");
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setSoTimeout(1);
    }

    @AfterEach
    void nothingWasReached() throws IOException {
        LOGGER.setLevel(null);
        assertThatThrownBy(server::accept)
                .as("a connection to the loopback port")
                .isInstanceOf(SocketTimeoutException.class);
        server.close();
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files.map(file -> folder.relativize(file).toString()))
                    .containsExactlyInAnyOrder(
                            "",
                            "adapter",
                            "adapter/adapter_config.json",
                            "adapter/adapter_model.safetensors",
                            "outside.json");
        }
        assertThat(folder.resolve("outside.json")).hasContent("{\"secret\": 1}");
    }

    private List<String> values() {
        String url = "http://127.0.0.1:" + server.getLocalPort();
        return List.of(
                "null",
                "true",
                "false",
                "0",
                "-1",
                "1",
                "2147483648",
                "1e999",
                "-0.0",
                "1e-300",
                "123456789012345678901234567890",
                "\"\"",
                "\"none\"",
                "\"query\"",
                "\".*\"",
                "\"(a+)+$\"",
                "\"(?<n>.)\\\\k<n>\"",
                "\"[\"",
                "\"\\u0000\"",
                "\"\\ud800\"",
                "\"\\u001b]0;title\\u0007\"",
                "\"" + url + "/model\"",
                "\"jar:" + url + "/a.jar!/x\"",
                "\"../outside.json\"",
                "\"" + folder.resolve("outside.json").toString().replace("\\", "\\\\") + "\"",
                "\"file:///etc/passwd\"",
                "\"\\\\\\\\127.0.0.1\\\\share\"",
                "\"" + "x".repeat(5000) + "\"",
                "[]",
                "[null]",
                "[[[]]]",
                "[\"query\", 1, {}]",
                "[0, 1, 2]",
                "[\"\"]",
                "{}",
                "{\"\": 1}",
                "{\"(\": 2}",
                "{\"(.)(.|.)*\\\\1!\": 2}",
                "{\"query\": -3}",
                "{\"query\": 1e308}",
                "{\"query\": \"4\"}",
                "{\"base_model_class\": \"os.system\", \"parent_library\": \"" + url + "\"}",
                "{\"a\": ".repeat(900) + "1" + "}".repeat(900));
    }

    /** Keys of the configuration, known and unknown, get values of every type. */
    @Test
    void configurations() throws IOException {
        int good = 0;
        int cases = 200 * FACTOR;
        for (int i = 0; i < cases; i++) {
            Golden golden = Golden.own("settings/" + pick(ADAPTERS));
            ObjectNode config = (ObjectNode) golden.json(AdapterFiles.CONFIG);
            List<String> keys = new ArrayList<>(List.of("use_magic", "runtime_config", "", "\u001b[2J"));
            config.fieldNames().forEachRemaining(keys::add);
            Map<String, String> changes = new TreeMap<>();
            for (int count = 1 + random.nextInt(2); count > 0; count--) {
                changes.put(pick(keys), pick(values()));
            }
            config.remove(changes.keySet());
            StringBuilder text = new StringBuilder(config.toString());
            changes.forEach((key, value) -> text.insert(1, TextNode.valueOf(key) + ":" + value + ","));
            Files.writeString(adapter.resolve(AdapterFiles.CONFIG), text);
            Files.copy(
                    golden.folder().resolve(AdapterFiles.TENSORS),
                    adapter.resolve(AdapterFiles.TENSORS),
                    StandardCopyOption.REPLACE_EXISTING);
            good += isModel(changes.toString()) ? 1 : 0;
        }
        assertThat(good).as("forged configurations that are read").isBetween(cases / 20, cases * 19 / 20);
    }

    /** Headers with other names, formats, shapes, places and metadata, and values of any bits. */
    @Test
    void tensors() throws IOException {
        int good = 0;
        int cases = 200 * FACTOR;
        for (int i = 0; i < cases; i++) {
            Golden golden = Golden.own("settings/" + pick(ADAPTERS));
            byte[] file = Files.readAllBytes(golden.folder().resolve(AdapterFiles.TENSORS));
            int length =
                    (int) ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong();
            byte[] values = Arrays.copyOfRange(file, Long.BYTES + length, file.length);
            ObjectNode header = (ObjectNode) new ObjectMapper().readTree(file, Long.BYTES, length);
            String change = random.nextInt(4) == 0 ? changeValue(values) : changeHeader(header);
            Files.copy(
                    golden.folder().resolve(AdapterFiles.CONFIG),
                    adapter.resolve(AdapterFiles.CONFIG),
                    StandardCopyOption.REPLACE_EXISTING);
            Files.write(adapter.resolve(AdapterFiles.TENSORS), Safetensors.file(header.toString(), values));
            good += isModel(golden.folder().getFileName() + ": " + change) ? 1 : 0;
        }
        assertThat(good).as("forged tensors that are read").isBetween(cases / 20, cases * 19 / 20);
    }

    private String changeValue(byte[] values) {
        int at = random.nextInt(values.length / Float.BYTES) * Float.BYTES;
        float value = pick(List.of(Float.NaN, Float.POSITIVE_INFINITY, 0f, -0f, Float.MIN_VALUE, Float.MAX_VALUE, 1f));
        ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).putFloat(at, value);
        return "value " + value + " at " + at;
    }

    private String changeHeader(ObjectNode header) throws IOException {
        List<String> names = new ArrayList<>();
        header.fieldNames().forEachRemaining(names::add);
        names.remove("__metadata__");
        String name = pick(names);
        ObjectNode tensor = (ObjectNode) header.get(name);
        String change = pick(List.of("name", "dtype", "shape", "data_offsets", "metadata", "field"));
        switch (change) {
            case "name" -> {
                header.remove(name);
                header.set(
                        pick(List.of(
                                "",
                                "../outside.json",
                                "\u001b[2J",
                                "a\nb",
                                "__proto__",
                                name.replace("bert.", ""),
                                name.replace("base_model.", ""),
                                name.replace("layer.0", "layer.00"),
                                name + ".weight",
                                "tribuo_head.weight",
                                "tribuo_state.value.head.weight",
                                "x".repeat(10_000))),
                        tensor);
            }
            case "dtype" ->
                tensor.set(
                        change,
                        json(pick(
                                List.of("\"F64\"", "\"F16\"", "\"BF16\"", "\"I32\"", "\"U8\"", "\"\"", "null", "1"))));
            case "shape" -> {
                long size = 1;
                for (JsonNode extent : tensor.get(change)) {
                    size *= extent.asLong();
                }
                tensor.set(
                        change,
                        json(pick(List.of(
                                "[]",
                                "[0]",
                                "[-1]",
                                "[1]",
                                "null",
                                "[\"4\"]",
                                "[4294967296,4294967296]",
                                "[9223372036854775807]",
                                "[" + size + "]",
                                "[" + size + ",1]",
                                "[1," + size + "]",
                                "[1,1," + size + "]"))));
            }
            case "data_offsets" ->
                tensor.set(
                        change,
                        json(pick(List.of(
                                "[0,0]", "[0,4]", "[-4,0]", "[8,4]", "[0,9223372036854775807]", "[0]", "null"))));
            case "metadata" ->
                header.putObject("__metadata__")
                        .put(
                                pick(List.of("tribuo_peft", "tribuo_state")),
                                pick(List.of(
                                        "",
                                        "null",
                                        "{}",
                                        "[]",
                                        "{\"epochs\":-1,\"steps\":1}",
                                        "{\"epochs\":1,\"steps\":1}",
                                        memo("[\"a\",\"b\",\"c\"]", 8),
                                        memo("[\"a\",\"b\",\"c\"]", 2147483647),
                                        memo("[\"a\",\"b\",\"c\"]", 0),
                                        memo("[\"a\",\"b\"]", 8),
                                        memo("[\"a\",\"b\",\"\\u001b[2J\"]", 8),
                                        memo("[\"a\",\"b\",null]", 8),
                                        memo("[\"a\",\"b\",\"\\ud800\"]", 8),
                                        memo("null", 8),
                                        "{\"a\":".repeat(900))));
            default -> tensor.put("extra", 1);
        }
        return change + " of " + name + ": " + Printable.text(header.toString(), 300);
    }

    private static String memo(String labels, int length) {
        return "{\"labels\":" + labels
                + ",\"readout\":\"CLS\",\"dense\":\"TANH\",\"placement\":\"BEFORE\",\"maxLength\":" + length
                + ",\"decoding\":null}";
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text);
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }

    /** Whether the adapter is read; if it is not, the reason is one printable line. */
    private boolean isModel(String what) {
        try (AdaptedModel model = PeftAdapterDirectory.open(adapter).model(BERT)) {
            assertThat(model.labels()).as(what).hasSize(3).doesNotHaveDuplicates();
            assertThat(model.adapter().values()).as(what).isNotEmpty().allMatch(Tensor::isFinite);
            assertThat(model.state().headTensors().values()).as(what).allMatch(Tensor::isFinite);
            return true;
        } catch (AdapterException e) {
            assertThat(e.getMessage())
                    .as(what)
                    .isNotBlank()
                    .hasSizeLessThan(25_000)
                    .doesNotContain("NullPointer", "Cannot invoke", "Exception:", "secret")
                    .isEqualTo(Printable.text(e.getMessage()));
            return false;
        }
    }
}
