package io.github.tribuopeft.inspection;

/**
 * Contribution of a token, or of a virtual token, to the logit of a label.
 *
 * @param name the characters of the token, or the name of the virtual token
 * @param begin index of the token's first character in the text; 0 for a virtual token
 * @param end index after the token's last character; 0 for a virtual token
 * @param integratedGradients contribution by integrated gradients; the contributions of all tokens sum to the
 *     difference of the logit from that of the baseline
 * @param leaveOneOut decrease of the logit when the token is deleted
 */
public record Attribution(String name, int begin, int end, double integratedGradients, double leaveOneOut) {}
