package io.github.tribuopeft.evaluation.comparison;

/** Hears how a comparison goes on. */
public interface ComparisonListener {

    /**
     * A comparison starts.
     *
     * @param cells number of cells
     * @param kept number of those that an earlier run has finished
     */
    default void onStart(int cells, int kept) {}

    /** A cell's training starts. */
    default void onCellStart(Cell.Key key) {}

    /** A cell is finished. */
    default void onCellEnd(Cell cell) {}

    /** All cells are finished. */
    default void onEnd() {}
}
