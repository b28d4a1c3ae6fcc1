// SPDX-License-Identifier: Apache-2.0
#include "adapters/rest/multipart_parser.hpp"

#include <algorithm>

namespace cellwise::rest {
namespace {

constexpr std::size_t kLongestHeader = 8192;
constexpr std::size_t kLongestBoundary = 70;  // RFC 2046, 5.1.1

Error malformed(std::string what) { return invalid("multipart.malformed", {}, std::move(what)); }

std::string lower_case(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), ascii_lower);
    return result;
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// A quoted string's content, or a token as it is.
std::string unquoted(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
    std::string result;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\' && i + 2 < text.size()) ++i;
        result += text[i];
    }
    return result;
}

/// Where the parameter that begins at the front ends: at a ';' outside quotes.
std::size_t end_of_parameter(std::string_view text) {
    bool inside = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (inside && text[i] == '\\') {
            ++i;
        } else if (text[i] == '"') {
            inside = !inside;
        } else if (text[i] == ';' && !inside) {
            return i;
        }
    }
    return text.size();
}

/// The parameter of a header value ("form-data; name=\"file\"").
std::optional<std::string> parameter(std::string_view value, std::string_view name) {
    for (std::size_t end = end_of_parameter(value); end < value.size(); end = end_of_parameter(value)) {
        value.remove_prefix(end + 1);
        const auto one = value.substr(0, end_of_parameter(value));
        const auto equals = one.find('=');
        if (equals == std::string_view::npos) continue;
        if (lower_case(trimmed(one.substr(0, equals))) == name) return unquoted(trimmed(one.substr(equals + 1)));
    }
    return std::nullopt;
}

/// One header line of a part.
Status read_line(std::string_view line, MultipartParser::Part& part, bool& named) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) return malformed("a part has a header line without a colon");
    const auto name = lower_case(trimmed(line.substr(0, colon)));
    const auto value = trimmed(line.substr(colon + 1));
    if (name == "content-disposition") {
        const auto form_name = parameter(value, "name");
        if (!lower_case(value).starts_with("form-data") || !form_name) {
            return malformed("a part's Content-Disposition must be form-data with a name");
        }
        part = {.name = *form_name, .file_name = parameter(value, "filename").value_or("")};
        named = true;
    }
    if (name == "content-transfer-encoding") {
        const auto encoding = lower_case(value);  // RFC 7578, 4.7: deprecated, and we decode nothing
        if (encoding != "binary" && encoding != "8bit" && encoding != "7bit") {
            return malformed("a part has a Content-Transfer-Encoding: " + printable(encoding));
        }
    }
    return {};
}

}  // namespace

std::optional<std::string> multipart_boundary(std::string_view content_type) {
    const auto type = lower_case(trimmed(content_type.substr(0, content_type.find(';'))));
    if (type != "multipart/form-data") return std::nullopt;
    auto boundary = parameter(content_type, "boundary");
    if (!boundary || boundary->empty() || boundary->size() > kLongestBoundary) return std::nullopt;
    const bool visible =
        std::all_of(boundary->begin(), boundary->end(), [](char c) { return c >= ' ' && c < '\x7F'; });
    return visible && boundary->back() != ' ' ? boundary : std::nullopt;
}

MultipartParser::MultipartParser(std::string_view boundary, Events events)
    : delimiter_("\r\n--" + std::string(boundary)),
      events_(std::move(events)),
      held_("\r\n")  // the first boundary may stand at the very beginning
{}

Status MultipartParser::write(ByteView piece) {
    if (stage_ == Stage::Epilogue) return {};  // RFC 2046, 5.1.1: to be ignored
    held_ += as_text(piece);
    for (bool progress = true; progress;) {
        progress = false;
        if (auto ok = step(progress); !ok) return ok;
    }
    return {};
}

Status MultipartParser::finish() const {
    if (stage_ == Stage::Epilogue) return {};
    return malformed("the body ends before its closing boundary");
}

Status MultipartParser::step(bool& progress) {
    switch (stage_) {
        case Stage::Preamble:
        case Stage::Data:
            return read_data(progress);
        case Stage::AfterBoundary:
            return read_after_boundary(progress);
        case Stage::Header:
            return read_header(progress);
        case Stage::Epilogue:
            held_.clear();
            break;
    }
    return {};
}

Status MultipartParser::give(std::string_view data) {
    if (stage_ == Stage::Preamble || data.empty()) return {};
    return events_.on_data(as_bytes(data));
}

Status MultipartParser::read_data(bool& progress) {
    const auto at = held_.find(delimiter_);
    if (at == std::string::npos) {
        // The tail may be the front of a boundary whose rest is still to come.
        const std::size_t safe = held_.size() - std::min(held_.size(), delimiter_.size() - 1);
        auto ok = give(std::string_view(held_).substr(0, safe));
        held_.erase(0, safe);
        return ok;
    }
    if (auto ok = give(std::string_view(held_).substr(0, at)); !ok) return ok;
    held_.erase(0, at + delimiter_.size());
    stage_ = Stage::AfterBoundary;
    progress = true;
    return {};
}

Status MultipartParser::read_after_boundary(bool& progress) {
    const auto text = held_.find_first_not_of(" \t");  // transport padding
    if (text == std::string::npos || held_.size() < text + 2) {
        if (held_.size() > kLongestHeader) return malformed("a boundary is followed by too many blanks");
        return {};
    }
    const auto mark = held_.substr(text, 2);
    if (mark != "--" && mark != "\r\n") return malformed("a boundary must be followed by a line end or two dashes");
    stage_ = mark == "--" ? Stage::Epilogue : Stage::Header;
    held_.erase(0, text + (stage_ == Stage::Header ? 0 : 2));  // the CRLF before an empty header is needed there
    progress = true;
    return {};
}

Status MultipartParser::read_header(bool& progress) {
    const auto end = held_.find("\r\n\r\n");
    if (end > kLongestHeader) {  // npos too
        if (held_.size() > kLongestHeader) return malformed("the header of a part is too long");
        return {};
    }
    Part part;
    bool named = false;
    for (std::size_t at = 2; at < end;) {
        const auto line_end = std::min(held_.find("\r\n", at), end);
        if (auto ok = read_line(std::string_view(held_).substr(at, line_end - at), part, named); !ok) return ok;
        at = line_end + 2;
    }
    if (!named) return malformed("a part has no Content-Disposition");
    if (auto ok = events_.on_part(part); !ok) return ok;
    held_.erase(0, end + 4);
    stage_ = Stage::Data;
    progress = true;
    return {};
}

}  // namespace cellwise::rest
