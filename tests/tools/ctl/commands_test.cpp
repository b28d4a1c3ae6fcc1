// SPDX-License-Identifier: Apache-2.0
#include "ctl_fixture.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace cellwise::ctl::test {
namespace {

using testing::HasSubstr;

constexpr const char* kDevice = "00000000-0000-4000-8000-000000000001";
constexpr const char* kList = R"({"items":[],"nextCursor":null})";

/// A command and the one call that it makes.
struct Row {
    std::vector<std::string> words;
    std::string request;
    std::string body{};  ///< JSON; empty: none
    int status = 200;
    std::string answer = R"({"name":"x"})";
};

Row list(std::vector<std::string> words, const std::string& path) {
    return {std::move(words), "GET /api/v1/" + path, "", 200, kList};
}
Row show(std::vector<std::string> words, const std::string& path) {
    return {std::move(words), "GET /api/v1/" + path};
}
Row create(std::vector<std::string> words, const std::string& path, std::string body) {
    return {std::move(words), "POST /api/v1/" + path, std::move(body), 201};
}
Row change(std::vector<std::string> words, const std::string& path, std::string body) {
    return {std::move(words), "PATCH /api/v1/" + path, std::move(body)};
}
Row act(std::vector<std::string> words, const std::string& path, std::string body = {}) {
    return {std::move(words), "POST /api/v1/" + path, std::move(body), 204, ""};
}
Row erase(std::vector<std::string> words, const std::string& path) {
    return {std::move(words), "DELETE /api/v1/" + path, "", 204, ""};
}

const std::vector<Row>& rows() {
    static const std::vector<Row> all{
        list({"products", "list"}, "products?limit=50"),
        show({"product", "show", "p1"}, "products/p1"),
        create({"products", "create", "--manufacturer", "Acme", "--type", "WaterMeter", "--model", "W1"}, "products",
               R"({"manufacturerId":"Acme","manufacturerName":"Acme","deviceType":"WaterMeter","model":"W1",
                   "protocolType":"LWM2M","softwareUpgrade":{"supported":true,"protocol":"PCP"}})"),
        create({"products", "create", "--manufacturer", "Acme", "--type", "T", "--model", "M", "--manufacturer-id",
                "7", "--protocol", "MQTT", "--no-upgrades", "--check-code-zero"},
               "products", R"({"manufacturerId":"7","manufacturerName":"Acme","deviceType":"T","model":"M",
                   "protocolType":"MQTT","softwareUpgrade":{"supported":false,"checkCodeAlwaysZero":true}})"),
        change({"products", "change", "p1", "--upgrades", "off", "--check-code-zero", "on"}, "products/p1",
               R"({"softwareUpgrade":{"supported":false,"checkCodeAlwaysZero":true}})"),
        erase({"products", "delete", "p1"}, "products/p1"),

        list({"public-keys", "list", "--limit", "7"}, "public-keys?limit=7"),
        show({"public-keys", "show", "k1"}, "public-keys/k1"),
        show({"public-keys", "uses", "k1"}, "public-keys/k1/uses"),
        create({"public-keys", "create", "public.pem", "--manufacturer", "Acme"}, "public-keys",
               R"({"manufacturerName":"Acme","pem":"-----BEGIN\n"})"),
        {{"public-keys", "revoke", "k1"}, "DELETE /api/v1/public-keys/k1"},

        list({"packages", "list", "--manufacturer", "Acme & Co", "--type", "T", "--model", "M", "--version-name",
              "V2"},
             "packages?manufacturerName=Acme%20%26%20Co&deviceType=T&model=M&version=V2&limit=50"),
        show({"packages", "show", "f1"}, "packages/f1"),
        erase({"packages", "delete", "f1"}, "packages/f1"),

