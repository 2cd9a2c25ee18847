package io.github.tribuopeft;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.config.protobuf.ProtoProvenanceSerialization;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import java.util.Set;
import org.tribuo.CategoricalIDInfo;
import org.tribuo.ImmutableFeatureMap;
import org.tribuo.ImmutableOutputInfo;
import org.tribuo.Model;
import org.tribuo.Output;
import org.tribuo.OutputInfo;
import org.tribuo.classification.ImmutableLabelInfo;
import org.tribuo.protos.core.CategoricalIDInfoProto;
import org.tribuo.protos.core.FeatureDomainProto;
import org.tribuo.protos.core.ImmutableFeatureMapProto;
import org.tribuo.protos.core.ModelDataProto;
import org.tribuo.protos.core.OutputDomainProto;
import org.tribuo.protos.core.VariableInfoProto;
import org.tribuo.provenance.ModelProvenance;

/**
 * What every Tribuo model has. Tribuo's own reader loads each class that a file names, so names are checked first; its own writer makes the names of
 * methods in the default locale, in which Turkish and Azeri have no {@code setId}, so the one feature domain that tuned models have is written here.
 *
 * @param name the model's name
 * @param provenance its provenance
 * @param outputs the outputs that it knows
 * @param <T> the output type
 */
record ModelMetadata<T extends Output<T>>(String name, ModelProvenance provenance, ImmutableOutputInfo<T> outputs) {

    private static final ProtoProvenanceSerialization PROVENANCE = new ProtoProvenanceSerialization(false);

    /** Tribuo's output domains. They keep names and numbers, and make nothing else. */
    private static final Set<String> OUTPUT_DOMAINS = Set.of(
            ImmutableLabelInfo.class.getName(),
            "org.tribuo.multilabel.ImmutableMultiLabelInfo",
            "org.tribuo.regression.ImmutableRegressionInfo");

    /** Reads a {@link ModelDataProto}. Its features play no part in any prediction and are not looked at. */
    static ModelMetadata<?> read(Any message) throws InvalidProtocolBufferException {
        if (!message.is(ModelDataProto.class)) {
            throw new InvalidProtocolBufferException("The model's metadata is missing");
        }
        ModelDataProto proto = message.unpack(ModelDataProto.class);
        OutputDomainProto domain = proto.getOutputDomain();
        if (!OUTPUT_DOMAINS.contains(domain.getClassName())) {
            throw new InvalidProtocolBufferException("The model's outputs are of class '" + domain.getClassName()
                    + "'; expected one of " + OUTPUT_DOMAINS);
        }
        if (!(ProvenanceUtil.unmarshalProvenance(
                        PROVENANCE.deserializeFromProto(ProvenanceCheck.admit(proto.getProvenance())))
                instanceof ModelProvenance provenance)) {
            throw new InvalidProtocolBufferException("The provenance is not that of a model");
        }
        return of(proto.getName(), provenance, (ImmutableOutputInfo<?>) OutputInfo.deserialize(domain));
    }

    private static <T extends Output<T>> ModelMetadata<T> of(
            String name, ModelProvenance provenance, ImmutableOutputInfo<T> outputs)
            throws InvalidProtocolBufferException {
        for (int id = 0; id < outputs.size(); id++) {
            if (outputs.getOutput(id) == null) {
                throw new InvalidProtocolBufferException(
                        "Of the model's " + outputs.size() + " outputs, none has id " + id);
            }
        }
        return new ModelMetadata<>(name, provenance, outputs);
    }

    /** Writes a {@link ModelDataProto}. */
    Any write(boolean generatesProbabilities) {
        return Any.pack(ModelDataProto.newBuilder()
                .setName(name)
                .setProvenance(PROVENANCE.serializeToProto(ProvenanceUtil.marshalProvenance(provenance)))
                .setGenerateProbabilities(generatesProbabilities)
                .setFeatureDomain(features())
                .setOutputDomain(outputs.serialize())
                .setTribuoVersion(provenance.getTribuoVersion())
                .build());
    }

    /** {@link AbstractPeftTrainer#features} as Tribuo writes it in most locales. */
    private static FeatureDomainProto features() {
        CategoricalIDInfoProto bias = CategoricalIDInfoProto.newBuilder()
                .setName(Model.BIAS_FEATURE)
                .setCount(1)
                .setObservedValue(1.0)
                .setObservedCount(1)
                .build();
        VariableInfoProto feature = VariableInfoProto.newBuilder()
                .setClassName(CategoricalIDInfo.class.getName())
                .setSerializedData(Any.pack(bias))
                .build();
        return FeatureDomainProto.newBuilder()
                .setClassName(ImmutableFeatureMap.class.getName())
                .setSerializedData(Any.pack(
                        ImmutableFeatureMapProto.newBuilder().addInfo(feature).build()))
                .build();
    }
}
