package io.github.tribuopeft;

import io.github.tribuopeft.data.ReplyExamples;
import io.github.tribuopeft.text.Text;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.tribuo.Prediction;

/**
 * Consistency of replies with personas, without a classifier: the persona of a reply is the one whose model gives it
 * the smallest loss. Borrows the models and does not close them.
 */
public final class PersonaConsistency {

    private final Map<String, PeftTextModel> personas;

    /**
     * Creates a measure.
     *
     * @param personas the models by the names of their personas; at least two, on backbones with the same tokenizer
     * @throws IllegalArgumentException if there are fewer than two personas
     */
    public PersonaConsistency(Map<String, PeftTextModel> personas) {
        if (personas.size() < 2) {
            throw new IllegalArgumentException(
                    "The persona of a reply can be found among at least two, but there are " + personas.size());
        }
        this.personas = new LinkedHashMap<>(personas);
    }

    /**
     * A turn of a conversation.
     *
     * @param prompt everything before the reply
     * @param reply the reply
     */
    public record Turn(String prompt, String reply) {}

    /** Returns for each turn the name of the persona whose model gives the reply the smallest loss. */
    public List<String> personasOf(List<Turn> turns) {
        Map<String, List<Prediction<Text>>> scores = new LinkedHashMap<>();
        personas.forEach((name, model) -> scores.put(
                name,
                model.predict(turns.stream()
                        .map(turn -> ReplyExamples.reply(turn.prompt(), turn.reply()))
                        .toList())));
        return IntStream.range(0, turns.size())
                .mapToObj(i -> scores.entrySet().stream()
                        .max(Comparator.comparingDouble(
                                entry -> entry.getValue().get(i).getOutput().logLikelihood()))
                        .orElseThrow()
                        .getKey())
                .toList();
    }

    /**
     * Returns the share of the turns of a persona whose replies are closest to it.
     *
     * @throws IllegalArgumentException if there is no such persona or no turn
     */
    public double consistency(String persona, List<Turn> turns) {
        if (!personas.containsKey(persona) || turns.isEmpty()) {
            throw new IllegalArgumentException("The consistency of '" + persona + "' needs at least one turn and a"
                    + " persona among " + personas.keySet() + ", but has " + turns.size() + " turns");
        }
        return (double) personasOf(turns).stream().filter(persona::equals).count() / turns.size();
    }
}
