/* web-host.c
 *
 * SPDX-License-Identifier: GPL-3.0-or-later
 *
 * web-host PAGE TASK [FILE]: the peer that is a web page in a native window: WebKitGTK, and a terminal's bytes handed over through a scheme
 * of its own. PAGE is the folder with the bundled page; what page.js says of TASK goes to standard output, a line each.
 *
 * Without a graphics card WebKit composites in software three times slower than it paints without compositing, so that is
 * switched off: its best setting here. WEB_HOST_COMPOSITING=1 leaves it on.
 */

#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <gtk/gtk.h>
#include <webkit2/webkit2.h>

#define SCHEME "bench"
#define MAX_WAITING (1024 * 1024)
#define BLOCK (64 * 1024)

typedef struct
{
  GMutex lock;
  GCond room;
  GByteArray *waiting; /* (lock): read from the terminal, not yet asked for */
  gboolean over;       /* (lock) */
  gboolean told;       /* (lock): the main loop knows that something is there */
  WebKitURISchemeRequest *request;
  int terminal;
  const char *page;
} Host;

static void
answer (WebKitURISchemeRequest *request, GBytes *bytes, const char *type)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);

  webkit_uri_scheme_request_finish (request, stream, (gint64) g_bytes_get_size (bytes), type);
}

static void
answer_done (WebKitURISchemeRequest *request)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("done", 4);

  answer (request, bytes, "text/plain");
}

/* An empty answer says that the terminal's program has ended. */
static gboolean
hand_over (gpointer data)
{
  Host *host = data;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (WebKitURISchemeRequest) request = NULL;

  g_mutex_lock (&host->lock);
  host->told = FALSE;
  if (host->request != NULL && (host->waiting->len > 0 || host->over))
    {
      bytes = g_byte_array_free_to_bytes (host->waiting);
      host->waiting = g_byte_array_new ();
      request = g_steal_pointer (&host->request);
      g_cond_signal (&host->room);
    }
  g_mutex_unlock (&host->lock);
  if (request != NULL)
    answer (request, bytes, "application/octet-stream");
  return G_SOURCE_REMOVE;
}

/* In a thread of its own: while the page draws, the terminal is emptied. */
static gpointer
read_terminal (gpointer data)
{
  Host *host = data;
  g_autofree guint8 *block = g_malloc (BLOCK);
  gssize n;

  do
    {
      n = read (host->terminal, block, BLOCK);
      g_mutex_lock (&host->lock);
      while (host->waiting->len > MAX_WAITING)
        g_cond_wait (&host->room, &host->lock);
      if (n > 0)
        g_byte_array_append (host->waiting, block, (guint) n);
      else
        host->over = TRUE;
      if (!host->told)
        g_main_context_invoke_full (NULL, G_PRIORITY_DEFAULT, hand_over, host, NULL);
      host->told = TRUE;
      g_mutex_unlock (&host->lock);
    }
  while (n > 0);
  return NULL;
}

static void
start_terminal (Host *host, const char *command)
{
  struct winsize size = { .ws_row = 40, .ws_col = 140 };

  if (forkpty (&host->terminal, NULL, NULL, &size) == 0)
    {
      g_setenv ("TERM", "xterm-256color", TRUE);
      if (*command != '\0')
        execl ("/bin/sh", "sh", command, NULL);
      else
        execl ("/bin/sh", "sh", NULL);
      _exit (127);
    }
  g_thread_unref (g_thread_new ("terminal", read_terminal, host));
}

static const char *
get_type (const char *path)
{
  if (g_str_has_suffix (path, ".html"))
    return "text/html";
  if (g_str_has_suffix (path, ".js"))
    return "text/javascript";
  return g_str_has_suffix (path, ".css") ? "text/css" : "text/plain";
}

static void
send_file (WebKitURISchemeRequest *request, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, &error);

  if (stream != NULL)
    webkit_uri_scheme_request_finish (request, G_INPUT_STREAM (stream), -1, get_type (path));
  else
    webkit_uri_scheme_request_finish_error (request, error);
}

