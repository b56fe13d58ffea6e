// Reads messages as the daemon does: each line of standard input, as the first of a connection.
// Prints for each a line with its charset, what it proved ("-": nothing), and whether its bytes are
// kept ("raw") and all of it is text ("text").
#include "common/text/charset.hpp"

#include <iostream>
#include <string>

namespace {

std::string_view proof_name(hark::Proof proof) {
    switch (proof) {
        case hark::Proof::none:
            break;
        case hark::Proof::utf8:
            return hark::charset::UTF8;
        case hark::Proof::gb18030:
            return hark::charset::GB18030;
    }
    return "-";
}

}  // namespace

int main() {
    std::ios::sync_with_stdio(false);
    hark::CharsetDecoder decoder;
    std::string message;
    while (std::getline(std::cin, message)) {
        hark::Proof proof = hark::Proof::none;
        const hark::Decoded decoded =
            decoder.decode(message, hark::Place::beginning, hark::CharsetMode::automatic,
                           hark::Evidence::whole, proof);
        std::cout << decoded.charset << ' ' << proof_name(proof) << ' '
                  << (decoded.exact ? "-" : "raw") << ' ' << (decoded.intact ? "text" : "-")
                  << '\n';
    }
}
