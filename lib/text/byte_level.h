/* byte_level: the 256 printable characters that stand for bytes in byte-level vocabularies (bytes_to_unicode of GPT-2). */
#ifndef TAGPIPE_TEXT_BYTE_LEVEL_H
#define TAGPIPE_TEXT_BYTE_LEVEL_H

#include <stdint.h>

/* The printable bytes of Latin-1 stand for themselves, the 68 others, in their order, are U+0100 and what follows. */
uint32_t byte_level_code(unsigned char byte);
/* The byte that a code point stands for; -1 if it stands for none. */
int byte_level_byte(uint32_t code);

#endif
