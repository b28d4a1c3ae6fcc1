// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/northbound/northbound_fixture.hpp"

namespace cellwise::northbound {
namespace {

class CategoryResource : public NorthboundFixture {
 protected:
    static constexpr auto kPath = "/iodm/northbound/v1.5.0/category";
    domain::Product product_ = world_.create_product();
    domain::Package package_ = world_.create_package();
    std::string path_ = std::string(kPath) + "/" + package_.id.str();
    std::string item_ =
        R"({"fileId":")" + package_.id.str() +
        R"(","name":"wm.bin","version":"V2.0","fileType":"softwarePackage","deviceType":"WaterMeter",)"
        R"("model":"WM-1","manufacturerName":"Acme","protocolType":"LWM2M","description":"","date":"",)"
        R"("uploadTime":"20231114T221320Z"})";

    /// As if the application had uploaded it.
    void make_mine() {
        world_.store.put([&](ports::Transaction& tx) -> Status {
            if (const auto erased = tx.packages().erase(package_.id); !erased) return erased.error();
            package_.app = app_;
            return tx.packages().insert(package_);
        });
    }
};

TEST_F(CategoryResource, ShowsWhatOperatorsUploaded) {
    EXPECT_EQ(call(Get, path_).body, item_);
    EXPECT_EQ(call(Get, kPath).body,
              R"({"data":[)" + item_ + R"(],"pageNo":0,"pageSize":10,"totalCount":1,"totalSize":1})");
}

TEST_F(CategoryResource, IsFiltered) {
    const auto count = [&](const std::string& query) { return call(Get, kPath + query).at("/totalCount"); };
    EXPECT_EQ(count("?fileType=softwarePackage&deviceType=WaterMeter&model=WM-1&manufacturerName=Acme&version=V2.0"),
              "1");
    EXPECT_EQ(count("?fileType=firmwarePackage"), "0");
    EXPECT_EQ(count("?version=V3.0"), "0");
    EXPECT_EQ(count("?manufactureName=Nobody"), "0");
    EXPECT_EQ(refused(Get, std::string(kPath) + "?pageSize=101"), "400 123029");
}

TEST_F(CategoryResource, DeletesWithAnEmpty200) {
    make_mine();
    const auto erased = call(Delete, path_);
    EXPECT_EQ(erased.status, 200);
    EXPECT_EQ(erased.body, "");
    EXPECT_EQ(erased.header("Content-Type"), "application/json");
    EXPECT_EQ(refused(Get, path_), "404 123002");
    EXPECT_EQ(refused(Delete, path_), "404 123002");
    EXPECT_EQ(refused(Delete, std::string(kPath) + "/nonsense"), "404 123002");
}

TEST_F(CategoryResource, KeepsWhatAnOperatorUploadedForAll) {
    EXPECT_EQ(refused(Delete, path_), "403 190009");
    EXPECT_EQ(call(Get, path_).body, item_);
}

TEST_F(CategoryResource, KeepsWhatAnUnfinishedTaskUses) {
    make_mine();
    const auto device = world_.create_device({.app = app_, .node_id = "1", .product = product_.id}).id;
    world_.create_task({.app = app_, .package = package_.id, .targets = {.devices = {device}}});
    EXPECT_EQ(refused(Delete, path_), "409 190001");
}

TEST_F(CategoryResource, HidesOtherApplicationsPackages) {
    auto own = package_;
    own.id = *PackageId::parse(kNobody);
    own.app = world_.create_application("other").application.id;
    world_.store.put([&](ports::Transaction& tx) -> Status {
        own.description.version = *domain::Version::parse("V3.0");
        return tx.packages().insert(own);
    });
    const auto theirs = std::string(kPath) + "/" + kNobody;
    EXPECT_EQ(refused(Get, theirs), "404 123002");
    EXPECT_EQ(refused(Delete, theirs), "404 123002");
    EXPECT_EQ(call(Get, kPath).json().at("data").size(), 1U);
    EXPECT_EQ(call(Get, kPath).at("/totalCount"), "1");
    EXPECT_EQ(call(Get, std::string(kPath) + "?pageNo=1&pageSize=1").json().at("data").size(), 0U);
}

TEST_F(CategoryResource, FillsItsPagesWithTheCallersPackages) {
    const auto other = world_.create_application("other").application.id;
    // Theirs stands first by its id; a page that skipped it afterwards would be empty.
    auto theirs = package_;
    theirs.id = *PackageId::parse(std::string(24, '0'));
    theirs.app = other;
    theirs.description.version = *domain::Version::parse("V3.0");
    world_.store.put([&](ports::Transaction& tx) { return tx.packages().insert(theirs); });
    const auto page = call(Get, std::string(kPath) + "?pageSize=1").json();
    ASSERT_EQ(page.at("data").size(), 1U);
    EXPECT_EQ(page.at("data").at(0).at("fileId"), package_.id.str());
    EXPECT_EQ(page.at("totalCount"), 1);
}

}  // namespace
}  // namespace cellwise::northbound
