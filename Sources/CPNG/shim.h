// Writing a PNG piece by piece. libpng leaves a call that fails with longjmp, which must not pass through Swift, so
// each call into it is made from here.
#ifndef WARREN_CPNG_SHIM_H
#define WARREN_CPNG_SHIM_H

#include <png.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct warren_png {
    png_structp png;
    png_infop info;
    // What has been written and not yet been taken.
    uint8_t *bytes;
    size_t count;
    size_t capacity;
    char message[128];
} warren_png;

static void warren_png_fail(png_structp png, png_const_charp message) {
    warren_png *self = (warren_png *)png_get_error_ptr(png);
    strncpy(self->message, message, sizeof self->message - 1);
    png_longjmp(png, 1);
}

static void warren_png_ignore(png_structp png, png_const_charp message) {
    (void)png;
    (void)message;
}

static void warren_png_append(png_structp png, png_bytep bytes, size_t count) {
    warren_png *self = (warren_png *)png_get_io_ptr(png);
    if (self->capacity - self->count < count) {
        size_t capacity = (self->count + count) * 2;
        uint8_t *larger = (uint8_t *)realloc(self->bytes, capacity);
        if (larger == NULL) png_error(png, "out of memory");
        self->bytes = larger;
        self->capacity = capacity;
    }
    memcpy(self->bytes + self->count, bytes, count);
    self->count += count;
}

static void warren_png_flush(png_structp png) { (void)png; }

static inline void warren_png_free(warren_png *self) {
    if (self == NULL) return;
    if (self->png != NULL) png_destroy_write_struct(&self->png, &self->info);
    free(self->bytes);
    free(self);
}

// Nothing is written yet. NULL without memory.
static inline warren_png *warren_png_new(void) {
    warren_png *self = (warren_png *)calloc(1, sizeof(warren_png));
    if (self == NULL) return NULL;
    self->png = png_create_write_struct(PNG_LIBPNG_VER_STRING, self, warren_png_fail, warren_png_ignore);
    if (self->png != NULL) self->info = png_create_info_struct(self->png);
    if (self->info == NULL) {
        warren_png_free(self);
        return NULL;
    }
    png_set_write_fn(self->png, self, warren_png_append, warren_png_flush);
    return self;
}

// Writes what comes before the pixels: 8 bits each of red, green and blue, in the sRGB space. 0 if that failed.
static inline int warren_png_begin(warren_png *self, uint32_t width, uint32_t height, int level, int filters) {
    if (setjmp(png_jmpbuf(self->png))) return 0;
    png_set_IHDR(
        self->png, self->info, width, height, 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
        PNG_FILTER_TYPE_DEFAULT);
    png_set_sRGB(self->png, self->info, PNG_sRGB_INTENT_PERCEPTUAL);
    png_set_compression_level(self->png, level);
    png_set_filter(self->png, PNG_FILTER_TYPE_BASE, filters);
    png_write_info(self->png, self->info);
    return 1;
}

// Writes rows of 3 × width bytes each, one behind the other. 0 if that failed.
static inline int warren_png_rows(warren_png *self, const uint8_t *rows, size_t stride, size_t count) {
    if (setjmp(png_jmpbuf(self->png))) return 0;
    for (size_t row = 0; row < count; row++) png_write_row(self->png, rows + row * stride);
    return 1;
}

// Writes what comes after the pixels. 0 if that failed, because some are missing for instance.
static inline int warren_png_end(warren_png *self) {
    if (setjmp(png_jmpbuf(self->png))) return 0;
    png_write_end(self->png, self->info);
    return 1;
}

#endif
