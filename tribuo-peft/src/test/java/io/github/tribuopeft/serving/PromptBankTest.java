package io.github.tribuopeft.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.tribuopeft.InferenceOptions;
import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.PeftTrainer;
import io.github.tribuopeft.backbone.BackboneException;
import io.github.tribuopeft.backbone.BackboneSource;
import io.github.tribuopeft.backbone.LinearLayer.Role;
import io.github.tribuopeft.backbone.TextPooling;
import io.github.tribuopeft.backbone.VirtualTokens.Placement;
import io.github.tribuopeft.data.TextExampleExtractor;
import io.github.tribuopeft.head.DenseLayer;
import io.github.tribuopeft.head.LabelHead;
import io.github.tribuopeft.method.BitFit;
import io.github.tribuopeft.method.BottleneckAdapter;
import io.github.tribuopeft.method.BottleneckAdapter.Position;
import io.github.tribuopeft.method.CaseEmbedding;
import io.github.tribuopeft.method.Combination;
import io.github.tribuopeft.method.FullFineTuning;
import io.github.tribuopeft.method.IA3;
import io.github.tribuopeft.method.LayerNormTuning;
import io.github.tribuopeft.method.LinearProbe;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PTuning;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.method.PromptNetwork;
import io.github.tribuopeft.method.PromptTuning;
import io.github.tribuopeft.method.SampledVocabularyInitializer;
import io.github.tribuopeft.serving.PromptBank.Query;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.ResidentMemory;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBackbone;
import io.github.tribuopeft.testing.TinyBert;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tribuo.MutableDataset;
import org.tribuo.Prediction;
import org.tribuo.classification.Label;

/** A bank predicts the same as its models alone. */
@Tag("gpu")
class PromptBankTest {

    private static final MutableDataset<Label> OPINIONS = Fixtures.opinions(8);
    private static final List<String> TEXTS = TextExampleExtractor.texts(Fixtures.opinions(12));

    private static PrefixTuning prefix(int virtualTokens) {
        return PrefixTuning.builder().virtualTokens(virtualTokens).dropout(0).build();
    }

    private static PeftTrainer.Builder<Label> trainer(BackboneSource backbone, PeftMethod method, long seed) {
        return Fixtures.trainer(method)
                .backbone(backbone)
                .seed(seed)
                .options(Fixtures.options().epochs(2).build());
    }

    private static PeftModel<Label> train(PeftMethod method, long seed) {
        return trainer(new TinyBert(), method, seed).build().train(OPINIONS);
    }

    /** A model whose head has three outputs. */
    private static PeftModel<Label> threeLabels(BackboneSource backbone, PeftMethod method) {
        MutableDataset<Label> data = Fixtures.opinions(8);
        data.add(Fixtures.example("none", "the city is long"));
        return trainer(backbone, method, 3).build().train(data);
    }

    private static List<PeftMethod> methods() {
        return List.of(
                new LinearProbe(),
                new PromptTuning(3, new SampledVocabularyInitializer(), Placement.BEFORE),
                new PromptTuning(2, new SampledVocabularyInitializer(), Placement.AFTER_LAST),
                new PTuning(3, PromptNetwork.MLP, 5, Placement.AFTER_FIRST),
                prefix(3),
                prefix(5),
                LoRA.builder().rank(2).targets(Role.values()).build(),
                new IA3(),
                new BitFit(),
                new LayerNormTuning(),
                new CaseEmbedding(),
                new BottleneckAdapter(4, Position.HOULSBY, 1),
                new Combination("mam", List.of(prefix(3), new BottleneckAdapter(4, Position.PARALLEL, 4))),
                new FullFineTuning());
    }

    private static void assertSame(Prediction<?> found, Prediction<?> expected) {
        assertThat(found.getOutputScores().keySet())
                .isEqualTo(expected.getOutputScores().keySet());
        expected.getOutputScores()
                .forEach((name, output) ->
                        assertThat(score(found, name)).as(name).isCloseTo(((Label) output).getScore(), within(1e-5)));
        assertThat(found.getExample().getMetadataValue(TextExampleExtractor.TEXT))
                .isEqualTo(expected.getExample().getMetadataValue(TextExampleExtractor.TEXT));
    }

