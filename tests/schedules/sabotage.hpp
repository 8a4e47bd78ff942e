// Faults put between the adapter and the world on purpose, each of which makes the adapter behave as if one of its
// rules were broken. They prove that the invariants would notice (see README.md).
#pragma once

#include <cstdint>

namespace inferno::schedules {

enum class Sabotage : std::uint8_t {
  none,
  running_requests_ignored,   // requests that run are not activity
  waiting_requests_ignored,   // nor are those that wait, in replicas or at the gateway
  refusals_ignored,           // nor those that the gateway refuses while there is no replica
  finished_requests_ignored,  // nor those that finished
  new_counters_ignored,       // a counter that appears above zero is not activity
  warnings_ignored,           // a partial answer is taken for a whole one
  infos_taken_for_warnings,   // what Prometheus remarks on an expression makes its answer a partial one
  evidence_invented,          // replicas count as scraped whether they are or not
  others_counted,             // pods of no target count as a target's
  targets_mixed,              // what pods of one target say goes for a target that says nothing
  duplicates_added,           // what is scraped twice counts twice
  joins_ignored,              // a replica that is new, or back after a gap, does not start the clock anew
  gaps_bridged,               // every gap is taken for harmless
  other_names_counted,        // series under another model_name are taken for the model's
  roles_ignored,              // prefill and decode are interchangeable variants
  old_answers_served,         // there is no limit on the age of an answer
  policy_edits_missed,        // ConfigMaps are read once
  second_replica_differs,     // the second replica looks back over a longer window when it scales down
  never_to_zero,              // every model counts as active all the time
};

}  // namespace inferno::schedules
