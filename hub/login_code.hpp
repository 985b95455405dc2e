#pragma once
// lgsp-hub --login-code: how the first administrator gets in, or one who has forgotten the password.

#include <string>

namespace hub {

/// Prints a code that is good once, for an hour: alone on standard output, what to do with it on standard error. Only
/// whoever may write the ledger's folder can make one. The exit code.
int make_login_code(const std::string& settings_file);

}  // namespace hub
