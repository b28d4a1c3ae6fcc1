// SPDX-License-Identifier: Apache-2.0
#include "command_rows.hpp"
#include "ctl_fixture.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace cellwise::ctl::test {
namespace {

using testing::HasSubstr;

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
