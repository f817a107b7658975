/* A folder of its own for each test of a case: tcase_add_checked_fixture(c, make_folder,
 * end_folder). */
#ifndef GRADYNO_FOLDER_H
#define GRADYNO_FOLDER_H

#include <check.h>
#include <stdlib.h>

#include "verify/tests/shell.h"

static char *folder;

static inline void make_folder(void)
{
    folder = temporary_folder();
    ck_assert_ptr_nonnull(folder);
}

static inline void end_folder(void)
{
    remove_folder(folder);
    free(folder);
}

#endif
