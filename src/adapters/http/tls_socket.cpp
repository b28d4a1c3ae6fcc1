// SPDX-License-Identifier: Apache-2.0
#include "adapters/http/tls_socket.hpp"

#include "adapters/http/tls_support.hpp"

#include <openssl/err.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <new>

namespace cellwise::http {
namespace {

// OpenSSL's own BIO for sockets writes by write(), which raises SIGPIPE when the client has gone.

int socket_of(BIO* bio) { return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio))); }

bool may_pass() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

int send_to_socket(BIO* bio, const char* bytes, int count) {
    BIO_clear_retry_flags(bio);
    const auto sent = ::send(socket_of(bio), bytes, static_cast<std::size_t>(count), MSG_NOSIGNAL);
    if (sent < 0 && may_pass()) BIO_set_retry_write(bio);
    return static_cast<int>(sent);
}

int receive_from_socket(BIO* bio, char* room, int size) {
    BIO_clear_retry_flags(bio);
    const auto got = ::recv(socket_of(bio), room, static_cast<std::size_t>(size), 0);
    if (got < 0 && may_pass()) BIO_set_retry_read(bio);
    return static_cast<int>(got);
}

long control(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH || command == BIO_CTRL_DUP ? 1 : 0; }

const BIO_METHOD* socket_method() {
    static const BIO_METHOD* const method = [] {
        BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
        if (made == nullptr) throw std::bad_alloc();
        BIO_meth_set_write(made, &send_to_socket);
        BIO_meth_set_read(made, &receive_from_socket);
        BIO_meth_set_ctrl(made, &control);
        return made;
    }();
    return method;
}

int as_int(std::size_t count) { return static_cast<int>(std::min<std::size_t>(count, 1U << 30U)); }

}  // namespace

void TlsSocket::Free::operator()(ssl_st* ssl) const { SSL_free(ssl); }

TlsSocket::TlsSocket(int socket, ssl_ctx_st& context) : ssl_(SSL_new(&context)) {
    BIO* bio = BIO_new(socket_method());
    if (!ssl_ || bio == nullptr) {
        BIO_free(bio);
        throw std::bad_alloc();
    }
    BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl_.get(), bio, bio);
    SSL_set_accept_state(ssl_.get());
    SSL_set_mode(ssl_.get(),
                 SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
    SSL_set_read_ahead(ssl_.get(), 1);  // else each record costs two calls of the system
}

TlsSocket::Step TlsSocket::step_after(int result) {
    if (result > 0) return {Want::Nothing, static_cast<std::size_t>(result)};
    switch (SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ:
            return {Want::Readable};
        case SSL_ERROR_WANT_WRITE:
            return {Want::Writable};
        case SSL_ERROR_ZERO_RETURN:
            return {Want::Ended};
        default:
            return {Want::Failed};
    }
}

TlsSocket::Step TlsSocket::shake_hands() {
    ERR_clear_error();
    return step_after(SSL_do_handshake(ssl_.get()));
}

TlsSocket::Step TlsSocket::read(std::span<char> room) {
    ERR_clear_error();
    return step_after(SSL_read(ssl_.get(), room.data(), as_int(room.size())));
}

TlsSocket::Step TlsSocket::write(std::span<const char> bytes) {
    ERR_clear_error();
    return step_after(SSL_write(ssl_.get(), bytes.data(), as_int(std::min(bytes.size(), kRecord))));
}

TlsSocket::Step TlsSocket::say_goodbye() {
    ERR_clear_error();
    const auto result = SSL_shutdown(ssl_.get());
    if (result != 0) return step_after(result);
    ERR_clear_error();
    return step_after(SSL_shutdown(ssl_.get()));
}

std::string TlsSocket::client_subject() const {
    const CertificateHandle certificate(SSL_get1_peer_certificate(ssl_.get()));
    const BioHandle out(BIO_new(BIO_s_mem()));
    if (!certificate || !out || SSL_get_verify_result(ssl_.get()) != X509_V_OK) return {};
    if (X509_NAME_print_ex(out.get(), X509_get_subject_name(certificate.get()), 0, XN_FLAG_RFC2253) < 0) return {};
    char* text = nullptr;
    const auto length = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(length)};
}

}  // namespace cellwise::http
