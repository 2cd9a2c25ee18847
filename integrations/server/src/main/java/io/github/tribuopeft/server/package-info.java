/** HTTP server that predicts and generates with many models over shared backbones. */
package io.github.tribuopeft.server;
