package io.github.tribuopeft;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.oracle.labs.mlrg.olcut.config.protobuf.ProtoProvenanceSerialization;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import io.github.tribuopeft.text.ImmutableTextInfo;
import io.github.tribuopeft.text.Text;
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
 * Metadata of every model of Tribuo. Tribuo's reader loads each class that a file names, so the names are checked
 * first. Tribuo's writer converts method names with the default locale and finds no {@code setId} in Turkish and Azeri,
 * so the feature domain is written here.
 *
 * @param name the name of the model
 * @param provenance its provenance
 * @param outputs its output domain
 * @param <T> the output type
 */
record ModelMetadata<T extends Output<T>>(String name, ModelProvenance provenance, ImmutableOutputInfo<T> outputs) {

    private static final ProtoProvenanceSerialization PROVENANCE = new ProtoProvenanceSerialization(false);

    /** Output domains of Tribuo. They contain names and numbers only. */
    private static final Set<String> OUTPUT_DOMAINS = Set.of(
            ImmutableLabelInfo.class.getName(),
            "org.tribuo.multilabel.ImmutableMultiLabelInfo",
            "org.tribuo.regression.ImmutableRegressionInfo",
            ImmutableTextInfo.class.getName());

    /** Reads a {@link ModelDataProto}. Its features are ignored, because no prediction uses them. */
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
                        "The model has " + outputs.size() + " outputs, but none with id " + id);
            }
        }
        return new ModelMetadata<>(name, provenance, outputs);
    }

    /**
     * Returns the metadata of a language model.
     *
     * @throws InvalidProtocolBufferException if the outputs are not texts
     */
    ModelMetadata<Text> ofTexts() throws InvalidProtocolBufferException {
        if (!(outputs instanceof ImmutableTextInfo texts)) {
            throw new InvalidProtocolBufferException(
                    "The model's outputs are of " + outputs.getClass() + "; expected texts");
        }
        return new ModelMetadata<>(name, provenance, texts);
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

    /** Returns {@link AbstractPeftTrainer#features} as Tribuo writes it in other locales. */
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
