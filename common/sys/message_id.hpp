// Marking text for translation without knowing how it is translated.
#pragma once

// Marks an English constant as a message id: whoever shows it to the user looks it up in the
// catalogue (common/locale). xgettext(1) knows this name.
#define N_(text) text
