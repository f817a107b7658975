/* Forms of a partial that need a statement. A row of ops.def says why it needs one. */
#ifndef GRADYNO_PARTIALS_H
#define GRADYNO_PARTIALS_H

#include <math.h>

#include "digamma.h"

/* d(x/y)/dy = -z/y. A subnormal z has lost digits that z/y may need. */
static inline double quotient_dy(double x, double y, double z)
{
    if (isnormal(z) || isinf(y)) return -z / y;
    return -(x * 0x1p108 / y / y) * 0x1p-108;
}

/*
 * d cbrt(x)/dx = 1/(3 z^2), where cbrt has left z wrong by ulps: z^3 = x - residual.
 * A tiny x is scaled by s^3 first, lest the residual vanish.
 */
static inline double cbrt_dx(double x, double z)
{
    const double s = fabs(x) < 0x1p-900 ? 0x1p100 : 1, u = s * z, v = s * s * s * x;
    const double square = u * u, slope = s * s / (3 * square);
    if (x == 0 || isinf(x)) return slope;
    const double residual = fma(-square, u, v) - fma(u, u, -square) * u;
    return slope - slope * (residual / v) * (2.0 / 3);
}

/* d x^y/dx = z y/x, and where z or y/x is out of range |y| |x|^(y - 1), as a square. */
static inline double pow_dx(double x, double y, double z)
{
    if (isnan(z)) return z;
    if (y == 0) return 0;
    if (x == 0 || isinf(x)) { /* y - 1 can round to y, and have another sign */
        const double power = pow(fabs(x), y - 1);
        const double limit = power == 0 ? 0 : fabs(y) * power;
        return !signbit(z) != (!signbit(x) == !signbit(y)) ? -limit : limit;
    }
    const double ratio = y / x;
    if (isnormal(z) && (isnormal(ratio) || z == 1)) return z * ratio;
    /* y - 1 = h + l exactly. */
    const double h = y - 1, up = h - y, l = (y - (h - up)) - (1 + up);
    const double half = pow(fabs(x), h / 2);
    const double more = isinf(half) || isinf(y) ? 0 : half * (l * log(fabs(x)));
    const double size = half == 0 ? 0 : fabs(y) * half * (half + more);
    return signbit(z) != signbit(ratio) ? -size : size;
}

/* d x^y/dy = z log x; at x = 0 its limit 0 for y > 0, and 0 by convention for y = 0. */
static inline double pow_dy(double x, double y, double z)
{
    if (isnormal(z) && x != 0) return z * log(x);
    if (x < 0) return log(x);
    const double half = pow(fabs(x), y / 2);
    return half == 0 || (x == 0 && y >= 0) ? 0 : half * log(fabs(x)) * half;
}

/* d hypot(x, y)/dx = x/z, and 0 at the origin, the tip of a cone. */
static inline double hypot_dx(double x, double y, double z)
{
    if (z == 0) return 0;
    if (isinf(x)) return isinf(y) ? (double)NAN : copysign(1, x);
    if (z > 0x1p-960 && !isinf(z)) return x / z;
    const double scale = z < 1 ? 0x1p600 : 0.25; /* z is subnormal, or has overflowed */
    return x * scale / hypot(x * scale, y * scale);
}

/* d atan2(x, y)/dx = y/(x^2 + y^2), scaled by 2^e where a square is out of range. */
static inline double atan2_dx(double x, double y)
{
    const double square = x * x + y * y;
    if (square > 0x1p-900 && square < 0x1p900) return y / square;
    if (isnan(square) || (x == 0 && y == 0)) return square / square;
    if (isinf(x) || isinf(y)) return 0;
    const int e = -ilogb(fmax(fabs(x), fabs(y)));
    const double u = scalbn(x, e), v = scalbn(y, e);
    return scalbn(v / (u * u + v * v), e);
}

/* exp(a x^2), with the rounding error of x^2, which exp would amplify. */
static inline double exp_square(double a, double x)
{
    const double square = x * x;
    if (a * square < -750) return 0;
    return exp(a * square) * (1 + a * fma(x, x, -square));
}

/* s(x) = 1/(1 + exp(-x)), the logistic function. */
static inline double logistic(double x)
{
    const double e = exp(-fabs(x));
    return (x < 0 ? e : 1) / (1 + e);
}

