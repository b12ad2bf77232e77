/* Actions: one write, then 303, or the page again with what is wrong. */
#ifndef APP_ACTION_H
#define APP_ACTION_H

#include "req.h"

int action_begin(struct req *req);

#endif
