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
 * Setting with the values to compare, such as {@code virtual-tokens=1,5,20}.
 *
 * @param name the name of a setting of the method or, if the method has none of that name, of the training; {@code
 *     component.field} for settings of other components
 * @param values the values
 */
record Sweep(String name, List<String> values) {

    private static final String LAYERS = "layers";
    private static final Pattern CAPITAL = Pattern.compile("\\p{Lu}");
    private static final Pattern SYNTAX = Pattern.compile("([\\w.-]+)=([^=]+)");

    /**
     * One value of a sweep.
     *
     * @param name the name of the setting
     * @param value the value
     */
    record Choice(String name, String value) {

        /** Sets the value. */
        void applyTo(TrainerConfiguration configuration) {
            if (name.equals(LAYERS)) {
                TrainerOptions.setLayers(configuration, "--sweep layers", value);
            } else {
                Target target = target(configuration, name);
                configuration.set(target.component(), target.field(), value);
            }
        }

        @Override
        public String toString() {
            return name + "=" + value;
        }
    }

    /**
     * Parses the option {@code --sweep}.
     *
     * @throws UsageException if the option does not have the form {@code setting=value,value}
     */
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

    /** Returns whether a configuration has this setting. */
    boolean appliesTo(TrainerConfiguration configuration) {
        return fields(configuration).stream().allMatch(target -> configuration.has(target.component(), target.field()));
    }

    /** Returns the settings that the sweep changes, each as {@code component.field}. */
    List<String> targets(TrainerConfiguration configuration) {
        return fields(configuration).stream().map(Target::toString).toList();
    }

    private List<Target> fields(TrainerConfiguration configuration) {
        return name.equals(LAYERS)
                ? List.of(new Target("method", "firstLayer"), new Target("method", "lastLayer"))
                : List.of(target(configuration, name));
    }

    /** Returns the names of the settings of a configuration's method and training. */
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

    /** Returns all combinations of one value of each sweep; without sweeps, one empty combination. */
    static List<List<Choice>> combinations(List<Sweep> sweeps) {
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

    /** Field of a component. */
    private record Target(String component, String field) {

        @Override
        public String toString() {
            return component + "." + field;
        }
    }

    /** Returns the field of a setting's name. Settings of the method have priority over those of the training. */
    private static Target target(TrainerConfiguration configuration, String name) {
        if (name.contains(".")) {
            String[] parts = name.split("\\.", 2);
            return new Target(parts[0], parts[1]);
        }
        String field = camel(name);
        return new Target(
                configuration.has("training", field) && !configuration.has("method", field) ? "training" : "method",
                field);
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
