/* fold_life: what the life of a walk adds to the records fold_any_order shuffles: edits of
 * walks, pauses, attendance, votes, tallies, verdicts, showings, and merges in circles.
 * Included by fold_make.h, after its dice.
 */
#ifndef LYGTE_TESTS_FOLD_LIFE_H
#define LYGTE_TESTS_FOLD_LIFE_H

#include "core/store/acute.h"
#include "core/store/issue_merge.h"
#include "core/store/verdict.h"

enum { EVENTS = 4, MERGES = 6 };

static char events[EVENTS][UID_SIZE], merges[MERGES][UID_SIZE];

static void life_ids(void)
{
    for (size_t i = 0; i < EVENTS; i++)
        uid_new(events[i]);
    for (size_t i = 0; i < MERGES; i++)
        uid_new(merges[i]);
}

static void say_of_walk(struct store *s, struct arena *a, const char *walk)
{
    static const char *const edits[] = {
        "{\"weather\":\"rain\"}", "{\"mode\":\"car\",\"briefed\":true}",
        "{\"groups\":[{\"letter\":\"A\",\"leader_role\":\"police\"}]}",
        "{\"route\":[[570480000,99187000],[570490000,99188000]]}"};
    static const char *const counts[] = {
        "[{\"group\":\"A\",\"role\":\"resident\",\"n\":4}]",
        "[{\"group\":\"B\",\"role\":\"police\",\"n\":1},{\"role\":\"other\",\"n\":2}]"};
    struct err err = ERR_INIT;
    cJSON *form = NULL;
    const char *text = edits[roll(4)], *who = counts[roll(2)];
    must(json_parse(text, strlen(text), &form, &err));
    must(walk_edit(s, a, walk, form, "walker", &err));
    json_free(form);
    must(json_parse(who, strlen(who), &form, &err));
    must(walk_attend(s, a, walk, form, "walker", &err));
    json_free(form);
}

static void vote(struct store *s, struct arena *a, const char *walk, const char *point)
{
    struct err err = ERR_INIT;
    cJSON *form = NULL;
    const char *text = arena_printf(a, "{\"stars\":{\"%s\":%zu},\"best\":\"%s\"}", point,
                                    1 + roll(5), point);
    must(json_parse(text, strlen(text), &form, &err));
    must(walk_vote(s, a, walk, form, "walker", &err));
    json_free(form);
}

/* In the caller's transaction. */
static void life_step(struct store *s, struct arena *a, const char *walk,
                      const char *point)
{
    static const char *const words[] = {"same", "fixed", "worse"};
    static const char *const calls[] = {"112", "114", NULL};
    struct err err = ERR_INIT;
    bool fresh;
    const char *id = events[roll(EVENTS)];
    int64_t ago = (int64_t)roll(3) * 60000;
    struct verdict v = {id, walk, point, words[roll(3)], NULL, "walker", "SSP", 0, ago};
    struct acute x = {id, walk, roll(2) ? point : NULL, calls[roll(3)], "walker", "",
                      0,  ago};
    struct record_wish tally = {
        "rating.tally", id,
        arena_printf(a,
                     "{\"walk\":\"%s\",\"round\":\"before\",\"answers\":%zu,\"unsafe_1_7\":"
                     "[{\"role\":\"other\",\"counts\":[1,0,2,0,0,0,0]}]}",
                     walk, 3 + roll(3)),
        "walker", "", INT64_MIN};
    struct record_wish shut = {
        "observation.seal", id,
        arena_printf(a, "{\"walk\":\"%s\",\"at\":%zu,\"box\":\"%0100zu\"}", walk, roll(9),
                     roll(9)),
        "participant", "", INT64_MIN};
    struct record_wish box = {
        "photo.seal", id,
        arena_printf(a, "{\"walk\":\"%s\",\"sha256\":\"%064zx\",\"bytes\":%zu}", walk,
                     roll(9), 48 + roll(9)),
        "participant", "", INT64_MIN};
    switch (roll(7)) {
    case 5:
        if (roll(2))
            must(hold_make(s, a, &shut, NULL, &err));
        for (size_t i = roll(3); i > 0; i--) /* the same box may be named twice */
            must(hold_make(s, a, &box, NULL, &err));
        break;
    case 0:
        say_of_walk(s, a, walk);
        break;
    case 1:
        vote(s, a, walk, point);
        break;
    case 2:
        must(verdict_give(s, a, &v, &fresh, &err));
        break;
    case 3:
        must(acute_shown(s, a, &x, &fresh, &err));
        break;
    case 4:
        must(hold_make(s, a, &tally, NULL, &err));
        break;
    default:
        if (!walk_step(s, a, walk, roll(2) ? "pause" : "reopen", "walker", &err))
            assert_true(err.code == ERR_CONFLICT || err.code == ERR_NOT_FOUND);
    }
}

/* The registry joins any two cases, again and again, and parts some: circles too. */
static void merge_step(struct store *s, struct arena *a, const char (*at)[UID_SIZE],
                       size_t n)
{
    char kept[UID_SIZE], joined[UID_SIZE];
    const char *id = merges[roll(MERGES)];
    uid_derive("issue", at[roll(n)], kept);
    uid_derive("issue", at[roll(n)], joined);
    if (roll(4) == 0)
        say(s, a, "issue.unmerge", id, "{}");
    else
        say(s, a, "issue.merge", id,
            arena_printf(a, "{\"kept\":\"%s\",\"joined\":\"%s\"}", kept, joined));
}

#endif
