package io.github.tribuopeft.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.training.TrainingListener.TrainingEpoch;
import io.github.tribuopeft.training.TrainingListener.TrainingStart;
import org.junit.jupiter.api.Test;

class DevelopmentScoreTest {

    private static TrainingStart run(String metric) {
        return new TrainingStart("lora", 8, 4, 0, 2, 1, 100, 10, 1000, metric, 0);
    }

    private static TrainingEpoch epoch(double metric) {
        return new TrainingEpoch(1, 2, 0.5, 0.7, metric, true);
    }

    @Test
    void scoreIsShownAsRecorded() {
        assertThat(DevelopmentScore.of(run("accuracy"), epoch(0.91804))).hasToString("Optional[accuracy 0.9180]");
    }

    @Test
    void negatedErrorIsShownAsTheError() {
        assertThat(DevelopmentScore.of(run("negative-rmse"), epoch(-0.25)))
                .contains(new DevelopmentScore("rmse", 0.25));
    }

    @Test
    void epochWithoutDevelopmentSetHasNoScore() {
        assertThat(DevelopmentScore.of(run("accuracy"), epoch(Double.NaN))).isEmpty();
    }
}
