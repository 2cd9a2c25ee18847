package io.github.tribuopeft.testing;

import com.oracle.labs.mlrg.olcut.config.Config;
import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import io.github.tribuopeft.architecture.Gpt2;
import io.github.tribuopeft.architecture.Llama;
import io.github.tribuopeft.architecture.Llama.Part;
import io.github.tribuopeft.architecture.Rotary;
import io.github.tribuopeft.architecture.SlidingWindow;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.Checkpoint;
import io.github.tribuopeft.backbone.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/** Decoders of two layers with random weights, made on the spot, see {@link TinyBert}. */
public final class TinyDecoder implements BackboneSource {

    /** What they are like. */
    public enum Kind {
        /** As GPT-2. */
        GPT2(new Gpt2(145, 48, 16, 2, 2, 32, 1e-5, false).architecture()),
        /** As Llama: without biases, tied to the word embeddings. */
        LLAMA(llama(4, 2, 4, Rotary.plain(10_000), SlidingWindow.NONE, Set.of())),
        /** With everything that any relative of Llama has, and heads that are wider than their share of the hidden width. */
        ALL_PARTS(llama(4, 2, 6, new Rotary(10_000, 8, 1, 4, 16), SlidingWindow.NONE, EnumSet.allOf(Part.class))),
        /** As Mistral was at first: each token sees three. */
        WINDOWED(llama(2, 1, 8, Rotary.linear(10_000, 2), new SlidingWindow(3, 0), Set.of()));

        // Data rather than constants with bodies: OLCUT cannot read the latter back from a provenance.
        private final Architecture architecture;

        Kind(Architecture architecture) {
            this.architecture = architecture;
        }

        private static Architecture llama(
                int heads, int keyValueHeads, int headWidth, Rotary rotary, SlidingWindow window, Set<Part> parts) {
            return new Llama(145, 48, 16, 2, heads, keyValueHeads, headWidth, 24, 1e-6, rotary, window, parts)
                    .architecture();
        }
    }

    @Config(description = "What the backbone is like.")
    private Kind kind = Kind.GPT2;

    /** For OLCUT. */
    private TinyDecoder() {}

    /** A tiny decoder. */
    public TinyDecoder(Kind kind) {
        this.kind = kind;
    }

    @Override
    public String name() {
        return "tiny-" + kind;
    }

    @Override
    public Fingerprint fingerprint() {
        String hash = Fingerprint.sha256(name().getBytes(StandardCharsets.UTF_8));
        return new Fingerprint(hash, hash, hash);
    }

    @Override
    public Checkpoint open() {
        return RandomCheckpoint.of(kind.architecture, 1);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "BackboneSource");
    }

    @Override
    public String toString() {
        return "TinyDecoder(" + kind + ")";
    }
}
