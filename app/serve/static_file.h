/* Static files from memory: hashed names, so that they never change. */
#ifndef APP_STATIC_FILE_H
#define APP_STATIC_FILE_H

#include "req.h"

int static_file(struct req *req, unsigned method);

#endif
