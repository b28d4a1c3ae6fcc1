// SPDX-License-Identifier: Apache-2.0
#include "adapters/mqtt/login_server.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>
#include <sys/stat.h>

#include <array>
#include <list>
#include <string>
#include <utility>

namespace cellwise::mqtt {
namespace {

namespace asio = boost::asio;
using Protocol = asio::local::stream_protocol;
namespace dm = domain::mqtt;

class Connection;
using Connections = std::list<std::shared_ptr<Connection>>;  ///< the one that spoke last in front

/// One plugin. Reads on only when the answers before have left, so it can make nothing grow.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
    Connection(Protocol::socket socket, const LoginDesk& desk, Connections& all)
        : socket_(std::move(socket)), desk_(desk), all_(all) {}

    void read() {
        socket_.async_read_some(asio::buffer(piece_), [self = shared_from_this()](
                                                          const boost::system::error_code& error, std::size_t size) {
            if (error) return self->end();
            self->take(std::string_view(self->piece_.data(), size));
        });
    }
    void close() {
        boost::system::error_code ignored;
        socket_.close(ignored);
        closed_ = true;
    }

 private:
    void take(std::string_view bytes) {
        if (closed_) return;
        all_.remove(shared_from_this());
        all_.push_front(shared_from_this());
        received_.append(bytes);
        std::string answers;
        for (;;) {
            const auto decoded = dm::decode_question(received_);
            if (decoded.state == dm::DecodedQuestion::State::Malformed) return end();
            if (decoded.state == dm::DecodedQuestion::State::Incomplete) break;
            received_.erase(0, decoded.size);
            answers += dm::encode(dm::LoginAnswer{decoded.question.number, desk_.judge(decoded.question)});
        }
        if (answers.empty()) return read();
        answers_ = std::move(answers);
        asio::async_write(socket_, asio::buffer(answers_),
                          [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                              if (error) return self->end();
                              self->read();
                          });
    }
    void end() {
        if (closed_) return;
        close();
        all_.remove(shared_from_this());
    }

    Protocol::socket socket_;
    const LoginDesk& desk_;
    Connections& all_;
    std::array<char, 4096> piece_{};
    std::string received_{};
    std::string answers_{};
    bool closed_ = false;
};

/// Of a process that ended, or of one that runs still: the state directory is locked elsewhere.
void make_way(const std::filesystem::path& path) {
    std::error_code failed;
    if (std::filesystem::is_socket(path, failed)) std::filesystem::remove(path, failed);
}

}  // namespace

struct LoginServer::Impl : std::enable_shared_from_this<Impl> {
    Impl(asio::io_context& loop, std::filesystem::path where, const LoginDesk& who)
        : acceptor(loop), path(std::move(where)), desk(who) {}

    void listen() {
        make_way(path);
        const Protocol::endpoint endpoint(path.string());
        acceptor.open(endpoint.protocol());
        acceptor.bind(endpoint);
        // Whoever reaches the broker can try logins, so the socket gives nobody more than that: its directory says
        // which processes reach it.
        ::chmod(path.c_str(), 0666);
        acceptor.listen();
        accept();
    }

    void accept() {
        acceptor.async_accept(
            [self = shared_from_this()](const boost::system::error_code& error, Protocol::socket socket) {
                if (self->closed) return;
                if (!error) self->admit(std::move(socket));
                self->accept();
            });
    }

    void admit(Protocol::socket socket) {
        if (connections.size() >= kMostConnections) {
            connections.back()->close();
            connections.pop_back();
        }
        connections.push_front(std::make_shared<Connection>(std::move(socket), desk, connections));
        connections.front()->read();
    }

    void close() {
        closed = true;
        boost::system::error_code ignored;
        acceptor.close(ignored);
        for (const auto& connection : std::exchange(connections, {})) connection->close();
        make_way(path);
    }

    Protocol::acceptor acceptor;
    const std::filesystem::path path;
    const LoginDesk& desk;
    Connections connections{};
    bool closed = false;
};

LoginServer::LoginServer(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
LoginServer::~LoginServer() { impl_->close(); }

Result<std::unique_ptr<LoginServer>> LoginServer::open(asio::io_context& loop, const std::filesystem::path& path,
                                                       const LoginDesk& desk) {
    try {
        auto impl = std::make_shared<Impl>(loop, path, desk);
        impl->listen();
        return std::unique_ptr<LoginServer>(new LoginServer(std::move(impl)));
    } catch (const boost::system::system_error& fault) {
        return invalid("mqtt.logins_socket", "mqtt.logins_socket", path.string() + ": " + fault.code().message());
    }
}

}  // namespace cellwise::mqtt
