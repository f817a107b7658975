/*
 * Expressions that are wrong: what is said, and where; and that nothing, however wrong,
 * does harm.
 */
#include <stdlib.h>
#include <string.h>

#include "verify/random.h"
#include "verify/tests/close.h"
#include "verify/tests/expr_cases.h"
#include "verify/tests/volume.h"

START_TEST(mistakes_are_shown_where_they_are)
{
    static const struct {
        const char *text;
        size_t position;
        const char *says;
    } cases[] = {
        {"", 0, "empty"},
        {" \n ", 3, "empty"},
        {"x^2", 1, "use pow(x, y)"},
        {"x**2", 1, "use pow(x, y)"},
        {"x ** 2", 2, "use pow(x, y)"},
        {"x % 2", 2, "use fmod(x, y)"},
        {"x & y", 2, "&&"},
        {"x | y", 2, "||"},
        {"x << 2", 2, "ldexp"},
        {"x = = 2", 4, "missing"},
        {"x + y = 2", 6, "equality is =="},
        {"(x + y", 0, "not closed"},
        {"tanh(x; y", 4, "not closed"},
        {"x + y)", 5, "no ( belongs"},
        {"()", 1, "empty"},
        {"x +", 3, "ends too early"},
        {"x * * y", 4, "missing"},
        {"x y", 2, "operator"},
        {"2x", 1, "2 * x"},
        {"2 x", 2, "operator"},
        {"(x)(y)", 3, "operator"},
        {"1.5f", 3, "suffix"},
        {"1.2.3", 3, "operator"},
        {"0x", 1, "operator"},
        {"1e", 1, "operator"},
        {".", 0, "digits"},
        {"1e999", 0, "INFINITY"},
        {"x + 010", 4, "octal"},
        {"x, y", 1, "comma"},
        {"(x, y)", 2, "comma"},
        {"x ? y", 2, "no :"},
        {"x : y", 2, "no ?"},
        {"ln(x)", 0, "did you mean log?"},
        {"1 + tnah(x)", 4, "did you mean tanh?"},
        {"1 + sigmiod(x)", 4, "did you mean sigmoid?"},
        {"quux(x)", 0, "there is no function quux"},
        {"pow(x)", 0, "takes 2 arguments, not 1"},
        {"tanh(x, y)", 0, "takes 1 argument, not 2"},
        {"tanh()", 0, "takes 1 argument, not 0"},
        {"sum()", 0, "at least 1"},
        {"fma(1, 2, 3, 4, 5, 6)", 0, "takes 3 arguments, not 6"},
        {"add_c(x, y)", 0, "constant"},
        {"x + tanh", 4, "tanh is a function"},
        {"tanh = 2; x", 0, "a function"},
        {"sum = 2; x", 0, "a function"},
        {"M_PI = 3; x", 0, "a constant"},
        {"a = x; a = 2; a", 7, "in use already"},
        {"b = a; a = 2; a", 7, "in use already"},
        {"a = a + 1", 0, "its own definition"},
        {"x + 1; y", 0, "nothing uses this value"},
        {"a = 1; x + 1; y", 7, "nothing uses this value"},
        {"; x", 0, "missing"},
        {"x \xc3\x97 y", 2, "not part of C's"},
        {"\xff", 0, "not part of C's"},
        {"x $ y", 2, "operator"},
        {"$", 0, "missing"},
        {"!", 1, "ends too early"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        expr_error error = {0};
        expr *e = expr_parse(cases[i].text, &error);
        ck_assert_msg(e == NULL, "'%s' was read", cases[i].text);
        ck_assert_msg(strstr(error.sentence, cases[i].says) != NULL, "'%s': %s",
                      cases[i].text, error.sentence);
        ck_assert_msg(error.position == cases[i].position, "'%s': %s, at %zu, not %zu",
                      cases[i].text, error.sentence, error.position, cases[i].position);
    }
}
END_TEST

/* The caret is under the place, whatever the text: columns count characters. */
START_TEST(the_caret_is_under_the_place)
{
    expr_error error;
    char text[400];
    memset(text, 'x', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    text[200] = '$';
    ck_assert_ptr_null(expr_parse(text, &error));
    ck_assert_uint_eq(error.position, 200);
    ck_assert_int_eq(error.line[error.column], '$');
    ck_assert_uint_lt(strlen(error.line), sizeof error.line);
    ck_assert_ptr_null(expr_parse("\xc2\xb5 + x $", &error)); /* a micro sign */
    ck_assert_uint_eq(error.position, 0);
    ck_assert_ptr_null(expr_parse("x +\n\x01 y", &error));
    ck_assert_str_eq(error.line, "x +   y");
    ck_assert_uint_eq(error.column, 4);
}
END_TEST

static char *repeated(const char *piece, size_t times, const char *end)
{
    const size_t bytes = strlen(piece);
    char *text = malloc(times * bytes + strlen(end) + 1);
    ck_assert_ptr_nonnull(text);
    for (size_t i = 0; i < times; i++) memcpy(text + i * bytes, piece, bytes);
    strcpy(text + times * bytes, end);
    return text;
}

START_TEST(nesting_and_length_have_limits)
{
    static const char *const pieces[] = {"(", "-", "!(", "exp(", "1?", "1?1:", "1+("};
    expr_error error;
    for (size_t i = 0; i < sizeof pieces / sizeof pieces[0]; i++) {
        char *text = repeated(pieces[i], EXPR_MAX_NESTING + 1, "x");
        ck_assert_ptr_null(expr_parse(text, &error));
        ck_assert_msg(strstr(error.sentence, "levels of nesting") != NULL, "%s: %s",
                      pieces[i], error.sentence);
        free(text);
    }
    char *deep = repeated("-", EXPR_MAX_NESTING - 2, "x");
    const double one = 1;
    assert_same(value_of(deep, 1, &one), 1);
    free(deep);
    char *wide = repeated("x+", EXPR_MAX_BYTES / 2 - 1, "x");
    assert_same(value_of(wide, 1, &one), EXPR_MAX_BYTES / 2);
    free(wide);
    char *statements = repeated("(x);", EXPR_MAX_BYTES / 4 + 1, "x");
    ck_assert_ptr_null(expr_parse(statements, &error));
    ck_assert_ptr_nonnull(strstr(error.sentence, "longer than"));
    free(statements);
}
END_TEST

/* Bytes of any kind, and pieces of sense in any order, do no harm. */
START_TEST(any_bytes_are_survived)
{
    static const char *const pieces[] = {
        "x",  "y",    "=",     ";",        "(",     ")",    "+",      "-",
        "*",  "/",    "?",     ":",        "<",     "==",   "&&",     "!",
        ",",  "1",    "0x1p3", ".5",       "tanh(", "pow(", "add_c(", "sum(",
        "a=", "M_PI", " ",     "\xc3\xa9", "1e",    "**"};
    enum { PIECES = sizeof pieces / sizeof pieces[0], MOST = 24 };
    random_source state = {test_seed()};
    const double x[MOST] = {0.5, -2};
    size_t understood = 0;
    for (size_t n = soaked(20000); n > 0; n--) {
        char text[8 * MOST] = "";
        size_t length = 0;
        const bool bytes = n % 4 == 0;
        for (size_t k = random_below(&state, MOST); k > 0; k--) {
            const char *piece = pieces[random_below(&state, PIECES)];
            if (bytes)
                text[length++] = (char)(random_below(&state, 255) + 1);
            else
                length += strlen(strcpy(text + length, piece));
        }
        text[length] = '\0';
        expr_error error = {0};
        expr *e = expr_parse(text, &error);
        if (e != NULL) {
            understood++;
            ck_assert_uint_le(e->inputs, MOST);
            (void)expr_value(e, x);
            expr_free(e);
        } else {
            ck_assert_uint_le(error.position, length);
            ck_assert_uint_lt(error.column, sizeof error.line);
        }
    }
    ck_assert_uint_gt(understood, 0); /* else the pieces test nothing */
}
END_TEST

TCase *expr_mistake_cases(void)
{
    TCase *mistakes = tcase_create("mistakes");
    tcase_set_timeout(mistakes, 60);
    tcase_add_test(mistakes, mistakes_are_shown_where_they_are);
    tcase_add_test(mistakes, the_caret_is_under_the_place);
    tcase_add_test(mistakes, nesting_and_length_have_limits);
    tcase_add_test(mistakes, any_bytes_are_survived);
    return mistakes;
}
