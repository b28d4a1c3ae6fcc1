// SPDX-License-Identifier: Apache-2.0
#include "json/document.hpp"

#include "cellwise/base/bytes.hpp"

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace cellwise::json {
namespace {

using Json = nlohmann::json;

/// Builds the tree as the parser reads, and stops it at the first thing we refuse: nlohmann itself keeps the last of
/// two equal members in silence and nests without a bound.
class TreeBuilder : public Json::json_sax_t {
 public:
    explicit TreeBuilder(Duplicates duplicates) : duplicates_(duplicates) {}

    Json take() { return std::move(root_); }
    const std::optional<Error>& error() const { return error_; }

    bool null() override { return put(nullptr); }
    bool boolean(bool value) override { return put(value); }
    bool number_integer(number_integer_t value) override { return put(value); }
    bool number_unsigned(number_unsigned_t value) override { return put(value); }
    bool number_float(number_float_t value, const string_t&) override { return put(value); }
    bool string(string_t& value) override { return put(std::move(value)); }
    bool binary(binary_t&) override { return false; }

    bool start_object(std::size_t) override { return open(Json::object()); }
    bool key(string_t& name) override {
        if (duplicates_ == Duplicates::Refuse && open_.back()->contains(name)) {
            error_ = invalid("request.json.duplicate", name, "the member " + name + " is given twice", name);
            return false;
        }
        name_ = std::move(name);
        return true;
    }
    bool end_object() override { return close(); }
    bool start_array(std::size_t) override { return open(Json::array()); }
    bool end_array() override { return close(); }

    bool parse_error(std::size_t position, const std::string& last_token, const Json::exception&) override {
        error_ = invalid("request.json.malformed", {}, "not JSON (RFC 8259) at byte " + std::to_string(position),
                         printable(last_token.substr(0, 40)));
        return false;
    }

 private:
    Json* place(Json value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        Json& parent = *open_.back();
        if (parent.is_array()) {
            parent.push_back(std::move(value));
            return &parent.back();
        }
        return &(parent[name_] = std::move(value));
    }
    bool put(Json value) {
        place(std::move(value));
        return true;
    }
    bool open(Json container) {
        if (open_.size() == Document::kMaxDepth) {
            error_ = invalid("request.json.deep", {},
                             "nested deeper than " + std::to_string(Document::kMaxDepth) + " levels");
            return false;
        }
        open_.push_back(place(std::move(container)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }

    Duplicates duplicates_;
    Json root_;
    std::vector<Json*> open_;
    std::string name_;
    std::optional<Error> error_;
};

}  // namespace

Result<Document> Document::parse(std::string_view text, Duplicates duplicates) {
    TreeBuilder builder(duplicates);
    if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
        return builder.error().value_or(invalid("request.json.malformed", {}, "not JSON (RFC 8259)"));
    }
    return Document(std::make_shared<const Json>(builder.take()));
}

}  // namespace cellwise::json
