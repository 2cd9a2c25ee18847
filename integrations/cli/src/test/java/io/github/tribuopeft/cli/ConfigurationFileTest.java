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

/** Configuration files are data: hostile ones run nothing, reach nothing, and are refused in one line. */
class ConfigurationFileTest {

    private static final String CANARY = "canary-6c1f";

    @TempDir
    private Path folder;

    private Path backbone;
    private Path data;

    /** Counts what must not happen. */
    static final class Trap implements Configurable, Serializable {
        private static final long serialVersionUID = 1L;
        private static final AtomicInteger SPRUNG = new AtomicInteger();

        Trap() {
            SPRUNG.incrementAndGet();
        }

        private void readObject(ObjectInputStream in) {
            SPRUNG.incrementAndGet();
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

    private void refused(String configuration, String... parts) throws IOException {
        PeftTest.Outcome outcome = train(configuration);
        PeftTest.assertBadInput(outcome, parts);
        assertThat(outcome.err()).doesNotContain(CANARY);
        assertThat(folder.resolve("model.tribuo")).doesNotExist();
        assertThat(Trap.SPRUNG).hasValue(0);
    }

    @Test
    void componentsListsAndComments() throws IOException {
        PeftTest.Outcome outcome = train(components(""));
        assertThat(outcome.code()).as(outcome.err()).isZero();
        assertThat(outcome.err()).contains("both: ");
    }

    @Test
    void backboneOfTheCommandLine() throws IOException {
        PeftTest.Outcome outcome = train(
                components("").replaceAll("(?s)<component name=\"backbone\".*?</component>", ""),
                "--backbone",
                backbone);
        assertThat(outcome.code()).as(outcome.err()).isZero();
    }

    @Test
    void nothingIsReached() throws Exception {
        Path canary = Files.writeString(folder.resolve("canary.txt"), CANARY);
        Path serialized = folder.resolve("trap.ser");
        Trap.SPRUNG.set(0);
        try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(serialized))) {
            out.writeObject(new Trap());
        }
        Trap.SPRUNG.set(0);
        Path included = Files.writeString(folder.resolve("included.xml"), components(""));
        try (ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String url = "http://" + listener.getInetAddress().getHostAddress() + ":" + listener.getLocalPort() + "/";
            String plain = components("");
            refused("<!DOCTYPE config SYSTEM \"" + url + "a.dtd\">" + plain, "trainer.xml:1", "DOCTYPE");
            refused("<!DOCTYPE config PUBLIC \"a\" \"" + url + "a.dtd\">" + plain, "DOCTYPE");
            refused("<!DOCTYPE config [<!ENTITY % e SYSTEM \"" + url + "e\"> %e;]>" + plain, "DOCTYPE");
            refused(
                    "<!DOCTYPE config [<!ENTITY e SYSTEM \"" + canary.toUri() + "\">]>"
                            + components("<component name=\"x\" type=\"&e;\"/>"),
                    "DOCTYPE");
            refused("<!DOCTYPE config [<!ENTITY e \"" + "e".repeat(1000) + "\">]>" + plain, "DOCTYPE");
            for (String place : List.of(serialized.toString(), url + "a.ser", "jar:" + url + "a.jar!/a.ser")) {
                refused(
                        components("<component name=\"x\" type=\"" + Trap.class.getName() + "\" serialized=\"" + place
                                + "\"/>"),
                        "'serialized'",
                        "not supported");
                refused(
                        components("<serialized name=\"x\" type=\"" + Trap.class.getName() + "\" location=\"" + place
                                + "\"/>"),
                        "found <serialized>");
            }
            for (String place : List.of(included.toString(), url + "config.xml", "jar:" + url + "a.jar!/c.xml")) {
                refused(components("<file name=\"x\" value=\"" + place + "\"/>"), "found <file>");
            }
            refused(
                    components("<component name=\"x\" type=\"io.github.tribuopeft.huggingface.DjlModel\">"
                            + "<property name=\"url\" value=\"" + url + "\"/></component>"),
                    "DjlModel",
                    "may not name");
            refused(
                    "<?xml-stylesheet href=\"" + url + "\"?>" + plain.replace("<config>", "<?pi x?><config>"),
                    "processing instructions");
            refused(
                    plain.replace(
                            "<config>",
                            "<config xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"" + url + "\"/>"),
                    "found <include>");
            listener.setSoTimeout(200);
            assertThat(Stream.of(listener).map(ConfigurationFileTest::connections))
                    .as("connections")
                    .containsExactly(0);
        }
        refused(plain("${user.home}"), "variables such as ${name}");
        refused(components("<property name=\"x\" value=\"y\"/>"), "expected <component>, but found <property>");
        refused(
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

    /** No class on the class path but ours can be named, whatever it is; the trap records that it was made. */
    @Test
    void noOtherClassIsMade() throws Exception {
        Trap.SPRUNG.set(0);
        refused(components("<component name=\"x\" type=\"" + Trap.class.getName() + "\"/>"), "Trap", "may not name");
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

    /** Classes of Tribuo and OLCUT on the class path. */
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
    void messagesNameComponentSettingValueAndWhatIsAllowed() throws IOException {
        refused(plain("many"), "trainer.xml:22", "epochs", "a whole number from", "'many'");
        refused(plain("0"), "component 'training'", "epochs must be at least 1, but is 0");
        refused(
                components("").replace("name=\"rank\" value=\"2\"", "name=\"rnak\" value=\"2\""),
                "trainer.xml:18",
                "LoRA has no setting 'rnak'",
                "rank");
        refused(components("").replace("<item>second</item>", "<item>third</item>"), "parts", "no component 'third'");
        refused(components("").replace("<item>second</item>", "<item>method</item>"), "'method' contains itself");
        refused(
                components("<component name=\"head\" type=\"io.github.tribuopeft.head.LabelHead\"/>"),
                "two components named 'head'");
        refused("<config/>", "no component named 'trainer'");
        refused("", "trainer.xml:1", "not a configuration in XML");
        refused("{\"config\": {}}", "not a configuration in XML");
        refused("<config>" + "x".repeat(1 << 20) + "</config>", "at most 1048576 bytes");
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
    void damagedFiles() throws IOException {
        byte[] whole = components("").getBytes(StandardCharsets.UTF_8);
        SplittableRandom random = new SplittableRandom(5);
        Path file = folder.resolve("damaged.xml");
        for (int i = 0; i < 300; i++) {
            byte[] damaged = whole.clone();
            for (int k = random.nextInt(1, 4); k > 0; k--) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, Arrays.copyOf(damaged, random.nextInt(damaged.length / 2, damaged.length + 1)));
            try {
                TrainerConfiguration.read(file).trainer(PeftTrainer.class);
            } catch (UsageException e) {
                assertThat(e).hasMessageContaining("damaged.xml");
            }
        }
    }
}
