/* metered: does the way to the registry cost by the byte? Records, thumbnails and previews
 * go all the same; originals wait for Wi-Fi.
 *
 * The setting `metered` says so: on, off, or auto, which looks at the interface that the
 * connection really leaves by: what NetworkManager was told of it (nmcli, when it is
 * here), else what it is: mobile broadband (wwan*, wwp*, rmnet*, DEVTYPE=wwan), a dialled
 * link (ppp*), a telephone on a cable (usb*, rndis_host, ipheth). Behind a tunnel the
 * interface of the default route is looked at. What NetworkManager only guesses counts
 * as yes when it guesses yes. Loopback never is. */
#ifndef LYGTE_SYNC_CLIENT_METERED_H
#define LYGTE_SYNC_CLIENT_METERED_H

#include "core/store/store.h"

/* address: our own end of the connection, as text; "" when not known. */
bool metered_now(struct store *s, const char *address, bool *ret, struct err *err);

#endif
