/* pickle: the machine. Instructions: the comments of Python's pickletools. */
#include "model/pickle.h"

#include <stdlib.h>
#include <string.h>

#include "text/utf8.h"

struct pickle_machine {
    const char *name;
    const uint8_t *data;
    size_t size, at, op_at;
    bool is_long; /* it may have more bytes than `size` */
    bool (*knows)(struct pickle_value global);
    struct pickle *pickle;
    struct pickle_value *stack;
    size_t n, room;
    size_t base; /* values below are before the last mark; the mark itself is at base - 1 and holds the base before it */
    struct pickle_value *memo;
    size_t n_memo, memo_room;
};

/* All instructions of protocols 0 to 5, for messages; NULL: there is none. */
static const char *op_name(uint8_t op)
{
    static const char *const early[] = {
        /* the instruction, then its name */
        "(MARK",          ".STOP",        "0POP",       "1POP_MARK",        "2DUP",      "FFLOAT",      "IINT",
        "JBININT",        "KBININT1",     "LLONG",      "MBININT2",         "NNONE",     "PPERSID",     "QBINPERSID",
        "RREDUCE",        "SSTRING",      "TBINSTRING", "USHORT_BINSTRING", "VUNICODE",  "XBINUNICODE", "aAPPEND",
        "bBUILD",         "cGLOBAL",      "dDICT",      "}EMPTY_DICT",      "eAPPENDS",  "gGET",        "hBINGET",
        "iINST",          "jLONG_BINGET", "lLIST",      "]EMPTY_LIST",      "oOBJ",      "pPUT",        "qBINPUT",
        "rLONG_BINPUT",   "sSETITEM",     "tTUPLE",     ")EMPTY_TUPLE",     "uSETITEMS", "GBINFLOAT",   "BBINBYTES",
        "CSHORT_BINBYTES"};
    static const char *const late[] = {
        /* from 0x80 on */
        "PROTO",     "NEWOBJ",     "EXT1",        "EXT2",           "EXT4",      "TUPLE1",           "TUPLE2",
        "TUPLE3",    "NEWTRUE",    "NEWFALSE",    "LONG1",          "LONG4",     "SHORT_BINUNICODE", "BINUNICODE8",
        "BINBYTES8", "EMPTY_SET",  "ADDITEMS",    "FROZENSET",      "NEWOBJ_EX", "STACK_GLOBAL",     "MEMOIZE",
        "FRAME",     "BYTEARRAY8", "NEXT_BUFFER", "READONLY_BUFFER"};
    if (op >= 0x80)
        return op - 0x80u < sizeof late / sizeof *late ? late[op - 0x80] : NULL;
    for (size_t i = 0; i < sizeof early / sizeof *early; i++)
        if (early[i][0] == (char)op)
            return early[i] + 1;
    return NULL;
}

_Noreturn static void die_at(const struct pickle_machine *m, const char *what)
{
    uint8_t op = m->data[m->op_at];
    die("%s: byte %zu, instruction %s: %s", m->name, m->op_at, op_name(op) ? op_name(op) : "?", what);
}

static const uint8_t *take(struct pickle_machine *m, size_t n)
{
    if (n > m->size - m->at)
        die("%s: the pickle %s %zu bytes", m->name, m->is_long ? "has more than" : "is cut off after", m->size);
    m->at += n;
    return m->data + m->at - n;
}

static uint64_t number(struct pickle_machine *m, size_t n)
{
    const uint8_t *bytes = take(m, n);
    uint64_t value = 0;
    for (size_t i = n; i-- > 0;)
        value = value << 8 | bytes[i];
    return value;
}

static void push(struct pickle_machine *m, struct pickle_value value)
{
    GROW(m->stack, m->room, m->n + 1);
    m->stack[m->n++] = value;
}

static struct pickle_value pop(struct pickle_machine *m)
{
    if (m->n == m->base)
        die_at(m, "nothing is on the stack");
    return m->stack[--m->n];
}

static struct pickle_value *top(struct pickle_machine *m)
{
    if (m->n == m->base)
        die_at(m, "nothing is on the stack");
    return &m->stack[m->n - 1];
}

/* Take the mark away. The values above it stay in the stack's memory until the next push: n of them, from *first on. */
static size_t pop_mark(struct pickle_machine *m, const struct pickle_value **first)
{
    if (m->base == 0)
        die_at(m, "no mark is on the stack");
    size_t n = m->n - m->base;
    *first = m->stack + m->base;
    m->n = m->base - 1;
    m->base = (size_t)m->stack[m->n].integer;
    return n;
}

static struct pickle_value container(struct pickle_machine *m, enum pickle_type type)
{
    struct pickle_items *items = xcalloc(1, sizeof *items);
    items->next = m->pickle->all;
    m->pickle->all = items;
    return (struct pickle_value){.type = type, .items = items};
}

