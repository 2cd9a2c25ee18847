/** Chat templates of Hugging Face directories. */
package io.github.tribuopeft.chattemplate;
