#include "verify/tests/random_loops.h"

enum { PLAIN = 7 /* operations from this on */, OPERATIONS = 9 };

typedef ad_tape_handle handle;

static size_t below(random_source *r, size_t n)
{
    return (size_t)random_uniform(r, 0, (double)n) % n;
}

static operand draw_earlier(random_source *r, size_t arrays)
{
    if (below(r, 2) == 0 && arrays > 0)
        return (operand){OF_ARRAY, below(r, arrays), below(r, 3)};
    return (operand){OF_INPUTS, below(r, 16), below(r, 2)};
}

static operand draw_operand(random_source *r, size_t earlier, size_t arrays)
{
    const size_t from = below(r, 9);
    if (from < 3 && earlier > 0) return (operand){OF_TIME, below(r, earlier), 0};
    if (from < 4)
        return (operand){below(r, 20) > 0 ? OF_SCALARS : OF_CONSTANTS,
                         below(r, SCALARS), 0};
    if (from < 5) return (operand){OF_LAST, 0, 0};
    if (from < 7 && arrays > 0)
        return (operand){OF_ARRAY, below(r, arrays), below(r, 3)};
    return (operand){OF_INPUTS, below(r, 16), below(r, 2)};
}

/* Plain sums and products, which may become part of a later loop's sum, are of earlier
 * arrays: so they do not grow from one time to the next. */
static void draw_statement(statement *v, random_source *r, size_t earlier,
                           size_t arrays)
{
    v->op = (int)below(r, OPERATIONS);
    const bool plain = v->op >= PLAIN;
    v->x = plain ? draw_earlier(r, arrays) : draw_operand(r, earlier, arrays);
    v->y = plain ? draw_earlier(r, arrays) : draw_operand(r, earlier, arrays);
    v->c = random_uniform(r, 0.5, 1);
    v->moves = below(r, 3) > 0 ? SIZE_MAX : below(r, 2) * 12;
}

void loops_draw(loops *p, random_source *r)
{
    size_t arrays = 0;
    p->n = 1 + below(r, LOOPS);
    for (size_t l = 0; l < p->n; l++) {
        loop *v = &p->loop[l];
        v->times = 6 + below(r, TIMES - 6);
        v->statements = 1 + below(r, BODY);
        v->lanes = 1;
        v->turns = TIMES;
        v->odd = below(r, 3) == 0 ? below(r, v->times) : SIZE_MAX;
        for (size_t s = 0; s < v->statements; s++)
            draw_statement(&v->body[s], r, s, arrays);
        v->add = below(r, 3) == 0 ? -1 : (int)below(r, v->statements);
        v->carry = (int)below(r, v->statements);
        for (int k = 0; k < 2; k++) {
            v->keep[k] = below(r, 2) == 0 ? -1 : (int)below(r, v->statements);
            arrays += v->keep[k] >= 0;
        }
    }
}

void loops_widen(loops *p, random_source *r)
{
    for (size_t l = 0; l < p->n; l++) {
        loop *v = &p->loop[l];
        v->times = TIMES - below(r, TIMES / 4);
        v->turns = below(r, 2) > 0 ? TIMES : 2 + below(r, 3);
        if (below(r, 2) > 0) continue;
        v->lanes = 2 + below(r, LANES - 1);
        statement *q = &v->body[v->carry];
        q->op %= PLAIN;
        q->x = (operand){below(r, 3) > 0 ? OF_LAST : OF_LAST_BUT_ONE, 0, 0};
    }
}

static handle read_operand(ad_tape *t, const loops_state *s, const loop *v, operand o,
                           size_t time, size_t lane)
{
    switch (o.from) {
    case OF_ARRAY: {
        const size_t k = o.stride < 2 ? time + o.stride : 2 * time;
        return s->array[o.index][k < s->length[o.index] ? k : s->length[o.index] - 1];
    }
    case OF_SCALARS: return s->in[INPUTS - 1 - o.index];
    case OF_TIME: return s->now[o.index];
    case OF_LAST: return s->last[lane][0];
    case OF_LAST_BUT_ONE:
        return v->lanes == 1 ? s->last[0][1] : s->last[(lane + 1) % v->lanes][0];
    case OF_FIRST: return s->first;
    case OF_CONSTANTS: return ad_tape_constant(t, 1 / (double)(2 + time + o.index));
    default: return s->in[(o.index + lane + time % v->turns * o.stride) % INPUTS];
    }
}

/* Those before PLAIN keep numbers near 1 where they are. */
static handle apply(ad_tape *t, int op, handle x, handle y, double c)
{
    switch (op) {
    case 0: return ad_tape_mul_c(t, ad_tape_add(t, x, y), 0.5);
    case 1: return ad_tape_sin(t, ad_tape_mul(t, x, y));
    case 2: return ad_tape_tanh(t, ad_tape_add(t, x, ad_tape_mul(t, y, x)));
    case 3: return ad_tape_mul_c(t, x, c);
    case 4: return ad_tape_sin(t, ad_tape_sub(t, x, y));
    case 5: return ad_tape_add_c(t, ad_tape_mul_c(t, ad_tape_mul(t, x, y), 0.25), c);
    case 6: return ad_tape_sin(t, x);
    case PLAIN: return ad_tape_mul(t, x, y);
    default: return ad_tape_add(t, x, y);
    }
}

static void record_lane(ad_tape *t, const loop *v, loops_state *s, size_t time,
                        size_t lane)
{
    for (size_t k = 0; k < v->statements; k++) {
        const statement *q = &v->body[k];
        const double c = time >= q->moves ? q->c / (double)(1 + time) : q->c;
        const int op = time == v->odd ? (q->op + 1) % PLAIN : q->op;
        s->now[k] = apply(t, op, read_operand(t, s, v, q->x, time, lane),
                          read_operand(t, s, v, q->y, time, lane), c);
    }
    s->last[lane][1] = s->last[lane][0];
    s->last[lane][0] = s->now[v->carry];
}

handle loops_record(ad_tape *t, const loops *p, const double *x, loops_state *s)
{
    ad_tape_reset(t);
    for (size_t i = 0; i < INPUTS; i++) s->in[i] = ad_tape_var(t, x[i]);
    s->sum = ad_tape_sin(t, s->in[0]);
    s->first = s->in[1];
    for (size_t i = 0; i < LANES; i++) s->last[i][0] = s->last[i][1] = s->in[1];
    s->arrays = 0;
    for (size_t l = 0; l < p->n; l++) {
        const loop *v = &p->loop[l];
        for (size_t time = 0; time < v->times; time++) {
            for (size_t lane = v->lanes; lane-- > 0;) record_lane(t, v, s, time, lane);
            for (size_t k = 0, a = s->arrays; k < 2; k++)
                if (v->keep[k] >= 0) s->array[a++][time] = s->now[v->keep[k]];
            if (time == 0) s->first = s->last[0][0];
            if (v->add >= 0) s->sum = ad_tape_add(t, s->sum, s->now[v->add]);
        }
        for (size_t k = 0; k < 2; k++)
            if (v->keep[k] >= 0) s->length[s->arrays++] = v->times;
        for (size_t lane = 1; lane < v->lanes; lane++)
            s->sum = ad_tape_add(t, s->sum, s->last[lane][0]);
    }
    return ad_tape_add(t, s->sum, s->last[0][0]);
}
