package io.github.tribuopeft.backbone;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;

/**
 * Replacements of a {@code Precompiled} normalizer in the format of SentencePiece: the size of a trie in bytes (u32), a
 * double-array trie from UTF-8 texts to offsets, and replacements, each with a zero byte at its end. The native library
 * follows the trie without bounds checks, so all transitions are checked here.
 *
 * @param growth number of characters of the longest replacement, at least 1
 */
record PrecompiledCharsmap(int growth) {

    private static final int MAX_CHARACTERS = 4_000_000;
    private static final int MAX_LABEL = 255;

    /** Reads a base64 charsmap. */
    static PrecompiledCharsmap of(TokenizerNode value) throws IOException {
        try {
            return read(Base64.getDecoder().decode(value.text(1, MAX_CHARACTERS)));
        } catch (IllegalArgumentException e) {
            throw new IOException(value.path() + " is not base64: " + e.getMessage(), e);
        } catch (CharsmapException e) {
            throw new IOException(value.path() + " is damaged: " + e.getMessage(), e);
        }
    }

    private static final class CharsmapException extends Exception {
        private static final long serialVersionUID = 1L;

        CharsmapException(String message) {
            super(message);
        }
    }

    private static PrecompiledCharsmap read(byte[] bytes) throws CharsmapException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        long trieBytes = bytes.length < Integer.BYTES ? -1 : Integer.toUnsignedLong(buffer.getInt());
        if (trieBytes < Integer.BYTES || trieBytes > buffer.remaining() || trieBytes % Integer.BYTES != 0) {
            throw new CharsmapException("its trie should have " + trieBytes + " bytes, but " + bytes.length
                    + " bytes are present in total");
        }
        IntBuffer units = buffer.slice(buffer.position(), (int) trieBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer();
        ByteBuffer replacements =
                buffer.position(Integer.BYTES + (int) trieBytes).slice();
        try {
            StandardCharsets.UTF_8.newDecoder().decode(replacements.duplicate());
        } catch (CharacterCodingException e) {
            throw new CharsmapException("its replacements are not UTF-8");
        }
        return new PrecompiledCharsmap(new Trie(units, replacements).longestReplacement());
    }

    /** Double-array trie. The check follows each of its paths once. */
    private record Trie(IntBuffer units, ByteBuffer replacements) {

        int longestReplacement() throws CharsmapException {
            int longest = 1;
            BitSet seen = new BitSet(units.limit());
            Deque<Integer> open = new ArrayDeque<>();
            open.push(checked(offset(units.get(0))));
            while (!open.isEmpty()) {
                int base = open.pop();
                if (seen.get(base)) {
                    continue;
                }
                seen.set(base);
                for (int label = 1; label <= MAX_LABEL; label++) {
                    int node = checked(base ^ label);
                    int unit = units.get(node);
                    if ((unit & 0x800000FF) == label) {
                        int next = checked(node ^ offset(unit));
                        open.push(next);
                        if ((unit >>> 8 & 1) == 1) {
                            longest = Math.max(longest, replacement(units.get(next) & 0x7FFFFFFF));
                        }
                    }
                }
            }
            return longest;
        }

        private static int offset(int unit) {
            return (unit >>> 10) << ((unit & 0x200) >>> 6);
        }

        private int checked(int index) throws CharsmapException {
            if (index < 0 || index >= units.limit()) {
                throw new CharsmapException(
                        "its trie leads to unit " + Integer.toUnsignedString(index) + " of " + units.limit());
            }
            return index;
        }

        /** Returns the number of characters of a replacement. */
        private int replacement(int begin) throws CharsmapException {
            if (begin >= replacements.limit() || isContinuation(replacements.get(begin))) {
                throw new CharsmapException("its trie leads to byte " + begin + " of " + replacements.limit()
                        + " bytes of replacements, where no replacement begins");
            }
            int characters = 0;
            for (int i = begin; i < replacements.limit() && replacements.get(i) != 0; i++) {
                characters += isContinuation(replacements.get(i)) ? 0 : 1;
            }
            return characters;
        }

        private static boolean isContinuation(byte value) {
            return (value & 0xC0) == 0x80;
        }
    }
}
