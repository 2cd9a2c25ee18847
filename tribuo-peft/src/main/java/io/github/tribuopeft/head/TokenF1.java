package io.github.tribuopeft.head;

import com.oracle.labs.mlrg.olcut.provenance.ConfiguredObjectProvenance;
import com.oracle.labs.mlrg.olcut.provenance.impl.ConfiguredObjectProvenanceImpl;
import java.util.List;

/** F1 of single words' tags, where {@code O} is not an answer. Kinder than an entity's F1, and goes up and down with it. */
public final class TokenF1 implements SequenceMetric {

    /** There is nothing to set. */
    public TokenF1() {}

    @Override
    public String name() {
        return "token-f1";
    }

    @Override
    public double measure(List<List<String>> expected, List<List<String>> found) {
        long right = 0;
        long wanted = 0;
        long given = 0;
        for (int i = 0; i < expected.size(); i++) {
            for (int word = 0; word < expected.get(i).size(); word++) {
                String tag = expected.get(i).get(word);
                String answer = found.get(i).get(word);
                wanted += tag.equals("O") ? 0 : 1;
                given += answer.equals("O") ? 0 : 1;
                right += !tag.equals("O") && tag.equals(answer) ? 1 : 0;
            }
        }
        return wanted + given == 0 ? 1.0 : 2.0 * right / (wanted + given);
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
