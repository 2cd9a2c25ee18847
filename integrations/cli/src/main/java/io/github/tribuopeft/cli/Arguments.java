package io.github.tribuopeft.cli;

/** The arguments as the JVM decoded them. */
final class Arguments {

    /** Java puts it in place of bytes that are not text in the locale's encoding. */
    private static final char REPLACEMENT = '\uFFFD';

    private Arguments() {}

    /**
     * Checks that the JVM understood the bytes of all arguments.
     *
     * @throws UsageException if one holds bytes that are not text in this JVM's encoding
     */
    static void requireReadable(String... arguments) {
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
