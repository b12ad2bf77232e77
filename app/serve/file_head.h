/* The head of a file: its name, and how new it is. */
#ifndef APP_FILE_HEAD_H
#define APP_FILE_HEAD_H

#include "stream.h"

/*
 * note: what was answered before the rows, as JSON; "file_name", "etag" and
 * "last_modified" of it become headers. True when the client has the file as it
 * is: then the answer is 304, without rows.
 */
bool file_head(
    struct req *req, const struct stream_list *list, const char *note);

#endif
