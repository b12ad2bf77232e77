/* resonanzctl keys: the secrets outside the database. */
#include "ctl.h"

#include <stdio.h>
#include <string.h>

#include "web/keys.h"

int
cmd_keys(int argc, char **argv)
{
	bool is_new[KEYS_FILE__MAX];
	struct err err = { 0 };
	struct settings s;

	if (argc != 2 || strcmp(argv[1], "create") != 0)
		return ctl_usage("keys create");
	ctl_settings(&s);
	if (keys_create(s.key_dir, is_new, &err) != RC_OK)
		ctl_die("%s", err.msg);
	for (enum keys_file f = 0; f < KEYS_FILE__MAX; f++)
		printf("%s/%s: %s\n", s.key_dir, keys_name(f),
		    is_new[f] ? "created" : "there already, unchanged");
	return 0;
}
