/* What the server adds to a page's document: view.csrf, view.path, … */
#ifndef APP_VIEW_H
#define APP_VIEW_H

#include "req.h"

/* A new object; doc is the page's own document. */
json_t *view_new(const struct req *req, int status, const json_t *doc);

#endif
