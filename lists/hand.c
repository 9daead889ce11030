/* hand: see the header. */
#include "lists/hand.h"

#include "core/base/file.h"
#include "core/base/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

bool hand_form(const struct verb_call *call, const char *fallback, const char *own,
               const struct list_form **ret, struct err *err)
{
    const char *names = own ? arena_printf(call->arena, "%s %s", own, list_form_names())
                            : list_form_names();
    const char *name = verb_value(call, "format");
    if (!name)
        name = call->json ? "json" : fallback;
    if (!name)
        return err_set(err, ERR_USAGE, "lists.no_form", names, NULL);
    *ret = list_form(name);
    return *ret || text_equal(name, own) ||
           err_set(err, ERR_USAGE, "lists.unknown_form", name, names, NULL);
}

static void say_written(const struct verb_call *call, const char *path, size_t rows)
{
    char count[24];
    snprintf(count, sizeof count, "%zu", rows);
    if (call->json) {
        struct buf line = BUF_INIT;
        struct json_out o = JSON_OUT(&line);
        json_open(&o, NULL, '{');
        json_str(&o, "file", path);
        json_num(&o, "rows", (int64_t)rows);
        json_close(&o, '}');
        puts(line.data);
        buf_release(&line);
        return;
    }
    verb_say(call, "lists.written", count, NULL);
    puts(path);
}

/* Nothing can appear whole under the name of a pipe or a device: it takes what comes. */
static bool pour_into(const char *path, const char *text, size_t n, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "file.unwritable", path);
    bool ok = file_write_all(fd, text, n, err);
    close(fd);
    return ok;
}

bool hand_out(const struct verb_call *call, const struct buf *list, size_t rows,
              struct err *err)
{
    const char *path = verb_value(call, "output"), *text = list->data ? list->data : "";
    if (!path || strcmp(path, "-") == 0) {
        bool ok = fwrite(text, 1, list->len, stdout) == list->len;
        return ok || err_errno(err, "file.unwritable", "stdout");
    }
    if (file_is_special(path))
        return pour_into(path, text, list->len, err);
    if (!file_write_whole(path, text, list->len, 0644, err))
        return false;
    say_written(call, path, rows);
    return true;
}
