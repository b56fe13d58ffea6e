#include "daemon/config/combinations.hpp"

#include "common/locale/i18n.hpp"
#include "common/text/charset.hpp"

#include <set>
#include <string>

namespace hark {

namespace {

class CombinationCheck {
   public:
    CombinationCheck(const Config& config, Mistakes& mistakes) noexcept
        : defaults_{config.defaults}, mistakes_{mistakes} {}

    void check(const ListenerConfig& listener) {
        const FramingOptions& framing = listener.profile.framing;
        const std::string& charset = listener.charset.name;
        const bool wide = charset == charset::UTF16LE || charset == charset::UTF16BE;
        // A read may end inside a UTF-16 unit, and a delimiter may straddle two.
        if (wide && (framing.framing == Framing::chunk || framing.framing == Framing::delimited)) {
            add(listener.charset.origin,
                formatted(_("charset {} cannot be combined with framing {}: expected framing auto, "
                            "line, counted or length"),
                          charset, name(framing.framing)));
        }
        for (const FramingSetting& setting : listener.unused) {
            if (framing.framing == setting.needs) continue;
            add(setting.origin,
                formatted(_("{} needs framing = \"{}\", but framing is \"{}\""), setting.name,
                          name(setting.needs), name(framing.framing)));
        }
        if (framing.framing == Framing::delimited && listener.end_origin.place.empty()) {
            add(inherits_framing(listener) ? listener.origin : listener.framing_origin,
                _("framing delimited needs an end: expected a [[listener]] with end = \"BYTES\", "
                  "such as \"\\u0003\""));
        }
    }

   private:
    [[nodiscard]] bool inherits_framing(const ListenerConfig& listener) const {
        return &listener != &defaults_ && listener.framing_origin == defaults_.framing_origin;
    }
    // Several listeners may have inherited the same mistake.
    void add(const Origin& origin, const std::string& problem) {
        if (reported_.insert(origin.text() + problem).second) mistakes_.add(origin, problem);
    }

    const ListenerConfig& defaults_;
    Mistakes& mistakes_;
    std::set<std::string> reported_;
};

}  // namespace

void check_combinations(const Config& config, Mistakes& mistakes) {
    CombinationCheck check{config, mistakes};
    if (config.listeners.empty()) check.check(config.defaults);
    for (const ListenerConfig& listener : config.listeners) check.check(listener);
}

void apply_stream(Config& config, Mistakes& mistakes) {
    SinkConfig* stream = nullptr;
    for (SinkConfig& sink : config.sinks) {
        if (sink.kind != SinkConfig::Kind::nats) continue;
        if (stream != nullptr) {
            mistakes.add(config.stream_origin,
                         _("two streams: a subject belongs to one of them only"));
            return;
        }
        stream = &sink;
    }
    if (stream == nullptr) return;
    if (!config.nats) {
        mistakes.add(
            config.stream_origin,
            formatted(_("{} needs a table [nats] with servers and subject"), stream->name()));
        return;
    }
    std::string name = std::move(stream->stream.stream);
    stream->stream = config.nats->stream;
    stream->stream.stream = std::move(name);
}

}  // namespace hark
