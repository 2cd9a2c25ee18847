package io.github.tribuopeft.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.multilabel.MultiLabel;
import org.tribuo.multilabel.MultiLabelFactory;
import org.tribuo.regression.RegressionFactory;
import org.tribuo.regression.Regressor;

/** Tests of the cells of a label column. */
class OutputParserTest {

    private final OutputParser<Label> label = new OutputParser<>(new LabelFactory());
    private final OutputParser<MultiLabel> labels = new OutputParser<>(new MultiLabelFactory());
    private final OutputParser<Regressor> numbers = new OutputParser<>(new RegressionFactory());

    @Test
    void oneLabel() {
        assertThat(label.parse(" a, b ").getLabel()).isEqualTo("a, b");
        assertThat(label.acceptsBlank()).isFalse();
        assertThatThrownBy(() -> label.parse(" ")).hasMessage("the label is blank");
    }

    @Test
    void severalLabels() {
        assertThat(labels.parse("a,b").getNameSet()).containsExactlyInAnyOrder("a", "b");
        assertThat(labels.parse(" a , b c\t").getNameSet()).containsExactlyInAnyOrder("a", "b c");
        assertThat(labels.parse("a=true,b=false").getNameSet()).containsExactly("a");
        assertThat(labels.acceptsBlank()).isTrue();
        assertThat(labels.parse(" ").getNameSet()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,", ",a", "a,,b", ",", "a, ,b"})
    void blankNamesOfLabels(String cell) {
        assertThatThrownBy(() -> labels.parse(cell))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the label is blank");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=x", "a=true=false", "b,a=", "=x"})
    void labelsWithEqualsSigns(String cell) {
        assertThatThrownBy(() -> labels.parse(cell))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("contains '='; expected NAME, NAME=true or NAME=false");
    }

    @ParameterizedTest
    @CsvSource({"3.5,DIM-0,3.5", "' -2e3 ',DIM-0,-2000", "'length = 4',length,4"})
    void oneNumber(String cell, String name, double value) {
        Regressor parsed = numbers.parse(cell);
        assertThat(parsed.getNames()).containsExactly(name);
        assertThat(parsed.getValues()).containsExactly(value);
    }

    @Test
    void severalNumbers() {
        Regressor parsed = numbers.parse("b=2, a=1");
        assertThat(parsed.getNames()).containsExactly("a", "b");
        assertThat(parsed.getValues()).containsExactly(1, 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "NaN", "1e999", "a=x", "1,Infinity", "a=1=2"})
    void invalidNumbers(String cell) {
        assertThatThrownBy(() -> numbers.parse(cell))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is not a finite number; expected a number, or NAME=NUMBER");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1,", "=1"})
    void missingNamesAndNumbers(String cell) {
        assertThatThrownBy(() -> numbers.parse(cell))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is blank");
    }
}
