package io.github.tribuopeft.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FormatTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0          | 0
                    0.4        | 0.40
                    9.94       | 9.94
                    9.951      | 10.0
                    99.44      | 99.4
                    99.6       | 100
                    1234567.8  | 1,234,568
                    -2.5       | −2.50
                    -0.001     | 0.00
                    NaN        | –
                    """)
    void numbersHaveThreeDigits(double value, String expected) {
        assertThat(Format.number(value)).isEqualTo(expected);
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
        assertThat(Format.percent(new Sample(0.5, 0.01, 2))).isEqualTo("50.0 ± 1.0");
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
