/** Adapted language models as chat models of LangChain4j. */
package io.github.tribuopeft.langchain4j;
