/* photo: what the rooms inside lygte-picture share.
 *
 * The program does one photo and ends, so it has one way to fail: refuse() says why on
 * the report and exits, from wherever it stands. Nothing is unwound and nothing freed;
 * the kernel does both. Not for programs other than lygte-picture.
 */
#ifndef LYGTE_PICTURE_PHOTO_H
#define LYGTE_PICTURE_PHOTO_H

#include "core/picture/picture.h"
#include "core/picture/report.h"

#include <stddef.h>
#include <stdint.h>

struct copies;

/* Ends the program with a refusal. detail: letters, digits and spaces, or NULL. */
_Noreturn void refuse(enum refusal why, const char *detail);
/* As refuse, with "WIDTH x HEIGHT" as the detail. */
_Noreturn void refuse_size(enum refusal why, long width, long height);

/* Refuses what is neither JPEG nor PNG by its first bytes (zeros after its end). */
enum { PHOTO_MAGIC = 32 };
_Noreturn void refuse_kind(const uint8_t magic[PHOTO_MAGIC]);

/* Zeroed memory; refuses with MEMORY when there is none. */
void *take(size_t n, size_t size);

/* facts of a photo of which nothing is known. */
void facts_clear(struct picture_facts *f);

/* Decodes the input from its first byte: fills format, width, height and what EXIF
 * tells into facts, and the wanted copies. */
void decode_jpeg(int fd, struct picture_facts *facts, struct copies *copies);
void decode_png(int fd, struct picture_facts *facts, struct copies *copies);

/* The same facts without decoding a pixel: kind, limits, and the frame walked from the
 * first mark or chunk to the last. What the decoders take, these take; coded data that do
 * not decode they do not see. */
void look_jpeg(int fd, struct picture_facts *facts);
void look_png(int fd, struct picture_facts *facts);

/* All bytes of the input, *ret_n of them; refuses what is too large for that. */
const uint8_t *photo_map(int fd, size_t *ret_n);

/* Limits of a JPEG: pixels, pixels when it comes in several scans, scans. */
enum {
    PHOTO_PIXELS_MOST = 100000000,
    PHOTO_PROGRESSIVE_MOST = 50000000,
    PHOTO_SCANS_MOST = 100
};

/* Is it a JPEG that lies upright and whose coded data any decoder reads alike without
 * its other segments? Reads the header, refuses as decode_jpeg would, fills facts; then
 * fd stands at its first byte again. */
bool jpeg_may_carry(int fd, struct picture_facts *facts);

/* What fits an APP1 segment after its length. */
enum { EXIF_BLOCK_MOST = 65533 };

/* Reads an EXIF block ("Exif\0\0" and a TIFF). A block that makes no sense gives no
 * facts; it never refuses the photo. */
void exif_read(const uint8_t *block, size_t n, struct picture_facts *facts);

/* UTC milliseconds of a wall clock in Europe/Copenhagen given as if it were UTC. An
 * hour that comes twice is read as the first (summer time); one that never comes is
 * read in winter time. */
int64_t utc_of_copenhagen(int64_t wall_ms);
/* "YYYY:MM:DD" into its parts; the day must exist. */
bool exif_date(const char *text, int *year, int *month, int *day);

#endif
