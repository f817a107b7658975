/*
 * Bundle adjustment's gradient by hand, an observation at a time: forward to the two
 * projections, and back from them, with bounds (uncertain.h). _f stands for df/d of
 * what is before it.
 */
#include <stdlib.h>

#include "verify/programs/ba.h"
#include "verify/programs/uncertain.h"

typedef struct vector {
    uncertain at[3];
} vector;

static uncertain dot(const vector *a, const vector *b)
{
    uncertain_sum sum = {0};
    for (int i = 0; i < 3; i++) add_to(&sum, times(a->at[i], b->at[i]));
    return total(&sum);
}

static vector cross(const vector *a, const vector *b)
{
    vector c;
    for (int i = 0; i < 3; i++) {
        const int j = (i + 1) % 3, k = (i + 2) % 3;
        c.at[i] = minus(times(a->at[j], b->at[k]), times(a->at[k], b->at[j]));
    }
    return c;
}

/* c x + s y + t z */
static vector combine(uncertain c, const vector *x, uncertain s, const vector *y,
                      uncertain t, const vector *z)
{
    vector to;
    for (int i = 0; i < 3; i++) {
        uncertain_sum sum = {0};
        add_to(&sum, times(c, x->at[i]));
        add_to(&sum, times(s, y->at[i]));
        add_to(&sum, times(t, z->at[i]));
        to.at[i] = total(&sum);
    }
    return to;
}

/* A rotation of y by v, and what the way back needs of it. */
struct rotation {
    bool none;
    vector v, y, a, turned, z; /* a = v / t, turned = a x y; v x y if there is none */
    uncertain t, c, s, along;  /* |v|, cos t, sin t, (a . y) (1 - c) */
};

static void rotate(struct rotation *r)
{
    const uncertain square = dot(&r->v, &r->v), zero = exact(0), one = exact(1);
    r->none = square.v == 0;
    if (r->none) {
        r->turned = cross(&r->v, &r->y);
        r->z = combine(one, &r->y, one, &r->turned, zero, &r->y);
        return;
    }
    r->t = root(square);
    r->c = cosine(r->t);
    r->s = sine(r->t);
    const uncertain inverse = over(one, r->t);
    for (int i = 0; i < 3; i++) r->a.at[i] = times(r->v.at[i], inverse);
    r->turned = cross(&r->a, &r->y);
    r->along = times(dot(&r->a, &r->y), minus(one, r->c));
    r->z = combine(r->c, &r->y, r->s, &r->turned, r->along, &r->a);
}

/*
 * z = c y + s (a x y) + (a . y) (1 - c) a, with g = z_f:
 *
 *     y_f = c g + s (g x a) + (a . g) (1 - c) a                       (the rotation back)
 *     a_f = s (y x g) + along g + (a . g) (1 - c) y
 *     t_f = c (g . (a x y)) - s (g . y) + s (a . g) (a . y)
 *     v_f = a_f / t + a (t_f - (a_f . v) / t^2 )                   (a = v / t, t_v = a)
 */
static void rotate_back(const struct rotation *r, const vector *g, vector *v_f,
                        vector *y_f)
{
    const uncertain one = exact(1), zero = exact(0);
    if (r->none) {
        const vector turned = cross(g, &r->v);
        *y_f = combine(one, g, one, &turned, zero, g);
        *v_f = cross(&r->y, g);
        return;
    }
    const uncertain ag = dot(&r->a, g), ay = dot(&r->a, &r->y);
    const uncertain share = times(ag, minus(one, r->c));
    const vector ga = cross(g, &r->a), yg = cross(&r->y, g);
    *y_f = combine(r->c, g, r->s, &ga, share, &r->a);
    const vector a_f = combine(r->s, &yg, r->along, g, share, &r->y);
    uncertain_sum t_f = {0};
    add_to(&t_f, times(r->c, dot(g, &r->turned)));
    add_to(&t_f, negative(times(r->s, dot(g, &r->y))));
    add_to(&t_f, times(r->s, times(ag, ay)));
    add_to(&t_f, negative(over(dot(&a_f, &r->v), times(r->t, r->t))));
    const uncertain inverse = over(one, r->t);
    *v_f = combine(inverse, &a_f, total(&t_f), &r->a, zero, g);
}

static vector exact_vector(const double *x)
{
    const vector v = {{exact(x[0]), exact(x[1]), exact(x[2])}};
    return v;
}

