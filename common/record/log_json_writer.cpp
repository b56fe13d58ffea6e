#include "common/record/log_json.hpp"
#include "common/text/printable.hpp"

namespace hark {

void append_log_json(std::string& into, const LogRecord& record) {
    if (const std::string_view line = record.line(); !line.empty()) {
        into.append(line).push_back('\n');
        return;
    }
    char separator = '{';
    for (const KeySpec& row : RECORD_KEYS) {
        if (!record.has(row.key)) continue;
        into += separator;
        separator = ',';
        into.append("\"").append(row.name).append("\":");
        switch (row.kind) {
            case KeyKind::text:
            case KeyKind::time:
                append_json_string(into, record.get(row.key));
                break;
            case KeyKind::count:
            case KeyKind::seconds:
            case KeyKind::flag:
                into += record.get(row.key);
                break;
        }
    }
    into += separator == '{' ? "{}\n" : "}\n";
}

}  // namespace hark
