// SPDX-License-Identifier: Apache-2.0
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class PackagesResource : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/packages";
    static constexpr auto kZip = "application/zip";
    static constexpr auto kForm = "multipart/form-data; boundary=XX";

    PackagesResource() {
        world_.create_product();
        world_.must<domain::PublicKey>([&](auto done) {
            world_.packages.add_key({.manufacturer_name = "Acme", .pem = fakes::kGoodPem}, std::move(done));
        });
    }
    static std::string package(const std::string& version = "V2.0") {
        return version + "\n" + std::string(1234, 'x');
    }
    static std::string field(const std::string& name, const std::string& content) {
        return "--XX\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"p.zip\"\r\n" +
               "Content-Type: application/zip\r\n\r\n" + content + "\r\n";
    }
    Answer upload(std::string body, std::string_view type = kZip, std::string_view query = "") {
        return call(Post, std::string(kPath) + std::string(query), std::move(body), type);
    }
};

TEST_F(PackagesResource, AreTakenAsAStreamedBody) {
    const auto made = upload(package());
    ASSERT_EQ(made.status, 201) << made.body;
    const std::string payload(1234, 'x');
    EXPECT_EQ(made.body,
              R"({"fileId":")" + made.text_at("/fileId") + R"(","name":"wm.bin","appId":null,"version":"V2.0",)" +
                  R"("fileName":"wm.bin","manufacturerName":"Acme","deviceType":"WaterMeter","model":"WM-1",)" +
                  R"("protocolType":"LWM2M","description":"","versionCheckCode":"","platform":"","date":null,)" +
                  R"("sourceVersions":[],"size":1234,"sha256":")" + fakes::sha256_of(payload) +
                  R"(","chunkSize":500,"chunkCount":3,"archiveSize":1239,"archiveSha256":")" +
                  fakes::sha256_of(package()) + R"(","keyFingerprint":")" + fakes::sha256_of(fakes::kGoodPem) +
                  R"(","keyRevoked":false,"uploadedAt":"2023-11-14T22:13:20.000Z"})");
    EXPECT_EQ(call(Get, std::string(kPath) + "/" + made.text_at("/fileId")).body, made.body);
    EXPECT_EQ(call(Get, kPath).body, R"({"items":[)" + made.body + R"(],"nextCursor":null})");
}

TEST_F(PackagesResource, AreTakenAsAFormField) {
    const auto made = upload(field("file", package()) + "--XX--\r\n", kForm, "?name=spring");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.text_at("/archiveSha256"), fakes::sha256_of(package()));
    EXPECT_EQ(made.text_at("/name"), "spring");
}

TEST_F(PackagesResource, BelongToTheApplicationThatTheyAreUploadedFor) {
    const auto app = world_.create_application("billing").application.id.str();
    const auto made = upload(package(), kZip, "?appId=" + app);
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(made.text_at("/appId"), app);
    EXPECT_EQ(refusal(upload(package("V3.0"), kZip, "?appId=" + kNobody)), "400 package.app.unknown appId");
    EXPECT_EQ(refusal(upload(package("V3.0"), kZip, "?appId=x")), "400 package.app.unknown appId");
}

TEST_F(PackagesResource, AreTakenOnce) {
    const auto first = upload(package());
    const auto again = upload(package());
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.text_at("/fileId"), first.text_at("/fileId"));
    EXPECT_EQ(upload(package() + "other bytes").status, 409);
}

TEST_F(PackagesResource, AreRefusedWithTheRule) {
    EXPECT_EQ(refusal(upload("unsigned\n")), "400 signature.missing");
    EXPECT_EQ(refusal(upload("no package")), "400 archive.malformed");
    EXPECT_EQ(refusal(upload(std::string(17, 'v') + "\nx")), "400 description.version.length version");
    EXPECT_EQ(refusal(upload(std::string(1'000'001, 'x'))), "413 package.too_large");
    EXPECT_EQ(refusal(upload(package(), "text/plain")), "415 request.media_type Content-Type");
    EXPECT_EQ(refusal(upload(package(), "multipart/form-data")), "415 request.media_type Content-Type");
    EXPECT_EQ(refusal(upload(field("fiel", package()) + "--XX--", kForm)), "400 request.field.unknown fiel");
    EXPECT_EQ(refusal(upload(field("file", package()) + field("file", package()) + "--XX--", kForm)),
              "400 request.field.twice file");
    EXPECT_EQ(refusal(upload("--XX--", kForm)), "400 request.field.missing file");
    EXPECT_EQ(refusal(upload(field("file", package()), kForm)), "400 multipart.malformed");
    EXPECT_EQ(refusal(upload(package(), kZip, "?name= ")), "400 text.invalid name");
}

TEST_F(PackagesResource, LeaveNoFileBehindWhenRefused) {
    upload("unsigned\n");
    upload(field("file", package()), kForm);
    upload(std::string(1'000'001, 'x'));
    EXPECT_TRUE(world_.depot.files().empty());
}

TEST_F(PackagesResource, AreFilteredByModelAndVersion) {
    upload(package("V1.0"));
    upload(package("V2.0") + "y");
    EXPECT_EQ(call(Get, std::string(kPath) + "?version=V2.0&model=WM-1").json().at("items").size(), 1U);
    EXPECT_EQ(call(Get, std::string(kPath) + "?manufacturerName=Nobody").json().at("items").size(), 0U);
    EXPECT_EQ(refused(Get, std::string(kPath) + "?modle=WM-1"), "400 request.query.unknown modle");
}

TEST_F(PackagesResource, AreDeletedUnlessATaskNeedsThem) {
    const auto id = upload(package()).text_at("/fileId");
    const auto device = world_.create_device({.node_id = "1", .model = app::ModelName{"Acme", "WaterMeter", "WM-1"}});
    const auto task =
        world_.create_task({.name = "t", .package = *PackageId::parse(id), .targets = {.devices = {device.id}}});
    const auto path = std::string(kPath) + "/" + id;
    EXPECT_EQ(refused(Delete, path), "409 package.in_use");
    world_.must<void>([&](auto done) { world_.tasks.stop(task.id, std::move(done)); });
    EXPECT_EQ(call(Delete, path).status, 204);
    EXPECT_EQ(refused(Get, path), "404 package.not_found");
    EXPECT_TRUE(world_.depot.files().empty());
    EXPECT_EQ(refused(Delete, path), "404 package.not_found");
    EXPECT_EQ(refused(Get, std::string(kPath) + "/nonsense"), "404 package.not_found");
}

}  // namespace
}  // namespace cellwise::rest