static void
asked_cb (WebKitURISchemeRequest *request, gpointer data)
{
  Host *host = data;
  const char *path = webkit_uri_scheme_request_get_path (request);
  const char *query = strchr (webkit_uri_scheme_request_get_uri (request), '?');
  g_autofree char *argument = query != NULL ? g_uri_unescape_string (query + 1, NULL) : g_strdup ("");

  if (strcmp (path, "/terminal/output") == 0)
    {
      g_mutex_lock (&host->lock);
      g_set_object (&host->request, request);
      g_mutex_unlock (&host->lock);
      hand_over (host);
    }
  else if (strcmp (path, "/terminal/start") == 0)
    {
      start_terminal (host, argument);
      answer_done (request);
    }
  else if (strcmp (path, "/terminal/input") == 0)
    {
      if (write (host->terminal, argument, strlen (argument)) < 0)
        g_printerr ("the terminal takes nothing\n");
      answer_done (request);
    }
  else if (strcmp (path, "/file") == 0)
    {
      send_file (request, argument);
    }
  else
    {
      g_autofree char *file = g_build_filename (host->page, strcmp (path, "/") == 0 ? "index.html" : path, NULL);

      send_file (request, file);
    }
}

static void
said_cb (WebKitUserContentManager *manager, WebKitJavascriptResult *result, gpointer data)
{
  g_autofree char *text = jsc_value_to_string (webkit_javascript_result_get_js_value (result));

  puts (text);
  fflush (stdout);
}

int
main (int argc, char **argv)
{
  Host host = { .waiting = g_byte_array_new (), .terminal = -1 };
  g_autofree char *address = NULL;
  g_autofree char *file = NULL;
  WebKitWebContext *context;
  WebKitSecurityManager *security;
  WebKitUserContentManager *manager;
  WebKitSettings *settings;
  GtkWidget *view;
  GtkWidget *window;

  if (argc < 3)
    return 2;
  g_mutex_init (&host.lock);
  g_cond_init (&host.room);
  host.page = argv[1];
  gtk_init (&argc, &argv);

  context = webkit_web_context_get_default ();
  webkit_web_context_set_cache_model (context, WEBKIT_CACHE_MODEL_DOCUMENT_VIEWER);
  webkit_web_context_register_uri_scheme (context, SCHEME, asked_cb, &host, NULL);
  security = webkit_web_context_get_security_manager (context);
  webkit_security_manager_register_uri_scheme_as_secure (security, SCHEME);
  webkit_security_manager_register_uri_scheme_as_cors_enabled (security, SCHEME);
  manager = webkit_user_content_manager_new ();
  g_signal_connect (manager, "script-message-received::host", G_CALLBACK (said_cb), NULL);
  webkit_user_content_manager_register_script_message_handler (manager, "host");
  view = webkit_web_view_new_with_user_content_manager (manager);
  settings = webkit_web_view_get_settings (WEBKIT_WEB_VIEW (view));
  if (g_getenv ("WEB_HOST_COMPOSITING") == NULL)
    webkit_settings_set_hardware_acceleration_policy (settings, WEBKIT_HARDWARE_ACCELERATION_POLICY_NEVER);
  webkit_settings_set_enable_write_console_messages_to_stdout (settings, TRUE);

  window = gtk_window_new (GTK_WINDOW_TOPLEVEL);
  gtk_window_set_default_size (GTK_WINDOW (window), 1280, 800);
  gtk_container_add (GTK_CONTAINER (window), view);
  g_signal_connect (window, "destroy", G_CALLBACK (gtk_main_quit), NULL);
  file = g_uri_escape_string (argc > 3 ? argv[3] : "", NULL, FALSE);
  address = g_strdup_printf (SCHEME "://host/?task=%s&file=%s", argv[2], file);
  webkit_web_view_load_uri (WEBKIT_WEB_VIEW (view), address);
  gtk_widget_show_all (window);
  gtk_widget_grab_focus (view);
  gtk_main ();
  return 0;
}
