// SPDX-License-Identifier: Apache-2.0
// cellwisectl against docs/openapi.json, which other tests hold against the routes of the daemon.
#include "command_rows.hpp"
#include "tests/fakes/source_tree.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <regex>
#include <set>

namespace cellwise::ctl::test {
namespace {

/// What the API documents of a call: its parameters of the query, and the members that its body may have.
struct Documented {
    std::set<std::string> query{};
    std::set<std::string> members{};  ///< of an object within: "mqtt.rsrp"
};

/// The members of a schema, which may be one of another place of the document.
void collect(const nlohmann::json& document, nlohmann::json schema, const std::string& prefix,
             std::set<std::string>& members) {
    if (schema.contains("$ref")) {
        schema = document.at(nlohmann::json::json_pointer(schema.at("$ref").get<std::string>().substr(1)));
    }
    if (!schema.contains("properties")) {
        if (!prefix.empty()) members.insert(prefix.substr(1));
        return;
    }
    for (const auto& [name, each] : schema.at("properties").items()) {
        collect(document, each, prefix + '.' + name, members);
    }
}

Documented documented(const nlohmann::json& document, const nlohmann::json& operation) {
    Documented found;
    for (auto parameter : operation.value("parameters", nlohmann::json::array())) {
        if (parameter.contains("$ref")) continue;  // those of every list, and the key of idempotency
        if (parameter.at("in") == "query") found.query.insert(parameter.at("name"));
    }
    const nlohmann::json::json_pointer body("/requestBody/content/application~1json/schema");
    if (operation.contains(body)) collect(document, operation.at(body), "", found.members);
    return found;
}

void collect_sent(const nlohmann::json& body, const std::string& prefix, std::set<std::string>& members) {
    if (!body.is_object()) {
        members.insert(prefix.substr(1));
        return;
    }
    for (const auto& [name, each] : body.items()) collect_sent(each, prefix + '.' + name, members);
}

/// What calls of the path look like; the query is a group.
std::regex pattern_of(const std::string& method, const std::string& path) {
    const auto dots = std::regex_replace(path, std::regex("[.]"), R"(\.)");
    const auto ids = std::regex_replace(dots, std::regex(R"(\{[a-z]+\})"), "[^/:?]+");
    return std::regex(method + ' ' + ids + "([?].*)?");
}

/// Takes away what the row's call says, if it is a call of this path.
void cover(const std::regex& pattern, const Row& row, bool& called, Documented& left) {
    std::smatch match;
    if (!std::regex_match(row.request, match, pattern)) return;
    called = true;
    const auto query = match[1].str();
    std::erase_if(left.query, [&query](const std::string& name) {
        return query.find('?' + name + '=') != std::string::npos || query.find('&' + name + '=') != std::string::npos;
    });
    std::set<std::string> sent;
    if (!row.body.empty()) collect_sent(nlohmann::json::parse(row.body), "", sent);
    std::erase_if(left.members, [&sent](const std::string& name) { return sent.contains(name); });
}

/// Those of rows() and the few calls that have another form than JSON, which their own tests hold.
std::vector<Row> all_rows() {
    auto all = rows();
    std::erase_if(all, [](const Row& row) { return row.words.front() == "api"; });  // it can make any call
    all.push_back({{}, "POST /api/v1/packages?name=a&appId=b"});                    // PackageUpload
    all.push_back({{}, "POST /api/v1/devices:import"});                             // CtlDeviceImport
    all.push_back({{}, "DELETE /api/v1/sessions/current"});                         // Logout
    return all;
}

/// Every call of the API, every filter and every member of a body has a command: what is added without one fails
/// here.
TEST(CommandsOfTheApi, ReachAllThatTheApiHas) {
    const std::set<std::string> of_machines{"GET /healthz", "GET /metrics", "GET /api/v1/openapi.json"};
    // There is one protocol, which the command adds; the words of a preview are those of creating.
    const std::set<std::string> left_out{"POST /api/v1/products softwareUpgrade.protocol",
                                         "PATCH /api/v1/products/{id} softwareUpgrade.protocol"};
    const auto calls_of_all = all_rows();
    std::ifstream file(fakes::in_source_tree("docs/openapi.json"));
    const auto document = nlohmann::json::parse(file);
    for (const auto& [path, calls] : document.at("paths").items()) {
        for (const auto& [word, operation] : calls.items()) {
            std::string method(word);
            std::ranges::transform(method, method.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
            const auto call = method + ' ' + path;
            if (of_machines.contains(call)) continue;
            auto left = documented(document, operation);
            if (path == "/api/v1/tasks:preview") left.members.clear();
            bool called = false;
            const auto pattern = pattern_of(method, path);
            for (const auto& row : calls_of_all) cover(pattern, row, called, left);
            EXPECT_TRUE(called) << call << " has no command";
            for (const auto& name : left.query) ADD_FAILURE() << call << " has no option for the filter " << name;
            for (const auto& name : left.members) {
                if (!left_out.contains(call + ' ' + name)) ADD_FAILURE() << call << " has no option for " << name;
            }
        }
    }
}

}  // namespace
}  // namespace cellwise::ctl::test
