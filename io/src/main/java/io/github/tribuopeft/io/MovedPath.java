package io.github.tribuopeft.io;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Places where a file or directory may be that was recorded on another machine or has moved. */
public final class MovedPath {

    private MovedPath() {}

    /**
     * Returns the possible paths, in the order in which to try them: the end of the recorded path below each root, from
     * the longest to the name alone; each root itself, if it has the same name; and the recorded path.
     *
     * @param recorded a path, with the separators of any system
     * @param roots directories to search
     */
    public static List<Path> candidates(String recorded, List<Path> roots) {
        List<String> names = Arrays.stream(recorded.split("[/\\\\]"))
                .filter(name -> !name.isEmpty() && !name.equals(".") && !name.equals(".."))
                .toList();
        Set<Path> candidates = new LinkedHashSet<>();
        try {
            for (Path root : roots) {
                for (int begin = 0; begin < names.size(); begin++) {
                    candidates.add(root.resolve(String.join("/", names.subList(begin, names.size()))));
                }
                if (!names.isEmpty() && root.toAbsolutePath().normalize().endsWith(names.get(names.size() - 1))) {
                    candidates.add(root);
                }
            }
            candidates.add(Path.of(recorded));
        } catch (InvalidPathException e) {
            // a path of another system, which does not exist here
        }
        return List.copyOf(candidates);
    }
}
