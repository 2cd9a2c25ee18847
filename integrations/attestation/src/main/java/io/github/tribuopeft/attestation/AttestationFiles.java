package io.github.tribuopeft.attestation;

import java.nio.file.Path;

/**
 * Files of an attestation, next to the model.
 *
 * @param envelope DSSE envelope with the in-toto statement, in one line
 * @param bom CycloneDX bill of materials
 */
public record AttestationFiles(Path envelope, Path bom) {

    private static final String ENVELOPE = ".intoto.jsonl";
    private static final String BOM = ".cdx.json";

    /** Returns the files of a model: its name followed by {@value #ENVELOPE} and {@value #BOM}. */
    public static AttestationFiles of(Path model) {
        return new AttestationFiles(
                model.resolveSibling(model.getFileName() + ENVELOPE), model.resolveSibling(model.getFileName() + BOM));
    }
}
