package io.github.tribuopeft.data;

import java.io.IOException;

/** The rows of a table in the order of the file. */
interface TableRows {

    /** Reads a row; null after the last one. */
    TextTable.Row next() throws IOException;

    /** The message for a table without rows. */
    String missing();
}
