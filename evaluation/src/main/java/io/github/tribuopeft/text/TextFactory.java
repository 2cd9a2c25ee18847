package io.github.tribuopeft.text;

import com.google.protobuf.Any;
import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import java.util.Map;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.MutableOutputInfo;
import org.tribuo.OutputFactory;
import org.tribuo.evaluation.Evaluator;
import org.tribuo.protos.core.OutputFactoryProto;
import org.tribuo.provenance.OutputFactoryProvenance;

/** Factory of {@link Text} outputs. */
public final class TextFactory implements OutputFactory<Text> {

    private static final long serialVersionUID = 1L;

    /** Version of the protobuf. */
    public static final int CURRENT_VERSION = 0;

    /** The output of an example without an output, with the name that Tribuo gives to unknown labels. */
    public static final Text UNKNOWN_TEXT = new Text("##UNKNOWN");

    private static final TextFactoryProvenance PROVENANCE = new TextFactoryProvenance();

    /** Creates the factory, which has no settings. */
    public TextFactory() {}

    /** Creates a factory from a protobuf of Tribuo. */
    public static TextFactory deserializeFromProto(int version, String className, Any message) {
        TextVersions.require(version, CURRENT_VERSION);
        return new TextFactory();
    }

    @Override
    public <V> Text generateOutput(V value) {
        return new Text(value.toString());
    }

    @Override
    public Text getUnknownOutput() {
        return UNKNOWN_TEXT;
    }

    @Override
    public MutableOutputInfo<Text> generateInfo() {
        return new MutableTextInfo();
    }

    /**
     * {@inheritDoc} Texts have no ids.
     *
     * @throws IllegalArgumentException if the mapping is not empty
     */
    @Override
    public ImmutableOutputInfo<Text> constructInfoForExternalModel(Map<Text, Integer> mapping) {
        if (!mapping.isEmpty()) {
            throw new IllegalArgumentException("Texts have no ids, but a mapping of " + mapping.size() + " is given");
        }
        return new ImmutableTextInfo(0, 0);
    }

    @Override
    public Evaluator<Text, TextEvaluation> getEvaluator() {
        return new TextEvaluator();
    }

    @Override
    public Class<Text> getTypeWitness() {
        return Text.class;
    }

    @Override
    public OutputFactoryProto serialize() {
        return OutputFactoryProto.newBuilder()
                .setVersion(CURRENT_VERSION)
                .setClassName(TextFactory.class.getName())
                .build();
    }

    @Override
    public OutputFactoryProvenance getProvenance() {
        return PROVENANCE;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TextFactory;
    }

    @Override
    public int hashCode() {
        return TextFactory.class.hashCode();
    }

    /** Provenance of the factory. */
    public static final class TextFactoryProvenance implements OutputFactoryProvenance {

        private static final long serialVersionUID = 1L;

        TextFactoryProvenance() {}

        /** For unmarshalling. */
        public TextFactoryProvenance(Map<String, Provenance> map) {}

        @Override
        public String getClassName() {
            return TextFactory.class.getName();
        }

        @Override
        public Map<String, Provenance> getConfiguredParameters() {
            return Map.of();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof TextFactoryProvenance;
        }

        @Override
        public int hashCode() {
            return TextFactoryProvenance.class.hashCode();
        }

        @Override
        public String toString() {
            return generateString("OutputFactory");
        }
    }
}
