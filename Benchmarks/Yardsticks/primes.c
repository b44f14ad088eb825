/*
 * Yardstick for the primes job: one thread, nothing but C.
 *
 *     cc -O2 -o primes primes.c
 *     primes N                      prints how many primes lie below N, which is 10^13 at most
 *
 * The segmented sieve of Eratosthenes: bit i stands for the odd number 2i + 1, and is set for a composite.
 * A segment is 32 KiB, so that it stays in the first level of cache. The multiples of the smallest primes repeat
 * after 3 * 5 * 7 * 11 * 13 words, and are copied instead of struck out.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEGMENT_WORDS = 4096, SEGMENT_BITS = SEGMENT_WORDS * 64 };
/* The odd composites below 128, and 1, which is no prime either. */
#define FIRST_WORD 0x7E92ED659B4B3491u
enum { PATTERN_PRIMES = 5, LAST_PATTERN_PRIME = 13, PATTERN_WORDS = 3 * 5 * 7 * 11 * 13 };

struct divisor {
    uint32_t prime;
    uint32_t next; /* how far into the next segment its next multiple stands */
};

static struct divisor *divisors;
static size_t divisor_count;
static uint64_t segment[SEGMENT_WORDS];
static uint64_t pattern[PATTERN_WORDS + SEGMENT_WORDS]; /* long enough to copy a segment from any of its words */

static void make_pattern(void)
{
    static const uint32_t primes[PATTERN_PRIMES] = {3, 5, 7, 11, 13};
    for (int index = 0; index < PATTERN_PRIMES; index++)
        for (uint32_t bit = primes[index] / 2; bit < (PATTERN_WORDS + SEGMENT_WORDS) * 64; bit += primes[index])
            pattern[bit / 64] |= (uint64_t)1 << bit % 64;
}

static void find_divisors(uint64_t below)
{
    uint32_t root = 1;
    while ((uint64_t)(root + 1) * (root + 1) <= below)
        root++;
    unsigned char *is_composite = calloc(root + 1, 1);
    divisors = malloc((root / 2 + 1) * sizeof *divisors);
    if (!is_composite || !divisors) {
        perror("primes");
        exit(2);
    }
    for (uint32_t number = 3; number <= root; number += 2) {
        if (is_composite[number])
            continue;
        if (number > LAST_PATTERN_PRIME)
            divisors[divisor_count++].prime = number;
        for (uint64_t multiple = (uint64_t)number * number; multiple <= root; multiple += 2 * number)
            is_composite[multiple] = 1;
    }
    free(is_composite);
}

static void strike_out(size_t active, uint32_t bits)
{
    for (size_t index = 0; index < active; index++) {
        const uint32_t step = divisors[index].prime;
        uint32_t bit = divisors[index].next;
        for (; bit < bits; bit += step)
            segment[bit / 64] |= (uint64_t)1 << bit % 64;
        divisors[index].next = bit - bits;
    }
}

static uint64_t count_clear(uint32_t bits)
{
    uint64_t set = 0;
    uint32_t whole = bits / 64;
    for (uint32_t word = 0; word < whole; word++)
        set += (uint64_t)__builtin_popcountll(segment[word]);
    if (bits % 64)
        set += (uint64_t)__builtin_popcountll(segment[whole] & (((uint64_t)1 << bits % 64) - 1));
    return bits - set;
}

int main(int argc, char **argv)
{
    char *rest = NULL;
    uint64_t below = argc == 2 ? strtoull(argv[1], &rest, 10) : 0;
    if (!rest || *rest || below > 10000000000000u) {
        fprintf(stderr, "usage: primes N   (at most 10^13)\n");
        return 2;
    }
    find_divisors(below);

    make_pattern();

    const uint64_t end = below / 2; /* bits: 1, 3, 5, ... below N */
    uint64_t count = below > 2;     /* the prime that is even */
    size_t active = 0;
    for (uint64_t low = 0; low < end; low += SEGMENT_BITS) {
        const uint32_t bits = end - low < SEGMENT_BITS ? (uint32_t)(end - low) : SEGMENT_BITS;
        memcpy(segment, pattern + low / 64 % PATTERN_WORDS, sizeof segment);
        if (low == 0)
            segment[0] = FIRST_WORD; /* where the primes of the pattern are no composites */
        /* A divisor matters from its square on: what is smaller has a smaller divisor. */
        for (; active < divisor_count; active++) {
            uint64_t square = (uint64_t)divisors[active].prime * divisors[active].prime / 2;
            if (square >= low + bits)
                break;
            divisors[active].next = (uint32_t)(square - low);
        }
        strike_out(active, bits);
        count += count_clear(bits);
    }
    printf("%llu\n", (unsigned long long)count);
    return 0;
}
