// Marks text for translation without depending on how it is translated.
#pragma once

// Marks an English constant as a message id, to be looked up in the catalogue when shown to the
// user (common/locale). xgettext(1) knows this name.
#define N_(text) text
