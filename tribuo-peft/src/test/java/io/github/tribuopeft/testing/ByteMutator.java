package io.github.tribuopeft.testing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** Mutator of inputs: makes one to four random changes to bytes, and to numbers and values in JSON. */
final class ByteMutator {

    private static final Pattern NUMBER = Pattern.compile("-?\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?");
    private static final Pattern SCALAR =
            Pattern.compile("\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|-?\\d[\\d.eE+-]*|true|false|null");

    private static final List<String> NUMBERS = List.of(
            "0",
            "-1",
            "1",
            "2",
            "7",
            "255",
            "65536",
            "2147483647",
            "2147483648",
            "4294967295",
            "4294967296",
            "1000000000",
            "9223372036854775807",
            "-9223372036854775808",
            "18446744073709551616",
            "1e9",
            "1e400",
            "-1e400",
            "0.5",
            "1e-400",
            "9".repeat(1200));

    private static final List<String> SCALARS = List.of(
            "null",
            "true",
            "false",
            "{}",
            "[]",
            "\"\"",
            "\"x\"",
            "[[]]",
            "{\"\":0}",
            "\"../x\"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "[".repeat(2000),
            "[".repeat(900) + "]".repeat(900),
            "{\"a\":".repeat(900) + "1" + "}".repeat(900));

    private interface Change {
        byte[] of(byte[] input);
    }

    private final SplittableRandom random;
    private final List<Change> changes = List.of(
            this::flip,
            this::cut,
            this::remove,
            this::repeat,
            this::insert,
            this::number,
            this::number,
            this::scalar,
            this::scalar);

    ByteMutator(SplittableRandom random) {
        this.random = random;
    }

    /** Returns a mutation of one of several valid inputs. */
    byte[] mutate(List<byte[]> valid) {
        byte[] input = pick(valid);
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            input = pick(changes).of(input);
        }
        return input;
    }

    private byte[] flip(byte[] input) {
        byte[] changed = input.clone();
        for (int i = random.nextInt(1, 9); i > 0 && input.length > 0; i--) {
            changed[random.nextInt(input.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return changed;
    }

    private byte[] cut(byte[] input) {
        return splice(input, random.nextInt(input.length + 1), input.length, new byte[0]);
    }

    private byte[] remove(byte[] input) {
        int from = random.nextInt(input.length + 1);
        return splice(input, from, Math.min(input.length, from + random.nextInt(1, 65)), new byte[0]);
    }

    private byte[] repeat(byte[] input) {
        int from = random.nextInt(input.length + 1);
        int to = Math.min(input.length, from + random.nextInt(1, 257));
        int at = random.nextInt(input.length + 1);
        return splice(input, at, at, Arrays.copyOfRange(input, from, to));
    }

    private byte[] insert(byte[] input) {
        byte[] noise = new byte[random.nextInt(1, 17)];
        random.nextBytes(noise);
        int at = random.nextInt(input.length + 1);
        return splice(input, at, at, noise);
    }

    private byte[] number(byte[] input) {
        return replace(input, NUMBER, NUMBERS);
    }

    private byte[] scalar(byte[] input) {
        return replace(input, SCALAR, SCALARS);
    }

    private byte[] replace(byte[] input, Pattern pattern, List<String> replacements) {
        // long enough for the header of all files, and fast
        String text = new String(input, 0, Math.min(input.length, 40_000), StandardCharsets.ISO_8859_1);
        List<MatchResult> found =
                new ArrayList<>(pattern.matcher(text).results().toList());
        if (found.isEmpty()) {
            return input;
        }
        MatchResult match = pick(found);
        return splice(input, match.start(), match.end(), pick(replacements).getBytes(StandardCharsets.ISO_8859_1));
    }

    private static byte[] splice(byte[] input, int from, int to, byte[] replacement) {
        byte[] changed = new byte[input.length - (to - from) + replacement.length];
        System.arraycopy(input, 0, changed, 0, from);
        System.arraycopy(replacement, 0, changed, from, replacement.length);
        System.arraycopy(input, to, changed, from + replacement.length, input.length - to);
        return changed;
    }

    private <T> T pick(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