    private static double score(Prediction<?> prediction, String name) {
        return ((Label) prediction.getOutputScores().get(name)).getScore();
    }

    /** Every text for every model, in an order that mixes the models. */
    private static void assertAnswers(PromptBank bank, Map<String, PeftModel<Label>> models) {
        List<Query> queries = new ArrayList<>();
        for (String text : TEXTS) {
            models.keySet().forEach(name -> queries.add(new Query(name, text)));
        }
        List<Prediction<?>> answers = bank.predict(queries);
        for (int i = 0; i < queries.size(); i++) {
            Query query = queries.get(i);
            assertSame(answers.get(i), models.get(query.model()).predict(query.text()));
        }
    }

    @ParameterizedTest
    @MethodSource("io.github.tribuopeft.testing.TinyArchitectures#families")
    void mixedRowsHaveTheAnswersOfTheirModels(String family) {
        BackboneSource backbone = new TinyBackbone(family);
        Map<String, PeftModel<Label>> models = new LinkedHashMap<>();
        try (PromptBank bank = PromptBank.builder(backbone).open()) {
            for (PeftMethod method : methods()) {
                String name = method.name() + models.size();
                models.put(name + " 1", trainer(backbone, method, 1).build().train(OPINIONS));
                models.put(name + " 2", trainer(backbone, method, 2).build().train(OPINIONS));
            }
            models.put("three labels", threeLabels(backbone, prefix(3)));
            try (PeftModel<Label> lora =
                    trainer(backbone, new LoRA(), 4).build().train(OPINIONS)) {
                models.put("merged", lora.merged());
            }
            models.forEach(bank::put);
            assertThat(bank.names()).isEqualTo(models.keySet());
            assertAnswers(bank, models);
        } finally {
            models.values().forEach(PeftModel::close);
        }
    }

    @Test
    void headsAndPoolingsAreThoseOfTheModels() {
        Map<String, PeftModel<Label>> models = new LinkedHashMap<>();
        try (PromptBank bank = PromptBank.builder(new TinyBert()).open()) {
            for (TextPooling pooling : TextPooling.values()) {
                for (DenseLayer dense : DenseLayer.values()) {
                    for (long seed = 0; seed < 2; seed++) {
                        models.put(
                                pooling + " " + dense + seed,
                                PeftTrainer.builder(new LabelHead(0.1 * seed, dense))
                                        .backbone(new TinyBert())
                                        .method(prefix(3))
                                        .pooling(pooling)
                                        .seed(seed)
                                        .options(Fixtures.options().epochs(1).build())
                                        .developmentFraction(0)
                                        .device(TestDevice.name())
                                        .build()
                                        .train(OPINIONS));
                    }
                }
            }
            models.forEach(bank::put);
            assertAnswers(bank, models);
        } finally {
            models.values().forEach(PeftModel::close);
        }
    }

    @Test
    void answersNameTheParametersOfTheirModel() {
        try (PromptBank bank = PromptBank.builder(new TinyBert()).open();
                PeftModel<Label> first = train(prefix(3), 1);
                PeftModel<Label> second = train(prefix(3), 2)) {
            bank.put("a", first);
            Query query = new Query("a", "the film is good");
            assertThat(bank.answer(List.of(query)).get(0).parametersHash())
                    .isEqualTo(first.state().parametersHash());
            bank.put("a", second);
            assertThat(bank.answer(List.of(query)).get(0).parametersHash())
                    .isEqualTo(second.state().parametersHash());
            assertSame(bank.predict(List.of(query)).get(0), second.predict("the film is good"));
            assertThat(bank.bytes()).isEqualTo(4 * (second.adapterParameters() + second.headParameters()));
            assertThat(bank.remove("a")).isTrue();
            assertThat(bank.remove("a")).isFalse();
            assertThat(bank.bytes()).isZero();
            assertThatThrownBy(() -> bank.predict(List.of(query)))
                    .isInstanceOf(NoSuchElementException.class)
                    .hasMessage("There is no model 'a'");
            assertThat(bank.predict(List.of())).isEmpty();
        }
    }

