/* psnr: how far a JPEG is from a reference of the same size, over all three channels.
 *
 *     psnr REFERENCE.ppm COPY.jpg          prints decibels with two places
 *
 * The reference is a binary PPM of 8 bits (P6).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

/* The next number of a PPM's head; comments are passed over. */
static int number(FILE *f)
{
    int c = getc(f), n = 0;
    while (c == '#' || c == ' ' || c == '\n') {
        while (c == '#' && (c = getc(f)) != '\n')
            if (c == EOF)
                return 0;
            else
                c = '#';
        c = getc(f);
    }
    for (; c >= '0' && c <= '9'; c = getc(f))
        n = n * 10 + (c - '0');
    return n;
}

static double squares(FILE *reference, struct jpeg_decompress_struct *jpeg)
{
    size_t n = (size_t)jpeg->output_width * 3;
    unsigned char *wanted = malloc(n), *row = malloc(n);
    double sum = 0;
    while (wanted && row && jpeg->output_scanline < jpeg->output_height) {
        jpeg_read_scanlines(jpeg, &row, 1);
        if (fread(wanted, 1, n, reference) != n)
            return NAN;
        for (size_t i = 0; i < n; i++) {
            double d = (double)wanted[i] - row[i];
            sum += d * d;
        }
    }
    free(wanted);
    free(row);
    return sum / ((double)n * jpeg->output_height);
}

int main(int argc, char **argv)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    FILE *reference = argc == 3 ? fopen(argv[1], "rb") : NULL;
    FILE *copy = argc == 3 ? fopen(argv[2], "rb") : NULL;
    if (!reference || !copy || getc(reference) != 'P' || getc(reference) != '6') {
        fprintf(stderr, "usage: psnr REFERENCE.ppm COPY.jpg\n");
        return 2;
    }
    int width = number(reference), height = number(reference);
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_stdio_src(&jpeg, copy);
    jpeg_read_header(&jpeg, TRUE);
    jpeg.out_color_space = JCS_RGB;
    jpeg_start_decompress(&jpeg);
    if (number(reference) != 255 || (int)jpeg.output_width != width ||
        (int)jpeg.output_height != height) {
        fprintf(stderr, "psnr: %d x %d is not %u x %u\n", width, height,
                jpeg.output_width, jpeg.output_height);
        return 1;
    }
    printf("%.2f\n", 10 * log10(255.0 * 255.0 / squares(reference, &jpeg)));
    jpeg_abort_decompress(&jpeg);
    jpeg_destroy_decompress(&jpeg);
    fclose(reference);
    fclose(copy);
    return 0;
}
