/* Pages: one read, then the template or the bytes as they are. */
#ifndef APP_PAGE_H
#define APP_PAGE_H

#include "req.h"

int page_begin(struct req *req);
/* Shows the page of req->route with req->values, whatever was asked for. */
int page_show(struct req *req);
/*
 * Shows the page of that name again with what was sent and what is wrong with
 * it (req->err, req->errors): 422 or 409.
 */
int page_again(struct req *req, const char *name);
/*
 * What a form with a file has come to: where its action leads, or the page of
 * that name again, on which people choose another file.
 */
int page_uploaded(struct req *req, const char *name);
int page_upload_refused(struct req *req, const char *name);
/* A session is alive while it is used; written at most once a minute. */
void page_touch(const struct req *req);
/* The class of connections for a row and who asks. */
enum db_class page_class(const struct req *req, const struct route *route);

#endif
