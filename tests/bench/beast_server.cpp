// SPDX-License-Identifier: Apache-2.0
// The measure for http_bench.py: Boost.Beast and nothing else. Whatever is asked of it, it answers one constant of
// the size it was told, on a thread pool like ours. cellwise_beast_server THREADS BYTES; prints its port and serves
// until its standard input ends.
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

asio::awaitable<void> serve(Tcp::socket socket, const std::string& body) {
    boost::beast::flat_buffer buffer;
    for (;;) {
        http::request<http::string_body> request;
        co_await http::async_read(socket, buffer, request, asio::use_awaitable);
        http::response<http::string_body> response(http::status::ok, request.version(), body);
        response.set(http::field::content_type, "application/json");
        response.keep_alive(request.keep_alive());
        response.prepare_payload();
        co_await http::async_write(socket, response, asio::use_awaitable);
        if (!request.keep_alive()) co_return;
    }
}

asio::awaitable<void> accept_all(Tcp::acceptor& acceptor, asio::io_context& io, const std::string& body) {
    for (;;) {
        auto socket = co_await acceptor.async_accept(asio::make_strand(io), asio::use_awaitable);
        socket.set_option(Tcp::no_delay(true));
        const auto strand = socket.get_executor();
        asio::co_spawn(strand, serve(std::move(socket), body), asio::detached);
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return std::cerr << "usage: cellwise_beast_server THREADS BYTES\n", 2;
    const std::string body(std::stoul(argv[2]), 'x');
    asio::io_context io;
    Tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    asio::co_spawn(io, accept_all(acceptor, io, body), asio::detached);
    std::vector<std::jthread> threads;
    for (unsigned long i = 0; i < std::stoul(argv[1]); ++i) threads.emplace_back([&io] { io.run(); });
    std::cout << acceptor.local_endpoint().port() << std::endl;
    std::cin.get();
    io.stop();
    return 0;
}