static void append(struct pickle_items *to, size_t n, const struct pickle_value *value)
{
    if (!to->item)
        to->item = xmalloc(to->room = n, sizeof *to->item); /* most never grow */
    else
        GROW(to->item, to->room, to->n + n);
    for (size_t i = 0; i < n; i++)
        to->item[to->n++] = value[i];
}

static struct pickle_value filled(struct pickle_machine *m, enum pickle_type type, size_t n, const struct pickle_value *value)
{
    if (type == PICKLE_TUPLE && n == 0)
        return (struct pickle_value){.type = PICKLE_TUPLE, .items = NULL};
    struct pickle_value made = container(m, type);
    append(made.items, n, value);
    return made;
}

/* The last n values become a tuple. */
static void make_tuple(struct pickle_machine *m, size_t n)
{
    if (m->n - m->base < n)
        die_at(m, "nothing is on the stack");
    m->n -= n;
    push(m, filled(m, PICKLE_TUPLE, n, m->stack + m->n));
}

/* n values go into the container that is now on top. */
static void extend(struct pickle_machine *m, enum pickle_type type, size_t n, const struct pickle_value *value)
{
    if (top(m)->type != type)
        die_at(m, type == PICKLE_DICT ? "this is no dict" : "this is no list");
    if (type == PICKLE_DICT && n % 2)
        die_at(m, "a key without a value");
    append(top(m)->items, n, value);
}

static void push_text(struct pickle_machine *m, enum pickle_type type, size_t size)
{
    struct pickle_value value = {.type = type, .size = (uint32_t)size, .text = take(m, size)};
    if (type == PICKLE_STRING && !utf8_is_valid((const char *)value.text, size))
        die_at(m, "a text that is not UTF-8");
    push(m, value);
}

static void push_integer(struct pickle_machine *m, enum pickle_type type, int64_t value)
{
    push(m, (struct pickle_value){.type = type, .integer = value});
}

/* n bytes, the lowest first, in two's complement. */
static void push_long(struct pickle_machine *m, size_t n)
{
    if (n > sizeof(int64_t)) {
        push_text(m, PICKLE_LONG, n);
        return;
    }
    uint64_t value = number(m, n);
    if (n > 0 && n < sizeof value && value >> (8 * n - 1))
        value |= ~(uint64_t)0 << (8 * n);
    int64_t whole;
    memcpy(&whole, &value, sizeof whole);
    push_integer(m, PICKLE_INTEGER, whole);
}

/* Two lines: a module, and a name in it. */
static void push_global(struct pickle_machine *m)
{
    struct pickle_value value = {.type = PICKLE_GLOBAL, .text = m->data + m->at};
    for (int line = 0; line < 2; line++) {
        const uint8_t *end = memchr(m->data + m->at, '\n', m->size - m->at);
        take(m, end ? (size_t)(end - (m->data + m->at)) + 1 : m->size - m->at + 1);
    }
    value.size = (uint32_t)(m->data + m->at - 1 - value.text);
    if (!m->knows(value)) {
        const uint8_t *end = memchr(value.text, '\n', value.size);
        int module = (int)(end - value.text), rest = (int)value.size - module - 1;
        die("%s: it needs %.*s.%.*s, which is not part of a state dict and is not run here; save the state dict alone in Python: "
            "model.save_pretrained(dir)",
            m->name, module < 100 ? module : 100, (const char *)value.text, rest < 100 ? rest : 100, (const char *)end + 1);
    }
    push(m, value);
}

static void put(struct pickle_machine *m, size_t place)
{
    struct pickle_value value = *top(m);
    if (place >= m->size) /* who writes a pickle counts from 0, and each takes two bytes of it */
        die_at(m, "no pickle of this size has so many places in its memo");
    GROW(m->memo, m->memo_room, place + 1);
    for (; m->n_memo <= place; m->n_memo++)
        m->memo[m->n_memo] = (struct pickle_value){.type = PICKLE_MARK};
    m->memo[place] = value;
}

static void get(struct pickle_machine *m, size_t place)
{
    if (place >= m->n_memo || m->memo[place].type == PICKLE_MARK)
        die_at(m, "nothing was put at this place of the memo");
    push(m, m->memo[place]);
}

static void call(struct pickle_machine *m)
{
    struct pickle_value part[2];
    part[1] = pop(m);
    part[0] = pop(m);
    if (part[0].type != PICKLE_GLOBAL || part[1].type != PICKLE_TUPLE)
        die_at(m, "this is no call of a known function");
    if (!pickle_is(part[0], PICKLE_GLOBAL, "collections\nOrderedDict"))
        push(m, filled(m, PICKLE_CALL, 2, part));
    else if (pickle_n(part[1]) == 0)
        push(m, container(m, PICKLE_DICT));
    else
        die_at(m, "an OrderedDict with arguments, as Python 2 wrote it");
}

