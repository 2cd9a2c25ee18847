package io.github.tribuopeft.io;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Search for a file or directory that has moved, or whose path was recorded on another machine. */
public final class MovedPath {

    private MovedPath() {}

    /**
     * Returns the paths to try, in this order:
     *
     * <ol>
     *   <li>for each root, the ends of the recorded path below the root, from the whole path to the name alone; then the
     *       root itself, if it has the same name
     *   <li>the recorded path
     * </ol>
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
