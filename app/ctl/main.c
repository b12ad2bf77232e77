/* resonanzctl COMMAND …: the table of its commands. */
#include "ctl.h"

#include <stdio.h>
#include <string.h>

#include "web/openapi.h"
#include "web/password.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "migrate", cmd_migrate,
	    "bring the database to the state of this program" },
	{ "check", cmd_check,
	    "name everything in which database and program differ" },
	{ "clock", cmd_clock,
	    "show or set the clock of a demo (set TIME, off)" },
	{ "account", cmd_account, "create people, set their passwords" },
	{ "import", cmd_import, "load a consultation from its file" },
	{ "export", cmd_export, "write a consultation as such a file" },
	{ "demo", cmd_demo, "load the demo world as it stands at a time" },
	{ "search", cmd_search,
	    "search rebuild  reads all texts into the index of the search "
	    "anew" },
	{ "generate", cmd_generate,
	    "fill a demo or test database with many organisations" },
	{ "verify", cmd_verify,
	    "recompute what was released and the chain of the audit log" },
	{ "verify-receipt", cmd_verify_receipt,
	    "check the file of a receipt, without database and network" },
	{ "verify-package", cmd_verify_package,
	    "check a record package of a report, without database and "
	    "network" },
	{ "report-files", cmd_report_files,
	    "make the files that frozen reports lack" },
	{ "checkpoint", cmd_checkpoint,
	    "what the audit log was when it was sent outside (show, verify)" },
	{ "jobs", cmd_jobs, "do the work that waits, once or for ever" },
	{ "keys", cmd_keys,
	    "the secrets outside the database (create, rotate, reseal)" },
	{ "mail", cmd_mail, "try the mail server, take reports of bounces" },
	{ "openapi", cmd_openapi, "print the OpenAPI document of all routes" },
	{ "schema", cmd_schema, "print the checksum of the sql folder" },
	{ "settings", cmd_settings, "list all settings and what they mean" },
};

static int
usage(FILE *out, int status)
{
	fputs("usage: resonanzctl COMMAND …\n\n", out);
	for (size_t i = 0; i < NELEM(commands); i++)
		fprintf(
		    out, "  %-14s %s\n", commands[i].name, commands[i].help);
	return status;
}

int
cmd_settings(int argc, char **argv)
{
	(void)argv;
	if (argc != 1)
		return ctl_usage("settings");
	settings_print(stdout);
	return 0;
}

int
cmd_openapi(int argc, char **argv)
{
	struct settings s;
	char *text;

	(void)argv;
	if (argc != 1)
		return ctl_usage("openapi");
	ctl_settings(&s);
	text = openapi_text(s.asset_dir);
	puts(text);
	mem_free(text);
	return 0;
}

int
main(int argc, char **argv)
{
	if (argc < 2)
		return usage(stderr, 2);
	if (strcmp(argv[1], "help") == 0 || strcmp(argv[1], "--help") == 0)
		return usage(stdout, 0);
	if (!password_init())
		ctl_die("libsodium does not work here");
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t i = 0; i < NELEM(commands); i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	fprintf(stderr, "resonanzctl: no such command: %s\n", argv[1]);
	return usage(stderr, 2);
}
