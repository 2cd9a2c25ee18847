package io.github.tribuopeft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import com.oracle.labs.mlrg.olcut.config.Configurable;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.ListProvenanceProto;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.ObjectProvenanceProto;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.RootProvenanceProto;
import com.oracle.labs.mlrg.olcut.config.protobuf.protos.SimpleProvenanceProto;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import com.oracle.labs.mlrg.olcut.provenance.primitives.EnumProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.FileProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.StringProvenance;
import com.oracle.labs.mlrg.olcut.provenance.primitives.URLProvenance;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.head.OutputHead;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.ConfigurableClasses;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ForgedModel;
import io.github.tribuopeft.testing.LoopbackListener;
import io.github.tribuopeft.testing.TinyBert;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.protos.core.ImmutableFeatureMapProto;
import org.tribuo.protos.core.VariableInfoProto;

/**
 * Model files with valid hashes and malicious content: none instantiates a class, opens a connection or reads another
 * file.
 */
@Timeout(120)
class HostileModelFileTest {

    private static final String SECRET = "correct horse battery staple";
    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(8);

    /** Set by the static initializer of {@link Recorder}. */
    private static final AtomicBoolean TOUCHED = new AtomicBoolean();

    /** Class that records its initialization. */
    static final class Recorder implements Configurable {
        static {
            TOUCHED.set(true);
        }

        private Recorder() {}
    }

    /** Enum that records its initialization. */
    enum RecordingEnum {
        ONLY;

        static {
            TOUCHED.set(true);
        }
    }

    private static final String RECORDER = "io.github.tribuopeft.HostileModelFileTest$Recorder";
    private static final String RECORDING_ENUM = "io.github.tribuopeft.HostileModelFileTest$RecordingEnum";

    @TempDir
    private static Path folder;

    private static ForgedModel forged;
    private static Path secret;
    private static LoopbackListener listener;

    @BeforeAll
    static void train() throws IOException {
        try (PeftModel<Label> model = Fixtures.trainer(
                        PrefixTuning.builder().virtualTokens(1).build())
                .backbone(new TinyBert(4711))
                .build()
                .train(OPINIONS)) {
            forged = new ForgedModel(model.serialize());
        }
        secret = Files.writeString(folder.resolve("secret.txt"), SECRET);
        listener = new LoopbackListener();
    }

    @AfterAll
    static void assertNoSideEffects() throws IOException {
        assertThat(TOUCHED).isFalse();
        assertThat(listener.connections()).isZero();
        listener.close();
    }

    private static PeftModel<?> load(byte[] content) throws IOException {
        return PeftModel.load(Files.write(folder.resolve("forged.tribuo"), content));
    }

    private static void assertRefused(byte[] content, String... parts) {
        assertThatThrownBy(() -> load(content).close())
                .isInstanceOf(IOException.class)
                .hasMessageContaining("forged.tribuo")
                .hasMessageContainingAll(parts)
                .hasMessageNotContaining(SECRET);
    }

    /** Names every class that OLCUT can instantiate as head, as source and inside both. */
    @Test
    void noConfigurableClassIsInstantiated() throws IOException {
        List<Class<?>> classes = ConfigurableClasses.find();
        assertThat(classes)
                .extracting(Class::getName)
                .contains(
                        RECORDER,
                        "org.tribuo.datasource.LibSVMDataSource",
                        "io.github.tribuopeft.data.TextFileSource",
                        "io.github.tribuopeft.method.LoRA");
        List<Class<?>> untouched =
                classes.stream().filter(ConfigurableClasses::isUntouched).toList();
        for (Class<?> type : classes) {
            Map<String, String> settings = ConfigurableClasses.settings(type, secret, listener.url());
            Any component = ForgedModel.component(type.getName(), settings);
            if (ModelFileRegistry.find(type.getName(), OutputHead.class).isEmpty()) {
                assertRefused(
                        forged.parts(parts -> parts.getHeadBuilder().setComponent(component)),
                        "'" + type.getName() + "'",
                        "ModelFileRegistry.register");
            }
            if (ModelFileRegistry.find(type.getName(), BackboneSource.class).isEmpty()) {
                byte[] source = forged.parts(parts -> parts.getBackboneBuilder().setSource(component));
                try (PeftModel<?> model = load(source)) {
                    assertThatThrownBy(() -> model.castModel(Label.class).predict(OPINIONS))
                            .isInstanceOf(BackboneException.class)
                            .hasMessageContainingAll("'" + type.getName() + "'", "ModelFileRegistry.register")
                            .hasMessageNotContaining(SECRET);
                }
            }
            assertRefused(
                    forged.parts(parts -> parts.getHeadBuilder().setComponent(nested(type, settings))), "one object");
        }
        assertThat(untouched).allMatch(ConfigurableClasses::isUntouched);
    }

