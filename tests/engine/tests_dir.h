#pragma once

/// The folder `tests` of the repository. Of one file alone, so that all others compile to the same in every clone.
extern const char* const tests_dir;
