/**
 * Files of backbones and adapters: directories, strict JSON and printable text. Internal: public only for the other
 * packages of this module, and subject to change.
 */
package io.github.tribuopeft.huggingface.files;
