// Prints records in the form that the user wants, in the charset of the locale.
#pragma once

#include "common/locale/locale_charset.hpp"
#include "common/record/console_lines.hpp"
#include "common/record/log_record.hpp"
#include "tools/log/record_form.hpp"
#include "tools/log/record_format.hpp"

#include <optional>
#include <string>

namespace hark {

class RecordWriter {
   public:
    // `form` must outlive it. Throws UsageError.
    RecordWriter(const RecordForm& form, bool colour);

    // Appends `record` as a line with its LF.
    void append(std::string& into, const LogRecord& record);
    [[nodiscard]] const LocaleCharset& charset() const noexcept { return charset_; }

   private:
    void append_text(std::string& into, const LogRecord& record);
    void append_fields(std::string& into, const LogRecord& record) const;
    void append_json_fields(std::string& into, const LogRecord& record);

    const RecordForm& form_;
    LocaleCharset charset_;
    ConsoleLines lines_;
    RecordView view_;
    std::optional<RecordFormat> format_;
    LogRecord chosen_;
};

}  // namespace hark
