/** Reports of finished comparisons as HTML, Markdown and CSV. */
package io.github.tribuopeft.evaluation.report;
