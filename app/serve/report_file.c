/*
 * A file of a report as it is kept: pieces of bytes, each as PostgreSQL writes
 * them ("\x…").
 */
#include "custom.h"

#include <sodium.h>

#include "reply.h"
#include "stream.h"

static void
nothing(struct stream_out *out, const struct req *req)
{
	(void)out;
	(void)req;
}

static void
piece(struct stream_out *out, const PGresult *res)
{
	const char *hex = PQgetvalue(res, 0, 0);
	size_t len = (size_t)PQgetlength(res, 0, 0), done = 0;
	unsigned char *room;

	if (len < 2)
		return;
	room = mem_alloc(len / 2);
	if (sodium_hex2bin(
		room, len / 2, hex + 2, len - 2, NULL, &done, NULL) == 0)
		buf_add(&out->bytes, room, done);
	mem_free(room);
}

static void
end(struct stream_out *out)
{
	(void)out;
}

int
custom_report_file(struct req *req)
{
	static const struct stream_format format = { NULL, "", nothing, piece,
		end, NULL };
	static const struct stream_list list = { "bericht",
		"select action.report_file_taken(e, p_consultation => $4::text,"
		" p_report => $5::text, p_format => $6::text) "
		"from app.enter($1::text, $2::bytea, $3::text) e",
		"select r from app.enter_read($1::text, $2::bytea, $3::text) e,"
		" lateral page.report_file_rows(e, p_consultation => $4::text,"
		" p_report => $5::text, p_format => $6::text) r",
		&format, NULL, NULL, 0 };

	if (req_read_link(req) != RC_OK)
		return reply_error(req);
	return stream_begin(req, &list);
}
