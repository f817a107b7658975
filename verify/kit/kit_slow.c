/* Slow is not hung: what does not end in time, and with fewer nodes grows as n^2, would. */
#include <math.h>
#include <stdio.h>

#include "verify/kit/kit.h"

/* By such a power of n at most does time grow that only is slow; and so many times smaller
 * is what is timed, at least so large. */
#define POWER_MOST 3.5
enum { SMALLER = 4, LEAST = 16 };

/* Seconds, by the clock; 0: not over in time, or not right. */
static double seconds_of(kit *k, ride_work *work, size_t size)
{
    finding f = {0};
    ride r = {.work = work, .size = size};
    return kit_ride_once(k, &f, &r, 2) ? f.seconds : 0;
}

/* The second half is the one that counts: a process may have had to be started. */
static bool grows_as_power(kit *k, const finding *f, ride_work *work, size_t size,
                           double *power)
{
    for (size_t n = size / SMALLER; n >= LEAST; n /= SMALLER) {
        const double cold = seconds_of(k, work, n / 2),
                     half = cold > 0 ? seconds_of(k, work, n / 2) : 0,
                     whole = half > 0 ? seconds_of(k, work, n) : 0;
        if (whole == 0) continue;
        *power = log2(whole / fmin(cold, half));
        const double foretold = whole * pow((double)size / (double)n, *power);
        return *power < POWER_MOST && foretold > f->seconds / 2;
    }
    return false;
}

bool kit_is_slow(kit *k, finding *f, ride_work *work, size_t size)
{
    const size_t hung = --k->hung; /* a ride is cut shorter once one has hung */
    const double hung_seconds = k->hung_seconds;
    double power;
    const bool slow = grows_as_power(k, f, work, size, &power);
    k->hung = hung + !slow;
    k->hung_seconds = hung_seconds - (slow ? f->seconds : 0);
    if (!slow) return false;
    f->status = FINDING_NOTE;
    f->code[0] = f->same[0] = '\0';
    snprintf(f->text, sizeof f->text,
             "slow: %.60s with %zu nodes; time grows as n^%.1f", f->got, f->nodes,
             power);
    return true;
}
