package io.github.tribuopeft.engine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs a program into a {@code .pt} archive: a stored zip of its source text, a pickle of the program's object with
 * its constants, and a version. libtorch compiles the text when it loads the archive; Python is not involved. Messages
 * of libtorch name the file and the line of the source.
 *
 * <p>Objects get their attributes by type: {@code training} is false, dictionaries are empty, numbers are the constants
 * of that name, and any other attribute holds an object of the class that implements its type.
 */
final class TorchScriptArchive {

    /** Version of the archive's operator schemas. Lower versions select older meanings of some operators. */
    private static final String VERSION = "10\n";

    private static final Pattern CLASS = Pattern.compile("(?m)^class (\\w+).*\\n((?:    \\w+: .*\\n)*)");
    private static final Pattern ATTRIBUTE = Pattern.compile("(?m)^    (\\w+): (.*)$");

    private final ProgramSource source;
    private final Map<String, Number> constants;

    private TorchScriptArchive(ProgramSource source, Map<String, Number> constants) {
        this.source = source;
        this.constants = constants;
    }

    /**
     * Returns the bytes of the archive.
     *
     * @throws IllegalArgumentException if a file has no class, or an attribute has no value
     */
    static byte[] pack(ProgramSource source, Map<String, Number> constants) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "version", VERSION.getBytes(StandardCharsets.US_ASCII));
            put(zip, "data.pkl", new TorchScriptArchive(source, constants).program());
            put(zip, "constants.pkl", new Pickle().emptyTuple().end());
            for (Map.Entry<String, String> file : new TreeMap<>(source.files()).entrySet()) {
                String text = ArchiveTranslator.translate(file.getKey(), file.getValue());
                put(zip, "code/__torch__/" + file.getKey() + ".py", text.getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // writing to memory does not fail
        }
        return out.toByteArray();
    }

    private byte[] program() {
        Pickle pickle = new Pickle();
        object(pickle, source.main());
        return pickle.end();
    }

    private void object(Pickle pickle, String file) {
        Matcher declaration = CLASS.matcher(source.files().get(file));
        if (!declaration.find()) {
            throw new IllegalArgumentException("The program's file " + file + ".py declares no class");
        }
        pickle.newObject("__torch__." + file, declaration.group(1));
        Matcher attribute = ATTRIBUTE.matcher(declaration.group(2));
        while (attribute.find()) {
            pickle.string(attribute.group(1));
            value(pickle, file, attribute.group(1), attribute.group(2));
        }
        pickle.build();
    }

    private void value(Pickle pickle, String file, String name, String type) {
        switch (type) {
            case "bool" -> pickle.falseValue();
            case "Dict[str, Tensor]" -> pickle.emptyDictionary(type);
            case "int" -> pickle.integer(constant(file, name).longValue());
            case "float" -> pickle.real(constant(file, name).doubleValue());
            default -> object(pickle, implementation(file, name));
        }
    }

    private Number constant(String file, String name) {
        Number constant = constants.get(name);
        if (constant == null) {
            throw new IllegalArgumentException("The program's file " + file + ".py needs the constant '" + name
                    + "'; given are " + new TreeSet<>(constants.keySet()));
        }
        return constant;
    }

    private String implementation(String file, String name) {
        String implementation = source.implementations().get(name);
        if (implementation == null) {
            throw new IllegalArgumentException(
                    "The program's file " + file + ".py needs a class for the attribute '" + name + "'");
        }
        return implementation;
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

    /** Writer of the opcodes of pickle protocol 2 that the object of a module needs. */
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

        Pickle falseValue() {
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

        Pickle real(double value) {
            return bytes('G').raw(ByteBuffer.allocate(8).putDouble(value).array());
        }

        Pickle integer(long value) {
            return bytes('J')
                    .raw(ByteBuffer.allocate(4)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .putInt(Math.toIntExact(value))
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
