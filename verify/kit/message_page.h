/*
 * Lines of at most 78 columns, and at most so many: what is too much is left out by whole
 * sentences and lines, those of the highest rank first; nothing is ever cut.
 *
 *     page p = {.n = 0};
 *     page_sentences(&p, 1, 2, "why", "It is so. And so. And so.");
 *     page_shorten(&p, 18);
 *     page_write(stdout, &p);
 */
#ifndef GRADYNO_KIT_MESSAGE_PAGE_H
#define GRADYNO_KIT_MESSAGE_PAGE_H

#include "verify/kit/message.h"

enum { PAGE_LABEL = 13, PAGE_TEXT = MESSAGE_COLUMNS - PAGE_LABEL };

typedef enum page_way {
    PAGE_LINE,     /* "  label      text", later lines below the text */
    PAGE_COMMAND,  /* the same, " \" where it is broken: what is pasted is whole */
    PAGE_JOINED,   /* goes on where the piece before it ends */
    PAGE_OUT,      /* from the first column on, later lines indented */
    PAGE_AS_IT_IS, /* it has its spaces */
    PAGE_BLANK
} page_way;

/* A line, or a sentence. */
typedef struct page_piece {
    int rank; /* 0: it stays */
    page_way way;
    char label[12];
    const char *text;
} page_piece;

typedef struct page {
    size_t n, used;
    page_piece piece[64];
    char room[4096]; /* the texts */
} page;

/* One piece; "" is none, unless it is a blank line. */
void page_put(page *p, int rank, const char *label, page_way way, const char *text);

/* A piece for each sentence. */
void page_sentences(page *p, int first, int others, const char *label,
                    const char *text);

/* Leaves out what can be spared until there are at most that many lines. Of what is shown
 * in lines, such as a program, "..." says that something is missing. */
void page_shorten(page *p, size_t lines);

/* 0, or -1 when out has an error. */
int page_write(FILE *out, const page *p);

#endif
