package io.github.tribuopeft.attestation;

import io.github.tribuopeft.attestation.Material.Role;
import io.github.tribuopeft.testing.Fuzz;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Damaged envelopes, statements and bills of materials are read, or refused with an {@link IOException}. */
@Timeout(120)
class AttestationFuzzTest {

    private static final int CASES = 1000;

    @TempDir
    private Path folder;

    private void run(String name, byte[] valid, Fuzz.Reader reader) throws Exception {
        Fuzz.run(new Fuzz.Target(name, CASES, List.of(valid), Set.of(IOException.class), reader), 11);
    }

    @Test
    void damagedFiles() throws Exception {
        AttestedModel attested = AttestedModel.in(folder, Optional.of(Keys.rfc8032(folder)));
        byte[] envelope = Files.readAllBytes(attested.files().envelope());
        run("envelope", envelope, bytes -> Envelope.parse(bytes, "file").toJson());
        byte[] statement = Envelope.parse(envelope, "file").payload();
        run("statement", statement, bytes -> read(Statement.parse(bytes, "file"), bytes));
        byte[] bom = Files.readAllBytes(attested.files().bom());
        run("hashes of a bill of materials", bom, bytes -> BillOfMaterials.hashes(bytes, "file"));
    }

    private static void read(Statement statement, byte[] bytes) {
        statement.recordedChecksum();
        statement.checksum(bytes);
        statement.subject(Path.of("model.tribuo"));
        for (Role role : Role.values()) {
            statement.hashes(role);
        }
    }
}
