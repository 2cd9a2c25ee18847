package io.github.tribuopeft.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.tribuo.Example;
import org.tribuo.MutableDataset;
import org.tribuo.Output;
import org.tribuo.OutputFactory;
import org.tribuo.OutputInfo;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Texts behave as outputs of Tribuo. */
class TextTest {

    private final TextFactory factory = new TextFactory();

    @Test
    void survivesAProtobuf() {
        Text scored = new Text("Ça va 😀", 3, -4.5);
        assertThat(scored.fullEquals((Text) Output.deserialize(scored.serialize())))
                .isTrue();
        Text plain = new Text("");
        assertThat(plain.fullEquals((Text) Output.deserialize(plain.serialize())))
                .isTrue();
        assertThat(OutputFactory.deserialize(factory.serialize())).isEqualTo(factory);
        assertThat(ProvenanceUtil.unmarshalProvenance(ProvenanceUtil.marshalProvenance(factory.getProvenance())))
                .isEqualTo(factory.getProvenance());
    }

    @Test
    void theDomainCountsTextsAndContainsNone() {
        MutableDataset<Text> dataset = new MutableDataset<>(new ListDataSource<>(
                List.of(example("yes"), example("no"), example("yes"), example(TextFactory.UNKNOWN_TEXT.text())),
                factory,
                new SimpleDataSourceProvenance("texts", factory)));
        assertThat(dataset.getOutputInfo().getUnknownCount()).isEqualTo(1);
        ImmutableTextInfo info = (ImmutableTextInfo) dataset.getOutputIDInfo();
        assertThat(info.getTotalObservations()).isEqualTo(3);
        assertThat(info.getDomain()).isEmpty();
        assertThat(OutputInfo.deserialize(info.serialize())).isEqualTo(info);
        assertThat(OutputInfo.deserialize(dataset.getOutputInfo().serialize())).isEqualTo(dataset.getOutputInfo());
        assertThat(factory.constructInfoForExternalModel(Map.of())).isEmpty();
        assertThatThrownBy(() -> info.getOutput(0)).hasMessageContaining("Texts have no ids");
    }

    private static Example<Text> example(String text) {
        return new ArrayExample<>(new Text(text), new String[] {"x"}, new double[] {1});
    }

    @Test
    void likelihoodIsComparableOverTokenizers() {
        // the same text and probability with 2 tokens of one tokenizer and 4 tokens of another
        TextLikelihood two = TextLikelihood.of(List.of(new Text("12345678", 2, -8 * Math.log(2))));
        TextLikelihood four = TextLikelihood.of(List.of(new Text("12345678", 4, -8 * Math.log(2))));
        assertThat(two.perplexity()).isCloseTo(16, within(1e-9));
        assertThat(four.perplexity()).isCloseTo(4, within(1e-9));
        assertThat(two.bitsPerByte()).isCloseTo(1, within(1e-9)).isEqualTo(four.bitsPerByte());
        assertThatThrownBy(() -> TextLikelihood.of(List.of(new Text("unscored"))))
                .hasMessage("The text 'unscored' has no log-likelihood: no model scored it");
        assertThatThrownBy(() -> TextLikelihood.of(List.of())).hasMessageContaining("no text to evaluate");
    }
}
