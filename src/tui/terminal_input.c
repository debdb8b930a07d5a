#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>

#include <pilab/base/clock.h>
#include <pilab/base/utf8.h>
#include <pilab/tui/key.h>

#include "terminal_internal.h"

/* Our own codes past those of ncurses. */
#define KEY_PASTE_BEGIN (KEY_MAX + 1)
#define KEY_PASTE_END   (KEY_MAX + 2)

#define PASTE_PATIENCE   1000 /* ms without a byte: the end of the paste was lost on the way */
#define SEQUENCE_MAXIMUM 4096 /* bytes of an unknown escape sequence */

static const struct {
    int ncurses;
    int32_t key;
} key_table[] = {
    {KEY_UP,         KEYCODE_UP       },
    { KEY_DOWN,      KEYCODE_DOWN     },
    { KEY_LEFT,      KEYCODE_LEFT     },
    { KEY_RIGHT,     KEYCODE_RIGHT    },
    { KEY_PPAGE,     KEYCODE_PAGE_UP  },
    { KEY_NPAGE,     KEYCODE_PAGE_DOWN},
    { KEY_HOME,      KEYCODE_HOME     },
    { KEY_END,       KEYCODE_END      },
    { KEY_IC,        KEYCODE_INSERT   },
    { KEY_DC,        KEYCODE_DELETE   },
    { KEY_BACKSPACE, KEYCODE_BACKSPACE},
    { 127,           KEYCODE_BACKSPACE},
    { 8,             KEYCODE_BACKSPACE},
    { KEY_BTAB,      KEYCODE_BACK_TAB },
    { KEY_F(1),      KEYCODE_F1       },
    { KEY_ENTER,     KEYCODE_ENTER    },
    { '\n',          KEYCODE_ENTER    },
    { '\r',          KEYCODE_ENTER    },
};

/* What nearly every terminal sends, also where terminfo does not say so: vt100 has no page keys
 * there, and TERM may be wrong or a fallback. */
static const struct {
    const char *sequence;
    int ncurses;
} common_sequences[] = {
    {"\033[A",     KEY_UP         },
    { "\033OA",    KEY_UP         },
    { "\033[B",    KEY_DOWN       },
    { "\033OB",    KEY_DOWN       },
    { "\033[C",    KEY_RIGHT      },
    { "\033OC",    KEY_RIGHT      },
    { "\033[D",    KEY_LEFT       },
    { "\033OD",    KEY_LEFT       },
    { "\033[H",    KEY_HOME       },
    { "\033OH",    KEY_HOME       },
    { "\033[1~",   KEY_HOME       },
    { "\033[F",    KEY_END        },
    { "\033OF",    KEY_END        },
    { "\033[4~",   KEY_END        },
    { "\033[5~",   KEY_PPAGE      },
    { "\033[6~",   KEY_NPAGE      },
    { "\033[2~",   KEY_IC         },
    { "\033[3~",   KEY_DC         },
    { "\033[Z",    KEY_BTAB       },
    { "\033OP",    KEY_F(1)       },
    { "\033[200~", KEY_PASTE_BEGIN},
    { "\033[201~", KEY_PASTE_END  },
};

void input_start(struct terminal *terminal)
{
    terminal->keyboard = newpad(1, 1);
    keypad(terminal->keyboard, TRUE);
    nodelay(terminal->keyboard, TRUE);
    set_escdelay(25);
    for (size_t i = 0; i < sizeof common_sequences / sizeof common_sequences[0]; i++)
        define_key(common_sequences[i].sequence, common_sequences[i].ncurses);
}

/* Leaves out the rest of an escape sequence that means nothing here, so that it is not taken for
 * keys. `second` is the byte after ESC. */
static void skip_sequence(struct terminal *terminal, int second)
{
    bool text = strchr("]P_^X", second) != NULL; /* ends with BEL or ESC \ */
    int left = SEQUENCE_MAXIMUM;
    int byte;

    if (second == 'O') {
        (void)wgetch(terminal->keyboard);
        return;
    }
    while (left-- > 0 && (byte = wgetch(terminal->keyboard)) != ERR) {
        if (!text && byte >= 0x40)
            return;
        if (text && byte == 27)
            (void)wgetch(terminal->keyboard);
        if (text && (byte == 7 || byte == 27))
            return;
    }
}

