// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "json/writer.hpp"
#include "tools/shell/progress.hpp"

#include "cellwise/base/result.hpp"

#include <cstdint>
#include <ostream>
#include <sstream>
#include <string>
#include <vector>

namespace cellwise::sign {

enum class Format { Words, Json };

/// Where a command tells its result: in words for people, or as one JSON object for programs (--json). It writes
/// both; the one that nobody asked for goes nowhere.
class Console {
 public:
    /// `out` gets results, `err` errors, warnings and, if it is a terminal, progress.
    Console(std::ostream& out, std::ostream& err, Format format, bool err_is_terminal = false);

    std::ostream& words() { return words_; }
    /// Members of the object. What is begun must be ended.
    json::Writer& fields() { return fields_; }
    /// Nothing failed, but somebody should know.
    void warn(const Error& warning);
    std::ostream* progress_output() const { return progress_; }

    /// After the command; gives the exit status.
    int finish(const Status& status);

    static constexpr int kOk = 0;
    static constexpr int kRefused = 1;  ///< a rule is broken, a signature is not valid, a file cannot be used
    static constexpr int kUsage = 2;    ///< the command line means nothing

 private:
    std::ostream& out_;
    std::ostream& err_;
    Format format_;
    std::ostream* progress_;
    std::ostringstream words_{};
    json::Writer fields_{};
    std::vector<Error> warnings_{};
};

}  // namespace cellwise::sign