    @Test
    void otherBackbonesAndTasksAreRefused() {
        try (PromptBank bank = PromptBank.builder(new TinyBert()).open();
                PeftModel<Label> other =
                        trainer(new TinyBert(77), prefix(3), 1).build().train(OPINIONS)) {
            assertThatThrownBy(() -> bank.put("a", other))
                    .isInstanceOf(BackboneException.class)
                    .hasMessage("Model 'a' was trained on backbone 'tiny-bert-77' with other files than the backbone of"
                            + " the bank");
            assertThat(bank.names()).isEmpty();
        }
    }

    @Test
    void leastRecentlyUsedModelsLeaveMemoryAndComeBack(@TempDir Path folder) throws IOException {
        List<String> loads = new ArrayList<>();
        Map<String, PeftModel<Label>> models = new LinkedHashMap<>();
        for (String name : List.of("a", "b", "c")) {
            PeftModel<Label> model = train(prefix(3), name.charAt(0));
            model.serializeToFile(folder.resolve(name));
            models.put(name, model);
        }
        PeftModel<Label> any = models.get("a");
        long bytes = 4 * (any.adapterParameters() + any.headParameters());
        try (PromptBank bank = PromptBank.builder(new TinyBert())
                .maxBytes(2 * bytes)
                .loader(name -> {
                    loads.add(name);
                    if (!models.containsKey(name)) {
                        throw new NoSuchElementException("There is no model '" + name + "'");
                    }
                    return PeftModel.load(folder.resolve(name));
                })
                .open()) {
            assertAnswers(bank, Map.of("a", models.get("a")));
            assertAnswers(bank, Map.of("b", models.get("b")));
            assertAnswers(bank, Map.of("a", models.get("a")));
            assertAnswers(bank, Map.of("c", models.get("c"))); // instead of b
            assertThat(bank.names()).containsExactly("a", "c");
            assertThat(bank.bytes()).isEqualTo(2 * bytes);
            assertThat(loads).containsExactly("a", "b", "c");
            assertAnswers(bank, models); // all at once, although two fit
            assertThat(bank.bytes()).isEqualTo(2 * bytes);
            assertThatThrownBy(() -> bank.predict(List.of(new Query("d", "the film"))))
                    .isInstanceOf(NoSuchElementException.class);
        } finally {
            models.values().forEach(PeftModel::close);
        }
    }

    @Test
    void withoutALoaderNoModelIsLost() {
        try (PeftModel<Label> model = train(prefix(3), 1)) {
            long bytes = 4 * (model.adapterParameters() + model.headParameters());
            try (PromptBank bank =
                    PromptBank.builder(new TinyBert()).maxBytes(bytes).open()) {
                bank.put("a", model);
                bank.put("a", model);
                assertThatThrownBy(() -> bank.put("b", model))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("Model 'b' has " + bytes + " bytes, but the models of the bank use " + bytes
                                + " of at most " + bytes + " bytes");
                assertThat(bank.names()).containsExactly("a");
            }
        }
    }

