package io.github.tribuopeft;

import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.config.json.JsonProvenanceSerialization;
import com.oracle.labs.mlrg.olcut.config.protobuf.ProtoProvenanceSerialization;
import com.oracle.labs.mlrg.olcut.provenance.ObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.provenance.io.ProvenanceSerializationException;
import io.github.tribuopeft.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.tribuo.provenance.ModelProvenance;

/**
 * Provenance of a model as a JSON file, in the format of OLCUT. A file is read as data: it may name the same classes of
 * provenance as a model file ({@link ModelFileRegistry}).
 */
public final class ProvenanceFile {

    private static final int MAX_BYTES = 100_000_000;

    /** Version of this library that wrote a provenance. */
    private static final Pattern WRITER = Pattern.compile(
            "\"key\" : \"" + PeftTrainerProvenance.PEFT_VERSION + "\",\\s*\"value\" : \"([^\"]{1,40})\"");

    private static final JsonProvenanceSerialization JSON = new JsonProvenanceSerialization(true);
    private static final ProtoProvenanceSerialization PROTO = new ProtoProvenanceSerialization(false);

    private ProvenanceFile() {}

    /** Returns a provenance as JSON. */
    public static String json(ModelProvenance provenance) {
        return JSON.serializeToString(ProvenanceUtil.marshalProvenance(provenance)) + "\n";
    }

    /**
     * Writes a provenance. An existing file is kept until the new one is complete.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(Path file, ModelProvenance provenance) throws IOException {
        AtomicFile.writeString(file, json(provenance));
    }

    /**
     * Reads a provenance.
     *
     * @throws IOException if the file cannot be read, or is not the provenance of a model; the message names the file
     */
    public static ModelProvenance read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(file + " is too large for a provenance; expected at most " + MAX_BYTES + " bytes");
        }
        String json = "";
        try {
            json = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            ObjectProvenance found = ProvenanceUtil.unmarshalProvenance(PROTO.deserializeFromProto(
                    ProvenanceCheck.admit(PROTO.serializeToProto(JSON.deserializeFromString(json)))));
            if (found instanceof ModelProvenance provenance) {
                return provenance;
            }
            throw new InvalidProtocolBufferException("it is that of a " + found.getClassName());
        } catch (InvalidProtocolBufferException e) {
            throw new IOException(
                    file + newerVersion(json).orElse(" cannot be read as a provenance: ") + e.getMessage(), e);
        } catch (CharacterCodingException | ProvenanceSerializationException | RuntimeException e) {
            throw new IOException(file + " is not a provenance in JSON as OLCUT writes it", e);
        }
    }

    /** Returns the beginning of the message about a provenance that a newer version of this library wrote. */
    private static Optional<String> newerVersion(String json) {
        Matcher version = WRITER.matcher(json);
        return version.find() && Version.isNewer(version.group(1))
                ? Optional.of(" was written by a newer version of this library, " + version.group(1) + "; this is "
                        + Version.current() + ": ")
                : Optional.empty();
    }
}
