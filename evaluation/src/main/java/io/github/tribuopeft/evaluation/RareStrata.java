package io.github.tribuopeft.evaluation;

/** Treatment of strata that have fewer examples than a split has parts, and so cannot occur in every part. */
public enum RareStrata {
    /** Some parts do not contain the stratum, as in Tribuo's {@code TrainTestSplitter} and {@code CrossValidation}. */
    ALLOW,
    /** The split fails with an error that names the strata and their numbers of examples. */
    REJECT
}
