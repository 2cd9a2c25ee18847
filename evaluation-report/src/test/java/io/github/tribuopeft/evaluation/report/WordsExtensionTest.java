package io.github.tribuopeft.evaluation.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pebbletemplates.pebble.error.PebbleException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordsExtensionTest {

    @ParameterizedTest
    @CsvSource({
        "prefix-tuning, <span class=\"word\">prefix-tuning</span>",
        "card_payment, card_<wbr>payment",
        "initializer=sampled-vocabulary, initializer=<wbr><span class=\"word\">sampled-vocabulary</span>",
        "virtual-tokens=20, <span class=\"word\">virtual-tokens=</span><wbr>20",
        "'Trainer(seed=1,method=PromptTuning(rate=0))', 'Trainer(<wbr>seed=<wbr>1,<wbr>method=<wbr>PromptTuning(<wbr>rate=<wbr>0))'",
        "n\u00a0=\u00a04, n\u00a0=\u00a04",
        "<b>, &lt;b&gt;"
    })
    void breaksLines(String text, String html) throws PebbleException {
        Object words = new WordsExtension().getFilters().get("words").apply(text, Map.of(), null, null, 0);
        assertThat(words).hasToString(html);
    }
}
