package io.github.tribuopeft;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import io.github.tribuopeft.backbone.Fingerprint;
import io.github.tribuopeft.io.AtomicFile;
import io.github.tribuopeft.protos.SealedProto;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.function.Supplier;
import org.tribuo.protos.core.ModelProto;

/**
 * Model file or checkpoint on disk: a {@code ModelProto} of Tribuo that names its class and contains a sealed body. Reading needs one copy of its bytes, writing none: models of full fine-tuning are as large as
 * their backbones.
 */
final class ModelFile {

    /** Maximum size of a Java array and of a protobuf message. */
    static final long MAX_BYTES = Integer.MAX_VALUE - 8L;

    private static final int CLASS_NAME =
            ModelProto.CLASS_NAME_FIELD_NUMBER << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    private static final int LONGEST_NAME = 1000;
    private static final String SEALED_URL =
            Any.pack(SealedProto.getDefaultInstance()).getTypeUrl();

    private ModelFile() {}

    /**
     * Returns the class name at the beginning of a file; empty if it has none.
     *
     * @param kind the expected kind of file in messages, such as {@code model file}
     * @throws IOException if the file is not of this kind or cannot be read
     */
    static String className(Path file, String kind) throws IOException {
        requireFile(file, kind);
        try (InputStream in = Files.newInputStream(file)) {
            CodedInputStream coded = CodedInputStream.newInstance(in);
            for (int tag = coded.readTag(); tag != 0; tag = coded.readTag()) {
                if (tag == CLASS_NAME) {
                    int length = coded.readRawVarint32();
                    if (length < 0 || length > LONGEST_NAME) {
                        break;
                    }
                    return new String(coded.readRawBytes(length), StandardCharsets.UTF_8);
                }
                coded.skipField(tag);
            }
            return "";
        } catch (InvalidProtocolBufferException e) {
            throw damaged(file, kind, e);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /**
     * Reads a file.
     *
     * @param kind the expected kind of file in messages, such as {@code model file}
     * @throws IOException if the file is not of this kind, is too large for this JVM, or cannot be read
     */
    static ModelProto read(Path file, String kind) throws IOException {
        requireFile(file, kind);
        long size = Files.size(file);
        if (size > MAX_BYTES) {
            throw new IOException(
                    file + " has " + megabytes(size) + "; a " + kind + " has at most " + megabytes(MAX_BYTES));
        }
        if (2 * size > Runtime.getRuntime().maxMemory()) { // the bytes, and the tensors
            throw tooLarge(file, null);
        }
        byte[] bytes = new byte[(int) size];
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            in.readFully(bytes);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
        try {
            return parse(UnsafeByteOperations.unsafeWrap(bytes), ModelProto.parser());
        } catch (InvalidProtocolBufferException e) {
            throw damaged(file, kind, e);
        }
    }

    /** Parses a message without copying the bytes of {@code content}. */
    static <M extends MessageLite> M parse(ByteString content, Parser<M> parser) throws InvalidProtocolBufferException {
        CodedInputStream coded = content.newCodedInput();
        coded.enableAliasing(true);
        M message = parser.parseFrom(coded);
        coded.checkLastTagWas(0);
        return message;
    }

    /** Creates the exception for a file that does not fit the memory of the JVM. */
    static IOException tooLarge(Path file, OutOfMemoryError cause) throws IOException {
        long size = Files.size(file);
        return new IOException(
                file + " has " + megabytes(size) + " and needs about " + megabytes(2 * size)
                        + " of Java's heap, which has "
                        + megabytes(Runtime.getRuntime().maxMemory()) + ". Start Java with a larger -Xmx",
                cause);
    }

    private static String megabytes(long bytes) {
        return (bytes + 999_999) / 1_000_000 + " MB";
    }

    private static void requireFile(Path file, String kind) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    Files.exists(file) ? file + " is not a file; expected a " + kind : "There is no file " + file);
        }
    }

    private static IOException damaged(Path file, String kind, InvalidProtocolBufferException e) {
        return new IOException(file + " is not a " + kind + " or is truncated: " + e.getMessage(), e);
    }

    /**
     * Writes a file. An existing file is kept until the new one is complete.
     *
     * @param className the class name of the content
     * @param version the version of its format
     * @param body creates the sealed body
     * @throws IOException if the file cannot be written; the message contains its path
     */
    static void write(Path file, String className, int version, Supplier<? extends MessageLite> body)
            throws IOException {
        try {
            MessageLite content = body.get();
            AtomicFile.write(file, out -> write(out, className, version, content));
        } catch (OutOfMemoryError e) {
            throw new IOException(
                    file + " cannot be written: its content needs more than the "
                            + megabytes(Runtime.getRuntime().maxMemory())
                            + " of Java's heap. Start Java with a larger -Xmx",
                    e);
        }
    }

    /** Writes a {@code ModelProto} of Tribuo that contains the sealed body. */
    static void write(OutputStream stream, String className, int version, MessageLite body) throws IOException {
        ByteString hash = hash(body);
        int bodySize = body.getSerializedSize();
        int sealedSize = lengthDelimited(SealedProto.BODY_FIELD_NUMBER, bodySize)
                + CodedOutputStream.computeBytesSize(SealedProto.SHA256_FIELD_NUMBER, hash);
        int anySize = CodedOutputStream.computeStringSize(Any.TYPE_URL_FIELD_NUMBER, SEALED_URL)
                + lengthDelimited(Any.VALUE_FIELD_NUMBER, sealedSize);
        BufferedOutputStream buffered = new BufferedOutputStream(stream);
        CodedOutputStream out = CodedOutputStream.newInstance(buffered);
        if (version != 0) {
            out.writeInt32(ModelProto.VERSION_FIELD_NUMBER, version);
        }
        out.writeString(ModelProto.CLASS_NAME_FIELD_NUMBER, className);
        begin(out, ModelProto.SERIALIZED_DATA_FIELD_NUMBER, anySize);
        out.writeString(Any.TYPE_URL_FIELD_NUMBER, SEALED_URL);
        begin(out, Any.VALUE_FIELD_NUMBER, sealedSize);
        begin(out, SealedProto.BODY_FIELD_NUMBER, bodySize);
        body.writeTo(out);
        out.writeBytes(SealedProto.SHA256_FIELD_NUMBER, hash);
        out.flush();
        buffered.flush();
    }

    private static int lengthDelimited(int field, int size) {
        return CodedOutputStream.computeTagSize(field) + CodedOutputStream.computeUInt32SizeNoTag(size) + size;
    }

    private static void begin(CodedOutputStream out, int field, int size) throws IOException {
        out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
        out.writeUInt32NoTag(size);
    }

    private static ByteString hash(MessageLite body) throws IOException {
        MessageDigest digest = Fingerprint.digest();
        try (OutputStream hashing = new DigestOutputStream(OutputStream.nullOutputStream(), digest)) {
            body.writeTo(hashing);
        }
        return ByteString.copyFromUtf8(Fingerprint.hex(digest));
    }
}
