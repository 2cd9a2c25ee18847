package io.github.tribuopeft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.oracle.labs.mlrg.olcut.config.Configurable;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.testing.TinyBertDirectory;
import java.io.File;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Configuration files are data: malicious files run no code, open no file or connection, and are rejected in one line.
 */
class ConfigurationFileTest {

    private static final String CANARY = "canary-6c1f";

    @TempDir
    private Path folder;

    private Path backbone;
    private Path data;

    /** Class that must not be instantiated or deserialized. Counts its instances. */
    static final class Canary implements Configurable, Serializable {
        private static final long serialVersionUID = 1L;
        private static final AtomicInteger INSTANCES = new AtomicInteger();

        Canary() {
            INSTANCES.incrementAndGet();
        }

        private void readObject(ObjectInputStream in) {
            INSTANCES.incrementAndGet();
        }
    }

    @BeforeEach
    void files() throws IOException {
        backbone = TinyBertDirectory.write(folder.resolve("tiny"));
        data = Files.writeString(
                folder.resolve("train.tsv"), "label\ttext\n" + "good\ta fine film\nbad\tan awful song\n".repeat(4));
    }

    private String components(String more) {
        return """
                <config>
                  <component name="trainer" type="io.github.tribuopeft.PeftTrainer">
                    <property name="backbone" value="backbone"/>
                    <property name="method" value="method"/>
                    <property name="head" value="head"/>
                    <property name="options" value="training"/>
                  </component>
                  <component name="backbone" type="io.github.tribuopeft.huggingface.HuggingFaceDirectory">
                    <property name="directory" value="%s"/>
                  </component>
                  <!-- a comment -->
                  <component name="method" type="io.github.tribuopeft.method.Combination">
                    <property name="name" value="both"/>
                    <propertylist name="parts"><item>first</item><item>second</item></propertylist>
                  </component>
                  <component name="first" type="io.github.tribuopeft.method.BitFit"/>
                  <component name="second" type="io.github.tribuopeft.method.LoRA">
                    <property name="rank" value="2"/>
                  </component>
                  <component name="head" type="io.github.tribuopeft.head.LabelHead"/>
                  <component name="training" type="io.github.tribuopeft.training.TrainingOptions">
                    <property name="epochs" value="1"/>
                  </component>
                  %s
                </config>
                """.formatted(backbone, more);
    }

    private PeftTest.Outcome train(String configuration, Object... more) throws IOException {
        Path config = Files.writeString(folder.resolve("trainer.xml"), configuration);
        List<Object> arguments = new ArrayList<>(
                List.of("train", "--train", data, "--config", config, "--output", folder.resolve("model.tribuo")));
        arguments.addAll(List.of(more));
        return PeftTest.run(arguments.toArray());
    }

    private void assertRejected(String configuration, String... parts) throws IOException {
        PeftTest.Outcome outcome = train(configuration);
        PeftTest.assertBadInput(outcome, parts);
        assertThat(outcome.err()).doesNotContain(CANARY);
        assertThat(folder.resolve("model.tribuo")).doesNotExist();
        assertThat(Canary.INSTANCES).hasValue(0);
    }

    @Test
    void validFile() throws IOException {
        PeftTest.Outcome outcome = train(components(""));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("both: ");
    }

    @Test
    void backboneOnTheCommandLine() throws IOException {
        PeftTest.Outcome outcome = train(
                components("").replaceAll("(?s)<component name=\"backbone\".*?</component>", ""),
                "--backbone",
                backbone);
        assertThat(outcome.code()).as(outcome.err()).isZero();
    }

