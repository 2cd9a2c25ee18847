/**
 * Attestations of trained models: an in-toto statement in a DSSE envelope, a CycloneDX bill of materials, and their
 * verification. See {@code docs/attestation.md}.
 */
package io.github.tribuopeft.attestation;
