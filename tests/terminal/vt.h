/*
 * A terminal for tests: a program in a pseudo-terminal, its screen read back through libvterm.
 *
 * Nothing here sleeps: a test waits for the idle mark (ESC ] 7777 ; idle BEL), which programs of
 * ours write when everything is drawn and nothing is left to do, for a text, or for the end. Every
 * wait has a limit and says false when it was reached.
 */
#ifndef PILAB_TESTS_TERMINAL_VT_H
#define PILAB_TESTS_TERMINAL_VT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <vterm.h>

#include <pilab/base/strbuf.h>

/* How long anything may take, in milliseconds: generous, for slow machines and sanitizers. This and
 * every other limit below goes through patience(). */
#define VT_PATIENCE 10000

struct vt;

/* Starts argv[0] in a terminal of that size. `environment` is NAME=VALUE, NULL at the end;
 * `directory` is where it starts (NULL: here). */
struct vt *vt_start(int rows, int columns, const char *const argv[],
                    const char *const environment[], const char *directory);
/* Hangs up, waits for the program, ends it when it does not end. */
void vt_free(struct vt **vt);
/* The process, as long as it was not waited for. */
pid_t vt_pid(const struct vt *vt);

/* What the person does. */
void vt_send(struct vt *vt, const char *bytes);
void vt_send_bytes(struct vt *vt, const char *bytes, size_t length);
void vt_key(struct vt *vt, VTermKey key); /* as the terminal sends it in its present mode */
void vt_resize(struct vt *vt, int rows, int columns);
void vt_hang_up(struct vt *vt); /* the line drops */
void vt_signal(struct vt *vt, int number);

/* Waiting. */
bool vt_wait_idle(struct vt *vt); /* for the next idle mark */
/* For a text on the screen of a program that has come to rest. */
bool vt_wait_text(struct vt *vt, const char *text);
/* For a program at rest that does not show the text (any more). */
bool vt_wait_gone(struct vt *vt, const char *text);
/* For a text, while the program goes on; also for programs that send no idle mark. */
bool vt_see_text(struct vt *vt, const char *text);
/* Sends and waits for the idle mark that follows. */
bool vt_type(struct vt *vt, const char *bytes);
/* Reads for so long whatever comes; for what must not happen. */
void vt_listen(struct vt *vt, int milliseconds);
/* The exit status, 128 + signal, or -1 when it still runs after `milliseconds`. */
int vt_exit(struct vt *vt, int milliseconds);
/* The same without reading what the program writes, as a terminal that is stuck. */
int vt_wait_end(struct vt *vt, int milliseconds);

/* The screen. */
int vt_rows(const struct vt *vt);
int vt_columns(const struct vt *vt);
/* Row without blanks at its end; valid until the next call. */
const char *vt_row(struct vt *vt, int row);
/* Appends all rows. */
void vt_screen(struct vt *vt, struct strbuf *out);
int vt_find(struct vt *vt, const char *text); /* the row, or -1 */
VTermScreenCell vt_cell(struct vt *vt, int row, int column);
VTermPos vt_cursor(const struct vt *vt);
bool vt_cursor_visible(const struct vt *vt);
bool vt_full_screen(const struct vt *vt); /* on the alternate screen */
bool vt_echoes(const struct vt *vt);      /* the line discipline is back to normal */
const char *vt_title(struct vt *vt);      /* of the window */

/* What came over the line. Idle marks are not counted, nor in the log. */
size_t vt_bytes(const struct vt *vt);
const struct strbuf *vt_log(const struct vt *vt);
/* What was last sent to the clipboard, as OSC 52 has it ("52;c;…"); "" when nothing was. */
const char *vt_clipboard(struct vt *vt);
size_t vt_idle_count(const struct vt *vt);
long vt_process(const struct vt *vt);

#endif
