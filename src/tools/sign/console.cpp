// SPDX-License-Identifier: Apache-2.0
#include "tools/sign/console.hpp"

#include "cellwise/base/bytes.hpp"

namespace cellwise::sign {
namespace {

/// One line that ends in the code, which is what scripts look for.
void tell(std::ostream& err, std::string_view before, const Error& error) {
    err << "cellwise-sign: " << before << error.message;
    if (!error.value.empty()) err << ": " << printable(error.value);
    err << " [" << error.code << "]\n";
}

void write(json::Writer& out, const Error& error) {
    out.begin_object().field("code", error.code).field("message", error.message);
    out.field("field", error.field).field("value", printable(error.value)).end_object();
}

int status_of(const Status& status) {
    if (status) return Console::kOk;
    return status.error().code.starts_with("usage.") ? Console::kUsage : Console::kRefused;
}

}  // namespace

Console::Console(std::ostream& out, std::ostream& err, Format format, bool err_is_terminal)
    : out_(out), err_(err), format_(format), progress_(err_is_terminal && format == Format::Words ? &err : nullptr) {
    fields_.begin_object().field("ok", true);
}

void Console::warn(const Error& warning) { warnings_.push_back(warning); }

int Console::finish(const Status& status) {
    if (format_ == Format::Words) {
        out_ << words_.str();
        for (const auto& warning : warnings_) tell(err_, "warning: ", warning);
        if (!status) tell(err_, "", status.error());
        return status_of(status);
    }
    json::Writer refused;
    auto& result = status ? fields_ : refused;
    if (!status) {
        refused.begin_object().field("ok", false).key("error");
        write(refused, status.error());
    }
    result.key("warnings").begin_array();
    for (const auto& warning : warnings_) write(result, warning);
    result.end_array().end_object();
    out_ << result.take() << '\n';
    return status_of(status);
}

}  // namespace cellwise::sign