        list({"devices", "list", "--app", "a1", "--product", "p1", "--group", "g1", "--node", "urn:imei:86",
              "--status", "online", "--name", "hall", "--version-name", "V1"},
             "devices?appId=a1&productId=p1&groupId=g1&nodeId=urn:imei:86&status=online&name=hall&softwareVersion=V1&"
             "limit=50"),
        show({"devices", "show", kDevice}, std::string("devices/") + kDevice),
        create({"devices", "create", "urn:imei:860000000000001", "--product", "p1", "--app", "a1", "--name", "hall"},
               "devices", R"({"nodeId":"urn:imei:860000000000001","productId":"p1","appId":"a1","name":"hall"})"),
        create({"devices", "create", "n1", "--manufacturer", "Acme", "--type", "T", "--model", "M"}, "devices",
               R"({"nodeId":"n1","deviceInfo":{"manufacturerName":"Acme","deviceType":"T","model":"M"}})"),
        change({"devices", "change", kDevice, "--name", "cellar"}, std::string("devices/") + kDevice,
               R"({"name":"cellar"})"),
        erase({"devices", "delete", kDevice}, std::string("devices/") + kDevice),
        list({"devices", "events", kDevice}, std::string("devices/") + kDevice + "/events?limit=50"),
        list({"devices", "uplinks", kDevice, "--encoding", "base64"},
             std::string("devices/") + kDevice + "/uplinks?encoding=base64&limit=50"),

