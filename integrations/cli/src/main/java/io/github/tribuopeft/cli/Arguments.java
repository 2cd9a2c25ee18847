package io.github.tribuopeft.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The arguments as the JVM decoded them. */
final class Arguments {

    private static final Path RAW = Path.of("/proc/self/cmdline");
    private static final char REPLACEMENT = '\uFFFD';

    private Arguments() {}

    /**
     * Checks that the JVM understood the bytes of all arguments.
     *
     * @throws UsageException if one holds bytes that are not text in this JVM's encoding
     */
    static void requireReadable(String... arguments) {
        String encoding = System.getProperty("sun.jnu.encoding", "UTF-8");
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].indexOf(REPLACEMENT) >= 0) {
                throw unreadable("argument " + (i + 1) + " ('" + arguments[i] + "') is", encoding);
            }
        }
        boolean utf8 =
                Charset.isSupported(encoding) && Charset.forName(encoding).equals(StandardCharsets.UTF_8);
        if (!utf8 && String.join("", arguments).indexOf('?') >= 0 && rawIsNotAscii()) {
            throw unreadable("the arguments are", encoding);
        }
    }

    /** Java 17 writes a question mark for each byte that it cannot decode, so that only the bytes themselves tell. */
    private static boolean rawIsNotAscii() {
        try {
            for (byte b : Files.readAllBytes(RAW)) {
                if (b < 0) {
                    return true;
                }
            }
        } catch (IOException e) {
            return false; // not Linux: nothing to compare with
        }
        return false;
    }

    private static UsageException unreadable(String what, String encoding) {
        return new UsageException(what + " not text in the encoding " + encoding
                + ", in which Java reads arguments; start the launcher ./peft with UTF-8, or set LC_ALL=C.UTF-8");
    }
}
