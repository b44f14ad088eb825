/*
 * Yardstick for the wordcount job: one thread, one file, nothing but C.
 *
 *     cc -O2 -o wordcount wordcount.c
 *     wordcount FILE
 *
 * A word is a maximal run of ASCII letters, lower-cased. Prints "total N", "distinct N" and the 20 most
 * frequent words as "count word", equally frequent ones in ASCII order.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TOP = 20 };

/* The letters of all words, each padded with zeros to a multiple of 8 bytes, so that two words are compared 8
   bytes at a time. A word is an offset, so that growing moves no pointer. */
enum { STEP = 8 };
static unsigned char *letters;
static size_t letters_used, letters_size;

struct word {
    uint64_t hash, count;
    size_t start, length;
};

/* Words in the order of their first occurrence, and an open-addressing index of word numbers plus one. */
static struct word *words;
static size_t words_used, words_size;
static uint64_t *places;
static size_t places_size;

static void *grown(void *memory, size_t bytes)
{
    memory = realloc(memory, bytes);
    if (!memory) {
        perror("wordcount");
        exit(2);
    }
    return memory;
}

/* A place of the index: the upper half of the hash, then the word's number plus one. */
static uint64_t place_of(uint64_t hash, size_t number)
{
    return (hash & 0xFFFFFFFF00000000u) | (uint32_t)(number + 1);
}

static size_t first_place(uint64_t hash)
{
    return (size_t)(hash >> 32) & (places_size - 1);
}

static void enlarge_index(void)
{
    free(places);
    places_size = places_size ? places_size * 2 : 1 << 14;
    places = calloc(places_size, sizeof *places);
    if (!places) {
        perror("wordcount");
        exit(2);
    }
    for (size_t number = 0; number < words_used; number++) {
        size_t at = first_place(words[number].hash);
        while (places[at])
            at = (at + 1) & (places_size - 1);
        places[at] = place_of(words[number].hash, number);
    }
}

static void add_word(uint64_t hash, size_t length, size_t place)
{
    if (words_used == words_size)
        words = grown(words, (words_size = words_size ? words_size * 2 : 4096) * sizeof *words);
    words[words_used] = (struct word){hash, 1, letters_used, length};
    letters_used += (length + STEP - 1) / STEP * STEP;
    places[place] = place_of(hash, words_used++);
    if (words_used * 2 > places_size)
        enlarge_index();
}

static bool is_same(size_t left, size_t right, size_t length)
{
    for (size_t at = 0; at < length; at += STEP)
        if (memcmp(letters + left + at, letters + right + at, STEP) != 0)
            return false;
    return true;
}

/* Counts the word that stands, lower-cased, behind the letters in use. */
static void count_word(uint64_t hash, size_t length)
{
    hash ^= hash << 32;
    const uint64_t tag = hash >> 32;
    size_t at = first_place(hash);
    for (uint64_t found; (found = places[at]) != 0; at = (at + 1) & (places_size - 1)) {
        if (found >> 32 != tag)
            continue;
        struct word *word = &words[(uint32_t)found - 1];
        if (word->hash == hash && word->length == length && is_same(word->start, letters_used, length)) {
            word->count++;
            return;
        }
    }
    add_word(hash, length, at);
}

/* Puts a word, lower-cased, behind the letters in use. */
static void lower_word(const unsigned char *word, size_t length)
{
    while (letters_used + length + STEP > letters_size)
        letters = grown(letters, letters_size = letters_size ? letters_size * 2 : 1 << 16);
    unsigned char *const to = letters + letters_used;
    for (size_t at = 0; at < length; at++)
        to[at] = word[at] | 0x20;
    memset(to + length, 0, STEP);
}

static uint64_t count_text(const unsigned char *text, size_t size)
{
    unsigned char lower[256] = {0}; /* 0 for whatever is no letter */
    for (int letter = 'a'; letter <= 'z'; letter++)
        lower[letter] = lower[letter - 'a' + 'A'] = (unsigned char)letter;

    uint64_t total = 0;
    const unsigned char *const end = text + size;
    while (text < end) {
        const unsigned char *const start = text;
        uint64_t hash = 0;
        for (unsigned char letter; text < end && (letter = lower[*text]) != 0; text++)
            hash = (hash ^ letter) * 0xD6E8FEB86659FD93u;
        if (text > start) {
            lower_word(start, (size_t)(text - start));
            count_word(hash, (size_t)(text - start));
            total++;
        }
        text++; /* over the byte that ended the word, or the end of the text */
    }
    return total;
}

static int most_frequent_first(const void *left, const void *right)
{
    const struct word *a = left, *b = right;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    size_t common = a->length < b->length ? a->length : b->length;
    int order = memcmp(letters + a->start, letters + b->start, common);
    return order ? order : a->length < b->length ? -1 : 1;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: wordcount FILE\n");
        return 2;
    }
    struct stat status;
    int file = open(argv[1], O_RDONLY);
    if (file < 0 || fstat(file, &status) < 0) {
        perror(argv[1]);
        return 1;
    }
    size_t size = (size_t)status.st_size;
    const unsigned char *text = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, 0) : NULL;
    if (text == MAP_FAILED) {
        perror(argv[1]);
        return 1;
    }
    if (size)
        madvise((void *)text, size, MADV_SEQUENTIAL);

    enlarge_index();
    uint64_t total = count_text(text, size);
    if (words_used)
        qsort(words, words_used, sizeof *words, most_frequent_first);
    printf("total %llu\ndistinct %zu\n", (unsigned long long)total, words_used);
    for (size_t rank = 0; rank < words_used && rank < TOP; rank++)
        printf("%llu %.*s\n", (unsigned long long)words[rank].count, (int)words[rank].length,
               (const char *)letters + words[rank].start);
    return 0;
}
