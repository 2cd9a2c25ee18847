package io.github.tribuopeft.huggingface;

import ai.djl.ndarray.types.Shape;
import io.github.tribuopeft.AdaptedModel;
import io.github.tribuopeft.ModelState;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.engine.Tensor;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.testing.Fuzz;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.classification.Label;

/** Damaged files of checkpoints and adapters: each is read, or refused in so many words. */
class CheckpointFuzzTest {

    /** What it warns of is not wrong, only damaged. */
    private static final List<Logger> WARNINGS = List.of(
            Logger.getLogger(SentencePooling.class.getName()), Logger.getLogger(PeftAdapterDirectory.class.getName()));

    @TempDir
    private static Path temporary;

    @BeforeAll
    static void quiet() {
        WARNINGS.forEach(logger -> logger.setLevel(Level.OFF));
    }

    @AfterAll
    static void loud() {
        WARNINGS.forEach(logger -> logger.setLevel(null));
    }

    @ParameterizedTest
    @MethodSource("readers")
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void damagedFiles(Fuzz.Target reader) throws Exception {
        Fuzz.run(reader, 20251125L);
    }

    static Stream<Fuzz.Target> readers() throws IOException {
        Path sharded = sharded();
        return Stream.of(
                reader("safetensors header", 12000, headers(), CheckpointFuzzTest::header),
                reader("safetensors file", 1000, List.of(tensors()), CheckpointFuzzTest::tensorFile),
                reader("shard index", 1500, List.of(INDEX), at(sharded.resolve(WeightFiles.INDEX), () -> WeightFiles.in(
                                sharded)
                        .open())),
                reader("config.json", 2500, configs(), inDirectory("config.json")),
                reader("pooling", 500, List.of(POOLING), inDirectory("1_Pooling/config.json")),
                reader("modules.json", 500, List.of(MODULES), inDirectory("modules.json")));
    }

