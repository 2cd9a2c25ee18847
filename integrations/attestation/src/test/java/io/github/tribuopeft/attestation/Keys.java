package io.github.tribuopeft.attestation;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HexFormat;

/** Keys of tests. Their private parts are public. */
final class Keys {

    /** Beginning of a PKCS#8 file with an Ed25519 seed (RFC 8410). */
    private static final String PKCS8 = "302e020100300506032b657004220420";

    /** Seeds of the first two tests of RFC 8032, section 7.1. */
    private static final String FIRST = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";

    private static final String SECOND = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";

    /** Public key of the first test. */
    static final String FIRST_PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

    /** Signature of the empty message by the first key. */
    static final String FIRST_SIGNATURE = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
            + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

    private static final String SPKI = "302a300506032b6570032100";

    private Keys() {}

    static Path rfc8032File(Path folder) throws IOException {
        return pem(folder.resolve("first.pem"), "PRIVATE KEY", PKCS8 + FIRST);
    }

    static Path rfc8032PublicFile(Path folder) throws IOException {
        return pem(folder.resolve("first-public.pem"), "PUBLIC KEY", SPKI + FIRST_PUBLIC);
    }

    static SigningKey rfc8032(Path folder) throws IOException {
        return SigningKey.read(rfc8032File(folder));
    }

    static SigningKey other(Path folder) throws IOException {
        return SigningKey.read(pem(folder.resolve("second.pem"), "PRIVATE KEY", PKCS8 + SECOND));
    }

    static Path pem(Path file, String label, String hex) throws IOException {
        String content = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(HexFormat.of().parseHex(hex));
        return Files.writeString(file, "-----BEGIN " + label + "-----\n" + content + "\n-----END " + label + "-----\n");
    }
}
