// SPDX-License-Identifier: Apache-2.0
#include "command_rows.hpp"

namespace cellwise::ctl::test {
namespace {

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

}  // namespace

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
        create({"products",
                "create",
                "--manufacturer",
                "Acme",
                "--type",
                "T",
                "--model",
                "M",
                "--protocol",
                "MQTT",
                "--mqtt-radio-service",
                "Radio",
                "--mqtt-rsrp",
                "r",
                "--mqtt-sinr",
                "s",
                "--mqtt-cell-id",
                "c",
                "--mqtt-sends-sign",
                "off",
                "--mqtt-sends-file-name",
                "on",
                "--mqtt-ranges-from-one",
                "on"},
               "products", R"({"manufacturerId":"Acme","manufacturerName":"Acme","deviceType":"T","model":"M",
                   "protocolType":"MQTT","softwareUpgrade":{"supported":true},"mqtt":{"radioService":"Radio",
                   "rsrp":"r","sinr":"s","cellId":"c","sendsSign":false,"sendsFileName":true,"rangesFromOne":true}})"),
        change({"products", "change", "p1", "--manufacturer-id", "8", "--mqtt-radio-service", "Radio", "--mqtt-rsrp",
                "r", "--mqtt-sinr", "s", "--mqtt-cell-id", "c", "--mqtt-sends-sign", "on", "--mqtt-sends-file-name",
                "off", "--mqtt-ranges-from-one", "off"},
               "products/p1", R"({"manufacturerId":"8","mqtt":{"radioService":"Radio","rsrp":"r","sinr":"s",
                   "cellId":"c","sendsSign":true,"sendsFileName":false,"rangesFromOne":false}})"),
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
        create({"devices", "create", "n2", "--product", "p1", "--secret-file", "password", "--cell-id", "4242"},
               "devices", R"({"nodeId":"n2","productId":"p1","secret":"correct horse","cellId":"4242"})"),
        change({"devices", "change", kDevice, "--secret-file", "password", "--cell-id", ""},
               std::string("devices/") + kDevice, R"({"secret":"correct horse","cellId":""})"),
        change({"devices", "change", kDevice, "--name", "cellar"}, std::string("devices/") + kDevice,
               R"({"name":"cellar"})"),
        erase({"devices", "delete", kDevice}, std::string("devices/") + kDevice),
        list({"devices", "events", kDevice}, std::string("devices/") + kDevice + "/events?limit=50"),
        list({"devices", "uplinks", kDevice, "--encoding", "base64"},
             std::string("devices/") + kDevice + "/uplinks?encoding=base64&limit=50"),

        list({"groups", "list", "--app", "a1"}, "groups?appId=a1&limit=50"),
        show({"groups", "show", "g1"}, "groups/g1"),
        create({"groups", "create", "east", "--description", "d", "--app", "a1", "--max-devices", "9", "--device",
                kDevice},
               "groups",
               std::string(R"({"name":"east","description":"d","appId":"a1","maxDevices":9,"deviceIds":[")") +
                   kDevice + R"("]})"),
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
        create({"tasks", "create", "--name", "n", "--package", "f1", "--group", "east", "--start",
                "2030-01-01T00:00:00Z", "--end", "2030-01-02T00:00:00Z", "--retry-times", "2", "--retry-interval",
                "60", "--confirm"},
               "tasks", R"({"name":"n","fileId":"f1","targets":{"groups":["east"]},"policy":{"executeType":"custom",
                   "startTime":"2030-01-01T00:00:00Z","endTime":"2030-01-02T00:00:00Z","retryTimes":2,
                   "retryInterval":60,"appConfirm":true}})"),
        create({"tasks", "create", "--name", "n", "--package", "f1", "--device", kDevice}, "tasks",
               std::string(R"({"name":"n","fileId":"f1","targets":{"devices":[")") + kDevice + R"("]}})"),
        create({"tasks", "create", "--name", "n", "--package", "f1", "--product", "p1"}, "tasks",
               R"({"name":"n","fileId":"f1","targets":{"filter":{"productId":"p1"}}})"),
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

        {{"events", "--task", "t1", "--for", "1"}, "GET /api/v1/events?taskId=t1", "", 200, ""},

        list({"applications", "list"}, "applications?limit=50"),
        show({"applications", "show", "a1"}, "applications/a1"),
        create({"applications", "create", "billing"}, "applications", R"({"name":"billing"})"),
        change({"applications", "change", "a1", "--name", "b", "--callback-ca", "public.pem"}, "applications/a1",
               R"({"name":"b","callbackCa":"-----BEGIN\n"})"),
        change({"applications", "change", "a1", "--no-callback-ca"}, "applications/a1", R"({"callbackCa":null})"),
        change({"applications", "change", "a1", "--freeze"}, "applications/a1", R"({"frozen":true})"),
        change({"applications", "change", "a1", "--unfreeze"}, "applications/a1", R"({"frozen":false})"),
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

}  // namespace cellwise::ctl::test
