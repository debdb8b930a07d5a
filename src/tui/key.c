#include <stdio.h>
#include <string.h>

#include <pilab/base/utf8.h>
#include <pilab/tui/key.h>

static const struct {
    int32_t key;
    const char *name;
} key_names[] = {
    {KEYCODE_TAB,        "Tab"      },
    { KEYCODE_ENTER,     "Enter"    },
    { KEYCODE_ESCAPE,    "Esc"      },
    { ' ',               "Space"    },
    { KEYCODE_UP,        "Up"       },
    { KEYCODE_DOWN,      "Down"     },
    { KEYCODE_LEFT,      "Left"     },
    { KEYCODE_RIGHT,     "Right"    },
    { KEYCODE_PAGE_UP,   "PgUp"     },
    { KEYCODE_PAGE_DOWN, "PgDn"     },
    { KEYCODE_HOME,      "Home"     },
    { KEYCODE_END,       "End"      },
    { KEYCODE_INSERT,    "Ins"      },
    { KEYCODE_DELETE,    "Del"      },
    { KEYCODE_BACKSPACE, "Backspace"},
    { KEYCODE_BACK_TAB,  "S-Tab"    },
    { KEYCODE_F1,        "F1"       },
};

int32_t key_control(char letter)
{
    return letter & 0x1f;
}

const char *key_format(int32_t key, char out[KEY_NAME_SIZE])
{
    char encoded[4];
    size_t length;

    for (size_t i = 0; i < sizeof key_names / sizeof key_names[0]; i++) {
        if (key_names[i].key == key) {
            snprintf(out, KEY_NAME_SIZE, "%s", key_names[i].name);
            return out;
        }
    }
    if (key >= 0 && key < 32) {
        snprintf(out, KEY_NAME_SIZE, "^%c", (char)(key + '@'));
        return out;
    }
    length = key < KEYCODE_UP ? utf8_encode((uint32_t)key, encoded) : 0;
    memcpy(out, encoded, length);
    out[length] = '\0';
    return out;
}

int32_t key_parse(const char *name, size_t length)
{
    const char *cursor = name;
    int32_t key;

    for (size_t i = 0; i < sizeof key_names / sizeof key_names[0]; i++)
        if (strlen(key_names[i].name) == length && memcmp(key_names[i].name, name, length) == 0)
            return key_names[i].key;
    if (length == 2 && name[0] == '^' && name[1] >= '@' && name[1] <= '_')
        return key_control(name[1]);
    if (length == 0)
        return KEYCODE_NONE;
    key = utf8_decode(&cursor, name + length);
    return key > ' ' && cursor == name + length ? key : KEYCODE_NONE;
}

bool key_is_text(int32_t key)
{
    return key >= ' ' && key != 127 && key < KEYCODE_UP && !(key >= 0x80 && key < 0xa0);
}
