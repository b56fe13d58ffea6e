#include "tools/log/log_json.hpp"

#include "common/text/printable.hpp"

#include <nlohmann/json.hpp>

namespace hark {

namespace {

using Json = nlohmann::json;

// Takes the values of the outermost object as they are read, without a tree of them. What a method
// returns says whether to go on.
class RecordHandler final : public Json::json_sax_t {
   public:
    explicit RecordHandler(LogRecord& record) noexcept : record_{record} {}

    bool null() override { return take(LogValue::text, false, {}); }
    bool boolean(bool value) override {
        if (!value) return !wanted() || value_of(*key_) == LogValue::flag;
        return take(LogValue::flag, true, "true");
    }
    bool number_integer(Json::number_integer_t) override {
        return take(LogValue::number, false, {});
    }
    bool number_unsigned(Json::number_unsigned_t value) override {
        const LogValue kind = wanted() ? value_of(*key_) : LogValue::number;
        return take(kind == LogValue::seconds ? kind : LogValue::number, true,
                    std::to_string(value));
    }
    bool number_float(Json::number_float_t, const std::string& digits) override {
        return take(LogValue::seconds, true, digits);
    }
    bool string(std::string& value) override { return take(LogValue::text, true, value); }
    bool binary(Json::binary_t&) override { return false; }
    bool key(std::string& name) override {
        if (depth_ == 1) key_ = log_key(name);
        return true;
    }
    bool start_object(std::size_t) override { return open(depth_ == 0); }
    bool start_array(std::size_t) override { return open(false); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool parse_error(std::size_t, const std::string&, const Json::exception&) override {
        return false;
    }

   private:
    [[nodiscard]] bool wanted() const noexcept { return depth_ == 1 && key_.has_value(); }

    bool take(LogValue kind, bool sound, std::string_view value) {
        if (depth_ == 0) return false;
        if (!wanted()) return true;
        return sound && value_of(*key_) == kind && record_.set(*key_, value);
    }
    // Something with parts, which no value of a known key is.
    bool open(bool outermost) {
        if (!outermost && (depth_ == 0 || wanted())) return false;
        ++depth_;
        return true;
    }
    bool close() {
        --depth_;
        return true;
    }

    LogRecord& record_;
    std::optional<LogKey> key_;
    std::size_t depth_ = 0;
};

}  // namespace

bool parse_log_json(std::string_view line, LogRecord& into) {
    into.clear();
    RecordHandler handler{into};
    return Json::sax_parse(line.begin(), line.end(), &handler) && into.is_record();
}

void append_log_json(std::string& into, const LogRecord& record) {
    char separator = '{';
    for (std::size_t i = 0; i < LOG_KEYS; ++i) {
        const auto key = static_cast<LogKey>(i);
        if (!record.has(key)) continue;
        into += separator;
        separator = ',';
        into.append("\"").append(name(key)).append("\":");
        if (value_of(key) == LogValue::text) {
            append_json_string(into, record.get(key));
        } else {
            into += record.get(key);
        }
    }
    into += "}\n";
}

}  // namespace hark
