/* hub: `walker serve --hub`: the doors by which a walk's tablets and phones come in.
 *
 * One door speaks TLS with a certificate of the walk's own authority (core/web/cert), and
 * one, when wished for, plain HTTP for phones that do not have the authority: by that one
 * only a walk pass is good for anything. Names and numbers change as a Pi moves between
 * networks: they are looked at again, and then the doors get a new certificate.
 */
#ifndef LYGTE_WALKER_HUB_H
#define LYGTE_WALKER_HUB_H

#include "core/web/cert.h"
#include "walker/app.h"

struct hub_wish {
    const char *listen; /* of the TLS door                     */
    const char *plain;  /* of the plain door, NULL: none       */
    const char *name;   /* a further name of this machine's, NULL */
};

/* Opens the doors; page is what the page's own server runs on. The addresses are written
 * into the settings hub.url, hub.plain and hub.pin, where verbs find them. */
bool hub_open(struct hub **ret, struct walker_app *app, const struct http_app *page,
              const struct hub_wish *wish, struct err *err);
/* Have our names changed? Then the doors are closed and opened anew. */
bool hub_look(struct hub *h, struct err *err);
void hub_close(struct hub *h); /* NULL is fine */

/* "https://192.168.4.1:8443", and the plain door's address or "". */
const char *hub_url(const struct hub *h);
const char *hub_plain(const struct hub *h);
const char *hub_pin(const struct hub *h);

#endif
