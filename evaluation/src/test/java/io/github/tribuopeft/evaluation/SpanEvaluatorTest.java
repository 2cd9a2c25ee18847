package io.github.tribuopeft.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.sequence.LabelSequenceEvaluator;
import org.tribuo.classification.sgd.crf.CRFTrainer;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceModel;

class SpanEvaluatorTest {

    private static final Offset<Double> EXACT = within(1e-12);

    private static SequenceModel<Label> model(SequenceDataset<Label> data) {
        return new CRFTrainer(new AdaGrad(0.5), 5, 1L).train(data);
    }

    private static List<List<String>> tags(String... sequences) {
        return List.of(sequences).stream().map(s -> List.of(s.split(" "))).toList();
    }

    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.evaluation.SpanCases#all")
    void spansAgreeWithSeqeval(SpanCases cases) {
        for (String side : List.of("gold", "predicted")) {
            assertThat(cases.tags(side).stream().map(cases.scheme()::spans))
                    .containsExactlyElementsOf(cases.spans(side));
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.evaluation.SpanCases#all")
    void agreesWithSeqeval(SpanCases cases) {
        SpanEvaluation evaluation =
                new SpanEvaluator(cases.scheme()).evaluate(cases.tags("gold"), cases.tags("predicted"));
        JsonNode types = cases.expected().get("types");
        assertThat(evaluation.types()).hasSize(types.size());
        for (Iterator<String> names = types.fieldNames(); names.hasNext(); ) {
            String type = names.next();
            JsonNode expected = types.get(type);
            assertThat(evaluation.types().get(type)).isEqualTo(SpanCases.counts(expected));
            JsonNode scores = expected.get("scores");
            assertThat(evaluation.precision(type)).isCloseTo(scores.get(0).asDouble(), EXACT);
            assertThat(evaluation.recall(type)).isCloseTo(scores.get(1).asDouble(), EXACT);
            assertThat(evaluation.f1(type)).isCloseTo(scores.get(2).asDouble(), EXACT);
        }
        JsonNode micro = cases.expected().get("micro");
        assertThat(evaluation.total()).isEqualTo(SpanCases.counts(micro));
        assertThat(evaluation.microAveragedPrecision())
                .isCloseTo(micro.get("scores").get(0).asDouble(), EXACT);
        assertThat(evaluation.microAveragedRecall())
                .isCloseTo(micro.get("scores").get(1).asDouble(), EXACT);
        assertThat(evaluation.microAveragedF1())
                .isCloseTo(micro.get("scores").get(2).asDouble(), EXACT);
        JsonNode macro = cases.expected().get("macro");
        assertThat(evaluation.macroAveragedPrecision()).isCloseTo(macro.get(0).asDouble(), EXACT);
        assertThat(evaluation.macroAveragedRecall()).isCloseTo(macro.get(1).asDouble(), EXACT);
        assertThat(evaluation.macroAveragedF1()).isCloseTo(macro.get(2).asDouble(), EXACT);
        assertThat(evaluation.tokenAccuracy())
                .isCloseTo(cases.corpus().get("accuracy").asDouble(), EXACT);
    }

    @Test
    void errorsAddUp() {
        SpanEvaluation evaluation = new SpanEvaluator()
                .evaluate(
                        tags("B-A I-A O B-B", "B-A I-A", "B-A I-A O", "B-A"),
                        tags("B-A I-A O B-A", "B-A O", "B-B I-B I-B", "O"));
        assertThat(evaluation.total()).isEqualTo(new SpanCounts(1, 4, 5));
        for (SpanError.Kind kind : SpanError.Kind.values()) {
            int count = kind == SpanError.Kind.SPURIOUS ? 0 : 1;
            assertThat(evaluation.errors(kind)).isEqualTo(count);
            assertThat(evaluation.get(SpanMetric.errors(kind))).isEqualTo(count);
        }
        assertThat(evaluation.errors())
                .containsExactly(
                        new SpanError(SpanError.Kind.TYPE, 0, new Span("B", 3, 4), new Span("A", 3, 4)),
                        new SpanError(SpanError.Kind.BOUNDARY, 1, new Span("A", 0, 2), new Span("A", 0, 1)),
                        new SpanError(SpanError.Kind.BOTH, 2, new Span("A", 0, 2), new Span("B", 0, 3)),
                        new SpanError(SpanError.Kind.MISSED, 3, new Span("A", 0, 1), null));
        assertThat(evaluation.toString()).isEqualTo("""
            Type                  gold   predicted     correct   precision      recall          f1
            A                        4           3           1      0.3333      0.2500      0.2857
            B                        1           1           0      0.0000      0.0000      0.0000
            Micro average            5           4           1      0.2500      0.2000      0.2222
            Macro average                                           0.1667      0.1250      0.1429
            Token accuracy      0.4000
            Errors: boundary 1, type 1, both 1, missed 1, spurious 0; scheme CONLLEVAL\
            """);
    }

    @Test
    void noGoldSpans() {
        SpanEvaluation evaluation = new SpanEvaluator().evaluate(tags("O O"), tags("O O"));
        assertThat(evaluation.types()).isEmpty();
        assertThat(evaluation.microAveragedF1()).isZero();
        assertThat(evaluation.macroAveragedF1()).isZero();
        assertThat(evaluation.tokenAccuracy()).isOne();
        assertThat(new SpanEvaluator().evaluate(List.of(), List.of()).tokenAccuracy())
                .isZero();
        assertThatThrownBy(() -> evaluation.f1("A")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void rejectsInvalidInput() {
        SpanEvaluator evaluator = new SpanEvaluator();
        assertThatThrownBy(() -> evaluator.evaluate(tags("O", "O"), tags("O")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("There are 2 gold sequences, but 1 predicted sequences");
        assertThatThrownBy(() -> evaluator.evaluate(tags("O", "O O"), tags("O", "O")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Sequence 1 has 2 gold tags, but 1 predicted tags");
        assertThatThrownBy(() -> evaluator.evaluate(tags("O", "O B_PER"), tags("O", "O O")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Sequence 1, gold tags, CONLLEVAL: Tag 'B_PER' at position 1: expected");
        assertThatThrownBy(() -> new SpanEvaluator(SpanScheme.STRICT).evaluate(tags("O"), tags("X")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("Sequence 0, predicted tags, STRICT: Tag 'X' at position 0: expected");
    }

    @Test
    void crf() {
        SequenceDataset<Label> test = Sentences.dataset(60, 2);
        SequenceModel<Label> model = model(Sentences.dataset(120, 1));
        SpanEvaluation evaluation = new SpanEvaluator().evaluate(model, test);

        assertThat(evaluation.microAveragedF1()).isGreaterThan(0.95);
        assertThat(evaluation.types()).containsOnlyKeys("EVENT", "LOC", "PER");
        assertThat(evaluation.tokenAccuracy())
                .isCloseTo(new LabelSequenceEvaluator().evaluate(model, test).accuracy(), EXACT);

        List<List<Prediction<Label>>> predictions = model.predict(test);
        Map<?, Double> metrics = evaluation.asMap();
        assertThat(new SpanEvaluator()
                        .evaluate(model, predictions, test.getProvenance())
                        .asMap())
                .isEqualTo(metrics);
        List<List<String>> predicted = predictions.stream()
                .map(p -> p.stream().map(tag -> tag.getOutput().getLabel()).toList())
                .toList();
        assertThat(new SpanEvaluator()
                        .evaluate(test.getData().stream().map(Sentences::tags).toList(), predicted)
                        .asMap())
                .isEqualTo(metrics);
    }

    @Test
    void unseenTags() {
        SequenceModel<Label> model = model(Sentences.dataset(60, 1));
        SequenceDataset<Label> test = Sentences.dataset(List.of(Sentences.sentence(
                0, List.of("the", "Pelican", "Ada", "Hopper"), List.of("O", "B-SHIP", "B-PER", "I-PER"))));
        SpanEvaluation evaluation = new SpanEvaluator().evaluate(model, test);
        assertThat(evaluation.types().get("SHIP")).isEqualTo(new SpanCounts(0, 0, 1));
        assertThat(evaluation.recall("PER")).isOne();
    }

    @Test
    void tooFewPredictions() {
        SequenceModel<Label> whole = model(Sentences.dataset(20, 1));
        SequenceModel<Label> cut =
                new SequenceModel<>("cut", whole.getProvenance(), whole.getFeatureIDMap(), whole.getOutputIDInfo()) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public List<Prediction<Label>> predict(SequenceExample<Label> example) {
                        return whole.predict(example).subList(0, 1);
                    }

                    @Override
                    public Map<String, List<com.oracle.labs.mlrg.olcut.util.Pair<String, Double>>> getTopFeatures(
                            int n) {
                        return Map.of();
                    }
                };
        assertThatThrownBy(() -> new SpanEvaluator().evaluate(cut, Sentences.dataset(3, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("Sequence 0 has \\d gold tags, but 1 predicted tags");
    }

    @Test
    void provenance() {
        SequenceDataset<Label> data = Sentences.dataset(20, 1);
        SequenceModel<Label> model = model(data);
        SpanEvaluation evaluation = new SpanEvaluator().evaluate(model, data);
        assertThat(evaluation.getProvenance().getModelProvenance()).isEqualTo(model.getProvenance());
        assertThat(evaluation.getProvenance().getTestDatasetProvenance()).isEqualTo(data.getProvenance());
        for (SpanEvaluation each : List.of(evaluation, new SpanEvaluator().evaluate(tags("O"), tags("O")))) {
            assertThat(ProvenanceUtil.unmarshalProvenance(ProvenanceUtil.marshalProvenance(each.getProvenance())))
                    .isEqualTo(each.getProvenance());
        }
    }
}
