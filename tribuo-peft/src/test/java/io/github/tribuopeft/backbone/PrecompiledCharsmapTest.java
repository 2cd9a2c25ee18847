package io.github.tribuopeft.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Valid and damaged charsmaps of SentencePiece. */
class PrecompiledCharsmapTest {

    /**
     * Charsmap that SentencePiece 0.2 writes for rules that map U+00A0 to a space, U+FB01 to "fi", U+FF21 to "A",
     * U+00E9 to "e", and that remove U+0301: a trie of 256 units, and 10 bytes of replacements.
     */
    static String valid() {
        try (InputStream in = PrecompiledCharsmapTest.class.getResourceAsStream("tiny-charsmap.base64")) {
            return new String(in.readAllBytes(), StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final ByteBuffer bytes =
            ByteBuffer.wrap(Base64.getDecoder().decode(valid())).order(ByteOrder.LITTLE_ENDIAN);

    private static PrecompiledCharsmap read(byte[] bytes) throws IOException {
        return PrecompiledCharsmap.of(
                new TokenizerNode(TextNode.valueOf(Base64.getEncoder().encodeToString(bytes)), "the charsmap"));
    }

    private void assertDamaged(String message) {
        assertThatThrownBy(() -> read(bytes.array()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the charsmap is damaged")
                .hasMessageContaining(message);
    }

    @Test
    void validCharsmap() throws IOException {
        assertThat(read(bytes.array()).growth()).isEqualTo(2);
    }

    @Test
    void invalidTrieSizes() {
        for (int size : new int[] {0, 3, 1025, 1 << 20, -1}) {
            bytes.putInt(0, size);
            assertDamaged("its trie should have " + Integer.toUnsignedLong(size) + " bytes");
        }
    }

    @Test
    void truncated() {
        for (int length = 1; length < 1030; length += 7) {
            byte[] cut = Arrays.copyOf(bytes.array(), length);
            assertThatThrownBy(() -> read(cut)).as("%d bytes", length).hasMessageContaining("is damaged");
        }
    }

    @Test
    void rootOutOfBounds() {
        bytes.putInt(4, 0x3FFFFF << 10);
        assertDamaged("its trie leads to unit 4194303 of 256");
    }

    /** The offset of every leaf is beyond the replacements. */
    @Test
    void leavesOutOfBounds() {
        for (int i = 4; i < 1028; i += 4) {
            if (bytes.getInt(i) < 0) {
                bytes.putInt(i, 0x80000000 | 1000);
            }
        }
        assertDamaged("its trie leads to byte 1000 of 10 bytes of replacements");
    }

    /** The first replacement becomes a character of two bytes, and a leaf refers to the second byte. */
    @Test
    void leafInsideACharacter() {
        bytes.position(1028).put("éééé\0\0".getBytes(StandardCharsets.UTF_8));
        for (int i = 4; i < 1028; i += 4) {
            if (bytes.getInt(i) < 0) {
                bytes.putInt(i, 0x80000000 | 1);
            }
        }
        assertDamaged("its trie leads to byte 1 of 10");
    }

    @Test
    void replacementsThatAreNotUtf8() {
        bytes.put(1028, (byte) 0xFF);
        assertDamaged("its replacements are not UTF-8");
    }

    @Test
    void notBase64() {
        assertThatThrownBy(() -> PrecompiledCharsmap.of(new TokenizerNode(TextNode.valueOf("a*b"), "the charsmap")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the charsmap is not base64");
    }
}
