#include "bench/handshakes.hpp"

#include "bench/connecting.hpp"
#include "common/sys/error.hpp"
#include "common/tls/session.hpp"

#include <array>
#include <cerrno>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/epoll.h>
#include <sys/socket.h>

namespace hark::bench {

namespace {

constexpr int HANDSHAKE_EVENTS = 64;

struct Peer {
    UniqueFd fd;
    std::unique_ptr<tls::Session> session{};
    bool secured = false;
};

class Handshakes {
   public:
    Handshakes(const HandshakeShape& shape, SSL_CTX& context)
        : shape_{shape}, context_{context}, peers_(shape.at_once) {}

    void run() {
        for (Peer& peer : peers_) begin(peer);
        std::array<epoll_event, HANDSHAKE_EVENTS> events{};
        while (over_ < shape_.count) {
            const int count =
                epoll_wait(epoll_.get(), events.data(), HANDSHAKE_EVENTS, PATIENCE_MS);
            if (count <= 0) throw std::runtime_error{"the server stopped replying"};
            for (std::size_t index = 0; index < static_cast<std::size_t>(count); ++index) {
                advance(peers_[events[index].data.u64]);
            }
        }
    }

   private:
    void begin(Peer& peer) {
        if (begun_ == shape_.count) return;
        ++begun_;
        peer = {connect_to(shape_.port)};
        peer.session = std::make_unique<tls::Session>(context_, tls::Side::client, peer.fd.get());
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u64 = static_cast<std::size_t>(&peer - peers_.data());
        if (epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, peer.fd.get(), &event) != 0) {
            throw SystemError{errno, "cannot watch a connection"};
        }
        advance(peer);
    }

    // What a client writes in a handshake always fits into the socket.
    void advance(Peer& peer) {
        if (!peer.secured) {
            switch (peer.session->shake_hands()) {
                case tls::Session::Progress::wants_input:
                case tls::Session::Progress::wants_output:
                    return;
                case tls::Session::Progress::failed:
                    throw std::runtime_error{std::string{"TLS: "} +
                                             tls::text(peer.session->failure())};
                case tls::Session::Progress::done:
                    break;
            }
            peer.secured = true;
            peer.session->close();
            shutdown(peer.fd.get(), SHUT_WR);
        }
        // The server has seen the whole handshake once it has closed.
        std::array<char, 1024> buffer;
        ssize_t got = 0;
        do {
            got = peer.session->recv(buffer);
        } while (got > 0);
        if (got == -EAGAIN) return;
        ++over_;
        begin(peer);
    }

    HandshakeShape shape_;
    SSL_CTX& context_;
    std::vector<Peer> peers_;
    UniqueFd epoll_{epoll_create1(0)};
    std::size_t begun_ = 0;
    std::size_t over_ = 0;
};

}  // namespace

void shake_hands(const HandshakeShape& shape, SSL_CTX& context) {
    Handshakes{shape, context}.run();
}

}  // namespace hark::bench
