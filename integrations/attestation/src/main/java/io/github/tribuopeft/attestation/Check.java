package io.github.tribuopeft.attestation;

import java.util.Optional;

/**
 * Check of one file or fact.
 *
 * @param subject the file or fact
 * @param status the result
 * @param expected expected value; empty if the check is not a comparison
 * @param found found value
 * @param note explanation; empty if there is none
 */
public record Check(
        String subject, Status status, Optional<String> expected, Optional<String> found, Optional<String> note) {

    /** Result of a check. */
    public enum Status {
        /** The values match. */
        MATCHES,
        /** The values differ. */
        DIFFERS,
        /** The file was not found. */
        MISSING,
        /** The check was not made. */
        NOT_CHECKED
    }

    static Check compare(String subject, String expected, String found) {
        return new Check(
                subject,
                expected.equals(found) ? Status.MATCHES : Status.DIFFERS,
                Optional.of(expected),
                Optional.of(found),
                Optional.empty());
    }

    static Check matches(String subject, String note) {
        return new Check(subject, Status.MATCHES, Optional.empty(), Optional.empty(), Optional.of(note));
    }

    static Check differs(String subject, String note) {
        return new Check(subject, Status.DIFFERS, Optional.empty(), Optional.empty(), Optional.of(note));
    }

    static Check missing(String subject, String expected, String note) {
        return new Check(subject, Status.MISSING, Optional.of(expected), Optional.empty(), Optional.of(note));
    }

    static Check notChecked(String subject, String note) {
        return new Check(subject, Status.NOT_CHECKED, Optional.empty(), Optional.empty(), Optional.of(note));
    }
}
