package io.github.tribuopeft.head;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.List;

/**
 * Micro-averaged F1 of the tags of single words, without {@code O}. It is more lenient than the F1 of entities and
 * correlates with it.
 */
public final class TokenF1 implements SequenceMetric {

    /** Creates the metric; it has no settings. */
    public TokenF1() {}

    @Override
    public String name() {
        return "token-f1";
    }

    @Override
    public double measure(List<List<String>> expected, List<List<String>> predicted) {
        long correct = 0;
        long inExpected = 0;
        long inPredicted = 0;
        for (int i = 0; i < expected.size(); i++) {
            for (int word = 0; word < expected.get(i).size(); word++) {
                String tag = expected.get(i).get(word);
                String prediction = predicted.get(i).get(word);
                inExpected += tag.equals("O") ? 0 : 1;
                inPredicted += prediction.equals("O") ? 0 : 1;
                correct += !tag.equals("O") && tag.equals(prediction) ? 1 : 0;
            }
        }
        return inExpected + inPredicted == 0 ? 1.0 : 2.0 * correct / (inExpected + inPredicted);
    }

    @Override
    public ConfiguredObjectProvenance getProvenance() {
        return new ConfiguredObjectProvenanceImpl(this, "SequenceMetric");
    }

    @Override
    public String toString() {
        return "TokenF1()";
    }
}