/* ESC alone is the key; with something at its heels it begins a sequence that ncurses did not know.
 */
static int32_t read_escape(struct terminal *terminal)
{
    int next = wgetch(terminal->keyboard);

    if (next == ERR)
        return KEYCODE_ESCAPE;
    if (next < 128 && strchr("[O]P_^X", next) != NULL) {
        skip_sequence(terminal, next);
        return KEYCODE_NONE;
    }
    ungetch(next);
    return KEYCODE_ESCAPE;
}

/* A byte of a character of several. KEYCODE_NONE while it is not whole. */
static int32_t read_utf8(struct terminal *terminal, int byte)
{
    static const int lengths[16] = { [12] = 2, [13] = 2, [14] = 3, [15] = 4 };
    const char *cursor = terminal->pending;
    size_t wanted;
    int32_t key;

    if (terminal->pending_length > 0 && (byte & 0xc0) != 0x80) {
        ungetch(byte);
        terminal->pending_length = 0;
        return 0xfffd;
    }
    terminal->pending[terminal->pending_length++] = (char)byte;
    wanted = (size_t)lengths[(unsigned char)terminal->pending[0] >> 4];
    if (terminal->pending_length < wanted)
        return KEYCODE_NONE;
    key = utf8_decode(&cursor, terminal->pending + terminal->pending_length);
    terminal->pending_length = 0;
    return key < 0 ? 0xfffd : key;
}

static int32_t translate(struct terminal *terminal, int code)
{
    for (size_t i = 0; i < sizeof key_table / sizeof key_table[0]; i++)
        if (key_table[i].ncurses == code)
            return key_table[i].key;
    if (code >= 256)
        return KEYCODE_NONE;
    if (code == 27)
        return read_escape(terminal);
    if (code >= 128 || terminal->pending_length > 0)
        return read_utf8(terminal, code);
    return code;
}

static struct input end_paste(struct terminal *terminal)
{
    terminal->pasting = false;
    return (struct input){ .kind = INPUT_PASTE,
                           .paste = terminal->paste.data,
                           .paste_length = terminal->paste.length };
}

/* True when the code was taken as part of a paste. */
static bool take_pasted(struct terminal *terminal, int code)
{
    if (code == KEY_PASTE_BEGIN) {
        terminal->pasting = true;
        strbuf_clear(&terminal->paste);
    } else if (!terminal->pasting) {
        return false;
    } else if (code < 256 && terminal->paste.length < TERMINAL_PASTE_MAXIMUM) {
        strbuf_add_char(&terminal->paste, (char)code);
    }
    terminal->pasted_at = clock_monotonic();
    return true;
}

static bool is_gone(const struct terminal *terminal)
{
    struct pollfd input = { .fd = terminal->input_fd, .events = POLLIN };
    int waiting = 0;

    if (poll(&input, 1, 0) <= 0)
        return false;
    if ((input.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
        return true;
    return ioctl(terminal->input_fd, FIONREAD, &waiting) != 0 || waiting == 0;
}

struct input terminal_read(struct terminal *terminal, bool readable)
{
    int code;

    if (terminal->pasting && clock_monotonic() - terminal->pasted_at > PASTE_PATIENCE)
        return end_paste(terminal);
    while ((code = wgetch(terminal->keyboard)) != ERR) {
        int32_t key;

        readable = false;
        if (terminal->pasting && code == KEY_PASTE_END)
            return end_paste(terminal);
        if (take_pasted(terminal, code))
            continue;
        key = translate(terminal, code);
        if (key != KEYCODE_NONE)
            return (struct input){ .kind = INPUT_KEY, .key = key };
    }
    return (struct input){ .kind = readable && is_gone(terminal) ? INPUT_GONE : INPUT_NONE };
}
