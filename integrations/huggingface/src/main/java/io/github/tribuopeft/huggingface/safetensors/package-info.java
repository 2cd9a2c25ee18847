/**
 * Reading and writing of <a href="https://huggingface.co/docs/safetensors">safetensors</a> files. Internal: public
 * only for the other packages of this module, and subject to change.
 */
package io.github.tribuopeft.huggingface.safetensors;