/*
 * q = (z_0, z_1) / z_2, L = 1 + k_0 |q|^2 + k_1 |q|^4, proj = F L q + u. With p the
 * adjoint of proj: the camera's F, u and k into camera_f[6 ... 10]; z_f is returned.
 */
static vector lens_back(const double *camera, const vector *z, const uncertain *p,
                        uncertain *proj, uncertain_sum *camera_f)
{
    const double F = camera[6], k0 = camera[9], k1 = camera[10];
    const uncertain q[2] = {over(z->at[0], z->at[2]), over(z->at[1], z->at[2])};
    const uncertain square = plus(times(q[0], q[0]), times(q[1], q[1]));
    const uncertain fourth = times(square, square);
    const uncertain L = plus(plus(exact(1), scaled(k0, square)), scaled(k1, fourth));
    uncertain_sum along = {0}; /* L_f / F = p . q */
    for (int i = 0; i < 2; i++) {
        const uncertain Lq = times(q[i], L);
        proj[i] = plus(scaled(F, Lq), exact(camera[7 + i]));
        add_to(&camera_f[6], times(p[i], Lq));
        add_to(&camera_f[7 + i], p[i]);
        add_to(&along, times(p[i], q[i]));
    }
    const uncertain L_f = scaled(F, total(&along));
    add_to(&camera_f[9], times(L_f, square));
    add_to(&camera_f[10], times(L_f, fourth));
    const uncertain square_f = times(L_f, plus(exact(k0), scaled(2 * k1, square)));
    vector z_f;
    uncertain_sum deep = {0};
    for (int i = 0; i < 2; i++) {
        const uncertain q_f =
            plus(scaled(F, times(p[i], L)), scaled(2, times(square_f, q[i])));
        z_f.at[i] = over(q_f, z->at[2]);
        add_to(&deep, negative(times(z_f.at[i], q[i])));
    }
    z_f.at[2] = total(&deep);
    return z_f;
}

/* Observation i, into f and the slopes of its camera, point and weight. */
static void observation(const program *p, size_t i, uncertain_sum *f,
                        uncertain_sum *slope)
{
    const struct ba *s = p->data;
    const size_t camera_at = (size_t)BA_CAMERA * s->seen[i].camera;
    const size_t point_at = BA_CAMERA * s->n + (size_t)3 * s->seen[i].point;
    const size_t weight_at = BA_CAMERA * s->n + 3 * s->m + i;
    const double *camera = p->x + camera_at, *X = p->x + point_at;
    const double *feature = p->numbers + 2 * i, *W = p->numbers + 2 * s->p + 3 * i;
    const uncertain w = exact(p->x[weight_at]);
    uncertain_sum *camera_f = slope + camera_at, *w_f = slope + weight_at;

    struct rotation r = {.v = exact_vector(camera)};
    for (int k = 0; k < 3; k++) r.y.at[k] = minus(exact(X[k]), exact(camera[3 + k]));
    rotate(&r);
    const uncertain into[2] = {scaled(W[0], w), scaled(W[1], w)};
    uncertain proj[2];
    const vector z_f = lens_back(camera, &r.z, into, proj, camera_f);
    vector v_f, y_f;
    rotate_back(&r, &z_f, &v_f, &y_f);
    for (int k = 0; k < 3; k++) {
        add_to(&camera_f[k], v_f.at[k]);
        add_to(&camera_f[3 + k], negative(y_f.at[k]));
        add_to(&slope[point_at + (size_t)k], y_f.at[k]);
    }
    for (int k = 0; k < 2; k++) {
        const uncertain off = minus(proj[k], exact(feature[k]));
        add_to(f, scaled(W[k], times(w, off)));
        add_to(w_f, scaled(W[k], off));
    }
    add_to(f, scaled(W[2], minus(exact(1), times(w, w))));
    add_to(w_f, scaled(-2 * W[2], w));
}

bool ba_gradient(const program *p, double *value, double *value_bound, double *g,
                 double *bound)
{
    const struct ba *s = p->data;
    uncertain_sum f = {0}, *slope = calloc(p->inputs, sizeof *slope);
    if (slope == NULL) return false;
    for (size_t i = 0; i < s->p; i++) observation(p, i, &f, slope);
    put(total(&f), value, value_bound);
    for (size_t i = 0; i < p->inputs; i++) put(total(&slope[i]), &g[i], &bound[i]);
    free(slope);
    return true;
}
