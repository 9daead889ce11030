/* place: an offline register of lamps, addresses and places, brought by the user as CSV
 * or GeoJSON. Owns the walker's local tables place_file and place.
 *
 * CSV: UTF-8 with or without a byte order mark, or as Excel saves it (Windows-1252, UTF-16),
 * separated by ; , or tab, with a first row of names. Known names (others are left out, case
 * does not matter):
 *   kind type                        lamp | address | place (else the --kind given)
 *   number nummer lampe lampenr mast the number on the mast
 *   text adresse address navn name   what people call it (else street and number)
 *   street vej vejnavn
 *   lat latitude bredde   lon longitude laengde længde        degrees, point or comma
 *   x e east ost øst      y n north nord                      EPSG:25832, metres
 *   off_from slukket_fra  off_to slukket_til                  HH:MM, off on purpose
 * GeoJSON: a FeatureCollection of points in lon, lat (RFC 7946), the same names in its
 * properties. A bad row is told with its number and skipped, and costs the others nothing.
 *
 * A lamp's id comes from its number and street, so tomorrow's file brings the same lamps
 * though some were measured anew; where these name two lamps, in one file or LAMP_APART_M
 * apart in two, the position is part of it. A lamp that another file has too goes over to
 * the newer file.
 */
#ifndef LYGTE_STORE_LOCAL_PLACE_H
#define LYGTE_STORE_LOCAL_PLACE_H

#include "core/base/geo.h"
#include "core/store/store.h"

enum { PLACE_FILE_MOST = 64 << 20, PLACE_RESULTS = 30, PLACE_REACH_M = 500 };

struct place_row {
    const char *id, *kind, *number, *text, *street;
    struct geo_point at;
    int off_from, off_to; /* minutes after midnight, -1: none of its own */
    double metres, bearing; /* from where one asked, -1 when one did not say */
};

struct place_file {
    const char *name;
    int64_t added_ms, lamps, addresses, places;
};

/* A row that was skipped: its number (of the file's lines or features), and why. */
typedef void (*place_refused)(int64_t row, const struct err *why, void *data);

/* Takes a file in, in one transaction; a file of the same name takes the place of the
 * one before. kind is for rows that name none. ERR_INPUT "places.*" when it is none of
 * the two forms, or has no row that can be used. */
bool place_import(struct store *s, const char *name, const char *text, size_t len,
                  const char *kind, place_refused refused, void *data, int64_t *ret_kept,
                  int64_t *ret_refused, struct err *err);
bool place_files(struct store *s, struct arena *a, struct place_file **ret, size_t *ret_n,
                 struct err *err);
/* ERR_NOT_FOUND "places.unknown". */
bool place_drop(struct store *s, const char *name, struct err *err);

/* Lamps (or what kind says) within metres, nearest first, at most most. */
bool place_near(struct store *s, struct arena *a, const char *kind, struct geo_point at,
                double metres, size_t most, struct place_row **ret, size_t *ret_n,
                struct err *err);
/* Every kind whose text, number or street has all the words; nearest first when at is
 * known, else in Danish order. */
bool place_search(struct store *s, struct arena *a, const char *words, struct geo_point at,
                  struct place_row **ret, size_t *ret_n, struct err *err);
/* *ret_there false when there is none. */
bool place_find(struct store *s, struct arena *a, const char *id, struct place_row *ret,
                bool *ret_there, struct err *err);
/* Are there lamps at all? */
bool place_any_lamp(struct store *s, bool *ret, struct err *err);

#endif
