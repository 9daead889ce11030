/* kind: what people send besides JPEG and PNG, told by its first bytes whatever its name
 * says, so that each gets its own sentence: phones make HEIC and films, cameras make raw
 * photos, the web makes WebP and AVIF. */
#include "core/picture/photo.h"

#include <string.h>

/* In order: the first that fits. name is {2} of the text. */
static const struct kind {
    size_t at;
    const char *bytes;
    size_t n;
    enum refusal why;
    const char *name;
} kinds[] = {
    {4, "ftypheic", 8, REFUSAL_HEIC, NULL},
    {4, "ftypheix", 8, REFUSAL_HEIC, NULL},
    {4, "ftypheim", 8, REFUSAL_HEIC, NULL},
    {4, "ftypheis", 8, REFUSAL_HEIC, NULL},
    {4, "ftyphevc", 8, REFUSAL_HEIC, NULL},
    {4, "ftyphevx", 8, REFUSAL_HEIC, NULL},
    {4, "ftypmif1", 8, REFUSAL_HEIC, NULL},
    {4, "ftypmsf1", 8, REFUSAL_HEIC, NULL},
    {4, "ftypavif", 8, REFUSAL_OTHER_KIND, "AVIF"},
    {4, "ftypavis", 8, REFUSAL_OTHER_KIND, "AVIF"},
    {4, "ftypcrx ", 8, REFUSAL_RAW, "CR3"},
    {4, "ftypjxl ", 8, REFUSAL_OTHER_KIND, "JPEG XL"},
    {4, "ftypjp2 ", 8, REFUSAL_OTHER_KIND, "JPEG 2000"},
    {4, "ftyp", 4, REFUSAL_VIDEO, "MP4"},
    {4, "moov", 4, REFUSAL_VIDEO, "MOV"},
    {4, "mdat", 4, REFUSAL_VIDEO, "MOV"},
    {4, "wide", 4, REFUSAL_VIDEO, "MOV"},
    {8, "AVI LIST", 8, REFUSAL_VIDEO, "AVI"},
    {0, "\x1A\x45\xDF\xA3", 4, REFUSAL_VIDEO, "MKV"},
    {8, "WEBP", 4, REFUSAL_WEBP, NULL},
    {0, "GIF8", 4, REFUSAL_GIF, NULL},
    {8, "CR\x02", 3, REFUSAL_RAW, "CR2"},
    {0, "FUJIFILMCCD-RAW", 15, REFUSAL_RAW, "RAF"},
    {0, "IIRO\x08", 5, REFUSAL_RAW, "ORF"},
    {0, "IIRS\x08", 5, REFUSAL_RAW, "ORF"},
    {0, "IIU\0", 4, REFUSAL_RAW, "RW2"},
    {0, "\0MRM", 4, REFUSAL_RAW, "MRW"},
    {0, "FOVb", 4, REFUSAL_RAW, "X3F"},
    /* DNG, NEF, ARW and PEF are TIFF by their first bytes */
    {0, "II*\0", 4, REFUSAL_RAW, "TIFF"},
    {0, "MM\0*", 4, REFUSAL_RAW, "TIFF"},
    {0, "\xFF\x0A", 2, REFUSAL_OTHER_KIND, "JPEG XL"},
    {0, "\0\0\0\x0CJXL ", 8, REFUSAL_OTHER_KIND, "JPEG XL"},
    {0, "\0\0\0\x0CjP  ", 8, REFUSAL_OTHER_KIND, "JPEG 2000"},
    {0, "BM", 2, REFUSAL_OTHER_KIND, "BMP"},
    {0, "%PDF-", 5, REFUSAL_OTHER_KIND, "PDF"},
    {0, "<svg", 4, REFUSAL_OTHER_KIND, "SVG"},
};

_Noreturn void refuse_kind(const uint8_t magic[PHOTO_MAGIC])
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (memcmp(magic + kinds[i].at, kinds[i].bytes, kinds[i].n) == 0)
            refuse(kinds[i].why, kinds[i].name);
    refuse(REFUSAL_NOT_A_PHOTO, NULL);
}
