package io.github.tribuopeft.evaluation.comparison;

import java.nio.file.Path;

/** Receives the progress of a comparison. */
public interface ComparisonListener {

    /**
     * Called when a comparison starts.
     *
     * @param cells number of cells
     * @param reused number of cells that an earlier run finished
     */
    default void onStart(int cells, int reused) {}

    /**
     * Called when the file of a finished cell is damaged. The cell is trained again and the file is replaced.
     *
     * @param file damaged file
     * @param damage description of the damage
     */
    default void onDamagedCell(Cell.Key key, Path file, String damage) {}

    /** Called when the training of a cell starts. */
    default void onCellStart(Cell.Key key) {}

    /** Called when a cell is finished. */
    default void onCellEnd(Cell cell) {}

    /** Called when all cells are finished. */
    default void onEnd() {}
}
