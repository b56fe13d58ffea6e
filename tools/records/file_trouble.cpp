#include "tools/records/file_trouble.hpp"

#include "common/locale/i18n.hpp"
#include "common/text/printable.hpp"

#include <cerrno>
#include <cstring>

namespace hark {

std::string cannot_read_file(const std::string& path, int error) {
    if (error == EBADMSG) {
        return formatted(_("{} is damaged: what could be decompressed is shown"), printable(path));
    }
    if (error == ENOMEM) {
        return formatted(_("cannot read {}: it takes more than 128 MiB of memory to decompress"),
                         printable(path));
    }
    if (error == EMEDIUMTYPE) {
        return formatted(_("cannot read {}: it is a journal file; name it with --file"),
                         path == "-" ? _("standard input") : printable(path));
    }
    return formatted(_("cannot read {}: {}"), printable(path),
                     error == ESPIPE ? _("not a regular file") : std::strerror(error));
}

}  // namespace hark
