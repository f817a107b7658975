/* What a foreign engine has not: written with what it has. */
#include "verify/programs/mounted.h"

ad_mounted_handle mounted_otherwise(ad_mounted *r, ad_op op,
                                    const ad_mounted_handle *operand, double c)
{
    if (r->lacks == AD_OP_constant && !mount_has(r->m, op)) r->lacks = op;
    if (r->lacks != AD_OP_constant) return operand[0];
    return mount_apply(r->m, r->record, op, operand, c);
}
