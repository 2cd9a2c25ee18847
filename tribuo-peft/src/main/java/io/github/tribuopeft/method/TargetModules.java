package io.github.tribuopeft.method;

import com.oracle.labs.mlrg.olcut.config.PropertyException;
import io.github.tribuopeft.backbone.Architecture;
import io.github.tribuopeft.backbone.LinearLayer;
import io.github.tribuopeft.backbone.LinearLayer.Role;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Linear layers that a method changes: those of some roles in a range of layers.
 *
 * @param roles the roles, which are the same in all families
 * @param layers the range of layers
 */
record TargetModules(Set<Role> roles, LayerRange layers) {

    /**
     * Reads the roles from a setting.
     *
     * @param names names such as {@code query,value}, or {@code all}
     * @throws PropertyException if a name is unknown; the message lists the known ones
     */
    static TargetModules parse(String names, LayerRange layers) {
        if (names.strip().equals("all")) {
            return new TargetModules(EnumSet.allOf(Role.class), layers);
        }
        EnumSet<Role> roles = EnumSet.noneOf(Role.class);
        for (String name : names.split(",")) {
            roles.add(Arrays.stream(Role.values())
                    .filter(role -> spell(role).equals(name.strip()))
                    .findFirst()
                    .orElseThrow(() -> new PropertyException(
                            "",
                            "targets",
                            "Unknown linear layer '" + name.strip() + "'; expected all, or some of "
                                    + spell(EnumSet.allOf(Role.class)))));
        }
        return new TargetModules(roles, layers);
    }

    /** Returns the setting of roles. */
    static String spell(Set<Role> roles) {
        return roles.stream().map(TargetModules::spell).collect(Collectors.joining(","));
    }

    private static String spell(Role role) {
        return role.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Returns the linear layers of a backbone.
     *
     * @throws IllegalArgumentException if the backbone has none of them
     */
    List<LinearLayer> of(Architecture architecture) {
        LayerRange range = layers.of(architecture.dimensions());
        List<LinearLayer> linear = architecture.linearLayers().stream()
                .filter(layer -> roles.contains(layer.role()) && range.contains(layer.layer()))
                .toList();
        if (linear.isEmpty()) {
            throw new IllegalArgumentException("A backbone of family " + architecture.family()
                    + " has no linear layers " + spell(roles) + "; it has "
                    + spell(architecture.linearLayers().stream()
                            .map(LinearLayer::role)
                            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class)))));
        }
        return linear;
    }
}
