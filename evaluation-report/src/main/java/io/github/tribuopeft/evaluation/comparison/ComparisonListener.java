package io.github.tribuopeft.evaluation.comparison;

import java.nio.file.Path;

/** Hears how a comparison goes on. */
public interface ComparisonListener {

    /**
     * A comparison starts.
     *
     * @param cells number of cells
     * @param kept number of those that an earlier run has finished
     */
    default void onStart(int cells, int kept) {}

    /**
     * The file of a finished cell is damaged: the cell is trained again.
     *
     * @param file the file, which is replaced
     * @param damage what is wrong with it
     */
    default void onDamagedCell(Cell.Key key, Path file, String damage) {}

    /** A cell's training starts. */
    default void onCellStart(Cell.Key key) {}

    /** A cell is finished. */
    default void onCellEnd(Cell cell) {}

    /** All cells are finished. */
    default void onEnd() {}
}