    /** Returns a head with a setting that is another object. */
    private static Any nested(Class<?> type, Map<String, String> settings) {
        RootProvenanceProto inner = ForgedModel.provenance(type.getName(), settings);
        int last = inner.getSmpCount() + 1;
        return Any.pack(RootProvenanceProto.newBuilder()
                .addOmp(ObjectProvenanceProto.newBuilder()
                        .setIndex(last + 1)
                        .setObjectName("head-1")
                        .setObjectClassName(LabelHead.class.getName())
                        .setProvenanceClassName(ConfiguredObjectProvenanceImpl.class.getName())
                        .putValues("dense", last))
                .addSmp(SimpleProvenanceProto.newBuilder()
                        .setIndex(last)
                        .setKey("dense")
                        .setValue("forged-0")
                        .setIsReference(true))
                .addAllOmp(inner.getOmpList())
                .addAllSmp(inner.getSmpList())
                .build());
    }

    @Test
    void recordersDetectInitialization() throws IOException {
        try (LoopbackListener other = new LoopbackListener()) {
            try (var in = URI.create(other.url()).toURL().openStream()) {
                assertThat(in).isNull();
            } catch (IOException e) {
                assertThat(other.connections()).isPositive();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "dropout", "seed", "reference"})
    void settingsOfARegisteredHeadAreChecked(String setting) {
        Map<String, String> settings = Map.of(setting, setting.equals("dropout") ? "NaN" : RECORDER);
        assertRefused(
                forged.parts(parts -> parts.getHeadBuilder()
                        .setComponent(ForgedModel.component(LabelHead.class.getName(), settings))),
                setting);
    }

    @Test
    void classesOfProvenanceMustBeRegistered() throws IOException {
        assertRefused(
                forged.metadata(
                        data -> data.getProvenanceBuilder().getOmpBuilder(0).setProvenanceClassName(RECORDER)),
                "'" + RECORDER + "'",
                "ModelFileRegistry.registerProvenance");
        assertRefused(
                forged.metadata(data -> data.getProvenanceBuilder().getSmpBuilderList().stream()
                        .filter(value -> !value.getIsReference())
                        .forEach(value -> value.setProvenanceClassName(RECORDER))),
                "'" + RECORDER + "'");
    }

    /** Models with unknown enums load, because methods of other libraries have their own enums. */
    @Test
    void unknownEnumsAreReadAsText() throws IOException {
        byte[] file = forged.metadata(data -> {
            RootProvenanceProto.Builder root = data.getProvenanceBuilder();
            Optional<SimpleProvenanceProto.Builder> device = root.getSmpBuilderList().stream()
                    .filter(value -> value.getKey().equals("device"))
                    .findFirst();
            device.orElseThrow()
                    .setProvenanceClassName(EnumProvenance.class.getName())
                    .setAdditional(RECORDING_ENUM)
                    .setValue("ONLY");
        });
        try (PeftModel<?> model = load(file)) {
            assertThat(model.getProvenance().toString()).contains("ONLY");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://nowhere.invalid/", "file://nowhere.invalid/x", "file:////host/x", "jar:file:/x!/", "x"})
    void urlsInAProvenanceAreReadAsText(String url) throws IOException {
        assertThat(device(URLProvenance.class, url))
                .isInstanceOf(StringProvenance.class)
                .hasToString(url);
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:/models/adapter", "file:///models/adapter"})
    void urlsOfLocalFilesAreKept(String url) throws IOException {
        assertThat(device(URLProvenance.class, url)).isInstanceOf(URLProvenance.class);
    }

    /**
     * As of a file with an umlaut where the locale is POSIX, or with a colon on Windows; a NUL is in no path anywhere.
     */
    @Test
    void invalidPathsAreReplaced() throws IOException {
        assertThat(device(FileProvenance.class, "/data/gr\0n.tsv"))
                .isInstanceOf(FileProvenance.class)
                .hasToString(Path.of("/data/gr_n.tsv").toString());
    }

    /** Returns a setting of the trainer after its provenance was forged. */
    private static Provenance device(Class<?> type, String value) throws IOException {
        byte[] file = forged.metadata(data -> data.getProvenanceBuilder().getSmpBuilderList().stream()
                .filter(setting -> setting.getKey().equals("device"))
                .forEach(setting ->
                        setting.setProvenanceClassName(type.getName()).setValue(value)));
        try (PeftModel<?> model = load(file)) {
            return model.getProvenance()
                    .getTrainerProvenance()
                    .getConfiguredParameters()
                    .get("device");
        }
    }

    @Test
    void outputDomainsMustBeRegistered() throws IOException {
        assertRefused(
                forged.metadata(data -> data.getOutputDomainBuilder().setClassName(RECORDER)), "'" + RECORDER + "'");
        VariableInfoProto info =
                VariableInfoProto.newBuilder().setClassName(RECORDER).build();
        Any features =
                Any.pack(ImmutableFeatureMapProto.newBuilder().addInfo(info).build());
        for (String type : List.of(RECORDER, ImmutableFeatureMap.class.getName())) {
            byte[] file = forged.metadata(
                    data -> data.getFeatureDomainBuilder().setClassName(type).setSerializedData(features));
            load(file).close(); // features are not looked at
        }
    }

    private static byte[] provenance(RootProvenanceProto proto) throws IOException {
        return forged.metadata(data -> data.setProvenance(proto));
    }

    private static ObjectProvenanceProto.Builder object(int index) {
        return ObjectProvenanceProto.newBuilder()
                .setIndex(index)
                .setObjectName("object-" + index)
                .setProvenanceClassName(ConfiguredObjectProvenanceImpl.class.getName());
    }

    @Test
    void cyclicProvenanceIsAnError() throws IOException {
        assertRefused(
                provenance(RootProvenanceProto.newBuilder()
                        .addOmp(object(0).putValues("list", 1))
                        .addLmp(ListProvenanceProto.newBuilder().setIndex(1).addValues(1))
                        .build()),
                "refers to itself");
        assertRefused(
                provenance(RootProvenanceProto.newBuilder()
                        .addOmp(object(0).putValues("self", 1))
                        .addSmp(SimpleProvenanceProto.newBuilder()
                                .setIndex(1)
                                .setIsReference(true)
                                .setValue("object-0"))
                        .build()),
                "refers to itself");
    }

    @Test
    void deepProvenanceIsAnError() throws IOException {
        RootProvenanceProto.Builder deep =
                RootProvenanceProto.newBuilder().addOmp(object(0).putValues("list", 1));
        for (int i = 1; i < 100_000; i++) {
            deep.addLmp(ListProvenanceProto.newBuilder().setIndex(i).addValues(i + 1));
        }
        assertRefused(provenance(deep.build()), "nested more than 64 deep");
    }

    /** Each list contains the next one twice: 2 to the power of 60 entries. */
    @Test
    void exponentialProvenanceIsAnError() throws IOException {
        RootProvenanceProto.Builder bomb =
                RootProvenanceProto.newBuilder().addOmp(object(0).putValues("list", 1));
        for (int i = 1; i < 60; i++) {
            bomb.addLmp(ListProvenanceProto.newBuilder()
                    .setIndex(i)
                    .addValues(i + 1)
                    .addValues(i + 1));
        }
        bomb.addLmp(ListProvenanceProto.newBuilder().setIndex(60));
        assertRefused(provenance(bomb.build()), "more than 1000000 entries");
    }

    @Test
    void incompleteProvenanceIsAnError() throws IOException {
        assertRefused(provenance(RootProvenanceProto.getDefaultInstance()), "provenance is empty");
        assertRefused(
                provenance(RootProvenanceProto.newBuilder()
                        .addOmp(object(0).putValues("list", 7))
                        .build()),
                "entry 7");
        assertRefused(
                provenance(RootProvenanceProto.newBuilder()
                        .addOmp(object(0).putValues("list", -1))
                        .build()),
                "entry -1");
        assertRefused(
                provenance(RootProvenanceProto.newBuilder()
                        .addOmp(object(0))
                        .addOmp(object(0))
                        .build()),
                "two objects");
    }

    /** A million nested groups in an unknown field. */
    @Test
    void deepMessagesAreAnError() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int i = 0; i < 1_000_000; i++) {
            out.writeTag(99, WireFormat.WIRETYPE_START_GROUP);
        }
        out.flush();
        assertRefused(bytes.toByteArray(), "is not a model file");
        assertRefused(forged.seal(ByteString.copyFrom(bytes.toByteArray())), "cannot be read as a model");
    }

    /** Sparse file that is larger than the memory of this JVM. */
    @Test
    void fileLargerThanTheHeapIsAnError() throws IOException {
        Path file = folder.resolve("sparse.tribuo");
        byte[] sound = forged.parts(parts -> {});
        long size = Math.min(ModelFile.MAX_BYTES + 1, Runtime.getRuntime().maxMemory() / 2 + 1_000_000);
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.write(sound, 0, 60);
            sparse.setLength(size);
        }
        assertThatThrownBy(() -> PeftModel.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("sparse.tribuo", (size + 999_999) / 1_000_000 + " MB");
        Files.delete(file);
    }

    @Test
    void fileOfZerosIsAnError() throws IOException {
        Path file = folder.resolve("zeros.tribuo");
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(600_000_000);
        }
        assertThatThrownBy(() -> PeftModel.load(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("zeros.tribuo is not a model file");
        Files.delete(file);
    }

    static Stream<String> unsafePaths() {
        return Stream.of(
                "relative/directory",
                "../up",
                "http://127.0.0.1/x",
                "file:///etc",
                "//host/share",
                "\\\\host\\share",
                "",
                "\0");
    }

    @Test
    void hintsAreAbsoluteAndLocal() {
        assertThat(new ComponentSettings("it", Map.of("directory", folder.toString())).localPath("directory"))
                .isEqualTo(folder);
        assertThat(unsafePaths()).allSatisfy(path -> assertThatThrownBy(
                        () -> new ComponentSettings("it", Map.of("directory", path)).localPath("directory"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("directory"));
    }
}
