// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/output.hpp"

#include "json/writer.hpp"
#include "tools/shell/display_text.hpp"

namespace cellwise::ctl {

ExitCode exit_code_of(const Error& error) {
    const std::string_view code = error.code;
    if (code.starts_with("usage.")) return ExitCode::Usage;
    if (code == "watch.failed") return ExitCode::TaskFailed;
    if (code == "watch.interrupted") return ExitCode::Interrupted;
    if (code.starts_with("reach.") || code.starts_with("tls.")) {
        return code == "tls.file" ? ExitCode::Usage : ExitCode::Unreachable;
    }
    const bool not_allowed = error.kind == ErrorKind::Unauthenticated || error.kind == ErrorKind::Forbidden;
    return not_allowed ? ExitCode::NotAllowed : ExitCode::Refused;
}

Output::Output(std::ostream& out, std::ostream& err, Place place) : out_(out), err_(err), place_(std::move(place)) {}

void Output::json(std::string_view text) {
    told_ = true;
    out_ << text;
    if (!text.empty() && !text.ends_with('\n')) out_ << '\n';
}

void Output::json_piece(std::string_view text) {
    told_ = true;
    out_ << text;
}

void Output::note(std::string_view text) { err_ << text << '\n'; }

void Output::done(std::string_view text) {
    if (!as_json()) out_ << text << '\n';
}

ExitCode Output::fail(const Error& error, std::string_view problem, std::string_view advice) {
    out_ << std::flush;
    err_ << "cellwisectl: " << shell::escaped(error.message);
    if (!error.value.empty()) err_ << ": " << shell::escaped(error.value);
    err_ << " [" << shell::escaped(error.code) << "]\n";
    if (!advice.empty()) err_ << "  " << advice << '\n';
    if (!as_json() || told_) return exit_code_of(error);
    if (!problem.empty()) {
        json(problem);
    } else {
        json::Writer out;
        out.begin_object().field("detail", error.message).field("code", error.code);
        out.field("field", error.field).field("value", error.value).end_object();
        json(out.take());
    }
    return exit_code_of(error);
}

}  // namespace cellwise::ctl