    @Test
    void maliciousFiles() throws Exception {
        Path canary = Files.writeString(folder.resolve("canary.txt"), CANARY);
        Path serialized = folder.resolve("canary.ser");
        Canary.INSTANCES.set(0);
        try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(serialized))) {
            out.writeObject(new Canary());
        }
        Canary.INSTANCES.set(0);
        Path included = Files.writeString(folder.resolve("included.xml"), components(""));
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://" + listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort() + "/";
            String plain = components("");
            assertRejected("<!DOCTYPE config SYSTEM \"" + url + "a.dtd\">" + plain, "trainer.xml:1", "DOCTYPE");
            assertRejected("<!DOCTYPE config PUBLIC \"a\" \"" + url + "a.dtd\">" + plain, "DOCTYPE");
            assertRejected("<!DOCTYPE config [<!ENTITY % e SYSTEM \"" + url + "e\"> %e;]>" + plain, "DOCTYPE");
            assertRejected(
                    "<!DOCTYPE config [<!ENTITY e SYSTEM \"" + canary.toUri() + "\">]>"
                            + components("<component name=\"x\" type=\"&e;\"/>"),
                    "DOCTYPE");
            assertRejected("<!DOCTYPE config [<!ENTITY e \"" + "e".repeat(1000) + "\">]>" + plain, "DOCTYPE");
            for (String location : List.of(serialized.toString(), url + "a.ser", "jar:" + url + "a.jar!/a.ser")) {
                assertRejected(
                        components("<component name=\"x\" type=\"" + Canary.class.getName() + "\" serialized=\""
                                + location + "\"/>"),
                        "'serialized'",
                        "not supported");
                assertRejected(
                        components("<serialized name=\"x\" type=\"" + Canary.class.getName() + "\" location=\""
                                + location + "\"/>"),
                        "found <serialized>");
            }
            for (String location : List.of(included.toString(), url + "config.xml", "jar:" + url + "a.jar!/c.xml")) {
                assertRejected(components("<file name=\"x\" value=\"" + location + "\"/>"), "found <file>");
            }
            assertRejected(
                    components("<component name=\"x\" type=\"io.github.tribuopeft.huggingface.DjlModel\">"
                            + "<property name=\"url\" value=\"" + url + "\"/></component>"),
                    "DjlModel",
                    "may not name");
            assertRejected(
                    "<?xml-stylesheet href=\"" + url + "\"?>" + plain.replace("<config>", "<?pi x?><config>"),
                    "processing instructions");
            assertRejected(
                    plain.replace(
                            "<config>",
                            "<config xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"" + url + "\"/>"),
                    "found <include>");
            listener.setSoTimeout(200);
            assertThat(Stream.of(listener).map(ConfigurationFileTest::connections))
                    .as("connections")
                    .containsExactly(0);
        }
        assertRejected(plain("${user.home}"), "variables such as ${name}");
        assertRejected(components("<property name=\"x\" value=\"y\"/>"), "expected <component>, but found <property>");
        assertRejected(
                components("<component name=\"x\" type=\"io.github.tribuopeft.huggingface.TorchScriptDirectory\"/>"),
                "runs a program",
                "--backbone");
    }

    private String plain(String epochs) {
        return components("").replace("name=\"epochs\" value=\"1\"", "name=\"epochs\" value=\"" + epochs + "\"");
    }

    private static int connections(ServerSocket listener) {
        try {
            listener.accept().close();
            return 1;
        } catch (SocketTimeoutException e) {
            return 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file may name only component classes. The canary counts its instances. */
    @Test
    void onlyComponentClassesAreLoaded() throws Exception {
        Canary.INSTANCES.set(0);
        assertRejected(
                components("<component name=\"x\" type=\"" + Canary.class.getName() + "\"/>"),
                "Canary",
                "may not name");
        List<String> names = configurableClasses();
        assertThat(names).hasSizeGreaterThan(100);
        for (String name : names) {
            String text = "<config><component name=\"trainer\" type=\"" + name + "\"/></config>";
            Path file = Files.writeString(folder.resolve("one.xml"), text);
            try {
                TrainerConfiguration.read(file);
                assertThat(name).startsWith("io.github.tribuopeft.");
            } catch (UsageException e) {
                assertThat(e).hasMessageContaining(name).hasMessageContaining("one.xml:1");
            }
        }
    }

    /** Returns the classes of Tribuo and OLCUT on the class path. */
    private static List<String> configurableClasses() throws IOException {
        List<String> names = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            if (entry.matches(".*(tribuo|olcut)-[^/]*\\.jar")) {
                try (FileSystem jar = FileSystems.newFileSystem(
                                URI.create("jar:" + Path.of(entry).toUri()), Map.of());
                        Stream<Path> files = Files.walk(jar.getPath("/"))) {
                    files.map(Path::toString)
                            .filter(name -> name.endsWith(".class") && !name.contains("$"))
                            .map(name -> name.substring(1, name.length() - 6).replace('/', '.'))
                            .forEach(names::add);
                }
            }
        }
        return names;
    }

    @Test
    void errorsNameComponentSettingAndValue() throws IOException {
        assertRejected(plain("many"), "trainer.xml:22", "epochs", "a whole number from", "'many'");
        assertRejected(plain("0"), "component 'training'", "epochs must be at least 1, but is 0");
        assertRejected(
                components("").replace("name=\"rank\" value=\"2\"", "name=\"rnak\" value=\"2\""),
                "trainer.xml:18",
                "LoRA has no setting 'rnak'",
                "rank");
        assertRejected(
                components("").replace("<item>second</item>", "<item>third</item>"), "parts", "no component 'third'");
        assertRejected(
                components("").replace("<item>second</item>", "<item>method</item>"), "'method' contains itself");
        assertRejected(
                components("<component name=\"head\" type=\"io.github.tribuopeft.head.LabelHead\"/>"),
                "two components are named 'head'");
        assertRejected("<config/>", "expected a component named 'trainer'");
        assertRejected("", "trainer.xml:1", "not a configuration in XML");
        assertRejected("{\"config\": {}}", "not a configuration in XML");
        assertRejected("<config>" + "x".repeat(1 << 20) + "</config>", "at most 1048576 bytes");
        PeftTest.assertBadInput(
                train(components(""), "--set", "second.rankStabilised=yes"),
                "second.rankStabilised",
                "true or false",
                "'yes'");
        PeftTest.assertBadInput(
                train(components(""), "--set", "trainer.precision=FP8"), "trainer.precision", "FP32, BF16", "'FP8'");
        PeftTest.assertBadInput(
                train(components(""), "--set", "trainer.head=java.lang.Object"),
                "trainer.head",
                "no OutputHead 'java.lang.Object'",
                "expected one of label-head");
    }

    @Test
    void corruptFiles() throws IOException {
        byte[] whole = components("").getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(5);
        Path file = folder.resolve("corrupt.xml");
        for (int i = 0; i < 300; i++) {
            byte[] corrupt = whole.clone();
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                corrupt[random.nextInt(corrupt.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, Arrays.copyOf(corrupt, random.nextInt(corrupt.length / 2, corrupt.length + 1)));
            try {
                TrainerConfiguration.read(file).trainer(PeftTrainer.class);
            } catch (UsageException e) {
                assertThat(e).hasMessageContaining("corrupt.xml");
            }
        }
    }
}
