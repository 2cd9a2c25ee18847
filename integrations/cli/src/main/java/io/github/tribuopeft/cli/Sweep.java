package io.github.tribuopeft.cli;

import io.github.tribuopeft.data.Whitespace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A setting whose values are compared, such as {@code virtual-tokens=1,5,20}.
 *
 * @param name the setting: of the method, or else of the training; {@code component.field} for any other
 * @param values what it is set to
 */
record Sweep(String name, List<String> values) {

    private static final String LAYERS = "layers";
    private static final Pattern CAPITAL = Pattern.compile("\\p{Lu}");
    private static final Pattern SYNTAX = Pattern.compile("([\\w.-]+)=([^=]+)");

    /**
     * One value of a sweep.
     *
     * @param name the sweep's setting
     * @param value what it is set to
     */
    record Choice(String name, String value) {

        /** Sets it. */
        void applyTo(TrainerConfiguration configuration) {
            if (name.equals(LAYERS)) {
                TrainerOptions.setLayers(configuration, "--sweep layers", value);
            } else {
                String[] place = place(configuration, name);
                configuration.set(place[0], place[1], value);
            }
        }

        @Override
        public String toString() {
            return name + "=" + value;
        }
    }

    /** Reads an option. */
    static Sweep parse(String option) {
        Matcher parts = SYNTAX.matcher(option);
        if (!parts.matches()) {
            throw new UsageException(
                    "--sweep: expected setting=value,value as in virtual-tokens=1,5,20, but found '" + option + "'");
        }
        List<String> values = Arrays.stream(parts.group(2).split(",", -1))
                .map(Whitespace::trim)
                .toList();
        if (values.contains("")) {
            throw new UsageException(
                    "--sweep: expected a value before and after each comma, but found '" + option + "'");
        }
        return new Sweep(parts.group(1), values);
    }

    /** Whether a configuration has this setting. */
    boolean fits(TrainerConfiguration configuration) {
        return places(configuration).stream().allMatch(place -> configuration.has(place[0], place[1]));
    }

    /** What it sets in a configuration that has it, each as {@code component.field}. */
    List<String> targets(TrainerConfiguration configuration) {
        return places(configuration).stream()
                .map(place -> String.join(".", place))
                .toList();
    }

    private List<String[]> places(TrainerConfiguration configuration) {
        return name.equals(LAYERS)
                ? List.of(new String[] {"method", "firstLayer"}, new String[] {"method", "lastLayer"})
                : List.<String[]>of(place(configuration, name));
    }

    /** The names of the settings that a configuration's method and training have. */
    static SortedSet<String> names(TrainerConfiguration configuration) {
        SortedSet<String> names = new TreeSet<>();
        for (String component : List.of("method", "training")) {
            configuration.settings(component).forEach(field -> names.add(kebab(field)));
        }
        if (names.contains("first-layer")) {
            names.add(LAYERS);
        }
        return names;
    }

    /** All ways to choose one value of each sweep; a single empty one if there are none. */
    static List<List<Choice>> choices(List<Sweep> sweeps) {
        List<List<Choice>> all = List.of(List.of());
        for (Sweep sweep : sweeps) {
            List<List<Choice>> longer = new ArrayList<>();
            for (List<Choice> chosen : all) {
                for (String value : sweep.values) {
                    List<Choice> more = new ArrayList<>(chosen);
                    more.add(new Choice(sweep.name, value));
                    longer.add(more);
                }
            }
            all = longer;
        }
        return all;
    }

    /** Component and field: a method's setting goes before a training's. */
    private static String[] place(TrainerConfiguration configuration, String name) {
        if (name.contains(".")) {
            return name.split("\\.", 2);
        }
        String field = camel(name);
        return new String[] {
            configuration.has("training", field) && !configuration.has("method", field) ? "training" : "method", field
        };
    }

    private static String camel(String name) {
        StringBuilder camel = new StringBuilder();
        for (String part : name.split("-")) {
            camel.append(
                    camel.isEmpty() || part.isEmpty()
                            ? part
                            : part.substring(0, 1).toUpperCase(Locale.ROOT) + part.substring(1));
        }
        return camel.toString();
    }

    private static String kebab(String field) {
        return CAPITAL.matcher(field)
                .replaceAll(capital -> "-" + capital.group().toLowerCase(Locale.ROOT));
    }
}
