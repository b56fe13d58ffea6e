#include "bench/storm.hpp"

#include "bench/connecting.hpp"
#include "common/sys/error.hpp"
#include "common/tls/handles.hpp"

#include <cerrno>
#include <new>
#include <stdexcept>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace hark::bench {

namespace {

constexpr in_addr_t HOST = INADDR_LOOPBACK + 1;

// The first bytes of a client: TLS 1.3, with a key share.
std::string client_hello() {
    const tls::ContextHandle context{SSL_CTX_new(TLS_client_method())};
    if (!context) throw std::bad_alloc{};
    const tls::SslHandle ssl{SSL_new(context.get())};
    BIO* const output = BIO_new(BIO_s_mem());
    if (!ssl || output == nullptr) throw std::bad_alloc{};
    SSL_set_bio(ssl.get(), BIO_new(BIO_s_mem()), output);
    static_cast<void>(SSL_connect(ssl.get()));
    std::string hello(BIO_ctrl_pending(output), '\0');
    if (BIO_read(output, hello.data(), static_cast<int>(hello.size())) <= 0) {
        throw std::runtime_error{"no ClientHello"};
    }
    return hello;
}

}  // namespace

Storm::Storm(std::uint16_t port, std::size_t at_once, int epoll, std::uint64_t first)
    : port_{port}, epoll_{epoll}, first_{first}, hello_{client_hello()}, connections_(at_once) {
    for (std::size_t index = 0; index < at_once; ++index) begin(index);
}

void Storm::begin(std::size_t index) {
    ++begun_;
    UniqueFd& connection = connections_[index];
    connection = connect_to(port_, HOST);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = first_ + index;
    if (epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.get(), &event) != 0) {
        throw SystemError{errno, "cannot watch a connection"};
    }
    const auto size = static_cast<ssize_t>(hello_.size());
    if (send(connection.get(), hello_.data(), hello_.size(), MSG_NOSIGNAL) != size) {
        throw SystemError{errno, "cannot begin a handshake"};
    }
}

void Storm::handle(std::uint64_t number) {
    begin(number - first_);
}

}  // namespace hark::bench
