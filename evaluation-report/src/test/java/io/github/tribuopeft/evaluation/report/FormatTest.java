package io.github.tribuopeft.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.tribuopeft.evaluation.comparison.MetricScale;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0          | 0
                    0.4        | 0.400
                    9.94       | 9.94
                    9.951      | 10.0
                    99.44      | 99.4
                    99.6       | 100
                    1234567.8  | 1,234,568
                    -2.5       | −2.50
                    -0.00123   | −0.00123
                    1e-9       | 0.000000
                    NaN        | –
                    """)
    void numbersHaveThreeDigits(double value, String expected) {
        assertThat(Format.number(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"7,7", "0,0", "2.5,2.5", "2.126,2.13", "10.04,10", "1500,'1,500'", "-0.25,−0.25"})
    void valuesHaveNoZerosAtTheEnd(double value, String expected) {
        assertThat(Format.value(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0,0", "0.001,< 0.01", "0.08,0.08", "3.117,3.12", "45.26,45.3", "1082.4,'1,082'", "292346,'292,000'"})
    void costsHaveNoDigitsThatCannotBeMeasured(double value, String expected) {
        assertThat(Format.cost(value)).isEqualTo(expected);
    }

    /** Mean and deviation, and the limits of an interval, have the same decimals. */
    @Test
    void decimalsAgree() {
        ScoreFormat error = new ScoreFormat(MetricScale.ERROR);
        assertThat(error.text(new Sample(1.4273, 0.0312, 2))).isEqualTo("1.43\u00a0±\u00a00.03");
        assertThat(error.text(new Sample(0.0034, 0.0001, 2))).isEqualTo("0.00340\u00a0±\u00a00.00010");
        assertThat(error.signedInterval(-0.0312, 0.0003)).isEqualTo("−0.0312 to +0.0003");
        ScoreFormat coefficient = new ScoreFormat(MetricScale.COEFFICIENT);
        assertThat(coefficient.text(new Sample(-0.0003, 0.01, 2))).isEqualTo("0.000\u00a0±\u00a00.010");
    }

    @ParameterizedTest
    @CsvSource({"5,5", "5000,'5,000'", "10000,10k", "200000,200k", "1000000,1M", "2000000000,2G"})
    void roundNumbersAreShortOnAxes(double value, String expected) {
        assertThat(Format.compact(value)).isEqualTo(expected);
    }

    @Test
    void signsAreMinusSignsAndZeroHasNone() {
        assertThat(Format.signed(-0.123)).isEqualTo("−12.3");
        assertThat(Format.signed(0.001)).isEqualTo("+0.1");
        assertThat(Format.percent(-0.0001)).isEqualTo("0.0");
        assertThat(Format.percent(new Sample(0.5, 0.01, 1))).isEqualTo("50.0");
        assertThat(Format.percent(new Sample(0.5, 0.01, 2))).isEqualTo("50.0\u00a0±\u00a01.0");
        assertThat(Format.percent(Double.NaN)).isEqualTo("–");
    }

    @Test
    void listsHaveCommasAndAnAnd() {
        assertThat(Format.list(List.of())).isEmpty();
        assertThat(Format.list(List.of("a"))).isEqualTo("a");
        assertThat(Format.list(List.of("a", "b"))).isEqualTo("a and b");
        assertThat(Format.list(List.of("a", "b", "c"))).isEqualTo("a, b and c");
    }

    @Test
    void shortensBetweenCharacters() {
        assertThat(Format.shorten("🦀🦀🦀", 3)).isEqualTo("🦀🦀🦀");
        assertThat(Format.shorten("🦀🦀🦀", 2)).isEqualTo("🦀…");
    }
}
