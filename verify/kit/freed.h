/*
 * Memory that is read after it was freed looks right for as long as nobody takes it again.
 * Here it is spoilt at once, in a child that asks for it.
 */
#ifndef GRADYNO_FREED_H
#define GRADYNO_FREED_H

/* From here on, all that is freed, or left by realloc, is full of these bytes; 0: no more.
 * Without glibc, and under ASan, which sees it by itself, it does nothing. */
void freed_fill(unsigned char byte);

#endif
