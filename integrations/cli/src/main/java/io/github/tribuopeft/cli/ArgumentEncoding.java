package io.github.tribuopeft.cli;

/** Checks that the JVM decoded the command's arguments. */
final class ArgumentEncoding {

    /** Character that Java writes for bytes that are not text in the locale's encoding. */
    private static final char REPLACEMENT = '\uFFFD';

    private ArgumentEncoding() {}

    /**
     * Checks that every argument was decoded.
     *
     * @throws UsageException if an argument contains bytes that are not text in this JVM's encoding
     */
    static void requireDecoded(String... arguments) {
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].indexOf(REPLACEMENT) >= 0) {
                throw new UsageException("argument " + (i + 1) + " ('" + arguments[i]
                        + "') is not text in the encoding " + System.getProperty("sun.jnu.encoding")
                        + ", in which Java reads arguments; start the launcher ./peft with UTF-8, or set"
                        + " LC_ALL=C.UTF-8");
            }
        }
    }
}