    @ParameterizedTest
    @MethodSource("adapterReaders")
    @Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = ThreadMode.SEPARATE_THREAD)
    void damagedAdapters(Fuzz.Target reader) throws Exception {
        Fuzz.run(reader, 20251125L);
    }

    /** Both files of adapters of every kind that PEFT wrote, and of one that we did, each beside the other as it was. */
    static Stream<Fuzz.Target> adapterReaders() throws IOException {
        Golden saved = Golden.own("decoders/gpt2");
        HuggingFaceDirectory backbone = saved.copyTo(Files.createDirectory(temporary.resolve("gpt2")));
        List<Fuzz.Target> readers = new ArrayList<>();
        for (String name :
                List.of("prompt_tuning_seq_cls", "prefix_tuning_token_cls", "lora_seq_cls", "ia3_token_cls")) {
            readers.addAll(adapterReaders(name, saved.in(name).folder(), backbone));
        }
        Path ours = temporary.resolve("ours");
        try (AdaptedModel model =
                PeftAdapterDirectory.open(saved.in("lora_seq_cls").folder()).model(backbone)) {
            PeftAdapterDirectory.write(withBias(model), "gpt2", ours);
        }
        readers.addAll(adapterReaders("ours", ours, backbone));
        readers.add(memoReader(ours, backbone));
        return readers.stream();
    }

    /** What we note in the metadata of an adapter's tensors, JSON in a text of JSON. */
    private static Fuzz.Target memoReader(Path ours, HuggingFaceDirectory backbone) throws IOException {
        Path file = ours.resolve(PeftAdapterDirectory.TENSORS);
        Golden written = new Golden(ours);
        Map<String, Tensor> tensors = new HashMap<>();
        written.names(PeftAdapterDirectory.TENSORS)
                .forEach(name -> tensors.put(name, written.tensor(PeftAdapterDirectory.TENSORS, name)));
        String memo = SafetensorsFile.open(file).metadata().get("tribuo_peft");

        return new Fuzz.Target(
                "memo", 1000, List.of(memo.getBytes(StandardCharsets.UTF_8)), Set.of(AdapterException.class), bytes -> {
                    SafetensorsWriter.write(
                            file, tensors, Map.of("tribuo_peft", new String(bytes, StandardCharsets.UTF_8)));
                    PeftAdapterDirectory.open(ours).model(backbone).close();
                });
    }

    /** With a head that transformers has no class for. */
    private static AdaptedModel withBias(AdaptedModel model) {
        ModelState<?> parts = model.state();
        Map<String, Tensor> head = new HashMap<>(parts.headTensors());
        head.put("bias", new Tensor(new Shape(3), new float[] {1, 2, 3}));
        @SuppressWarnings("unchecked") // adapters of PEFT have labels
        ImmutableOutputInfo<Label> labels = (ImmutableOutputInfo<Label>) model.getOutputIDInfo();
        return PeftModel.of(
                model.getProvenance(),
                labels,
                new ModelState<>(
                        parts.method(),
                        parts.backbone(),
                        parts.adapter(),
                        new LabelHead(),
                        head,
                        parts.pooling(),
                        parts.maxLength(),
                        parts.precision(),
                        parts.device(),
                        parts.trainingState()));
    }

    private static List<Fuzz.Target> adapterReaders(String name, Path adapter, HuggingFaceDirectory backbone)
            throws IOException {
        List<Fuzz.Target> readers = new ArrayList<>();
        for (String file : List.of(PeftAdapterDirectory.CONFIG, PeftAdapterDirectory.TENSORS)) {
            Path directory = Files.createDirectories(temporary.resolve(name + "-" + file));
            for (String other : List.of(PeftAdapterDirectory.CONFIG, PeftAdapterDirectory.TENSORS)) {
                Files.copy(adapter.resolve(other), directory.resolve(other));
            }
            readers.add(new Fuzz.Target(
                    name + ", " + file,
                    300,
                    List.of(Files.readAllBytes(adapter.resolve(file))),
                    Set.of(AdapterException.class),
                    at(directory.resolve(file), () -> PeftAdapterDirectory.open(directory)
                            .model(backbone)
                            .close())));
        }
        return readers;
    }

    private static Fuzz.Target reader(String name, int cases, List<byte[]> sound, Fuzz.Reader reader) {
        return new Fuzz.Target(name, cases, sound, Set.of(BackboneException.class), reader);
    }

    private static final byte[] INDEX =
            "{\"metadata\":{\"total_size\":8},\"weight_map\":{\"x\":\"1.safetensors\",\"y\":\"2.safetensors\"}}"
                    .getBytes(StandardCharsets.UTF_8);

    private static final byte[] POOLING = ("{\"word_embedding_dimension\":384,\"pooling_mode_cls_token\":false,"
                    + "\"pooling_mode_mean_tokens\":true,\"pooling_mode_max_tokens\":false}")
            .getBytes(StandardCharsets.UTF_8);

    private static final byte[] MODULES =
            ("[{\"idx\":0,\"name\":\"0\",\"path\":\"\",\"type\":\"sentence_transformers.models.Transformer\"},"
                            + "{\"idx\":1,\"name\":\"1\",\"path\":\"1_Pooling\",\"type\":\"sentence_transformers.models.Pooling\"}]")
                    .getBytes(StandardCharsets.UTF_8);

    /** Two tensors in each of the formats, and one that is none of a weight. */
    private static byte[] tensors() {
        return Safetensors.file(
                "{\"__metadata__\":{\"format\":\"pt\"},\"a\":{\"dtype\":\"F32\",\"shape\":[2,3],\"data_offsets\":[0,24]},"
                        + "\"b\":{\"dtype\":\"F16\",\"shape\":[4],\"data_offsets\":[24,32]},"
                        + "\"c\":{\"dtype\":\"BF16\",\"shape\":[2,1,2],\"data_offsets\":[32,40]},"
                        + "\"d\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[40,48]}}",
                new byte[48]);
    }

    private static List<byte[]> headers() {
        byte[] file = tensors();
        return List.of(Arrays.copyOfRange(file, Long.BYTES, file.length - 48));
    }

    /** By itself, and so quickly, whatever the eight bytes before it say. */
    private static void header(byte[] json) {
        try {
            SafetensorsHeader.parse(json, 48);
        } catch (IOException e) {
            throw new BackboneException(e.getMessage(), e);
        }
    }

    private static void tensorFile(byte[] bytes) throws IOException {
        Path path = Files.write(temporary.resolve("x.safetensors"), bytes);
        SafetensorsFile file = SafetensorsFile.open(path);
        file.shapes().forEach((name, shape) -> {
            if (!name.equals("d")) {
                file.read(name);
            }
        });
    }

    /** The configurations of all families that there are, in the spellings of transformers 4 and 5. */
    private static List<byte[]> configs() throws IOException {
        List<byte[]> configs = new ArrayList<>();
        try (Stream<Path> files = Files.list(Path.of("src/test/resources/io/github/tribuopeft/huggingface/configs"))) {
            for (Path file : files.sorted().toList()) {
                try {
                    Families.of(ConfigFile.read(file));
                    configs.add(Files.readAllBytes(file));
                } catch (BackboneException e) {
                    continue;
                }
            }
        }
        return configs;
    }

    private static Path sharded() throws IOException {
        Path directory = Files.createDirectories(temporary.resolve("sharded"));
        Files.write(directory.resolve("1.safetensors"), TinyBertDirectory.safetensors(Map.of("x", Tensor.zeros(1))));
        Files.write(directory.resolve("2.safetensors"), TinyBertDirectory.safetensors(Map.of("y", Tensor.zeros(1))));
        return directory;
    }

    /** Reads a directory whose other files are sound. */
    private static Fuzz.Reader inDirectory(String file) throws IOException {
        Path directory = TinyBertDirectory.write(temporary.resolve("with-" + file.replace('/', '-')));
        return at(directory.resolve(file), () -> {
            try (Checkpoint checkpoint = new HuggingFaceDirectory(directory).open()) {
                checkpoint.architecture();
            }
        });
    }

    private static Fuzz.Reader at(Path place, Runnable reading) throws IOException {
        Files.createDirectories(place.getParent());
        return bytes -> {
            Files.write(place, bytes);
            reading.run();
        };
    }
}
