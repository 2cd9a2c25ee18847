/** Reports of finished comparisons for people (HTML, Markdown) and for programs (JSON, CSV). */
package io.github.tribuopeft.evaluation.report;
