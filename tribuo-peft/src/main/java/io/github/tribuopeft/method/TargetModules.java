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
 * The linear maps that a method adds to: roles, which all families share, in a range of layers.
 *
 * @param roles what the maps do in their layers
 * @param layers the layers
 */
record TargetModules(Set<Role> roles, LayerRange layers) {

    /**
     * Reads roles from a setting.
     *
     * @param names names such as {@code query,value}, or {@code all}
     * @throws PropertyException if a name is unknown; the message lists those that there are
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
                            "'" + name.strip() + "' is no linear map; known are all, "
                                    + spell(EnumSet.allOf(Role.class)))));
        }
        return new TargetModules(roles, layers);
    }

    /** The setting that reads as these roles. */
    static String spell(Set<Role> roles) {
        return roles.stream().map(TargetModules::spell).collect(Collectors.joining(","));
    }

    private static String spell(Role role) {
        return role.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The maps of a backbone that are meant.
     *
     * @throws IllegalArgumentException if the backbone has none of them
     */
    List<LinearLayer> in(Architecture architecture) {
        LayerRange range = layers.in(architecture.dimensions());
        List<LinearLayer> maps = architecture.linearLayers().stream()
                .filter(map -> roles.contains(map.role()) && range.contains(map.layer()))
                .toList();
        if (maps.isEmpty()) {
            throw new IllegalArgumentException("A backbone of family " + architecture.family()
                    + " has no linear maps " + spell(roles) + "; it has "
                    + spell(architecture.linearLayers().stream()
                            .map(LinearLayer::role)
                            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Role.class)))));
        }
        return maps;
    }
}
