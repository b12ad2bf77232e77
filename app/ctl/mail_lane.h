/* The lane that sends mails. */
#ifndef APP_MAIL_LANE_H
#define APP_MAIL_LANE_H

#include "job.h"

struct mail_lane;

/* Templates and mail server; NULL with err filled when a setting is wrong. */
struct mail_lane *mail_lane_new(const struct settings *s, struct err *err);
void mail_lane_free(struct mail_lane *m);
/* Sends what is due, until the server is away or the end is near. */
enum rc mail_pass(struct lane *l, int *failures) MUST_CHECK;

#endif
