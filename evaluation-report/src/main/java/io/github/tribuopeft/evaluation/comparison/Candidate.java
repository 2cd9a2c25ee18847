package io.github.tribuopeft.evaluation.comparison;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Description of a trainer or model in a comparison.
 *
 * @param name name in tables, unique in a comparison
 * @param kind group in figures, such as {@value #SOFT_PROMPT}, {@code weights or head} or {@value #NO_BACKBONE}
 * @param settings settings in one line
 * @param swept settings whose values the comparison varies, with the value of this candidate; they are part of the name
 */
public record Candidate(
        String name,
        String kind,
        String settings,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> swept) {

    /** Kind of methods that train virtual tokens. */
    public static final String SOFT_PROMPT = "soft prompt";

    /** Kind of models without a backbone. */
    public static final String NO_BACKBONE = "no backbone";

    /** Copies the map, in its order. */
    public Candidate {
        swept = new LinkedHashMap<>(swept);
    }

    /** Creates the description of a candidate without varied settings. */
    public Candidate(String name, String kind, String settings) {
        this(name, kind, settings, Map.of());
    }

    /**
     * Creates the description of a candidate with varied settings. Its name contains them.
     *
     * @param method name of the candidate without the settings
     */
    public static Candidate ofSweep(String method, String kind, String settings, Map<String, String> swept) {
        StringBuilder name = new StringBuilder(method);
        swept.forEach((setting, value) -> name.append(suffix(setting, value)));
        return new Candidate(name.toString(), kind, settings, swept);
    }

    /** Returns the name without the varied settings. */
    public String method() {
        String method = name;
        for (Map.Entry<String, String> setting : swept.entrySet()) {
            method = method.replace(suffix(setting.getKey(), setting.getValue()), "");
        }
        return method;
    }

    private static String suffix(String setting, String value) {
        return " " + setting + "=" + value;
    }
}
