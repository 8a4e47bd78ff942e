// Keeps the process as small as what it holds: the C library otherwise keeps what reading files and history needed for
// a moment.
#pragma once

#include <boost/asio/awaitable.hpp>

namespace inferno {

// Few arenas, and large blocks straight from the system. Call before the first thread starts.
void tune_allocator();

// Gives free memory back to the system now and then, until cancelled. A call takes milliseconds: spawn it where nobody
// waits.
boost::asio::awaitable<void> release_memory_regularly();

}  // namespace inferno
