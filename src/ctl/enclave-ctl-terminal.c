/* enclave-ctl-terminal.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

#include "config.h"

#include "enclave-ctl-terminal.h"

#include <glib-unix.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

struct _EnclaveCtlTerminal
{
  GObject parent_instance;

  int input_fd;
  int output_fd;
  gboolean is_raw;
  struct termios modes;
  guint resize_watch;
};

static void enclave_ctl_terminal_host_init (EnclaveTerminalHostInterface *iface);
static void enclave_ctl_terminal_session_init (EnclaveTerminalSessionInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (EnclaveCtlTerminal, enclave_ctl_terminal, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TERMINAL_HOST, enclave_ctl_terminal_host_init)
                               G_IMPLEMENT_INTERFACE (ENCLAVE_TYPE_TERMINAL_SESSION,
                                                      enclave_ctl_terminal_session_init))

static void
enclave_ctl_terminal_dispose (GObject *object)
{
  EnclaveCtlTerminal *self = ENCLAVE_CTL_TERMINAL (object);

  enclave_ctl_terminal_restore (self);
  G_OBJECT_CLASS (enclave_ctl_terminal_parent_class)->dispose (object);
}

static void
enclave_ctl_terminal_class_init (EnclaveCtlTerminalClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = enclave_ctl_terminal_dispose;
}

static void
enclave_ctl_terminal_init (EnclaveCtlTerminal *self)
{
}

static gboolean
get_size (EnclaveCtlTerminal *self, guint *columns, guint *rows)
{
  struct winsize size;

  if (ioctl (self->output_fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return FALSE;
  *columns = size.ws_col;
  *rows = size.ws_row;
  return TRUE;
}

static gboolean
on_resized (gpointer user_data)
{
  EnclaveCtlTerminal *self = user_data;
  guint columns;
  guint rows;

  if (get_size (self, &columns, &rows))
    enclave_terminal_session_emit_resized (ENCLAVE_TERMINAL_SESSION (self), columns, rows);
  return G_SOURCE_CONTINUE;
}

/* Keys are the command's: it decides what Ctrl+C means. */
static void
make_raw (EnclaveCtlTerminal *self)
{
  struct termios raw;

  if (self->is_raw || tcgetattr (self->input_fd, &self->modes) != 0)
    return;
  raw = self->modes;
  cfmakeraw (&raw);
  self->is_raw = tcsetattr (self->input_fd, TCSADRAIN, &raw) == 0;
}

static EnclaveTerminalSession *
enclave_ctl_terminal_open_session (EnclaveTerminalHost *host, const char *command, const char *folder,
                                   const char *level, guint *columns, guint *rows)
{
  EnclaveCtlTerminal *self = ENCLAVE_CTL_TERMINAL (host);

  get_size (self, columns, rows);
  make_raw (self);
  if (self->resize_watch == 0)
    {
      GSource *source = g_unix_signal_source_new (SIGWINCH);

      g_source_set_callback (source, on_resized, self, NULL);
      self->resize_watch = g_source_attach (source, NULL);
      g_source_unref (source);
    }
  return ENCLAVE_TERMINAL_SESSION (g_object_ref (self));
}

static void
enclave_ctl_terminal_host_init (EnclaveTerminalHostInterface *iface)
{
  iface->open_session = enclave_ctl_terminal_open_session;
}

static void
enclave_ctl_terminal_feed (EnclaveTerminalSession *session, GBytes *bytes)
{
  /* The bytes go to stdout by the command's own output. */
}

static void
enclave_ctl_terminal_ended (EnclaveTerminalSession *session, int wait_status, const char *note)
{
  enclave_ctl_terminal_restore (ENCLAVE_CTL_TERMINAL (session));
}

static void
enclave_ctl_terminal_session_init (EnclaveTerminalSessionInterface *iface)
{
  iface->feed = enclave_ctl_terminal_feed;
  iface->ended = enclave_ctl_terminal_ended;
}

EnclaveCtlTerminal *
enclave_ctl_terminal_new (int input_fd, int output_fd)
{
  EnclaveCtlTerminal *self = g_object_new (ENCLAVE_TYPE_CTL_TERMINAL, NULL);

  self->input_fd = input_fd;
  self->output_fd = output_fd;
  return self;
}

void
enclave_ctl_terminal_restore (EnclaveCtlTerminal *self)
{
  g_return_if_fail (ENCLAVE_IS_CTL_TERMINAL (self));

  g_clear_handle_id (&self->resize_watch, g_source_remove);
  if (self->is_raw)
    tcsetattr (self->input_fd, TCSADRAIN, &self->modes);
  self->is_raw = FALSE;
}