/* s(x) s(-x) = e/(1 + e)^2. */
static inline double sigmoid_dx(double x)
{
    const double e = exp(-fabs(x));
    return e / (1 + e * (2 + e));
}

/*
 * s(x) (1 + x s(-x)), whose terms cancel for x < 0. There it is s(x) s(-x) times
 * 1 + x + exp(x) = t + w (exp(t) - 1), where t is the distance from the root -1 - w and
 * w = exp(-1 - w). Below -2.5 nothing cancels, and 1 + x is exact. Below -700 exp(x)
 * comes in two halves, as it can be subnormal.
 */
static inline double silu_dx(double x)
{
    if (x > 700) return 1;
    if (x > -0.5) return logistic(x) * (1 + x * logistic(-x));
    if (x < -700) return x < -1500 ? x - x : (1 + x) * exp(x / 2) * exp(x / 2);
    if (x < -2.5) {
        const double e = exp(x), p = e * (1 + x + e), r = e * (2 + e);
        return p - p * (r / (1 + r));
    }
    const double w = 0.2784645427610738;
    const double t = x + 1.2784645427610737 + 1.0946994183093437e-16;
    return sigmoid_dx(x) * (t + w * expm1(t));
}

/* exp(x)/(exp(x) + exp(y)) = s(x - y), with x - y = d + e: exp would amplify e. */
static inline double share(double x, double y)
{
    if (x == y) return 0.5;
    const double d = x - y;
    if (isinf(d)) return d > 0;
    const double up = d - x, e = (x - (d - up)) - (y + up);
    const double small = exp(-fabs(d)) * (1 - copysign(1, d) * e);
    return (d < 0 ? small : 1) / (1 + small);
}

/*
 * Phi(x) + x phi(x), with the normal distribution Phi and its density phi, around
 * x0 = x - t, the double next to its root: Taylor's series, where the coefficient of
 * t^n is phi_(n-1) (1 + 1/n) + x0 phi_n, and that of phi, phi_n, is by phi' = -x phi.
 */
static inline double gelu_dx_near_root(double t)
{
    enum { TERMS = 20 };
    const double x0 = -0.7517915246935645, at_x0 = -6.453751729367753e-18;
    const double slope = 0.4314939923140469, slope_rest = 1.5693718175851482e-17;
    double phi[TERMS + 1] = {0.30073259989697526, -0.30073259989697526 * x0}, sum = 0;
    for (int n = 2; n <= TERMS; n++) phi[n] = -(x0 * phi[n - 1] + phi[n - 2]) / n;
    for (int n = TERMS; n >= 2; n--)
        sum = sum * t + (phi[n - 1] + phi[n - 1] / n + x0 * phi[n]);
    return fma(slope, t, sum * t * t + slope_rest * t + at_x0);
}

/*
 * The same anywhere. Below the root erfc would amplify the rounding error of its
 * operand u = x/sqrt(2), and exp that of x^2. With the former as `off` and the latter
 * as `rest`, Phi is erfc(-u)/2 (1 + off), and phi is exp(-square/2) (k - k rest/2).
 */
static inline double gelu_dx(double x)
{
    const double t = x + 0.7517915246935645;
    if (fabs(t) < 0.42) return gelu_dx_near_root(t);
    if (x > 40) return 1;
    if (x < -40) return x - x; /* 0, and NaN at -inf, as the value is */
    const double k = 0.3989422804014327,
                 k_rest = -2.49232720227773e-17; /* 1/sqrt(2pi) */
    const double u = x / sqrt(2), square = x * x, rest = fma(x, x, -square);
    const double off = x < 0 ? fma(u, u, -square / 2) - rest / 2 : 0;
    const double cdf = erfc(-u) / 2 * (1 + off);
    const double a = x * k, a_rest = fma(x, k, -a) + x * k_rest - a * rest / 2;
    if (x < -37) { /* phi can be subnormal, x phi is not yet */
        const double half = exp(-square / 4);
        return half * (half * (a + a_rest)) + cdf;
    }
    const double e = exp(-square / 2);
    return fma(e, a, fma(e, a_rest, cdf));
}

/*
 * Gamma(x) psi(x). The double Gamma is wrong by ulps and underflows too soon; the long
 * double one is not and does not, where it has more digits.
 */
static inline double tgamma_dx(double x)
{
    return (double)(tgammal((long double)x) * (long double)ad_digamma(x));
}

#endif
