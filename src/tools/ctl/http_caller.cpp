// SPDX-License-Identifier: Apache-2.0
#include "tools/ctl/http_caller.hpp"

#include "tools/ctl/certificate_fingerprint.hpp"

#include <curl/curl.h>

#include <filesystem>
#include <mutex>

namespace cellwise::ctl {
namespace {

constexpr long kConnectSeconds = 10;
constexpr long kSilentSeconds = 120;  // an import or an upload is answered when all of it is checked and stored

struct FreeList {
    void operator()(::curl_slist* list) const { ::curl_slist_free_all(list); }
};
using HeaderList = std::unique_ptr<::curl_slist, FreeList>;

struct FreeUrl {
    void operator()(::CURLU* url) const { ::curl_url_cleanup(url); }
};

std::size_t take_body(char* data, std::size_t, std::size_t size, void* to) {
    auto& body = *static_cast<std::string*>(to);
    if (body.size() + size > HttpCaller::kMostAnswered) return 0;
    body.append(data, size);
    return size;
}

/// Of an answer that is watched: what refuses is an answer as any other.
struct Watched {
    ::CURL* curl;
    const HttpCall::Watch& watch;
    std::string& refusal;
    bool ended = false;  ///< by who watches
};

std::size_t take_piece(char* data, std::size_t, std::size_t size, void* to) {
    auto& watched = *static_cast<Watched*>(to);
    long status = 0;
    ::curl_easy_getinfo(watched.curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) return take_body(data, 1, size, &watched.refusal);
    watched.ended = watched.ended || !watched.watch.take({data, size});
    return watched.ended ? 0 : size;
}

int ask_whether_to_go_on(void* of, ::curl_off_t, ::curl_off_t, ::curl_off_t, ::curl_off_t) {
    auto& watched = *static_cast<Watched*>(of);
    watched.ended = watched.ended || !watched.watch.goes_on();
    return watched.ended ? 1 : 0;
}

std::size_t give_body(char* to, std::size_t, std::size_t size, void* from) {
    auto& stream = *static_cast<std::istream*>(from);
    stream.read(to, static_cast<std::streamsize>(size));
    return stream.bad() ? CURL_READFUNC_ABORT : static_cast<std::size_t>(stream.gcount());
}

HeaderList header_list(const HttpCall& request) {
    ::curl_slist* list = nullptr;
    for (const auto& [name, value] : request.headers) {
        list = ::curl_slist_append(list, (name + ": " + value).c_str());
    }
    return HeaderList(list);
}

/// "host:port", for people.
std::string authority_of(const std::string& url) {
    const std::unique_ptr<::CURLU, FreeUrl> parsed(::curl_url());
    if (::curl_url_set(parsed.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return url;
    std::string text;
    for (const auto part : {CURLUPART_HOST, CURLUPART_PORT}) {
        char* value = nullptr;
        if (::curl_url_get(parsed.get(), part, &value, CURLU_DEFAULT_PORT) != CURLUE_OK) return url;
        text.append(text.empty() ? "" : ":").append(value);
        ::curl_free(value);
    }
    return text;
}

bool is_loopback(const std::string& authority) {
    return authority.starts_with("127.") || authority.starts_with("localhost:") || authority.starts_with("[::1]:");
}

Error unreachable(std::string code, std::string message, std::string value = {}) {
    return Error{ErrorKind::Unavailable, std::move(code), std::move(message), {}, std::move(value)};
}

Error file_error(const char* option, const std::string& file) {
    return invalid("tls.file", option, std::string(option) + " must be a PEM file that can be read", file);
}

}  // namespace

struct HttpCaller::Handle {
    Handle() {
        static std::once_flag once;
        std::call_once(once, [] { ::curl_global_init(CURL_GLOBAL_DEFAULT); });
        curl = ::curl_easy_init();
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { ::curl_easy_cleanup(curl); }

    void prepare(const Trust& trust, const std::string& url) {
        ::curl_easy_reset(curl);  // keeps the connection
        reason[0] = '\0';
        const auto set = [this](::CURLoption option, auto value) { ::curl_easy_setopt(curl, option, value); };
        set(CURLOPT_URL, url.c_str());
        set(CURLOPT_PROTOCOLS_STR, "http,https");
        set(CURLOPT_NOSIGNAL, 1L);
        set(CURLOPT_ERRORBUFFER, reason);
        set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
        set(CURLOPT_LOW_SPEED_LIMIT, 1L);
        set(CURLOPT_LOW_SPEED_TIME, kSilentSeconds);
        set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
        if (is_loopback(authority_of(url))) set(CURLOPT_PROXY, "");  // a proxy has no way to it
        if (!trust.ca.empty()) set(CURLOPT_CAINFO, trust.ca.c_str());
        if (!trust.certificate.empty()) set(CURLOPT_SSLCERT, trust.certificate.c_str());
        if (!trust.key.empty()) set(CURLOPT_SSLKEY, trust.key.c_str());
    }

    ::CURL* curl = nullptr;
    char reason[CURL_ERROR_SIZE] = {};
};

namespace {

/// The certificate that the server shows to whoever asks. Nothing is sent but the handshake.
std::string shown_fingerprint(const std::string& url) {
    const std::unique_ptr<::CURL, decltype(&::curl_easy_cleanup)> curl(::curl_easy_init(), ::curl_easy_cleanup);
    const auto set = [&curl](::CURLoption option, auto value) { ::curl_easy_setopt(curl.get(), option, value); };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_CONNECT_ONLY, 1L);
    set(CURLOPT_CERTINFO, 1L);
    set(CURLOPT_SSL_VERIFYPEER, 0L);
    set(CURLOPT_SSL_VERIFYHOST, 0L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    if (is_loopback(authority_of(url))) set(CURLOPT_PROXY, "");
    if (::curl_easy_perform(curl.get()) != CURLE_OK) return {};
    ::curl_certinfo* found = nullptr;
    ::curl_easy_getinfo(curl.get(), CURLINFO_CERTINFO, &found);
    if (found == nullptr || found->num_of_certs < 1) return {};
    for (const auto* field = found->certinfo[0]; field != nullptr; field = field->next) {
        const std::string_view text = field->data;
        if (text.starts_with("Cert:")) return certificate_fingerprint(text.substr(5));
    }
    return {};
}

Error what_failed(::CURLcode code, const std::string& url, const HttpCaller::Trust& trust, std::string reason) {
    const auto where = authority_of(url);
    if (reason.empty()) reason = ::curl_easy_strerror(code);
    switch (code) {
        case CURLE_URL_MALFORMAT:
            return invalid("usage.url", {}, "this is no URL that can be called", url);
        case CURLE_COULDNT_CONNECT:
            return unreachable("reach.refused", "nothing answers at " + where);
        case CURLE_COULDNT_RESOLVE_HOST:
            return unreachable("reach.name", "there is no host of the name in " + where);
        case CURLE_OPERATION_TIMEDOUT:
            return unreachable("reach.timeout", where + " did not answer in time", reason);
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
            if (reason.find("alert") != std::string::npos) {
                return unreachable("tls.own_certificate", where + " ended the handshake", reason);
            }
            return unreachable("reach.broken_off", "the connection to " + where + " broke off", reason);
        case CURLE_PEER_FAILED_VERIFICATION:
            if (reason.find("subject name") != std::string::npos) {
                return unreachable("tls.name", "the certificate of " + where + " is for another name", reason);
            }
            return unreachable("tls.unknown", "the certificate of " + where + " is signed by nobody that is trusted",
                               shown_fingerprint(url));
        case CURLE_SSL_CACERT_BADFILE:
            return file_error("--ca", trust.ca);
        case CURLE_SSL_CERTPROBLEM:
            return file_error("--cert", trust.certificate);
        case CURLE_SSL_CONNECT_ERROR:
            return unreachable("tls.failed", "no TLS with " + where, reason);
        default:
            return unreachable("reach.failed", "the call to " + where + " failed", reason);
    }
}

}  // namespace

HttpCaller::HttpCaller(Trust trust) : trust_(std::move(trust)), handle_(std::make_unique<Handle>()) {}
HttpCaller::~HttpCaller() = default;

Result<HttpAnswer> HttpCaller::call(const HttpCall& request) {
    for (const auto& [option, file] :
         {std::pair{"--ca", &trust_.ca}, std::pair{"--cert", &trust_.certificate}, std::pair{"--key", &trust_.key}}) {
        std::error_code ignored;
        if (!file->empty() && !std::filesystem::is_regular_file(*file, ignored)) return file_error(option, *file);
    }
    handle_->prepare(trust_, request.url);
    const auto set = [this](::CURLoption option, auto value) { ::curl_easy_setopt(handle_->curl, option, value); };
    HttpAnswer answer;
    const auto headers = header_list(request);
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_WRITEFUNCTION, take_body);
    set(CURLOPT_WRITEDATA, &answer.body);
    Watched watched{handle_->curl, request.watch, answer.body};
    if (request.watch.take) {
        set(CURLOPT_WRITEFUNCTION, take_piece);
        set(CURLOPT_WRITEDATA, &watched);
        set(CURLOPT_NOPROGRESS, 0L);
        set(CURLOPT_XFERINFOFUNCTION, ask_whether_to_go_on);
        set(CURLOPT_XFERINFODATA, &watched);
        set(CURLOPT_LOW_SPEED_LIMIT, 0L);  // it may have nothing to say
    }
    if (request.stream != nullptr) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_READFUNCTION, give_body);
        set(CURLOPT_READDATA, request.stream);
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<::curl_off_t>(request.stream_size));
    } else if (!request.body.empty() || request.method == "POST") {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<::curl_off_t>(request.body.size()));
        set(CURLOPT_POSTFIELDS, request.body.c_str());
    }
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    const auto code = ::curl_easy_perform(handle_->curl);
    if (watched.ended) return HttpAnswer{.status = 200};
    if (code != CURLE_OK) return what_failed(code, request.url, trust_, handle_->reason);
    long status = 0;
    ::curl_easy_getinfo(handle_->curl, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<int>(status);
    const char* type = nullptr;
    ::curl_easy_getinfo(handle_->curl, CURLINFO_CONTENT_TYPE, &type);
    answer.content_type = type == nullptr ? "" : type;
    return answer;
}

}  // namespace cellwise::ctl
