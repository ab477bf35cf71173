#pragma once
#include <string>

#include "mapping/map_record.h"

namespace crmsync::mapping {

/// Runs the file's own tests, and tries the laws of reversal on their records: what goes to the CRM comes back the same
/// (put-get), and what comes from it goes back the same (get-put), for every entry whose verdict is lossless. Appends
/// the package's `TestReport`. `tables` holds what the host handed in; a test's own `lookups` come before its lookups.
void run_tests(const Plan& plan, Workspace& workspace, Tables& tables, std::string& out);

}  // namespace crmsync::mapping
