package io.github.tribuopeft.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs a program's source text into a {@code .pt} archive: a stored zip of the text, a pickle of the module object with its
 * constants, and a version. libtorch compiles the text when it loads the archive; no Python is involved.
 *
 * <p>The program holds one class. Among its attributes, {@code training} is written as false and {@code Dict[str, Tensor]}
 * attributes as empty dictionaries; all others must be given as constants.
 */
final class TorchScriptArchive {

    /** The version of the archive's operator schemas; lower ones select older meanings of some operators. */
    private static final String VERSION = "10\n";

    private static final Pattern CLASS = Pattern.compile("(?m)^class (\\w+)\\(Module\\):");
    private static final Pattern DICTIONARY = Pattern.compile("(?m)^  (\\w+) : Dict\\[str, Tensor\\]$");

    private TorchScriptArchive() {}

    /** The bytes of the archive. */
    static byte[] pack(String program, Map<String, Number> constants) {
        Matcher name = CLASS.matcher(program);
        if (!name.find()) {
            throw new IllegalArgumentException("The program declares no class NAME(Module)");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
            put(zip, "data.pkl", module(name.group(1), program, constants));
            put(zip, "constants.pkl", new Pickle().emptyTuple().end());
            put(zip, "code/__torch__.py", program.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to memory does not fail
        }
        return out.toByteArray();
    }

    private static byte[] module(String className, String program, Map<String, Number> constants) {
        Pickle pickle = new Pickle()
                .newObject("__torch__", className)
                .string("training")
                .no();
        Matcher dictionary = DICTIONARY.matcher(program);
        while (dictionary.find()) {
            pickle.string(dictionary.group(1)).emptyDictionary("Dict[str, Tensor]");
        }
        new TreeMap<>(constants).forEach((name, value) -> pickle.string(name).number(value));
        return pickle.build().end();
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        ZipEntry entry = new ZipEntry("program/" + name);
        entry.setSize(bytes.length);
        entry.setCompressedSize(bytes.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(bytes);
        zip.closeEntry();
    }

    /** The few opcodes of pickle protocol 2 that a module object needs. */
    private static final class Pickle {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Pickle() {
            bytes(0x80, 2);
        }

        Pickle newObject(String module, String name) {
            return global(module, name).emptyTuple().bytes(0x81, '}', '(');
        }

        Pickle build() {
            return bytes('u', 'b');
        }

        Pickle emptyTuple() {
            return bytes(')');
        }

        Pickle no() {
            return bytes(0x89);
        }

        Pickle emptyDictionary(String type) {
            return global("torch.jit._pickle", "restore_type_tag")
                    .bytes('}')
                    .string(type)
                    .bytes(0x86, 'R');
        }

        Pickle string(String text) {
            byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
            return bytes('X')
                    .raw(ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(utf8.length)
                            .array())
                    .raw(utf8);
        }

        Pickle number(Number value) {
            if (value instanceof Double) {
                return bytes('G')
                        .raw(ByteBuffer.allocate(8)
                                .putDouble(value.doubleValue())
                                .array());
            }
            return bytes('J')
                    .raw(ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(Math.toIntExact(value.longValue()))
                            .array());
        }

        byte[] end() {
            return bytes('.').out.toByteArray();
        }

        private Pickle global(String module, String name) {
            return bytes('c').raw((module + "\n" + name + "\n").getBytes(StandardCharsets.US_ASCII));
        }

        private Pickle bytes(int... opcodes) {
            for (int opcode : opcodes) {
                out.write(opcode);
            }
            return this;
        }

        private Pickle raw(byte[] bytes) {
            out.writeBytes(bytes);
            return this;
        }
    }
}
