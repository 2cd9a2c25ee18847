package io.github.tribuopeft.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.PeftModel;
import io.github.tribuopeft.backbone.Backbone;
import io.github.tribuopeft.backbone.Precision;
import io.github.tribuopeft.backbone.TokenSequence;
import io.github.tribuopeft.method.FullFineTuning;
import io.github.tribuopeft.method.LoRA;
import io.github.tribuopeft.method.PeftMethod;
import io.github.tribuopeft.method.PrefixTuning;
import io.github.tribuopeft.testing.Fixtures;
import io.github.tribuopeft.testing.TestDevice;
import io.github.tribuopeft.testing.TinyBert;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.tribuo.classification.Label;

/** Division of rows into batches. */
@Tag("gpu")
class BankRowsTest {

    private static final int TOKENS = 1_000;

    private final Backbone backbone = Backbone.open(new TinyBert(), TestDevice.get(), Precision.FP32);
    private final List<BankedModel<?>> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(BankedModel::release);
        backbone.close();
    }

    private BankedModel<?> banked(PeftModel<Label> model) {
        try (model) {
            open.add(BankedModel.of(model, backbone));
            return open.get(open.size() - 1);
        }
    }

    private static PeftModel<Label> train(PeftMethod method) {
        return Fixtures.trainer(method)
                .options(Fixtures.options().epochs(1).build())
                .build()
                .train(Fixtures.opinions(8));
    }

    private static PeftModel<Label> prefix() {
        return train(PrefixTuning.builder().virtualTokens(2).build());
    }

    private static TokenSequence sequence(int length) {
        return new TokenSequence(new int[length], new int[length], new int[0], 0);
    }

    private static BankRows rows(BankedModel<?>... models) {
        return new BankRows(List.of(models), Collections.nCopies(models.length, sequence(5)));
    }

    private static List<List<Integer>> batches(BankRows rows, long stackedBytes) {
        return rows.batches(TOKENS, stackedBytes).stream()
                .map(batch -> Arrays.stream(batch).boxed().toList())
                .toList();
    }

    @Test
    void modelsOfOneLayoutShareABatch() {
        BankedModel<?> first = banked(prefix());
        BankedModel<?> second = banked(prefix());
        BankedModel<?> other = banked(train(new LoRA()));
        assertThat(batches(rows(first, other, second, first), Long.MAX_VALUE))
                .containsExactly(List.of(0, 2, 3), List.of(1));
    }

    @Test
    void modelsOfWholeMatricesHaveBatchesOfTheirOwn() {
        BankedModel<?> first = banked(train(new FullFineTuning()));
        BankedModel<?> second = banked(train(new FullFineTuning()));
        BankedModel<?> merged;
        BankedModel<?> alsoMerged;
        try (PeftModel<Label> lora = train(new LoRA())) {
            merged = banked(lora.merged());
            alsoMerged = banked(lora.merged());
        }
        assertThat(batches(rows(first, second, first, merged, alsoMerged, merged), Long.MAX_VALUE))
                .containsExactly(List.of(0, 2), List.of(1), List.of(3, 5), List.of(4));
    }

    @Test
    void onlyStackedAdaptersAreBounded() {
        BankedModel<?> first = banked(prefix());
        BankedModel<?> second = banked(prefix());
        long bytes = first.layout().values() * Float.BYTES;
        assertThat(batches(rows(first, second, first), 2 * bytes)).containsExactly(List.of(0, 1), List.of(2));
        assertThat(batches(rows(first, second), 1)).containsExactly(List.of(0), List.of(1));
        assertThat(batches(rows(first, first, first), 1)).containsExactly(List.of(0, 1, 2));
    }

    @Test
    void batchesHaveABoundedNumberOfTokens() {
        BankedModel<?> model = banked(prefix());
        BankRows rows = new BankRows(List.of(model, model, model), List.of(sequence(600), sequence(5), sequence(400)));
        assertThat(batches(rows, Long.MAX_VALUE)).containsExactly(List.of(0), List.of(1, 2));
    }
}