static void build(struct pickle_machine *m)
{
    struct pickle_value attributes = pop(m);
    if (top(m)->type != PICKLE_DICT || attributes.type != PICKLE_DICT)
        die_at(m, "attributes of something that is no dict");
}

static void set_protocol(struct pickle_machine *m)
{
    if (number(m, 1) > 5)
        die_at(m, "this protocol is not known");
}

/* One instruction; false: the pickle ends. */
static bool step(struct pickle_machine *m)
{
    const struct pickle_value *first;
    struct pickle_value value;
    size_t n;
    m->op_at = m->at;
    uint8_t op = *take(m, 1);
    switch (op) {
    case 0x80: set_protocol(m); break;
    case '(':
        push(m, (struct pickle_value){.type = PICKLE_MARK, .integer = (int64_t)m->base});
        m->base = m->n;
        break;
    case 'N': push_integer(m, PICKLE_NONE, 0); break;
    case 0x88: push_integer(m, PICKLE_BOOL, 1); break;
    case 0x89: push_integer(m, PICKLE_BOOL, 0); break;
    case 'K': push_integer(m, PICKLE_INTEGER, (int64_t)number(m, 1)); break;
    case 'M': push_integer(m, PICKLE_INTEGER, (int64_t)number(m, 2)); break;
    case 'J': push_long(m, 4); break;
    case 0x8a: push_long(m, (size_t)number(m, 1)); break;
    case 'G':
        take(m, 8);
        push_integer(m, PICKLE_REAL, 0);
        break;
    case 'U': push_text(m, PICKLE_STRING, (size_t)number(m, 1)); break;
    case 'X': push_text(m, PICKLE_STRING, (size_t)number(m, 4)); break;
    case 'c': push_global(m); break;
    case ')': push(m, (struct pickle_value){.type = PICKLE_TUPLE, .items = NULL}); break;
    case 0x85: make_tuple(m, 1); break;
    case 0x86: make_tuple(m, 2); break;
    case 0x87: make_tuple(m, 3); break;
    case 't':
        n = pop_mark(m, &first);
        push(m, filled(m, PICKLE_TUPLE, n, first));
        break;
    case ']': push(m, container(m, PICKLE_LIST)); break;
    case '}': push(m, container(m, PICKLE_DICT)); break;
    case 'a':
        value = pop(m);
        extend(m, PICKLE_LIST, 1, &value);
        break;
    case 'e':
        n = pop_mark(m, &first);
        extend(m, PICKLE_LIST, n, first);
        break;
    case 's':
        if (m->n - m->base < 2)
            die_at(m, "nothing is on the stack");
        m->n -= 2;
        extend(m, PICKLE_DICT, 2, m->stack + m->n);
        break;
    case 'u':
        n = pop_mark(m, &first);
        extend(m, PICKLE_DICT, n, first);
        break;
    case 'q': put(m, (size_t)number(m, 1)); break;
    case 'r': put(m, (size_t)number(m, 4)); break;
    case 'h': get(m, (size_t)number(m, 1)); break;
    case 'j': get(m, (size_t)number(m, 4)); break;
    case 'Q':
        value = pop(m);
        push(m, filled(m, PICKLE_PERSISTENT, 1, &value));
        break;
    case 'R': call(m); break;
    case 'b': build(m); break;
    case '.': return false;
    default:
        if (op_name(op))
            die_at(m, "torch.save writes no such instruction for a state dict; save the model again: model.save_pretrained(dir)");
        die("%s: byte %zu: 0x%02x is no instruction of a pickle", m->name, m->op_at, op);
    }
    return true;
}

struct pickle *pickle_read(const char *name, const uint8_t *data, size_t size, bool (*knows)(struct pickle_value global))
{
    struct pickle *pickle = xcalloc(1, sizeof *pickle);
    struct pickle_machine m = {.name = name, .data = data, .size = size, .knows = knows, .pickle = pickle};
    m.is_long = size > PICKLE_SIZE_MAX;
    if (m.is_long)
        m.size = PICKLE_SIZE_MAX;
    while (step(&m))
        ;
    if (m.base != 0 || m.n != 1)
        die_at(&m, "not one value is on the stack");
    pickle->value = m.stack[0];
    pickle->used = m.at;
    free(m.stack);
    free(m.memo);
    return pickle;
}

void pickle_free(struct pickle *pickle)
{
    for (struct pickle_items *next, *i = pickle->all; i; i = next) {
        next = i->next;
        free(i->item);
        free(i);
    }
    free(pickle);
}

bool pickle_is(struct pickle_value value, enum pickle_type type, const char *text)
{
    return value.type == type && value.size == strlen(text) && memcmp(value.text, text, value.size) == 0;
}

size_t pickle_n(struct pickle_value value)
{
    return value.type >= PICKLE_TUPLE && value.type <= PICKLE_PERSISTENT && value.items ? value.items->n : 0;
}
