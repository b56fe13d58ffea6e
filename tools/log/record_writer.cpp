#include "tools/log/record_writer.hpp"

#include "common/cli/usage_error.hpp"
#include "common/locale/i18n.hpp"
#include "common/record/log_json.hpp"
#include "common/text/printable.hpp"
#include "tools/cli/option_values.hpp"

#include <algorithm>

namespace hark {

void take_format(RecordForm& into, const std::string& value) {
    into.format = argument_text(value);
    // Reports mistakes at once.
    static_cast<void>(RecordFormat{into.format});
}

void take_fields(RecordForm& into, const std::string& value) {
    into.fields.clear();
    std::string_view rest = value;
    while (true) {
        const std::size_t comma = rest.find(',');
        const std::string_view name = rest.substr(0, comma);
        const std::optional<Key> key = find_key(name);
        if (!key) {
            refuse_value(_("--fields: unknown key \"{}\": expected keys of the record separated "
                           "by commas, as in time,peer,text"),
                         std::string{name});
        }
        into.fields.push_back(*key);
        if (comma == std::string_view::npos) return;
        rest.remove_prefix(comma + 1);
    }
}

RecordWriter::RecordWriter(const RecordForm& form, bool colour)
    : form_{form}, lines_{{.time = true, .colour = colour}} {
    if (!form.format.empty()) format_.emplace(form.format);
}

void RecordWriter::append(std::string& into, const LogRecord& record) {
    if (form_.json) {
        if (form_.fields.empty()) {
            append_log_json(into, record);
        } else {
            append_json_fields(into, record);
        }
        return;
    }
    if (charset_.is_utf8()) {
        append_text(into, record);
        return;
    }
    std::string line;
    append_text(line, record);
    into += charset_.encode(line);
}

void RecordWriter::append_text(std::string& into, const LogRecord& record) {
    if (format_) {
        format_->append(into, record);
    } else if (!form_.fields.empty()) {
        append_fields(into, record);
    } else {
        lines_.append(into, view_.of(record));
    }
}

// Only the keys that were asked for.
void RecordWriter::append_json_fields(std::string& into, const LogRecord& record) {
    chosen_.clear();
    for (const Key key : form_.fields) {
        if (record.has(key)) chosen_.set_joined(key, record.get(key));
    }
    append_log_json(into, chosen_);
}

void RecordWriter::append_fields(std::string& into, const LogRecord& record) const {
    bool first = true;
    for (const Key key : form_.fields) {
        if (!first) into += '\t';
        first = false;
        append_printable(into, record.get(key));
    }
    into += '\n';
}

}  // namespace hark
