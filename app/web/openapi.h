/* What the routes promise, as an OpenAPI document. */
#ifndef APP_OPENAPI_H
#define APP_OPENAPI_H

#include "route.h"

/*
 * The document of all rows that a program may use: pages and actions below
 * /api, files at their own address. Titles are those of the templates in
 * asset_dir; without one the name of the row stands there. The same rows and
 * titles give the same bytes. To be freed with mem_free.
 */
char *openapi_text(const char *asset_dir);
/*
 * May a token of access come in here? What is about the person and what needs
 * a second factor just shown is never for a program.
 */
bool openapi_takes_token(const struct route *route);

#endif
