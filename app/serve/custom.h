/* The handlers that are more than one statement and one template. */
#ifndef APP_CUSTOM_H
#define APP_CUSTOM_H

#include "req.h"

/* Runs the handler of a CUSTOM row. */
int custom_begin(struct req *req);
/* Does a handler of that name exist? For the check at start. */
bool custom_exists(const char *name);

int custom_login_post(struct req *req);
int custom_logout(struct req *req);
int custom_context_switch(struct req *req);
int custom_second_factor_post(struct req *req);
int custom_step_up_post(struct req *req);
int custom_factor_set(struct req *req);
int custom_factor_codes(struct req *req);
int custom_data_file(struct req *req);
int custom_link_accept(struct req *req);
int custom_password_reset_ask(struct req *req);
int custom_password_change(struct req *req);
int custom_barrier_report(struct req *req);
int custom_address_import_upload(struct req *req);
int custom_edition_upload_post(struct req *req);
int custom_address_template(struct req *req);
int custom_organisations_csv(struct req *req);
int custom_council_decisions_csv(struct req *req);
int custom_commitments_csv(struct req *req);
int custom_convergence_csv(struct req *req);
int custom_results_csv(struct req *req);
int custom_results_json(struct req *req);
int custom_statements_csv(struct req *req);
int custom_statements_json(struct req *req);
int custom_codebook_csv(struct req *req);
int custom_shift_csv(struct req *req);
int custom_matrix_csv(struct req *req);
int custom_matrix_xlsx(struct req *req);
int custom_matrix_svg(struct req *req);
int custom_opinion_csv(struct req *req);
int custom_opinion_xlsx(struct req *req);
int custom_validity_csv(struct req *req);
int custom_synopsis_csv(struct req *req);
int custom_synopsis_xlsx(struct req *req);
int custom_synopsis_json(struct req *req);
int custom_synopsis_print(struct req *req);
int custom_report_file(struct req *req);
int custom_audit_csv(struct req *req);
int custom_audit_json(struct req *req);

#endif