        list({"groups", "list", "--app", "a1"}, "groups?appId=a1&limit=50"),
        show({"groups", "show", "g1"}, "groups/g1"),
        create({"groups", "create", "east", "--description", "d", "--app", "a1", "--device", kDevice}, "groups",
               std::string(R"({"name":"east","description":"d","appId":"a1","deviceIds":[")") + kDevice + R"("]})"),
        create(
            {"groups", "create", "old", "--filter-product", "p1", "--filter-node", "urn:", "--filter-version", "V1",
             "--filter-status", "online"},
            "groups",
            R"({"name":"old","filter":{"productId":"p1","nodeId":"urn:","softwareVersion":"V1","status":"online"}})"),
        change({"groups", "change", "g1", "--name", "west", "--description", "", "--max-devices", "9"}, "groups/g1",
               R"({"name":"west","description":"","maxDevices":9})"),
        erase({"groups", "delete", "g1"}, "groups/g1"),
        list({"groups", "members", "g1"}, "devices?groupId=g1&limit=50"),
        act({"groups", "add", "g1", kDevice}, "groups/g1/members",
            std::string(R"({"deviceIds":[")") + kDevice + R"("]})"),
        erase({"groups", "remove", "g1", kDevice}, std::string("groups/g1/members/") + kDevice),

        list({"tasks", "list", "--app", "a1", "--device", kDevice, "--state", "wait"},
             std::string("tasks?appId=a1&deviceId=") + kDevice + "&state=wait&limit=50"),
        show({"task", "show", "t1"}, "tasks/t1"),
        create({"tasks", "create", "--name", "first", "--package", "f1", "--all-devices"}, "tasks",
               R"({"name":"first","fileId":"f1","targets":{"all":true}})"),
        create({"tasks", "preview", "--name", "first", "--package", "f1", "--product", "p1"}, "tasks:preview",
               R"({"name":"first","fileId":"f1","targets":{"filter":{"productId":"p1"}}})"),
        list({"tasks", "jobs", "t1", "--status", "wait", "--state", "queued"},
             "tasks/t1/jobs?status=wait&state=queued&limit=50"),
        {{"tasks", "watch", "t1"}, "GET /api/v1/tasks/t1", "", 200, R"({"state":"success"})"},
        act({"tasks", "stop", "t1"}, "tasks/t1:stop"),
        act({"tasks", "pause", "t1"}, "tasks/t1:pause"),
        act({"tasks", "resume", "t1"}, "tasks/t1:resume"),
        create({"tasks", "retry", "t1", "--stopped", "--name", "again"}, "tasks/t1:retry",
               R"({"include":["fail","stop"],"name":"again"})"),
        create({"tasks", "retry", "t1"}, "tasks/t1:retry", "{}"),
        act({"tasks", "confirm", "t1", kDevice}, std::string("tasks/t1/jobs/") + kDevice + ":confirm"),
        erase({"tasks", "delete", "t1"}, "tasks/t1"),

        list({"cells", "list", "--cursor", "abc"}, "cells?limit=50&cursor=abc"),

        list({"applications", "list"}, "applications?limit=50"),
        show({"applications", "show", "a1"}, "applications/a1"),
        create({"applications", "create", "billing"}, "applications", R"({"name":"billing"})"),
        change({"applications", "change", "a1", "--name", "b", "--callback-ca", "public.pem"}, "applications/a1",
               R"({"name":"b","callbackCa":"-----BEGIN\n"})"),
        change({"applications", "change", "a1", "--no-callback-ca"}, "applications/a1", R"({"callbackCa":null})"),
        erase({"applications", "delete", "a1"}, "applications/a1"),

        list({"subscriptions", "list", "--app", "a1"}, "subscriptions?appId=a1&limit=50"),

        list({"outbox", "list"}, "outbox?limit=50"),
        list({"outbox", "list", "--dead"}, "outbox?dead=true&limit=50"),
        act({"outbox", "replay", "17"}, "outbox/17:replay"),
        {{"outbox", "replay", "--all-dead", "--app", "a1"},
         "POST /api/v1/outbox:replay",
         R"({"appId":"a1"})",
         200,
         R"({"replayed":3,"more":true})"},
        {{"outbox", "delete", "--all-dead", "--app", "a1"},
         "DELETE /api/v1/outbox?dead=true&appId=a1",
         "",
         200,
         R"({"erased":3,"more":false})"},
        erase({"outbox", "delete", "17"}, "outbox/17"),

        list({"tokens", "list"}, "tokens?limit=50"),
        create({"tokens", "create", "dashboard", "--role", "viewer", "--expires", "2030-01-01T00:00:00Z"}, "tokens",
               R"({"name":"dashboard","role":"viewer","expiresAt":"2030-01-01T00:00:00Z"})"),
        show({"tokens", "current"}, "tokens/current"),
        erase({"tokens", "delete", "t1"}, "tokens/t1"),

        list({"operators", "list"}, "operators?limit=50"),
        show({"operators", "show", "o1"}, "operators/o1"),
        create({"operators", "create", "anna", "--role", "admin", "--password-file", "password"}, "operators",
               R"({"name":"anna","role":"admin","password":"correct horse"})"),
        change({"operators", "change", "o1", "--role", "viewer", "--disabled", "yes", "--password-file", "password"},
               "operators/o1", R"({"role":"viewer","disabled":true,"password":"correct horse"})"),
        erase({"operators", "delete", "o1"}, "operators/o1"),

        list({"audit", "list", "--actor", "x", "--target", "y", "--action", "z", "--from", "f", "--to", "t"},
             "audit?actor=x&target=y&action=z&from=f&to=t&limit=50"),

        {{"health"}, "GET /readyz", "", 200, R"({"ready":true,"checks":[]})"},
        {{"login", "anna", "--password-file", "password"},
         "POST /api/v1/sessions",
         R"({"name":"anna","password":"correct horse"})",
         201,
         R"({"token":"abc"})"},

        show({"api", "get", "tasks?state=wait"}, "tasks?state=wait"),
        {{"api", "post", "/api/v1/new", "--body", "body.json"}, "POST /api/v1/new", R"({"a":1})", 201},
        change({"api", "patch", "old", "--body", "body.json"}, "old", R"({"a":1})"),
        erase({"api", "delete", "old"}, "old"),
    };
    return all;
}

class Commands : public CtlFixture {
 protected:
    Commands() {
        files_.write("public.pem", "-----BEGIN\n");
        files_.write("password", "correct horse\n");
        files_.write("body.json", R"({"a":1})");
    }
    /// Names of files become whole.
    std::vector<std::string> in_folder(std::vector<std::string> words) const {
        for (auto& word : words) {
            if (std::filesystem::is_regular_file(files_ / word)) word = (files_ / word).string();
        }
        return words;
    }
};

TEST_F(Commands, MakeTheCallsOfTheApi) {
    for (const auto& row : rows()) {
        SCOPED_TRACE(testing::PrintToString(row.words));
        api_.answers(row.request, {.status = row.status, .body = row.answer});
        api_.answers("GET /api/v1/cells?limit=1000", {.body = kList});  // what watching asks too
        const auto before = api_.seen().size();
        const auto outcome = run(in_folder(row.words));
        EXPECT_EQ(outcome.code, 0) << outcome.err;
        const auto seen = api_.seen();
        ASSERT_GT(seen.size(), before) << outcome.err;
        const auto& call = seen[before];
        EXPECT_EQ(call.method + ' ' + call.target, row.request);
        if (row.body.empty()) {
            EXPECT_EQ(call.body, "");
            EXPECT_FALSE(call.headers.contains("content-type"));
        } else {
            EXPECT_EQ(nlohmann::json::parse(call.body, nullptr, false), nlohmann::json::parse(row.body)) << call.body;
            EXPECT_EQ(call.headers.at("content-type"), "application/json");
        }
    }
}

/// What has another form than JSON has a test of its own.
TEST_F(Commands, AreAllInTheTableAbove) {
    std::set<std::string> tried{"packages upload", "devices import", "logout ", "completion "};
    for (const auto& row : rows()) {
        const auto* resource = find_resource(row.words.front());
        ASSERT_NE(resource, nullptr) << row.words.front();
        const bool alone = find_verb(*resource, "") != nullptr;
        tried.insert(std::string(resource->name) + ' ' + (alone ? "" : row.words.at(1)));
    }
    for (const auto& resource : command_table()) {
        for (const auto& verb : resource.verbs) {
            EXPECT_TRUE(tried.contains(std::string(resource.name) + ' ' + std::string(verb.name)))
                << resource.name << ' ' << verb.name;
        }
    }
}

TEST_F(Commands, ShowWhatWasAnsweredAsItCameToPrograms) {
    const std::string answer = R"({"z":1,"a":{"b":[]},"text":"\u001b"})";
    api_.answers("GET /api/v1/tasks/t1", {.body = answer});
    EXPECT_EQ(run({"--json", "tasks", "show", "t1"}).out, answer + "\n");
    EXPECT_EQ(run({"tasks", "show", "t1", "--json"}).out, answer + "\n");
}

TEST_F(Commands, DeleteEachUpToTheFirstThatIsRefused) {
    api_.answers("DELETE /api/v1/products/p1", {.status = 204});
    api_.refuses("DELETE /api/v1/products/p2", 409, "product.in_use");
    const auto outcome = run({"products", "delete", "p1", "p2", "p3"});
    EXPECT_EQ(outcome.code, 1);
    EXPECT_EQ(outcome.out, "product p1 deleted\n");
    EXPECT_THAT(outcome.err, HasSubstr("[product.in_use]\n  delete its devices first"));
    EXPECT_EQ(api_.requests().size(), 2U);
}

TEST_F(Commands, TellHowManyLettersAreTriedAgain) {
    api_.answers("POST /api/v1/outbox:replay", {.body = R"({"replayed":3,"more":true})"});
    const auto outcome = run({"outbox", "replay", "--all-dead"});
    EXPECT_EQ(outcome.out, "3 replayed\n");
    EXPECT_EQ(outcome.err, "there are more: call again\n");
    EXPECT_EQ(run({"--json", "outbox", "replay", "--all-dead"}).out, "{\"replayed\":3,\"more\":true}\n");
}

TEST_F(Commands, HaveNoWayOutOfTheirPath) {
    api_.answers("GET /api/v1/tasks/..%2ftokens%3fx", {.body = "{}"});
    EXPECT_EQ(run({"tasks", "show", "../tokens?x"}).code, 0);
}

TEST_F(Commands, ThatChangeNothingAreWrongUsage) {
    EXPECT_EQ(run({"devices", "change", kDevice}).code, 2);
    EXPECT_EQ(run({"products", "change", "p1"}).code, 2);
    EXPECT_EQ(run({"applications", "change", "a1", "--callback-ca", "x", "--no-callback-ca"}).code, 2);
    EXPECT_EQ(run({"outbox", "replay"}).code, 2);
    EXPECT_EQ(run({"outbox", "replay", "17", "--all-dead"}).code, 2);
    EXPECT_EQ(run({"outbox", "replay", "17", "--app", "a1"}).code, 2);
    EXPECT_EQ(run({"outbox", "delete"}).code, 2);
    EXPECT_TRUE(api_.requests().empty());
}

}  // namespace
}  // namespace cellwise::ctl::test
