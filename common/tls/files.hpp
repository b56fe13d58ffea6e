// Where certificates and keys are: paths of files in PEM; empty: none.
#pragma once

#include <string>

namespace hark::tls {

struct ServerFiles {
    std::string certificate{};  // followed by its chain
    std::string key{};
    std::string client_ca{};
    std::string crl{};
    friend bool operator==(const ServerFiles&, const ServerFiles&) = default;
};

struct ClientFiles {
    std::string ca{};  // empty: what the system trusts
    std::string certificate{};
    std::string key{};
    friend bool operator==(const ClientFiles&, const ClientFiles&) = default;
};

// How a client connects.
struct ClientOptions {
    bool enabled = false;
    ClientFiles files;
    std::string server_name;  // the name that its certificate must be for; empty: the host's
    friend bool operator==(const ClientOptions&, const ClientOptions&) = default;
};

}  // namespace hark::tls
