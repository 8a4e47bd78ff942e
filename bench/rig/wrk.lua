-- Asks for one path after the other, from a file with one per line. With a pause (milliseconds), each connection rests between its
-- requests, so that the load is fixed. Prints one line of numbers at the end.
local number_of_threads = 0
local requests = {}
local position = 0

function setup(thread)
  thread:set("thread_number", number_of_threads)
  number_of_threads = number_of_threads + 1
end

function init(args)
  for path in io.lines(args[1]) do
    requests[#requests + 1] = wrk.format("GET", path)
  end
  position = thread_number * math.floor(#requests / 2)
  local pause = tonumber(args[2])
  if pause > 0 then
    function delay() return math.random(math.floor(pause / 2), math.ceil(pause * 3 / 2)) end
  end
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency, _)
  local errors = summary.errors
  print(string.format("RESULT %d %d %d %d %d %d", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(99), errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
