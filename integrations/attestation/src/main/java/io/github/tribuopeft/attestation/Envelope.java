package io.github.tribuopeft.attestation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * DSSE envelope, version 1 (https://github.com/secure-systems-lab/dsse): a payload and signatures over its type and
 * content. An envelope without signatures is not valid DSSE, but has the same form.
 *
 * @param payloadType media type of the payload
 * @param payload the payload
 * @param signatures signatures; empty if the envelope is not signed
 */
record Envelope(String payloadType, byte[] payload, List<EnvelopeSignature> signatures) {

    /** Media type of in-toto statements. */
    static final String IN_TOTO = "application/vnd.in-toto+json";

    /**
     * Signature in an envelope.
     *
     * @param keyId id of the key, which is not signed
     * @param value the signature
     */
    record EnvelopeSignature(String keyId, byte[] value) {}

    /** Creates the envelope of a payload, signed if there is a key. */
    static Envelope of(String payloadType, byte[] payload, Optional<SigningKey> key) {
        byte[] message = preAuthenticationEncoding(payloadType, payload);
        return new Envelope(
                payloadType,
                payload,
                key.map(signer -> new EnvelopeSignature(signer.publicKey().id(), signer.sign(message))).stream()
                        .toList());
    }

    /** Returns the bytes that are signed: {@code DSSEv1 length(type) type length(payload) payload}. */
    static byte[] preAuthenticationEncoding(String payloadType, byte[] payload) {
        byte[] type = payloadType.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("DSSEv1 " + type.length + " ").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(type);
        out.writeBytes((" " + payload.length + " ").getBytes(StandardCharsets.UTF_8));
        out.writeBytes(payload);
        return out.toByteArray();
    }

    /** Returns whether a signature is that of a key. */
    boolean isSignedBy(VerificationKey key) {
        byte[] message = preAuthenticationEncoding(payloadType, payload);
        return signatures.stream().anyMatch(signature -> key.verifies(message, signature.value()));
    }

    /** Returns the envelope as JSON in one line, which ends with a line break. */
    byte[] toJson() {
        ObjectNode json = StrictJson.object()
                .put("payloadType", payloadType)
                .put("payload", Base64.getEncoder().encodeToString(payload));
        ArrayNode array = json.putArray("signatures");
        for (EnvelopeSignature signature : signatures) {
            array.addObject()
                    .put("keyid", signature.keyId())
                    .put("sig", Base64.getEncoder().encodeToString(signature.value()));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(StrictJson.write(json));
        out.write('\n');
        return out.toByteArray();
    }

    /**
     * Parses an envelope.
     *
     * @param origin the file, for messages
     * @throws IOException if the bytes are not an envelope
     */
    static Envelope parse(byte[] bytes, String origin) throws IOException {
        ObjectNode json = StrictJson.parse(bytes, origin);
        JsonNode signatures = json.path("signatures");
        if (!signatures.isArray()) {
            throw missing(origin, "signatures");
        }
        List<EnvelopeSignature> parsed = new ArrayList<>();
        for (JsonNode signature : signatures) {
            parsed.add(new EnvelopeSignature(
                    signature.path("keyid").asText(""), base64(origin, "sig", text(signature, "sig", origin))));
        }
        return new Envelope(
                text(json, "payloadType", origin),
                base64(origin, "payload", text(json, "payload", origin)),
                List.copyOf(parsed));
    }

    private static String text(JsonNode json, String field, String origin) throws IOException {
        if (!json.path(field).isTextual()) {
            throw missing(origin, field);
        }
        return json.get(field).textValue();
    }

    private static IOException missing(String origin, String field) {
        return new IOException(origin + " is not a DSSE envelope: missing '" + field + "'");
    }

    private static byte[] base64(String origin, String field, String text) throws IOException {
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(origin + " is not a DSSE envelope: '" + field + "' is not Base64", e);
        }
    }
}
