// SPDX-License-Identifier: Apache-2.0
#include "adapters/crypto/self_signed_certificate.hpp"
#include "tests/adapters/rest/api_fixture.hpp"

namespace cellwise::rest {
namespace {

class ApplicationsResource : public ApiFixture {
 protected:
    static constexpr auto kPath = "/api/v1/applications";
};

TEST_F(ApplicationsResource, TellTheirSecretOnce) {
    const auto made = call(Post, kPath, R"({"name":"billing"})");
    ASSERT_EQ(made.status, 201) << made.body;
    const auto id = made.text_at("/appId");
    const auto row = R"({"appId":")" + id +
                     R"(","name":"billing","createdAt":"2023-11-14T22:13:20.000Z","frozen":false,"callbackCa":null)";
    EXPECT_EQ(made.body, row + R"(,"secret":")" + made.text_at("/secret") + "\"}");
    EXPECT_EQ(made.header("Cache-Control"), "no-store");
    EXPECT_EQ(call(Get, std::string(kPath) + "/" + id).body, row + "}");
    EXPECT_EQ(call(Get, kPath).body, R"({"items":[)" + row + R"(}],"nextCursor":null})");
}

TEST_F(ApplicationsResource, AreRefusedByField) {
    EXPECT_EQ(refused(Post, kPath, "{}"), "400 request.field.missing name");
    EXPECT_EQ(refused(Post, kPath, R"({"name":"a","secret":"b"})"), "400 request.field.unknown secret");
    EXPECT_EQ(refused(Post, kPath, R"({"name":")" + std::string(65, 'x') + "\"}"), "400 text.invalid name");
}

/// The members of a PATCH, with the PEM's line ends escaped.
std::string with_ca(std::string pem) {
    for (std::size_t at = 0; (at = pem.find('\n', at)) != std::string::npos;) pem.replace(at, 1, "\\n");
    return R"({"callbackCa":")" + pem + "\"}";
}

TEST_F(ApplicationsResource, ShowTheirAuthoritiesByNameAndFingerprint) {
    const auto path = std::string(kPath) + "/" + world_.create_application("billing").application.id.str();
    const auto now = world_.clock.now();
    const auto made = crypto::make_self_signed({.common_name = "ca", .dns = {"ca"}}, now).value();
    const auto info = world_.certificates.read(made.certificate_pem).value().front();
    const auto answer = call(Patch, path, with_ca(made.certificate_pem));
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.at("/callbackCa"), R"([{"expiresAt":"2033-11-11T22:13:20.000Z","fingerprint":")" +
                                            info.fingerprint + R"(","subject":"CN=ca"}])");
    EXPECT_EQ(call(Get, path).body, answer.body);
    EXPECT_EQ(call(Patch, path, R"({"name":"renamed"})").text_at("/name"), "renamed");
    EXPECT_EQ(call(Get, path).at("/callbackCa"), answer.at("/callbackCa")) << "absent: as it was";
    EXPECT_EQ(call(Patch, path, R"({"callbackCa":null})").at("/callbackCa"), "null");
    EXPECT_EQ(call(Get, path).at("/callbackCa"), "null");
}

TEST_F(ApplicationsResource, AreFrozenAndThawed) {
    const auto path = std::string(kPath) + "/" + world_.create_application("billing").application.id.str();
    EXPECT_EQ(call(Patch, path, R"({"frozen":true})").at("/frozen"), "true");
    EXPECT_EQ(call(Patch, path, R"({"name":"renamed"})").at("/frozen"), "true") << "absent: as it was";
    EXPECT_EQ(call(Get, path).at("/frozen"), "true");
    EXPECT_EQ(call(Patch, path, R"({"frozen":false})").at("/frozen"), "false");
    EXPECT_EQ(refused(Patch, path, R"({"frozen":"yes"})"), "400 request.field.type frozen");
}

TEST_F(ApplicationsResource, RefuseChangesByField) {
    const auto path = std::string(kPath) + "/" + world_.create_application("billing").application.id.str();
    const auto made = crypto::make_self_signed({.common_name = "ca", .dns = {"ca"}}, world_.clock.now()).value();
    EXPECT_EQ(refused(Patch, path, R"({"callbackCa":""})"), "400 certificate.malformed callbackCa");
    EXPECT_EQ(refused(Patch, path, R"({"callbackCa":"text"})"), "400 certificate.malformed callbackCa");
    EXPECT_EQ(refused(Patch, path, R"({"callbackCa":5})"), "400 request.field.type callbackCa");
    EXPECT_EQ(refused(Patch, path, with_ca(made.key_pem)), "400 certificate.private_key callbackCa");
    EXPECT_EQ(refused(Patch, path, R"({"secret":"x"})"), "400 request.field.unknown secret");
    EXPECT_EQ(refused(Patch, path, R"({"name":""})"), "400 text.invalid name");
    EXPECT_EQ(refused(Patch, std::string(kPath) + "/" + kNobody, R"({"name":"x"})"), "404 application.not_found");
    EXPECT_EQ(refused(Patch, std::string(kPath) + "/nonsense", R"({"name":"x"})"), "404 application.not_found");
}

TEST_F(ApplicationsResource, AreDeletedWhenTheyHaveNoDevices) {
    const auto used = world_.create_application("used").application.id;
    world_.create_device({.app = used, .node_id = "1", .product = world_.create_product().id});
    const auto unused = world_.create_application("unused").application.id.str();
    EXPECT_EQ(refused(Delete, std::string(kPath) + "/" + used.str()), "409 application.in_use");
    EXPECT_EQ(call(Delete, std::string(kPath) + "/" + unused).status, 204);
    EXPECT_EQ(refused(Get, std::string(kPath) + "/" + unused), "404 application.not_found");
    EXPECT_EQ(refused(Delete, std::string(kPath) + "/nonsense"), "404 application.not_found");
}

}  // namespace
}  // namespace cellwise::rest
