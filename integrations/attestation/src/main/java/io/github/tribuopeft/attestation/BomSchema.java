package io.github.tribuopeft.attestation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import java.io.IOException;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Map;
import java.util.Optional;

/**
 * Schema of a bill of materials: CycloneDX 1.7, or 1.6 in files of earlier versions of this library. The schema of 1.7
 * is a resource of this library, because the CycloneDX library for Java ends at 1.6.
 *
 * @param version version of CycloneDX
 * @param bom the bill of materials
 */
record BomSchema(String version, JsonNode bom) {

    /** Version of new files. */
    static final String CURRENT = "1.7";

    private static final String PREVIOUS = "1.6";
    private static final String VERSION_FIELD = "specVersion";
    private static final String LOCATION = "http://cyclonedx.org/schema/";
    private static final String RESOURCES = "classpath:io/github/tribuopeft/attestation/";

    /** Resources by the address in the schemas. Those without a directory are in the CycloneDX library. */
    private static final Map<String, String> SCHEMAS = Map.of(
            LOCATION + "bom-1.7.schema.json", RESOURCES + "bom-1.7.schema.json",
            LOCATION + "cryptography-defs.schema.json", RESOURCES + "cryptography-defs.schema.json",
            LOCATION + "bom-1.6.schema.json", "classpath:bom-1.6.schema.json",
            LOCATION + "spdx.schema.json", "classpath:spdx.schema.json",
            LOCATION + "jsf-0.82.schema.json", "classpath:jsf-0.82.schema.json");

    /** Returns a document of version 1.6 as one of {@value #CURRENT}, which contains 1.6. */
    static ObjectNode upgrade(ObjectNode bom) {
        return bom.put(VERSION_FIELD, CURRENT);
    }

    /**
     * Returns the schema of a bill of materials.
     *
     * @param origin the file, for messages
     * @throws IOException if the bytes are not a bill of materials, or one of a version that this library cannot read
     */
    static BomSchema of(byte[] bytes, String origin) throws IOException {
        JsonNode json = StrictJson.parse(bytes, origin);
        String version = json.path(VERSION_FIELD).asText();
        if (!json.path("bomFormat").asText().equals("CycloneDX")) {
            throw new IOException(origin + " is not a CycloneDX bill of materials");
        }
        if (!version.equals(CURRENT) && !version.equals(PREVIOUS)) {
            throw new IOException(origin
                    + (isNewer(version)
                            ? " was written by a newer version of this library"
                            : " is not a bill of materials of this library")
                    + ": its version is '" + version + "'; expected " + CURRENT + " or " + PREVIOUS);
        }
        return new BomSchema(version, json);
    }

    private static boolean isNewer(String version) {
        return version.matches("\\d{1,4}\\.\\d{1,4}") && Version.parse(version).compareTo(Version.parse(CURRENT)) > 0;
    }

    /** Returns the first error of the bill of materials; empty if it is valid. Nothing is downloaded. */
    Optional<String> firstError() {
        return SchemaRegistry.builder()
                .schemaIdResolvers(resolvers -> resolvers.mappings(SCHEMAS))
                .build()
                .getSchema(SchemaLocation.of(LOCATION + "bom-" + version + ".schema.json"))
                .validate(bom)
                .stream()
                .map(Error::toString)
                .findFirst();
    }
}
