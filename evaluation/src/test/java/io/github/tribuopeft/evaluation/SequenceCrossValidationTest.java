package io.github.tribuopeft.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.oracle.labs.mlrg.olcut.provenance.Provenance;
import com.oracle.labs.mlrg.olcut.provenance.ProvenanceUtil;
import com.oracle.labs.mlrg.olcut.util.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;
import org.tribuo.classification.sgd.crf.CRFTrainer;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.TrainerProvenance;
import org.tribuo.sequence.SequenceDataset;
import org.tribuo.sequence.SequenceExample;
import org.tribuo.sequence.SequenceModel;
import org.tribuo.sequence.SequenceTrainer;

class SequenceCrossValidationTest {

    private final SequenceDataset<Label> data = Sentences.dataset(61, 1);

    private static CRFTrainer crf() {
        return new CRFTrainer(new AdaGrad(0.5), 4, 1L);
    }

    /** Trainer whose models record the sentences they predict and whether they are closed. */
    private static final class RecordingTrainer implements SequenceTrainer<Label> {

        private final CRFTrainer trainer = crf();
        private final List<Integer> predicted = new ArrayList<>();
        private int closed;
        private int failAt = Integer.MAX_VALUE;

        @Override
        public SequenceModel<Label> train(SequenceDataset<Label> examples, Map<String, Provenance> runProvenance) {
            return new RecordingModel(this, trainer.train(examples, runProvenance));
        }

        @Override
        public int getInvocationCount() {
            return trainer.getInvocationCount();
        }

        @Override
        public TrainerProvenance getProvenance() {
            return trainer.getProvenance();
        }
    }

    private static final class RecordingModel extends SequenceModel<Label> implements AutoCloseable {

        private static final long serialVersionUID = 1L;

        private final transient RecordingTrainer recorder;
        private final SequenceModel<Label> model;

        RecordingModel(RecordingTrainer recorder, SequenceModel<Label> model) {
            super("recording", model.getProvenance(), model.getFeatureIDMap(), model.getOutputIDInfo());
            this.recorder = recorder;
            this.model = model;
        }

        @Override
        public List<Prediction<Label>> predict(SequenceExample<Label> example) {
            if (recorder.predicted.size() == recorder.failAt) {
                throw new IllegalStateException("prediction failed");
            }
            recorder.predicted.add(Sentences.number(example));
            return model.predict(example);
        }

        @Override
        public Map<String, List<Pair<String, Double>>> getTopFeatures(int n) {
            return model.getTopFeatures(n);
        }

        @Override
        public void close() {
            recorder.closed++;
        }
    }

    private SequenceCrossValidation<Label, SpanEvaluation> validation(SequenceTrainer<Label> trainer, int folds) {
        return new SequenceCrossValidation<>(
                trainer, data, new SpanEvaluator(), StratifiedSequenceSplitter.ofSpans(7), folds);
    }

    @Test
    void everySequenceIsTestedOnce() {
        RecordingTrainer trainer = new RecordingTrainer();
        List<Pair<SpanEvaluation, SequenceModel<Label>>> results =
                validation(trainer, 4).evaluate();
        assertThat(results).hasSize(4);
        assertThat(trainer.predicted)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, 61).boxed().toList());
        assertThat(trainer.closed).isZero();
        assertThat(results.stream().mapToInt(result -> result.getA().total().gold()))
                .allMatch(spans -> spans > 0);
        assertThat(results).allSatisfy(result -> {
            assertThat(result.getA().microAveragedF1()).isGreaterThan(0.8);
            assertThat(result.getA().types()).containsKey("EVENT"); // every fold contains the rare type
        });
    }

    @Test
    void provenance() {
        List<Pair<SpanEvaluation, SequenceModel<Label>>> results =
                validation(crf(), 3).evaluate();
        for (int fold = 0; fold < 3; fold++) {
            var provenance = results.get(fold).getA().getProvenance();
            var trained = (SplitProvenance)
                    provenance.getModelProvenance().getDatasetProvenance().getSourceProvenance();
            assertThat(trained.fold()).isEqualTo(fold);
            assertThat(trained.folds()).isEqualTo(3);
            assertThat(trained.seed()).isEqualTo(7);
            assertThat(trained.side()).isEqualTo("train");
            assertThat(trained.source()).isEqualTo(data.getProvenance());
            assertThat(ProvenanceUtil.unmarshalProvenance(ProvenanceUtil.marshalProvenance(provenance)))
                    .isEqualTo(provenance);
        }
    }

    @Test
    void repeatable() {
        List<SpanEvaluation> once = validation(crf(), 3).evaluateAndClose();
        List<SpanEvaluation> again = validation(crf(), 3).evaluateAndClose();
        assertThat(again)
                .extracting(SpanEvaluation::asMap)
                .isEqualTo(once.stream().map(SpanEvaluation::asMap).toList());
    }

    @Test
    void closesModels() {
        RecordingTrainer trainer = new RecordingTrainer();
        assertThat(validation(trainer, 3).evaluateAndClose()).hasSize(3);
        assertThat(trainer.closed).isEqualTo(3);
    }

    @Test
    void closesModelsOnFailure() {
        RecordingTrainer trainer = new RecordingTrainer();
        trainer.failAt = 45; // in the third fold
        assertThatThrownBy(() -> validation(trainer, 3).evaluate()).hasMessage("prediction failed");
        assertThat(trainer.closed).isEqualTo(3);
    }

    @Test
    void rejectsMoreFoldsThanSentences() {
        assertThatThrownBy(() -> validation(crf(), 62).evaluate())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("but is 62");
    }
}