    @Test
    void aModelThatCannotBeReadIsAnErrorEachTime() {
        try (PromptBank bank = PromptBank.builder(new TinyBert())
                .loader(name -> {
                    throw new IOException("it is truncated");
                })
                .open()) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> bank.predict(List.of(new Query("a", "the film"))))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("Model 'a' cannot be loaded: it is truncated");
            }
        }
    }

    /** The loader waits for {@code put} for some time, and then returns what it has read before. */
    @Test
    void aLoadedModelDoesNotReplaceOneThatWasPutMeanwhile() throws Exception {
        try (PeftModel<Label> old = train(prefix(3), 1);
                PeftModel<Label> current = train(prefix(3), 2)) {
            CountDownLatch loading = new CountDownLatch(1);
            CountDownLatch put = new CountDownLatch(1);
            Query query = new Query("a", "the film is good");
            try (PromptBank bank = PromptBank.builder(new TinyBert())
                    .loader(name -> {
                        loading.countDown();
                        awaitShortly(put);
                        return (PeftModel<?>) old.copy();
                    })
                    .open()) {
                ExecutorService client = Executors.newSingleThreadExecutor();
                try {
                    Future<?> loaded = client.submit(() -> bank.predict(List.of(query)));
                    loading.await();
                    bank.put("a", current);
                    put.countDown();
                    loaded.get();
                } finally {
                    client.shutdown();
                }
                assertThat(bank.answer(List.of(query)).get(0).parametersHash())
                        .isEqualTo(current.state().parametersHash());
            }
        }
    }

    private static void awaitShortly(CountDownLatch latch) {
        try {
            latch.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void modelsAreReplacedAndRemovedDuringPredictions() throws Exception {
        try (PromptBank bank = PromptBank.builder(new TinyBert()).open();
                PeftModel<Label> first = train(prefix(3), 1);
                PeftModel<Label> second = train(prefix(3), 2)) {
            Map<String, Prediction<Label>> expected = Map.of(
                    first.state().parametersHash(), first.predict("the film is good"),
                    second.state().parametersHash(), second.predict("the film is good"));
            bank.put("stays", first);
            bank.put("changes", first);
            AtomicBoolean done = new AtomicBoolean();
            ExecutorService clients = Executors.newFixedThreadPool(3);
            try {
                List<Future<?>> running = Stream.generate(() -> clients.submit(() -> {
                            do {
                                List<PromptBank.Answer> answers = bank.answer(List.of(
                                        new Query("stays", "the film is good"),
                                        new Query("changes", "the film is good")));
                                answers.forEach(answer ->
                                        assertSame(answer.prediction(), expected.get(answer.parametersHash())));
                            } while (!done.get());
                            return null;
                        }))
                        .limit(3)
                        .<Future<?>>map(future -> future)
                        .toList();
                for (int i = 0; i < 200; i++) {
                    bank.put("changes", i % 2 == 0 ? second : first);
                    bank.put("comes and goes", second);
                    bank.remove("comes and goes");
                }
                done.set(true);
                for (Future<?> client : running) {
                    client.get();
                }
            } finally {
                clients.shutdown();
            }
        }
    }

    @Test
    void closedBankIsRefused() {
        PromptBank bank = PromptBank.builder(new TinyBert()).open();
        bank.close();
        bank.close();
        assertThatThrownBy(() -> bank.predict(List.of(new Query("a", "the film"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("This prompt bank is closed");
    }

    @Test
    void modelsThatWereReplacedOrRemovedAreFreed(@TempDir Path folder) throws Exception {
        long[] resident = ResidentMemory.measure(folder, Rounds.class);
        assertThat(resident[1] - resident[0]).as("growth in kB").isLessThan(30_000);
    }

    /** Puts models of 0.5 MB, replaces them and predicts, and prints the memory after 50 and after 200 rounds. */
    static final class Rounds {

        private Rounds() {}

        public static void main(String[] arguments) {
            try (PeftModel<Label> model = train(prefix(2_000), 1);
                    PromptBank bank = PromptBank.builder(new TinyBert())
                            .options(InferenceOptions.DEFAULT)
                            .open()) {
                for (int round = 1; round <= 200; round++) {
                    for (String name : List.of("a", "b", "c")) {
                        bank.put(name, model);
                    }
                    bank.predict(List.of(
                            new Query("a", "the film"), new Query("b", "the book is good"), new Query("c", "a song")));
                    bank.remove("b");
                    if (round == 50 || round == 200) {
                        ResidentMemory.print();
                    }
                }
            }
        }
    }
}
