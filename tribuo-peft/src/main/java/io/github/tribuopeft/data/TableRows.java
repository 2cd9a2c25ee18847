package io.github.tribuopeft.data;

import java.io.IOException;

/** Reader of the rows of a table in the order of the file. */
interface TableRows {

    /** Reads the next row; null after the last one. */
    TextTable.Row next() throws IOException;

    /** Returns the error message for a table without rows. */
    String missing();
}
