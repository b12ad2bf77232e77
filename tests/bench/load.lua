-- wrk script: requests from a file, one a line, in turn.
--
--   BENCH_FILE=rows wrk -t2 -c16 -d5s -s load.lua http://…
--
-- A line: path, cookie, form fields without the version ("" = GET), separated
-- by tabs. Posts carry &version=N, where N counts how often the line was used.
-- At the end one line of JSON: what was measured.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(args)
  local all, at = {}, 0
  for line in io.lines(os.getenv("BENCH_FILE")) do
    if at % tonumber(os.getenv("BENCH_THREADS")) == number then
      local path, cookie, form = line:match("^([^\t]*)\t([^\t]*)\t?(.*)$")
      all[#all + 1] = { path = path, cookie = cookie, form = form }
    end
    at = at + 1
  end
  if #all == 0 then -- fewer lines than threads: all of them read the first
    local line = io.lines(os.getenv("BENCH_FILE"))()
    local path, cookie, form = line:match("^([^\t]*)\t([^\t]*)\t?(.*)$")
    all[1] = { path = path, cookie = cookie, form = form }
  end
  -- wrk asks the first thread for one request that it never sends
  rows, position, pass = all, number == 0 and -1 or 0, 0
end

function request()
  position = position + 1
  if position > #rows then
    position, pass = 1, pass + 1
  end
  local row = rows[math.max(position, 1)]
  local headers = {}
  if row.cookie ~= "" then headers["Cookie"] = row.cookie end
  if row.form == "" then
    return wrk.format("GET", row.path, headers)
  end
  headers["Content-Type"] = "application/x-www-form-urlencoded"
  return wrk.format("POST", row.path, headers,
    row.form .. "&version=" .. pass .. "&reason=Lauf+" .. pass)
end

function done(summary, latency)
  io.write(string.format(
    '\n{"requests":%d,"seconds":%.6f,"p50":%.4f,"p99":%.4f,"max":%.4f,"bad":%d,"broken":%d,"bytes":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1000,
    latency:percentile(99) / 1000, latency.max / 1000, summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    summary.bytes))
end
