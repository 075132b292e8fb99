/* msg_form: what the first byte of a msgpack value says about it. */
#ifndef TAGPIPE_STREAM_MSG_FORM_H
#define TAGPIPE_STREAM_MSG_FORM_H

#include <tagpipe/stream.h>

/* For each first byte from 0xc0 on: how many bytes of a length (or of a fixed body) follow, and what they are. */
enum msg_shape { BODY, LENGTH, EXT_LENGTH, ELEMENTS, PAIRS, INVALID };
static const struct {
    uint8_t size, shape;
} msg_form[32] = {
    {0, BODY},       {0, INVALID},    {0, BODY},   {0, BODY},   {1, LENGTH},   {2, LENGTH},   {4, LENGTH}, {1, EXT_LENGTH},
    {2, EXT_LENGTH}, {4, EXT_LENGTH}, {4, BODY},   {8, BODY},   {1, BODY},     {2, BODY},     {4, BODY},   {8, BODY},
    {1, BODY},       {2, BODY},       {4, BODY},   {8, BODY},   {2, BODY},     {3, BODY},     {5, BODY},   {9, BODY},
    {17, BODY},      {1, LENGTH},     {2, LENGTH}, {4, LENGTH}, {2, ELEMENTS}, {4, ELEMENTS}, {2, PAIRS},  {4, PAIRS},
};

static inline enum msg_type msg_form_type(uint8_t b)
{
    if (b < 0x80 || b >= 0xe0)
        return MSG_INT;
    if (b < 0x90)
        return MSG_MAP;
    if (b < 0xa0)
        return MSG_ARRAY;
    if (b < 0xc0)
        return MSG_STR;
    static const uint8_t type[32] = {
        MSG_NIL,   MSG_END, MSG_BOOL, MSG_BOOL, MSG_BIN, MSG_BIN, MSG_BIN,   MSG_EXT,   MSG_EXT, MSG_EXT, MSG_FLOAT,
        MSG_FLOAT, MSG_INT, MSG_INT,  MSG_INT,  MSG_INT, MSG_INT, MSG_INT,   MSG_INT,   MSG_INT, MSG_EXT, MSG_EXT,
        MSG_EXT,   MSG_EXT, MSG_EXT,  MSG_STR,  MSG_STR, MSG_STR, MSG_ARRAY, MSG_ARRAY, MSG_MAP, MSG_MAP,
    };
    return (enum msg_type)type[b - 0xc0];
}

static inline uint64_t msg_big_endian(const uint8_t *bytes, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | bytes[i];
    return value;
}

#endif
