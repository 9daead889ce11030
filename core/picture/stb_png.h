/* stb_png: stb_image, PNG only, behind one function. Its memory is capped. */
#ifndef LYGTE_PICTURE_STB_PNG_H
#define LYGTE_PICTURE_STB_PNG_H

#include <stddef.h>
#include <stdint.h>

enum { PNG_SIDE_MOST = 16384 };
enum { PNG_PIXEL_BYTES_MOST = 64 << 20 }; /* decoded */
/* All of stb_image at one time: packed, unpacked and interlaced rows together. */
enum { PNG_MEMORY_MOST = 192 << 20 };

/* NULL when the bytes do not decode; *out_of_memory says whether the cap was why. Rows
 * of width * channels bytes without gaps; 1 grey, 2 grey + alpha, 3 RGB, 4 RGBA. */
uint8_t *png_pixels(const uint8_t *bytes, size_t n, int *width, int *height,
                    int *channels, int *out_of_memory);

#endif
