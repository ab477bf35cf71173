#pragma once
#include <cstdint>
#include <string_view>

namespace crmsync {

/// What a diagnostic means for the thing it is about: an error stops it, a warning does not.
enum class Severity : std::uint8_t { error, warning, info };

/// The one registry of diagnostic codes. A code is never reused once it was in a release.
/// Columns: code, severity, title (what went wrong, in a few words; `docs/diagnostics.md` is generated from it).
/// Families: FIL the mapping file as YAML or JSON text, MAP what the file says, EXP expressions, JSN record text,
/// REC mapping a record, CNF resolving, API how a call was made,
/// CLI the command line (web/cli).
#define CRMSYNC_CODES(X)                                                                \
  /* --- FIL: the mapping file as text --- */                                           \
  X(FIL001, error, "the mapping file is not valid YAML")                                \
  X(FIL002, error, "the mapping file is not valid JSON")                                \
  X(FIL003, error, "the mapping file is not valid UTF-8")                               \
  X(FIL004, error, "the mapping file is larger than 1 MB")                              \
  X(FIL005, error, "the mapping file is nested too deeply")                             \
  X(FIL006, error, "aliases expand to too many nodes")                                  \
  X(FIL007, error, "a key stands twice in the same map")                                \
  X(FIL008, error, "the mapping file is empty")                                         \
  X(FIL009, error, "the mapping file holds more than one document")                     \
  /* --- MAP: what the mapping file says --- */                                         \
  X(MAP001, error, "unknown key")                                                       \
  X(MAP002, error, "a value has the wrong type")                                        \
  X(MAP003, error, "a value is not one of those allowed")                               \
  X(MAP005, error, "an entry lacks a key it needs")                                     \
  X(MAP006, error, "keys of an entry contradict each other")                            \
  X(MAP007, error, "two entries have the same name")                                    \
  X(MAP008, warning, "two entries write the same field")                                \
  X(MAP009, error, "a field path is malformed")                                         \
  X(MAP010, error, "a bidirectional entry cannot be reversed")                          \
  X(MAP011, error, "a value map is ambiguous")                                          \
  X(MAP012, warning, "a conflict strategy names a field that no entry maps")            \
  X(MAP013, warning, "a conflict strategy is overruled")                                \
  X(MAP014, error, "a suppression field cannot have a conflict strategy")               \
  X(MAP015, warning, "a field the catalog does not know")                               \
  X(MAP016, warning, "an entry can never run")                                          \
  X(MAP017, error, "a field that the catalog says cannot be written is written")        \
  X(MAP018, error, "a literal does not fit the field's type")                           \
  X(MAP019, warning, "a condition may be null")                                         \
  X(MAP020, info, "this strategy decides conflicts only")                               \
  X(MAP021, error, "a filter for both directions uses names that differ between sides") \
  X(MAP022, warning, "a required CRM field that nothing fills")                         \
  X(MAP023, warning, "a Salesforce contact without an account is private")              \
  X(MAP024, warning, "a value may be longer than its field")                            \
  X(MAP025, warning, "the imported catalog lacks a field or has another type for it")   \
  X(MAP026, error, "the imported catalog lacks a suppression field")                    \
  X(MAP027, error, "a bidirectional entry loses values on a round trip")                \
  X(MAP029, error, "a format is malformed")                                             \
  /* --- EXP: expressions and templates --- */                                          \
  X(EXP001, error, "an expression has a syntax error")                                  \
  X(EXP002, error, "an unknown name")                                                   \
  X(EXP003, error, "an unknown function")                                               \
  X(EXP004, error, "an operator or function does not take these types")                 \
  X(EXP005, error, "division by zero")                                                  \
  X(EXP006, error, "an integer overflows")                                              \
  X(EXP007, error, "no such key, or an optional that is empty")                         \
  X(EXP008, error, "an index is out of range")                                          \
  X(EXP009, error, "a value cannot be converted")                                       \
  X(EXP010, error, "the evaluation costs more than its limit")                          \
  X(EXP011, error, "an expression is nested too deeply or is too long")                 \
  X(EXP012, error, "this part of CEL is not built yet")                                 \
  X(EXP013, error, "now was not given")                                                 \
  X(EXP014, error, "a template is malformed")                                           \
  X(EXP016, error, "a number literal is out of range")                                  \
  X(EXP017, error, "a string literal is malformed")                                     \
  X(EXP018, error, "a macro is called wrongly")                                         \
  X(EXP019, error, "a map key stands twice or has a type that keys cannot have")        \
  X(EXP020, error, "an unknown template filter")                                        \
  X(EXP021, warning, "a comparison always gives the same")                              \
  X(EXP023, error, "a time zone is unknown, or computed where it must be written out")  \
  X(EXP024, error, "a regular expression is malformed")                                 \
  /* --- JSN: record text --- */                                                        \
  X(JSN001, error, "the text is not valid JSON")                                        \
  X(JSN002, error, "the text is not valid UTF-8")                                       \
  X(JSN003, error, "the text ends too early")                                           \
  X(JSN004, error, "values are nested too deeply")                                      \
  X(JSN005, error, "the record is too large")                                           \
  X(JSN006, error, "a string holds a lone surrogate")                                   \
  X(JSN007, error, "text follows after the end of the value")                           \
  X(JSN008, error, "a number is malformed")                                             \
  X(JSN009, error, "a string holds a control character or a bad escape")                \
  X(JSN010, error, "a record must be a JSON object")                                    \
  /* --- REC: mapping a record --- */                                                   \
  X(REC001, error, "a required field has no value")                                     \
  X(REC002, error, "a value has the wrong type")                                        \
  X(REC003, error, "a value is not in the value map")                                   \
  X(REC004, error, "a value is absent, null or blank where the mapping forbids it")     \
  X(REC005, error, "a value is too long for its field")                                 \
  X(REC006, error, "an expression failed")                                              \
  X(REC007, error, "a value is not one of the field's values")                          \
  X(REC008, error, "the output is larger than its limit")                               \
  X(REC009, error, "a value starts like a command that the CRM would obey")             \
  X(REC010, error, "a value to look up is not in the tables of the call")               \
  X(REC011, error, "a value does not follow the entry's format")                        \
  /* --- CNF: resolving --- */                                                          \
  X(CNF001, error, "the input of resolve has the wrong shape")                          \
  X(CNF002, error, "a time is not RFC 3339")                                            \
  X(CNF003, error, "what is acknowledged is no decision of the mapping")                \
  /* --- API: how a call was made --- */                                                \
  X(API001, error, "an unforeseen error in the engine")                                 \
  X(API002, error, "the engine ran out of memory")                                      \
  X(API004, error, "an option has the wrong type or value")                             \
  X(API006, error, "a value cannot be handed to the engine")                            \
  X(API007, error, "the mapping was disposed")                                          \
  X(API008, error, "a normaliser of the host is not loaded, or failed")                 \
  X(API009, error, "these bytes are no compiled mapping of this version")               \
  X(API010, error, "a compiled mapping cannot do this, only its file")                  \
  /* --- CLI: the command line --- */                                                   \
  X(CLI001, error, "a command is called wrongly")                                       \
  X(CLI003, error, "a file cannot be read")                                             \
  X(CLI004, error, "a CRM's answer holds no record")                                    \
  X(CLI005, warning, "a field of another tool's mapping was not imported")              \
  X(CLI006, info, "an imported field gives something else now and then")                \
  X(CLI007, error, "a recorded decision comes out differently")                         \
  X(CLI008, error, "packages that a command needs are not installed")                   \
  X(CLI009, error, "the service cannot be started")

enum class Code : std::uint16_t {
  none,
#define CRMSYNC_CODE(name, severity, title) name,
  CRMSYNC_CODES(CRMSYNC_CODE)
#undef CRMSYNC_CODE
      count_
};

/// "MAP001", "" for `none`.
std::string_view code_name(Code code);
/// The registry's title: what went wrong in general.
std::string_view code_title(Code code);
Severity code_severity(Code code);
/// "error", "warning" or "info".
std::string_view severity_name(Severity severity);

}  // namespace crmsync
