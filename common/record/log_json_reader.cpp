#include "common/record/log_json.hpp"
#include "common/record/own_line.hpp"
#include "common/record/record_values.hpp"

#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace hark {

namespace {

using Json = nlohmann::json;

// Takes the values of the outermost object as they are parsed, without building a tree. Each method
// returns whether to continue parsing.
class RecordHandler final : public Json::json_sax_t {
   public:
    explicit RecordHandler(LogRecord& record) noexcept : record_{record} {}

    bool null() override { return skip(); }
    bool boolean(bool value) override {
        if (!value) return !wanted() || kind() == KeyKind::flag;
        return take(FLAG_VALUE, kind() == KeyKind::flag);
    }
    // Negative: no key allows that.
    bool number_integer(Json::number_integer_t) override { return skip(); }
    bool number_unsigned(Json::number_unsigned_t value) override {
        return take(std::to_string(value), kind() == KeyKind::count || kind() == KeyKind::seconds);
    }
    bool number_float(Json::number_float_t, const std::string& digits) override {
        return take(digits, kind() == KeyKind::seconds);
    }
    bool string(std::string& value) override {
        return take(value, kind() == KeyKind::text || kind() == KeyKind::time);
    }
    bool binary(Json::binary_t&) override { return false; }
    bool key(std::string& name) override {
        if (depth_ == 1) key_ = find_key(name);
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

    [[nodiscard]] std::optional<KeyKind> kind() const noexcept {
        return wanted() ? std::optional{key_spec(*key_).kind} : std::nullopt;
    }

    // A value that no known key can have: ignored if nested or of an unknown key.
    [[nodiscard]] bool skip() const noexcept { return depth_ > 0 && !wanted(); }
    // `fits`: whether it is of the key's kind.
    [[nodiscard]] bool take(std::string_view value, bool fits) {
        return wanted() ? fits && record_.set(*key_, value) : skip();
    }
    // An object or array, which no known key has as its value.
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
    std::optional<Key> key_;
    std::size_t depth_ = 0;
};

}  // namespace

bool parse_log_json(std::string_view line, LogRecord& into) {
    into.clear();
    RecordHandler handler{into};
    return Json::sax_parse(line.begin(), line.end(), &handler) && into.is_record();
}

bool view_log_json(std::string_view line, LogRecord& into) {
    return OwnLine::read(line, into) || parse_log_json(line, into);
}

}  // namespace hark
